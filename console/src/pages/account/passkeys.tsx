import {
  Button,
  Group,
  Modal,
  Skeleton,
  Stack,
  Text,
  TextInput,
} from "@mantine/core";
import { modals } from "@mantine/modals";
import { notifications } from "@mantine/notifications";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import type { Passkey } from "mainstay-client";
import { useState } from "react";
import { useTranslation } from "react-i18next";

import { Sentence } from "../../api/failure.ts";
import { secondFactorQuery } from "../../api/second-factor.ts";
import { useConsole } from "../../console.tsx";
import { moment } from "../../fields/shown.ts";
import { usePageTexts } from "../../i18n/page-texts.ts";
import { FailureNote } from "../../ui/failure-note.tsx";
import { FormFailure } from "../../ui/form-failure.tsx";
import { useSubmit } from "../../ui/use-submit.ts";
import { Entries, Entry, Part } from "./part.tsx";
import { useProof, type Proof } from "./proof.tsx";
import { texts } from "./texts.ts";
import { FACTOR, SESSIONS } from "./use-account.ts";

/** Keys in the person's devices, which sign in without a password. */
export function PasskeysPart() {
  const say = usePageTexts(texts);
  const { client, application } = useConsole();
  const found = useQuery(secondFactorQuery(client, application));
  return (
    <Part title={say("passkeys.title")} text={say("passkeys.text")}>
      {found.isPending ? (
        <Skeleton height={60} />
      ) : found.isError ? (
        <FailureNote error={found.error} retry={() => void found.refetch()} />
      ) : found.data.passkeys.length === 0 ? (
        <Text size="sm">{say("passkeys.none")}</Text>
      ) : (
        <Entries>
          {found.data.passkeys.map((passkey) => (
            <PasskeyEntry key={passkey.id} passkey={passkey} />
          ))}
        </Entries>
      )}
      <AddPasskey />
    </Part>
  );
}

function AddPasskey() {
  const say = usePageTexts(texts);
  const { client } = useConsole();
  const queries = useQueryClient();
  const submit = useSubmit();
  const { prove, dialogue } = useProof();

  async function add(proof: Proof) {
    try {
      await client.auth.addPasskey(proof);
    } catch (error) {
      // The browser tells nobody why, but for a device that has one already.
      throw error instanceof DOMException
        ? new Sentence(
            error.name === "InvalidStateError"
              ? say("passkeys.known")
              : say("passkeys.stopped"),
          )
        : error;
    }
    await queries.invalidateQueries({ queryKey: FACTOR });
    void queries.invalidateQueries({ queryKey: SESSIONS });
    notifications.show({ message: say("passkeys.added") });
  }

  // Browsers that cannot read what the server writes are few, and old.
  const isKnown = "PublicKeyCredential" in globalThis;
  return (
    <Stack gap="sm" align="start">
      <FormFailure error={submit.error} />
      {isKnown ? (
        <Button
          variant="default"
          loading={submit.busy}
          onClick={() => void submit.run(() => prove(add))}
        >
          {say("passkeys.add")}
        </Button>
      ) : (
        <Text size="sm" c="dimmed">
          {say("passkeys.unknown")}
        </Text>
      )}
      {dialogue}
    </Stack>
  );
}

function PasskeyEntry({ passkey }: { readonly passkey: Passkey }) {
  const { t, i18n } = useTranslation();
  const say = usePageTexts(texts);
  const { client } = useConsole();
  const queries = useQueryClient();
  const submit = useSubmit();
  const { prove, dialogue } = useProof();
  const [isNaming, setNaming] = useState(false);
  const { id, name, created_at, last_used_at } = passkey;

  async function remove(proof: Proof) {
    await client.auth.removePasskey(id, proof);
    await queries.invalidateQueries({ queryKey: FACTOR });
    notifications.show({ message: say("passkeys.removed") });
  }

  const ask = () =>
    modals.openConfirmModal({
      title: say("passkeys.removeTitle", { name }),
      children: <Text size="sm">{say("passkeys.removeText")}</Text>,
      labels: { confirm: say("passkeys.remove"), cancel: t("action.cancel") },
      confirmProps: { color: "red" },
      onConfirm: () => void submit.run(() => prove(remove)),
    });

  const when =
    last_used_at === null
      ? say("passkeys.addedOn", { when: moment(i18n.language, created_at) })
      : say("passkeys.usedOn", { when: moment(i18n.language, last_used_at) });
  return (
    <Entry
      title={name}
      lines={passkey.backed_up ? [when, say("passkeys.synced")] : [when]}
      actions={
        <>
          <Group gap="xs">
            <Button
              variant="default"
              size="xs"
              aria-label={`${say("passkeys.rename")}: ${name}`}
              onClick={() => setNaming(true)}
            >
              {say("passkeys.rename")}
            </Button>
            <Button
              variant="default"
              size="xs"
              loading={submit.busy}
              aria-label={`${say("passkeys.remove")}: ${name}`}
              onClick={ask}
            >
              {say("passkeys.remove")}
            </Button>
          </Group>
          <FormFailure error={submit.error} />
          {dialogue}
          {isNaming && (
            <NameDialogue passkey={passkey} onClose={() => setNaming(false)} />
          )}
        </>
      }
    />
  );
}

function NameDialogue(props: {
  readonly passkey: Passkey;
  readonly onClose: () => void;
}) {
  const { t } = useTranslation();
  const say = usePageTexts(texts);
  const { client } = useConsole();
  const queries = useQueryClient();
  const submit = useSubmit();
  const [name, setName] = useState(props.passkey.name);

  async function rename() {
    const path = `/auth/passkeys/${encodeURIComponent(props.passkey.id)}`;
    await client.request("PATCH", path, { body: { name } });
    await queries.invalidateQueries({ queryKey: FACTOR });
    props.onClose();
  }

  return (
    <Modal opened onClose={props.onClose} title={say("passkeys.renameTitle")}>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          void submit.run(rename);
        }}
      >
        <Stack gap="sm">
          <TextInput
            label={say("passkeys.name")}
            required
            data-autofocus
            value={name}
            onChange={(event) => setName(event.currentTarget.value)}
          />
          <FormFailure error={submit.error} />
          <Group justify="flex-end" gap="xs">
            <Button variant="default" onClick={props.onClose}>
              {t("action.cancel")}
            </Button>
            <Button type="submit" loading={submit.busy}>
              {t("action.save")}
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  );
}
