import { Box, Card, Stack, Title } from "@mantine/core";
import type { ReactNode } from "react";

import styles from "./entry.module.css";

/** The frame of the pages before somebody is signed in. */
export function Entry(props: {
  readonly title: string;
  readonly children: ReactNode;
}) {
  return (
    <main className={styles["entry"]}>
      <Card
        withBorder
        padding="xl"
        radius="md"
        className={styles["card"] ?? ""}
      >
        <Stack gap="md">
          <Title order={1} size="h3">
            {props.title}
          </Title>
          <Box>{props.children}</Box>
        </Stack>
      </Card>
    </main>
  );
}
