import { Badge, Button, Group, Skeleton, Stack, Text } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { modals } from "@mantine/modals";
import { notifications } from "@mantine/notifications";
import { useQueryClient } from "@tanstack/react-query";
import type { ApiKey } from "mainstay-client";
import { useState } from "react";
import { useTranslation } from "react-i18next";

import { useConsole } from "../../console.tsx";
import { moment } from "../../fields/shown.ts";
import { usePageTexts } from "../../i18n/page-texts.ts";
import { FailureNote } from "../../ui/failure-note.tsx";
import { FormFailure } from "../../ui/form-failure.tsx";
import { useSubmit } from "../../ui/use-submit.ts";
import { ApiKeyDialogue } from "./api-key-dialogue.tsx";
import { ApiKeyRotation } from "./api-key-rotation.tsx";
import { MadeKeyDialogue } from "./made-key-dialogue.tsx";
import { Entries, Entry, Part } from "./part.tsx";
import { texts } from "./texts.ts";
import { useScopeWords } from "./use-scope-words.ts";
import { API_KEYS, useApiKeys, type MadeKey } from "./use-keys.ts";

/** The person's own keys for programs. */
export function ApiKeysPart() {
  const say = usePageTexts(texts);
  const queries = useQueryClient();
  const found = useApiKeys();
  const [isOpen, dialogue] = useDisclosure(false);
  const [made, setMade] = useState<MadeKey | null>(null);
  const onMade = (key: MadeKey) => {
    dialogue.close();
    setMade(key);
    void queries.invalidateQueries({ queryKey: API_KEYS });
  };
  return (
    <Part title={say("keys.title")} text={say("keys.text")}>
      {found.isPending ? (
        <Stack gap="sm">
          <Skeleton height={56} />
          <Skeleton height={56} />
        </Stack>
      ) : found.isError ? (
        <FailureNote error={found.error} retry={() => void found.refetch()} />
      ) : found.data.length === 0 ? (
        <Text size="sm">{say("keys.none")}</Text>
      ) : (
        <Entries>
          {found.data.map((key) => (
            <ApiKeyEntry key={key.id} apiKey={key} onMade={onMade} />
          ))}
        </Entries>
      )}
      <div>
        <Button variant="default" onClick={dialogue.open}>
          {say("keys.add")}
        </Button>
      </div>
      {isOpen && <ApiKeyDialogue onClose={dialogue.close} onMade={onMade} />}
      {made !== null && (
        <MadeKeyDialogue secret={made.key} onKept={() => setMade(null)} />
      )}
    </Part>
  );
}

function ApiKeyEntry(props: {
  readonly apiKey: ApiKey;
  readonly onMade: (key: MadeKey) => void;
}) {
  const { t } = useTranslation();
  const say = usePageTexts(texts);
  const { client } = useConsole();
  const queries = useQueryClient();
  const submit = useSubmit();
  const [isRotating, rotation] = useDisclosure(false);
  const lines = useLines(props.apiKey);
  const { id, name, replaced_by } = props.apiKey;

  async function revoke() {
    await client.request("DELETE", `/api-keys/${id}`);
    await queries.invalidateQueries({ queryKey: API_KEYS });
    notifications.show({ message: say("keys.revoked") });
  }

  const ask = () =>
    modals.openConfirmModal({
      title: say("keys.revokeTitle", { name }),
      children: <Text size="sm">{say("keys.revokeText")}</Text>,
      labels: { confirm: say("keys.revoke"), cancel: t("action.cancel") },
      confirmProps: { color: "red" },
      onConfirm: () => void submit.run(revoke),
    });

  return (
    <Entry
      title={
        <>
          {name}
          {replaced_by !== null && (
            <Badge variant="default" size="sm" tt="none" ms="xs">
              {say("keys.replaced")}
            </Badge>
          )}
        </>
      }
      lines={lines}
      actions={
        <>
          <Group gap="xs">
            {replaced_by === null && (
              <Button
                variant="default"
                size="xs"
                aria-label={say("keys.rotateOf", { name })}
                onClick={rotation.open}
              >
                {say("keys.rotate")}
              </Button>
            )}
            <Button
              variant="default"
              size="xs"
              loading={submit.busy}
              aria-label={say("keys.revokeOf", { name })}
              onClick={ask}
            >
              {say("keys.revoke")}
            </Button>
          </Group>
          <FormFailure error={submit.error} />
          {isRotating && (
            <ApiKeyRotation
              apiKey={props.apiKey}
              onClose={rotation.close}
              onMade={(made) => {
                rotation.close();
                props.onMade(made);
              }}
            />
          )}
        </>
      }
    />
  );
}

/** What is known of a key, a line for each thing. */
function useLines(key: ApiKey): readonly string[] {
  const { i18n } = useTranslation();
  const say = usePageTexts(texts);
  const sayScopes = useScopeWords();
  const { last_used_at, last_address, expires_at, networks } = key;
  const at = (value: string) => moment(i18n.language, value);
  const used =
    last_used_at === null
      ? say("keys.never_used")
      : last_address === null
        ? say("keys.used", { when: at(last_used_at) })
        : say("keys.usedFrom", {
            when: at(last_used_at),
            address: last_address,
          });
  const isOver = expires_at !== null && Date.parse(expires_at) < Date.now();
  return [
    sayScopes(key.scopes),
    used,
    ...(networks.length === 0
      ? []
      : [say("keys.onlyFrom", { networks: networks.join(", ") })]),
    ...(expires_at === null
      ? []
      : [
          say(isOver ? "keys.endedAt" : "keys.endsAt", {
            when: at(expires_at),
          }),
        ]),
  ];
}
