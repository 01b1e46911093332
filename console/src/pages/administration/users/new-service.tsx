import { Button, Group, Modal, Stack, TextInput } from "@mantine/core";
import { notifications } from "@mantine/notifications";
import { useQueryClient } from "@tanstack/react-query";
import type { ServiceAccount } from "mainstay-client";
import { useState } from "react";
import { useTranslation } from "react-i18next";

import { fieldFailures } from "../../../api/failure.ts";
import type { Field } from "../../../application/application.ts";
import type { Json } from "../../../application/row.ts";
import { useConsole } from "../../../console.tsx";
import { draftOf, readDraft, type Draft } from "../../../fields/draft.ts";
import { FieldInput } from "../../../fields/field-input.tsx";
import { texts as fieldTexts } from "../../../fields/texts.ts";
import { usePageTexts } from "../../../i18n/page-texts.ts";
import { FormFailure } from "../../../ui/form-failure.tsx";
import { useSubmit } from "../../../ui/use-submit.ts";
import { SERVICES } from "./queries.ts";
import { texts } from "./texts.ts";

/** Those without which the server makes no user, and what one is called by. */
function useWantedFields(): readonly Field[] {
  const users = useConsole().application.collection("users");
  const label = users?.about.label.flatMap((part) =>
    "field" in part ? [part.field] : [],
  );
  return (
    users?.writable.filter(
      ({ name, required, default: given }) =>
        !["email", "administrator", "active"].includes(name) &&
        ((required && given == null) || label?.includes(name) === true),
    ) ?? []
  );
}

/** Makes a user for a program. */
export function NewService(props: {
  readonly onClose: () => void;
  readonly onMade: (made: ServiceAccount) => void;
}) {
  const { t } = useTranslation();
  const sayField = usePageTexts(fieldTexts);
  const say = usePageTexts(texts);
  const { client } = useConsole();
  const queries = useQueryClient();
  const submit = useSubmit();
  const fields = useWantedFields();
  const [email, setEmail] = useState("");
  const [drafts, setDrafts] = useState<Readonly<Record<string, Draft>>>({});
  const faults = fieldFailures(submit.error);

  async function make() {
    const body: Record<string, Json> = { email: email.trim() };
    for (const field of fields) {
      const draft = drafts[field.name] ?? draftOf(field, null);
      const reading = readDraft(sayField, field, draft);
      if (reading.ok && reading.value !== null) {
        body[field.name] = reading.value;
      }
    }
    const made = await client.request("POST", "/service-accounts", { body });
    await queries.invalidateQueries({ queryKey: SERVICES });
    notifications.show({
      message: say("serviceMade", { name: email }),
    });
    props.onMade(made as ServiceAccount);
  }

  const isTold = [...faults.keys()].every(
    (name) => name === "email" || fields.some((field) => field.name === name),
  );
  return (
    <Modal opened onClose={props.onClose} title={say("newService")}>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          void submit.run(make);
        }}
      >
        <Stack gap="md">
          <TextInput
            type="email"
            label={say("email")}
            required
            data-autofocus
            autoComplete="off"
            value={email}
            error={faults.get("email")}
            onChange={(event) => setEmail(event.currentTarget.value)}
          />
          {fields.map((field) => (
            <FieldInput
              key={field.name}
              field={field}
              draft={drafts[field.name] ?? draftOf(field, null)}
              row={null}
              fault={faults.get(field.name) ?? null}
              isLocked={false}
              onChange={(draft) =>
                setDrafts((now) => ({ ...now, [field.name]: draft }))
              }
            />
          ))}
          {(faults.size === 0 || !isTold) && (
            <FormFailure error={submit.error} />
          )}
          <Group justify="end">
            <Button variant="default" onClick={props.onClose}>
              {t("action.cancel")}
            </Button>
            <Button type="submit" loading={submit.busy}>
              {say("serviceCreate")}
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  );
}
