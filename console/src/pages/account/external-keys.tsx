import { Button, Group, Skeleton, Text } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { modals } from "@mantine/modals";
import { notifications } from "@mantine/notifications";
import { useQueryClient } from "@tanstack/react-query";
import type { ExternalKey } from "mainstay-client";
import { useTranslation } from "react-i18next";

import { useConsole } from "../../console.tsx";
import { moment } from "../../fields/shown.ts";
import { usePageTexts } from "../../i18n/page-texts.ts";
import { FailureNote } from "../../ui/failure-note.tsx";
import { FormFailure } from "../../ui/form-failure.tsx";
import { useSubmit } from "../../ui/use-submit.ts";
import {
  ExternalKeyDialogue,
  ExternalKeyRotation,
} from "./external-key-dialogues.tsx";
import { Entries, Entry, Part } from "./part.tsx";
import { texts } from "./texts.ts";
import { EXTERNAL_KEYS, useExternalKeys } from "./use-keys.ts";

/** Keys of other services, which nobody can read back. */
export function ExternalKeysPart() {
  const say = usePageTexts(texts);
  const found = useExternalKeys();
  const [isOpen, dialogue] = useDisclosure(false);
  return (
    <Part title={say("external.title")} text={say("external.text")}>
      {found.isPending ? (
        <Skeleton height={56} />
      ) : found.isError ? (
        <FailureNote error={found.error} retry={() => void found.refetch()} />
      ) : found.data.length === 0 ? (
        <Text size="sm">{say("external.none")}</Text>
      ) : (
        <Entries>
          {found.data.map((key) => (
            <ExternalKeyEntry key={key.id} externalKey={key} />
          ))}
        </Entries>
      )}
      <div>
        <Button variant="default" onClick={dialogue.open}>
          {say("external.add")}
        </Button>
      </div>
      {isOpen && <ExternalKeyDialogue onClose={dialogue.close} />}
    </Part>
  );
}

function ExternalKeyEntry(props: { readonly externalKey: ExternalKey }) {
  const { t, i18n } = useTranslation();
  const say = usePageTexts(texts);
  const { client } = useConsole();
  const queries = useQueryClient();
  const submit = useSubmit();
  const [isRotating, rotation] = useDisclosure(false);
  const { id, service, hint, created_at, expires_at, replaced_by } =
    props.externalKey;
  const at = (value: string) => moment(i18n.language, value);

  async function remove() {
    await client.request("DELETE", `/external-keys/${id}`);
    await queries.invalidateQueries({ queryKey: EXTERNAL_KEYS });
    notifications.show({ message: say("external.removed", { service }) });
  }

  const ask = () =>
    modals.openConfirmModal({
      title: say("external.removeTitle", { service }),
      children: <Text size="sm">{say("external.removeText")}</Text>,
      labels: { confirm: say("external.remove"), cancel: t("action.cancel") },
      confirmProps: { color: "red" },
      onConfirm: () => void submit.run(remove),
    });

  return (
    <Entry
      title={`${service} · ${hint}`}
      lines={[
        expires_at === null
          ? say("external.since", { when: at(created_at) })
          : say("external.until", { when: at(expires_at) }),
      ]}
      actions={
        <>
          <Group gap="xs">
            {replaced_by === null && (
              <Button
                variant="default"
                size="xs"
                aria-label={say("keys.rotateOf", { name: service })}
                onClick={rotation.open}
              >
                {say("keys.rotate")}
              </Button>
            )}
            <Button
              variant="default"
              size="xs"
              loading={submit.busy}
              aria-label={say("external.removeOf", { service })}
              onClick={ask}
            >
              {say("external.remove")}
            </Button>
          </Group>
          <FormFailure error={submit.error} />
          {isRotating && (
            <ExternalKeyRotation
              externalKey={props.externalKey}
              onClose={rotation.close}
            />
          )}
        </>
      }
    />
  );
}
