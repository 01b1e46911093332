import "../../theme/signed-in.css";

import { useState } from "react";

import type { Values } from "../../api/console-client.ts";
import { fieldFailures } from "../../api/failure.ts";
import type { Application, Field } from "../../application/application.ts";
import { personalFields } from "../../application/personal-fields.ts";
import type { Json } from "../../application/row.ts";
import { texts as fieldTexts } from "../../fields/texts.ts";
import { usePageTexts } from "../../i18n/page-texts.ts";
import { draftOfDefault, readDraft, type Draft } from "../../fields/draft.ts";
import { FieldInput } from "../../fields/field-input.tsx";

/** What a new person is asked about themselves, beside address and password. */
export interface PersonDraft {
  readonly fields: readonly Field[];
  readonly drafts: Readonly<Record<string, Draft>>;
  readonly isChecked: boolean;
  readonly set: (field: Field, draft: Draft) => void;
  /** The values, or null where something is not right, which is shown from then on. */
  readonly read: () => Values | null;
}

/** What somebody is called, and what no account can be without: the rest waits for their profile. */
function fieldsOf(application: Application): readonly Field[] {
  const users = application.collection("users");
  const label = new Set(
    users?.about.label.flatMap((part) => ("field" in part ? part.field : [])),
  );
  return personalFields(application).filter(
    (field) =>
      field.type !== "relation" &&
      (label.has(field.name) || (field.required && field.default === null)),
  );
}

export function usePersonDraft(application: Application): PersonDraft {
  const sayField = usePageTexts(fieldTexts);
  const fields = fieldsOf(application);
  const [drafts, setDrafts] = useState<Readonly<Record<string, Draft>>>(() =>
    Object.fromEntries(
      fields.map((field) => [field.name, draftOfDefault(field, "")]),
    ),
  );
  const [isChecked, setChecked] = useState(false);
  return {
    fields,
    drafts,
    isChecked,
    set: (field, draft) =>
      setDrafts((now) => ({ ...now, [field.name]: draft })),
    read: () => {
      setChecked(true);
      const values: Record<string, Json> = {};
      for (const field of fields) {
        const reading = readDraft(sayField, field, drafts[field.name] ?? "");
        if (!reading.ok) {
          return null;
        }
        if (reading.value !== null) {
          values[field.name] = reading.value;
        }
      }
      return values;
    },
  };
}

export function PersonFields(props: {
  readonly draft: PersonDraft;
  /** Why the server refused the form. */
  readonly error: unknown;
}) {
  const sayField = usePageTexts(fieldTexts);
  const { fields, drafts, isChecked, set } = props.draft;
  const refused = fieldFailures(props.error);
  return fields.map((field) => {
    const draft = drafts[field.name] ?? "";
    const reading = readDraft(sayField, field, draft);
    const own = isChecked && !reading.ok ? reading.fault : null;
    return (
      <FieldInput
        key={field.name}
        field={field}
        draft={draft}
        onChange={(next) => set(field, next)}
        fault={own ?? refused.get(field.name) ?? null}
        row={null}
        isLocked={false}
      />
    );
  });
}
