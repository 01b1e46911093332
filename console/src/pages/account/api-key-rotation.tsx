import { Button, Group, Modal, Stack, Text } from "@mantine/core";
import type { ApiKey } from "mainstay-client";
import { useState } from "react";
import { useTranslation } from "react-i18next";

import { useConsole } from "../../console.tsx";
import { usePageTexts } from "../../i18n/page-texts.ts";
import { FormFailure } from "../../ui/form-failure.tsx";
import { useSubmit } from "../../ui/use-submit.ts";
import { OVERLAP_DEFAULT, OverlapInput } from "./overlap.tsx";
import { texts } from "./texts.ts";
import { rotateApiKey, type MadeKey } from "./use-keys.ts";

/** Puts a new key in the place of another. */
export function ApiKeyRotation(props: {
  readonly apiKey: ApiKey;
  readonly onClose: () => void;
  readonly onMade: (key: MadeKey) => void;
}) {
  const { t } = useTranslation();
  const say = usePageTexts(texts);
  const { client } = useConsole();
  const [overlap, setOverlap] = useState(OVERLAP_DEFAULT);
  const submit = useSubmit();
  const { id, name } = props.apiKey;
  return (
    <Modal
      opened
      onClose={props.onClose}
      title={say("keys.rotateTitle", { name })}
    >
      <form
        onSubmit={(event) => {
          event.preventDefault();
          void submit.run(async () => {
            const rotation = { overlap_seconds: overlap };
            props.onMade(await rotateApiKey(client, id, rotation));
          });
        }}
      >
        <Stack gap="sm">
          <Text size="sm">{say("keys.rotateText")}</Text>
          <OverlapInput seconds={overlap} onChange={setOverlap} />
          <FormFailure error={submit.error} />
          <Group justify="flex-end" gap="xs">
            <Button variant="default" onClick={props.onClose}>
              {t("action.cancel")}
            </Button>
            <Button type="submit" loading={submit.busy}>
              {say("keys.rotate")}
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  );
}
