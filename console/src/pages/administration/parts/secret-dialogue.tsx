import { Button, Group, Modal, Stack, Text } from "@mantine/core";

import { usePageTexts } from "../../../i18n/page-texts.ts";
import { texts } from "../texts.ts";
import { CopyText } from "./copy-text.tsx";

/** Something that the server tells once. */
export interface Secret {
  readonly title: string;
  readonly value: string;
  /** What it is for, and until when. */
  readonly text: string;
}

/** Shows it until the person says that they have it: a click beside it does not lose it. */
export function SecretDialogue(props: {
  readonly secret: Secret | null;
  readonly onClose: () => void;
}) {
  const say = usePageTexts(texts);
  const { secret } = props;
  return (
    <Modal
      opened={secret !== null}
      onClose={props.onClose}
      title={secret?.title}
      closeOnClickOutside={false}
      closeOnEscape={false}
      withCloseButton={false}
      transitionProps={{ duration: 0 }}
      centered
    >
      <Stack gap="md">
        <Text size="sm">{secret?.text}</Text>
        <CopyText value={secret?.value ?? ""} label={secret?.title ?? ""} />
        <Text size="sm" fw={600}>
          {say("secretText")}
        </Text>
        <Group justify="end">
          <Button onClick={props.onClose}>{say("secretKept")}</Button>
        </Group>
      </Stack>
    </Modal>
  );
}
