import { Stack, Text } from "@mantine/core";
import type { ReactNode } from "react";

/** In the place of what is not there: says so, and what to do. */
export function Empty(props: {
  readonly title: string;
  readonly text: string;
  readonly action?: ReactNode;
}) {
  return (
    <Stack gap="xs" align="center" ta="center" p="xl">
      <Text fw={600}>{props.title}</Text>
      <Text c="dimmed" size="sm" maw="28rem">
        {props.text}
      </Text>
      {props.action}
    </Stack>
  );
}
