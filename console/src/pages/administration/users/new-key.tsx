import {
  Button,
  Card,
  Group,
  Stack,
  TagsInput,
  TextInput,
} from "@mantine/core";
import { useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";

import { fieldFailures } from "../../../api/failure.ts";
import { useConsole } from "../../../console.tsx";
import { usePageTexts } from "../../../i18n/page-texts.ts";
import { FormFailure } from "../../../ui/form-failure.tsx";
import { useSubmit } from "../../../ui/use-submit.ts";
import { keysOf } from "./queries.ts";
import { texts } from "./texts.ts";

const ACTIONS = ["read", "create", "update", "delete", "comment"];

/** Makes a key for a service account. */
export function NewKey(props: {
  readonly owner: string;
  readonly onClose: () => void;
  readonly onMade: (name: string, key: string) => void;
}) {
  const { t } = useTranslation();
  const say = usePageTexts(texts);
  const { application, client } = useConsole();
  const queries = useQueryClient();
  const submit = useSubmit();
  const [name, setName] = useState("");
  const [scopes, setScopes] = useState<string[]>([]);
  const [networks, setNetworks] = useState<string[]>([]);
  const [until, setUntil] = useState("");
  const faults = fieldFailures(submit.error);
  const known = ["*", ...application.declared.map((one) => one.name)].flatMap(
    (collection) => ACTIONS.map((action) => `${collection}:${action}`),
  );

  async function make() {
    const made = (await client.request("POST", "/api-keys", {
      body: {
        owner: props.owner,
        name: name.trim(),
        scopes,
        networks,
        ...(until !== "" && { expires_at: new Date(until).toISOString() }),
      },
    })) as { readonly key: string };
    await queries.invalidateQueries({ queryKey: keysOf(props.owner) });
    props.onMade(name, made.key);
  }

  return (
    <Card withBorder padding="md">
      <form
        aria-label={say("newKey")}
        onSubmit={(event) => {
          event.preventDefault();
          void submit.run(make);
        }}
      >
        <Stack gap="md">
          <TextInput
            label={say("keyName")}
            description={say("keyNameHint")}
            required
            autoFocus
            maxLength={100}
            value={name}
            error={faults.get("name")}
            onChange={(event) => setName(event.currentTarget.value)}
          />
          <TagsInput
            label={say("scopes")}
            description={say("scopesHint")}
            data={["admin", ...known]}
            limit={50}
            maxDropdownHeight={220}
            acceptValueOnBlur
            value={scopes}
            error={faults.get("scopes")}
            onChange={setScopes}
            withAsterisk
          />
          <TagsInput
            label={say("networks")}
            description={say("networksHint")}
            acceptValueOnBlur
            value={networks}
            error={faults.get("networks")}
            onChange={setNetworks}
          />
          <TextInput
            type="date"
            label={say("expires")}
            description={say("expiresHint")}
            value={until}
            error={faults.get("expires_at")}
            onChange={(event) => setUntil(event.currentTarget.value)}
          />
          {faults.size === 0 && <FormFailure error={submit.error} />}
          <Group justify="end">
            <Button variant="default" onClick={props.onClose}>
              {t("action.cancel")}
            </Button>
            <Button type="submit" loading={submit.busy}>
              {say("newKey")}
            </Button>
          </Group>
        </Stack>
      </form>
    </Card>
  );
}
