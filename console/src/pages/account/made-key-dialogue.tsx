import { Button, Code, Group, Modal, Stack, Text } from "@mantine/core";

import { usePageTexts } from "../../i18n/page-texts.ts";
import styles from "./account.module.css";
import { CopyButton } from "./copy-button.tsx";
import { texts } from "./texts.ts";

/** A key that is shown once: the dialogue ends only when somebody says that they have it. */
export function MadeKeyDialogue(props: {
  readonly secret: string;
  readonly onKept: () => void;
}) {
  const say = usePageTexts(texts);
  return (
    <Modal
      opened
      onClose={props.onKept}
      withCloseButton={false}
      closeOnClickOutside={false}
      closeOnEscape={false}
      title={say("keys.made")}
    >
      <Stack gap="sm">
        <Text size="sm">{say("keys.madeText")}</Text>
        <Code
          block
          className={styles["secret"] ?? ""}
          aria-label={say("keys.key")}
          role="group"
        >
          {props.secret}
        </Code>
        <Group gap="xs" justify="space-between">
          <CopyButton text={props.secret} />
          <Button onClick={props.onKept} data-autofocus>
            {say("keys.kept")}
          </Button>
        </Group>
      </Stack>
    </Modal>
  );
}
