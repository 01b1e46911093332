import { Button, Stack } from "@mantine/core";
import { notifications } from "@mantine/notifications";
import { useQueryClient } from "@tanstack/react-query";
import { useRouter } from "@tanstack/react-router";
import { VersionMismatch } from "mainstay-client";
import { useState } from "react";
import { useTranslation } from "react-i18next";

import type { Values } from "../../api/console-client.ts";
import { fieldFailures } from "../../api/failure.ts";
import { updateRow } from "../../api/records.ts";
import type { Field } from "../../application/application.ts";
import { sameValue, type Json, type Row } from "../../application/row.ts";
import { useConsole } from "../../console.tsx";
import { draftOf, readDraft, type Draft } from "../../fields/draft.ts";
import { FieldInput } from "../../fields/field-input.tsx";
import { texts as fieldTexts } from "../../fields/texts.ts";
import { usePageTexts } from "../../i18n/page-texts.ts";
import { FormFailure } from "../../ui/form-failure.tsx";
import { useSubmit } from "../../ui/use-submit.ts";
import { texts } from "./texts.ts";

type Drafts = Readonly<Record<string, Draft>>;

/** What people may change of their own record. */
export function ProfileForm(props: { readonly fields: readonly Field[] }) {
  const { t } = useTranslation();
  const sayField = usePageTexts(fieldTexts);
  const say = usePageTexts(texts);
  const { client, person } = useConsole();
  const queries = useQueryClient();
  const router = useRouter();
  const submit = useSubmit();
  const [drafts, setDrafts] = useState<Drafts>({});
  const [isChecked, setChecked] = useState(false);
  const { fields } = props;
  const draftFor = (field: Field) =>
    drafts[field.name] ?? draftOf(field, person[field.name]);
  const changed = fields.filter(
    (field) =>
      !sameValue(
        draftFor(field) as Json,
        draftOf(field, person[field.name]) as Json,
      ),
  );
  const refused = fieldFailures(submit.error);
  const faultOf = (field: Field): string | null => {
    const reading = readDraft(sayField, field, draftFor(field));
    const own = isChecked && !reading.ok ? reading.fault : null;
    return own ?? refused.get(field.name) ?? null;
  };

  function read(): Values | null {
    const values: Record<string, Json> = {};
    for (const field of changed) {
      const reading = readDraft(sayField, field, draftFor(field));
      if (!reading.ok) {
        return null;
      }
      values[field.name] = reading.value;
    }
    return values;
  }

  async function save() {
    setChecked(true);
    const values = read();
    if (values === null) {
      return;
    }
    try {
      await updateRow(client, "users", person, values);
    } catch (error) {
      // What is typed stays, and is saved onto what the record has become when it is sent once more.
      if (error instanceof VersionMismatch) {
        await refresh();
      }
      throw error;
    }
    await refresh();
    setDrafts({});
    setChecked(false);
    notifications.show({ message: say("profile.saved") });
  }

  async function refresh() {
    const now: Row = await client.auth.me();
    queries.setQueryData(["me"], now);
    await router.invalidate();
  }

  return (
    <form
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        void submit.run(save);
      }}
    >
      <Stack gap="md" align="stretch">
        {fields.map((field) => (
          <FieldInput
            key={field.name}
            field={field}
            draft={draftFor(field)}
            row={person}
            fault={faultOf(field)}
            isLocked={field.write_once && person[field.name] != null}
            onChange={(draft) =>
              setDrafts((now) => ({ ...now, [field.name]: draft }))
            }
          />
        ))}
        {refused.size === 0 && <FormFailure error={submit.error} />}
        <div>
          <Button
            type="submit"
            loading={submit.busy}
            disabled={changed.length === 0}
          >
            {t("action.save")}
          </Button>
        </div>
      </Stack>
    </form>
  );
}
