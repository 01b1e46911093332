import { Button, Group, Modal, Stack, Text } from "@mantine/core";
import { useState } from "react";
import { useTranslation } from "react-i18next";

import { FormFailure } from "../../../ui/form-failure.tsx";
import { useSubmit } from "../../../ui/use-submit.ts";

/** What is asked before something is done that is not easily taken back. */
export interface Question {
  readonly title: string;
  /** What will be, once it is done. */
  readonly text: string;
  /** What the button says. */
  readonly act: string;
  readonly isDangerous: boolean;
  readonly run: () => Promise<void>;
}

/** Asks, does it, and says in its place if that fails. */
export function Confirm(props: {
  readonly question: Question | null;
  readonly onClose: () => void;
}) {
  const { t } = useTranslation();
  const submit = useSubmit();
  // It still says what it said while it goes away.
  const [shown, setShown] = useState(props.question);
  if (props.question !== null && props.question !== shown) {
    setShown(props.question);
  }
  const close = () => {
    submit.clear();
    props.onClose();
  };
  return (
    <Modal
      opened={props.question !== null}
      onClose={close}
      title={shown?.title}
      centered
    >
      <Stack gap="md">
        <Text size="sm">{shown?.text}</Text>
        <FormFailure error={submit.error} />
        <Group justify="end">
          <Button variant="default" onClick={close} data-autofocus>
            {t("action.cancel")}
          </Button>
          <Button
            color={shown?.isDangerous === true ? "red" : "sea"}
            loading={submit.busy}
            onClick={() =>
              void submit.run(async () => {
                await shown?.run();
                props.onClose();
              })
            }
          >
            {shown?.act}
          </Button>
        </Group>
      </Stack>
    </Modal>
  );
}
