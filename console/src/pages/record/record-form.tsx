import { Button, Group, Stack, Text } from "@mantine/core";
import { modals } from "@mantine/modals";
import { notifications } from "@mantine/notifications";
import { useQueryClient } from "@tanstack/react-query";
import { VersionMismatch } from "mainstay-client";
import { useEffect, useMemo, useState } from "react";
import { useTranslation } from "react-i18next";

import { fieldFailures } from "../../api/failure.ts";
import type { Values } from "../../api/console-client.ts";
import { createRow, expandOf, readRow, updateRow } from "../../api/records.ts";
import type { Collection, Field } from "../../application/application.ts";
import {
  related,
  relatedMany,
  sameValue,
  type Json,
  type Row,
} from "../../application/row.ts";
import { mayEver, useConsole } from "../../console.tsx";
import {
  draftOf,
  draftOfDefault,
  readDraft,
  type Draft,
} from "../../fields/draft.ts";
import { FieldInput } from "../../fields/field-input.tsx";
import { moment } from "../../fields/shown.ts";
import { texts as fieldTexts } from "../../fields/texts.ts";
import { usePageTexts } from "../../i18n/page-texts.ts";
import { FormFailure } from "../../ui/form-failure.tsx";
import { useSubmit } from "../../ui/use-submit.ts";
import {
  listKey,
  removeFromLists,
  replaceInLists,
} from "../collection/list.ts";
import { ConflictDialogue } from "./conflict-dialogue.tsx";
import { texts } from "./texts.ts";

interface Props {
  readonly collection: Collection;
  /** The record as it is known now; null for one that is about to be made. */
  readonly row: Row | null;
  /** What a new record begins with, instead of the defaults. */
  readonly initial?: Values;
  readonly onDirty: (isDirty: boolean) => void;
  /** With the record that was made; with null for one that is gone or stays as it is. */
  readonly onDone: (made: Row | null) => void;
}

type Drafts = Readonly<Record<string, Draft>>;

/** Makes or changes a record: an input for each field, by the definition. */
export function RecordForm(props: Props) {
  const { collection, row, initial, onDirty, onDone } = props;
  const { t, i18n } = useTranslation();
  const say = usePageTexts(texts);
  const sayOfFields = usePageTexts(fieldTexts);
  const here = useConsole();
  const { client, person } = here;
  const queries = useQueryClient();
  const submit = useSubmit();
  /** What the inputs began with: others may save while this is open. */
  const [base, setBase] = useState(row);
  const [drafts, setDrafts] = useState<Drafts>(() =>
    draftsOf(collection, row, person.id, initial),
  );
  const [isChecked, setChecked] = useState(false);
  const [theirs, setTheirs] = useState<Row | null>(null);
  const { name } = collection;
  const start = useMemo(
    () => draftsOf(collection, base, person.id),
    [collection, base, person.id],
  );
  const changed = collection.writable.filter(
    (field) =>
      !sameValue(drafts[field.name] as Json, start[field.name] as Json),
  );
  const isDirty = changed.length > 0;
  useEffect(() => onDirty(isDirty), [isDirty, onDirty]);
  // While nothing is typed, what others save appears in the inputs.
  if (row !== null && !isDirty && row.version !== base?.version) {
    setBase(row);
    setDrafts(draftsOf(collection, row, person.id));
  }

  const refused = fieldFailures(submit.error);
  const readings = new Map(
    collection.writable.map((field) => [
      field.name,
      readDraft(sayOfFields, field, drafts[field.name] ?? ""),
    ]),
  );
  const faultOf = (field: Field): string | null => {
    const reading = readings.get(field.name);
    const own = isChecked && reading?.ok === false ? reading.fault : null;
    return own ?? refused.get(field.name) ?? null;
  };
  const others = [...refused.keys()].some(
    (one) => !collection.writable.some((field) => field.name === one),
  );

  function valuesOf(fields: readonly Field[]): Values | null {
    const values: Record<string, Json> = {};
    for (const field of fields) {
      const reading = readings.get(field.name);
      if (reading?.ok !== true) {
        return null;
      }
      values[field.name] = reading.value;
    }
    return values;
  }

  /** What a new record leaves out gets its default from the server. */
  const filledIn = collection.writable.filter(
    (field) => !isBlank(drafts[field.name]) || changed.includes(field),
  );
  const missing = collection.writable.some(
    (field) =>
      field.required &&
      field.default == null &&
      readings.get(field.name)?.ok === false,
  );

  async function save() {
    setChecked(true);
    const values = valuesOf(row === null ? filledIn : changed);
    if (values === null || (row === null && missing)) {
      focusFirstFault();
      return;
    }
    if (row === null) {
      const made = await createRow(client, name, values);
      await queries.invalidateQueries({ queryKey: listKey(name) });
      notifications.show({
        message: say("created", { record: collection.labelOf(made) }),
      });
      onDirty(false);
      onDone(made);
      return;
    }
    await change(base ?? row, values);
  }

  async function change(from: Row, values: Values) {
    try {
      await updateRow(client, name, from, values);
    } catch (error) {
      if (!(error instanceof VersionMismatch)) {
        throw error;
      }
      const now = await readRow(client, name, from.id, expandOf(collection));
      const clash = changed.some(
        (field) => !sameValue(now[field.name], (base ?? from)[field.name]),
      );
      if (clash) {
        setTheirs(now);
        return;
      }
      // Others changed other fields: both changes stay.
      await updateRow(client, name, now, values);
    }
    await taken(from.id);
  }

  async function taken(id: string) {
    const saved = await readRow(client, name, id, expandOf(collection));
    queries.setQueryData(["record", name, id], saved);
    replaceInLists(queries, name, id, () => saved);
    void queries.invalidateQueries({ queryKey: ["history", name, id] });
    setBase(saved);
    setDrafts(draftsOf(collection, saved, person.id));
    setChecked(false);
    setTheirs(null);
    notifications.show({ message: say("saved") });
  }

  async function remove(from: Row) {
    await client.records(name).delete(from.id);
    removeFromLists(queries, name, new Set([from.id]));
    notifications.show({
      message: say("deleted", { record: collection.labelOf(from) }),
    });
    onDirty(false);
    onDone(null);
  }

  function askToRemove(from: Row) {
    modals.openConfirmModal({
      title: say("deleteTitle", { record: collection.labelOf(from) }),
      children: (
        <Text size="sm">
          {collection.about.soft_delete ? say("deleteSoft") : say("deleteHard")}
        </Text>
      ),
      labels: { confirm: t("action.delete"), cancel: t("action.cancel") },
      confirmProps: { color: "red" },
      onConfirm: () => void submit.run(() => remove(from)),
    });
  }

  const maySave = mayEver(here, name, row === null ? "create" : "update");
  // Where somebody came by a link, what relations lead to is often not for them: an id says nothing.
  const shown = collection.writable.filter(
    (field) => here.link === undefined || row === null || isKnown(field, row),
  );
  return (
    <form
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        void submit.run(save);
      }}
    >
      <Stack gap="md">
        {shown.map((field) => (
          <FieldInput
            key={field.name}
            field={field}
            draft={drafts[field.name] ?? ""}
            row={row}
            fault={faultOf(field)}
            isLocked={
              !maySave ||
              (row !== null && field.write_once && !isBlank(start[field.name]))
            }
            onChange={(draft) =>
              setDrafts((now) => ({ ...now, [field.name]: draft }))
            }
          />
        ))}
        {(refused.size === 0 || others) && <FormFailure error={submit.error} />}
        {row !== null && (
          <Text size="xs" c="dimmed">
            {say("meta", {
              version: row.version,
              when: moment(i18n.language, String(row["updated_at"])),
            })}
          </Text>
        )}
        <Group justify="space-between">
          {maySave ? (
            <Button
              type="submit"
              loading={submit.busy}
              disabled={row !== null && !isDirty}
            >
              {row === null ? t("action.create") : t("action.save")}
            </Button>
          ) : (
            <span />
          )}
          {row !== null && mayEver(here, name, "delete") && (
            <Button
              variant="subtle"
              color="red"
              onClick={() => askToRemove(row)}
            >
              {t("action.delete")}
            </Button>
          )}
        </Group>
      </Stack>
      {theirs !== null && (
        <ConflictDialogue
          collection={collection}
          fields={changed}
          mine={Object.fromEntries(
            changed.map((field) => {
              const reading = readings.get(field.name);
              return [field.name, reading?.ok === true ? reading.value : null];
            }),
          )}
          theirs={theirs}
          onSave={(values) =>
            void submit.run(async () => {
              await updateRow(client, name, theirs, values);
              await taken(theirs.id);
            })
          }
          onDiscard={() => {
            setBase(theirs);
            setDrafts(draftsOf(collection, theirs, person.id));
            setTheirs(null);
            queries.setQueryData(["record", name, theirs.id], theirs);
          }}
        />
      )}
    </form>
  );
}

function draftsOf(
  collection: Collection,
  row: Row | null,
  userId: string,
  initial: Values = {},
): Drafts {
  const begin = (field: Field): Draft => {
    if (row !== null) {
      return draftOf(field, row[field.name]);
    }
    const given = initial[field.name];
    return given === undefined
      ? draftOfDefault(field, userId)
      : draftOf(field, given);
  };
  return Object.fromEntries(
    collection.writable.map((field) => [field.name, begin(field)]),
  );
}

function isKnown(field: Field, row: Row): boolean {
  return (
    field.type !== "relation" ||
    related(row, field.name) !== null ||
    relatedMany(row, field.name).length > 0
  );
}

function isBlank(draft: Draft | undefined): boolean {
  return (
    draft === undefined ||
    draft === "" ||
    (Array.isArray(draft) && draft.length === 0)
  );
}

/** Leads the person to what is wrong. */
function focusFirstFault() {
  requestAnimationFrame(() =>
    document
      .querySelector<HTMLElement>(
        '[role="dialog"] [aria-invalid="true"], [role="dialog"] [data-error]',
      )
      ?.focus(),
  );
}
