import { Button, Group, Modal, Stack, Text } from "@mantine/core";

import { useConsole } from "../../console.tsx";
import { usePageTexts } from "../../i18n/page-texts.ts";
import styles from "./account.module.css";
import { CopyButton } from "./copy-button.tsx";
import { texts } from "./texts.ts";

/** Codes that are shown once: the dialogue ends only when somebody says that they have them. */
export function RecoveryCodes(props: {
  readonly codes: readonly string[];
  readonly onKept: () => void;
}) {
  const say = usePageTexts(texts);
  const { application } = useConsole();
  const text = `${props.codes.join("\n")}\n`;
  return (
    <Modal
      opened
      onClose={props.onKept}
      withCloseButton={false}
      closeOnClickOutside={false}
      closeOnEscape={false}
      title={say("factor.codes")}
    >
      <Stack gap="sm">
        <Text size="sm">{say("factor.codesText")}</Text>
        <ol className={styles["codes"]}>
          {props.codes.map((code) => (
            <li key={code}>{code}</li>
          ))}
        </ol>
        <Group gap="xs">
          <CopyButton text={text} />
          <Button
            variant="default"
            onClick={() =>
              download(`${application.about.name}-recovery-codes.txt`, text)
            }
          >
            {say("factor.download")}
          </Button>
        </Group>
        <Button onClick={props.onKept} data-autofocus>
          {say("factor.kept")}
        </Button>
      </Stack>
    </Modal>
  );
}

function download(name: string, text: string) {
  const url = URL.createObjectURL(new Blob([text], { type: "text/plain" }));
  const anchor = document.createElement("a");
  anchor.href = url;
  anchor.download = name;
  anchor.click();
  URL.revokeObjectURL(url);
}
