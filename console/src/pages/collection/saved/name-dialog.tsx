import { Button, Group, Modal, Stack, TextInput } from "@mantine/core";
import { useState } from "react";
import { useTranslation } from "react-i18next";

import { usePageTexts } from "../../../i18n/page-texts.ts";
import { FormFailure } from "../../../ui/form-failure.tsx";
import { useSubmit } from "../../../ui/use-submit.ts";
import { texts } from "../texts.ts";

interface Props {
  readonly title: string;
  readonly name: string;
  readonly onName: (name: string) => Promise<void>;
  readonly onClose: () => void;
}

/** Asks what a view is called. */
export function NameDialog(props: Props) {
  const { t } = useTranslation();
  const say = usePageTexts(texts);
  const submit = useSubmit();
  const [name, setName] = useState(props.name);
  const written = name.trim();
  return (
    <Modal opened onClose={props.onClose} title={props.title}>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          if (written !== "") {
            void submit.run(async () => {
              await props.onName(written);
              props.onClose();
            });
          }
        }}
      >
        <Stack gap="md">
          <TextInput
            label={say("save.name")}
            placeholder={say("save.nameHint")}
            data-autofocus
            required
            maxLength={100}
            dir="auto"
            value={name}
            onChange={(event) => setName(event.currentTarget.value)}
          />
          <FormFailure error={submit.error} />
          <Group justify="flex-end" gap="sm">
            <Button variant="default" onClick={props.onClose}>
              {t("action.cancel")}
            </Button>
            <Button type="submit" loading={submit.busy}>
              {say("save.save")}
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  );
}
