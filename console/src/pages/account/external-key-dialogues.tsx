import { Button, Group, Modal, Stack, Text, TextInput } from "@mantine/core";
import { notifications } from "@mantine/notifications";
import { useQueryClient } from "@tanstack/react-query";
import type { ExternalKey } from "mainstay-client";
import { useState, type ReactNode } from "react";
import { useTranslation } from "react-i18next";

import { fieldFailures } from "../../api/failure.ts";
import { useConsole } from "../../console.tsx";
import { usePageTexts } from "../../i18n/page-texts.ts";
import { FormFailure } from "../../ui/form-failure.tsx";
import { PasswordField } from "../../ui/password-field.tsx";
import { useSubmit, type Submit } from "../../ui/use-submit.ts";
import { OVERLAP_DEFAULT, OverlapInput } from "./overlap.tsx";
import { texts } from "./texts.ts";
import {
  addExternalKey,
  EXTERNAL_KEYS,
  rotateExternalKey,
} from "./use-keys.ts";

interface Kept {
  readonly submit: Submit;
  readonly send: (work: () => Promise<void>, service: string) => void;
}

/** Keeps a key, says so, and ends the dialogue. */
function useKept(onClose: () => void): Kept {
  const say = usePageTexts(texts);
  const queries = useQueryClient();
  const submit = useSubmit();
  return {
    submit,
    send: (work, service) =>
      void submit.run(async () => {
        await work();
        await queries.invalidateQueries({ queryKey: EXTERNAL_KEYS });
        notifications.show({ message: say("external.added", { service }) });
        onClose();
      }),
  };
}

export function ExternalKeyDialogue(props: { readonly onClose: () => void }) {
  const say = usePageTexts(texts);
  const { client } = useConsole();
  const [service, setService] = useState("");
  const [key, setKey] = useState("");
  const { submit, send } = useKept(props.onClose);
  const refused = fieldFailures(submit.error);
  return (
    <Dialogue
      title={say("external.add")}
      submit={submit}
      onClose={props.onClose}
      onSend={() =>
        send(() => addExternalKey(client, { service, key }), service)
      }
    >
      <TextInput
        label={say("external.service")}
        description={say("external.serviceHint")}
        required
        data-autofocus
        autoCapitalize="none"
        spellCheck={false}
        error={refused.get("service")}
        value={service}
        onChange={(event) => setService(event.currentTarget.value.trim())}
      />
      <KeyField
        label={say("external.key")}
        refused={refused}
        value={key}
        onChange={setKey}
      />
    </Dialogue>
  );
}

export function ExternalKeyRotation(props: {
  readonly externalKey: ExternalKey;
  readonly onClose: () => void;
}) {
  const say = usePageTexts(texts);
  const { client } = useConsole();
  const [key, setKey] = useState("");
  const [overlap, setOverlap] = useState(OVERLAP_DEFAULT);
  const { submit, send } = useKept(props.onClose);
  const { id, service } = props.externalKey;
  return (
    <Dialogue
      title={say("keys.rotateTitle", { name: service })}
      submit={submit}
      onClose={props.onClose}
      onSend={() => {
        const rotation = { key, overlap_seconds: overlap };
        send(() => rotateExternalKey(client, id, rotation), service);
      }}
    >
      <Text size="sm">{say("external.rotateText")}</Text>
      <KeyField
        label={say("external.newKey")}
        refused={fieldFailures(submit.error)}
        value={key}
        onChange={setKey}
      />
      <OverlapInput seconds={overlap} onChange={setOverlap} />
    </Dialogue>
  );
}

function KeyField(props: {
  readonly label: string;
  readonly refused: ReadonlyMap<string, string>;
  readonly value: string;
  readonly onChange: (value: string) => void;
}) {
  return (
    <PasswordField
      label={props.label}
      // A password manager has nothing to offer here, and nothing to keep.
      autoComplete="off"
      required
      error={props.refused.get("key")}
      value={props.value}
      onChange={(event) => props.onChange(event.currentTarget.value.trim())}
    />
  );
}

function Dialogue(props: {
  readonly title: string;
  readonly submit: Submit;
  readonly onSend: () => void;
  readonly onClose: () => void;
  readonly children: ReactNode;
}) {
  const { t } = useTranslation();
  const say = usePageTexts(texts);
  const { submit } = props;
  const isField = fieldFailures(submit.error).size > 0;
  return (
    <Modal opened onClose={props.onClose} title={props.title}>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          props.onSend();
        }}
      >
        <Stack gap="sm">
          {props.children}
          {!isField && <FormFailure error={submit.error} />}
          <Group justify="flex-end" gap="xs">
            <Button variant="default" onClick={props.onClose}>
              {t("action.cancel")}
            </Button>
            <Button type="submit" loading={submit.busy}>
              {say("external.submit")}
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  );
}
