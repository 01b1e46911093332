import {
  Button,
  Checkbox,
  Group,
  Modal,
  Stack,
  TagsInput,
  TextInput,
} from "@mantine/core";
import { notifications } from "@mantine/notifications";
import { useQueryClient } from "@tanstack/react-query";
import type { OAuthClient } from "mainstay-client";
import { useState } from "react";
import { useTranslation } from "react-i18next";

import { fieldFailures } from "../../../api/failure.ts";
import { useConsole } from "../../../console.tsx";
import { usePageTexts } from "../../../i18n/page-texts.ts";
import { FormFailure } from "../../../ui/form-failure.tsx";
import { useSubmit } from "../../../ui/use-submit.ts";
import { CLIENTS } from "./queries.ts";
import { texts } from "./texts.ts";

const SCOPES = ["openid", "profile", "email", "offline_access", "admin"];

/** Registers a client, or changes one. */
export function ClientDialogue(props: {
  /** Null for one that is about to be made. */
  readonly edited: OAuthClient | null;
  readonly onClose: () => void;
  readonly onSecret: (made: OAuthClient, secret: string) => void;
}) {
  const { edited } = props;
  const { t } = useTranslation();
  const say = usePageTexts(texts);
  const { application, client } = useConsole();
  const queries = useQueryClient();
  const submit = useSubmit();
  const [name, setName] = useState(edited?.name ?? "");
  const [redirects, setRedirects] = useState([...(edited?.redirects ?? [])]);
  const [scopes, setScopes] = useState([
    ...(edited?.scopes ?? ["openid", "profile", "email"]),
  ]);
  const [isOwn, setOwn] = useState(edited?.own ?? false);
  const [isConfidential, setConfidential] = useState(true);
  const faults = fieldFailures(submit.error);

  async function save() {
    const values = { name: name.trim(), redirects, scopes, own: isOwn };
    if (edited === null) {
      const body = { ...values, confidential: isConfidential };
      const made = (await client.request("POST", "/clients", {
        body,
      })) as OAuthClient & { readonly secret?: string };
      if (made.secret === undefined) {
        notifications.show({ message: say("made", { name: made.name }) });
      } else {
        props.onSecret(made, made.secret);
      }
    } else {
      const path = `/clients/${encodeURIComponent(edited.id)}`;
      await client.request("PATCH", path, { body: values });
      notifications.show({ message: say("saved") });
    }
    await queries.invalidateQueries({ queryKey: CLIENTS });
    props.onClose();
  }

  const parts = application.declared.map(({ name: one }) => `${one}:read`);
  return (
    <Modal
      opened
      onClose={props.onClose}
      title={edited?.name ?? say("new")}
      size="lg"
    >
      <form
        onSubmit={(event) => {
          event.preventDefault();
          void submit.run(save);
        }}
      >
        <Stack gap="md">
          <TextInput
            label={say("name")}
            description={say("nameHint")}
            required
            data-autofocus
            maxLength={100}
            value={name}
            error={faults.get("name")}
            onChange={(event) => setName(event.currentTarget.value)}
          />
          <TagsInput
            label={say("redirects")}
            description={say("redirectsHint")}
            acceptValueOnBlur
            withAsterisk
            value={redirects}
            error={faults.get("redirects")}
            onChange={setRedirects}
          />
          <TagsInput
            label={say("scopes")}
            description={say("scopesHint")}
            data={[...SCOPES, "*:read", "*:*", ...parts]}
            maxDropdownHeight={220}
            acceptValueOnBlur
            withAsterisk
            value={scopes}
            error={faults.get("scopes")}
            onChange={setScopes}
          />
          <Checkbox
            label={say("own")}
            description={say("ownText")}
            checked={isOwn}
            onChange={(event) => setOwn(event.currentTarget.checked)}
          />
          {edited === null && (
            <Checkbox
              label={say("confidential")}
              description={say("confidentialText")}
              checked={isConfidential}
              onChange={(event) => setConfidential(event.currentTarget.checked)}
            />
          )}
          {faults.size === 0 && <FormFailure error={submit.error} />}
          <Group justify="end">
            <Button variant="default" onClick={props.onClose}>
              {t("action.cancel")}
            </Button>
            <Button type="submit" loading={submit.busy}>
              {edited === null ? t("action.create") : t("action.save")}
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  );
}
