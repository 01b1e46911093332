import { Button, Group, Modal, Select, Stack, Text } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useEffect, useState } from "react";
import { useTranslation } from "react-i18next";

import { expandOf, readRow } from "../../../api/records.ts";
import type { Collection, Field } from "../../../application/application.ts";
import { sameValue, type Json, type Row } from "../../../application/row.ts";
import { useConsole } from "../../../console.tsx";
import { draftOf, readDraft, type Draft } from "../../../fields/draft.ts";
import { FieldInput } from "../../../fields/field-input.tsx";
import { shown } from "../../../fields/shown.ts";
import { texts as fieldTexts } from "../../../fields/texts.ts";
import { usePageTexts } from "../../../i18n/page-texts.ts";
import { FormFailure } from "../../../ui/form-failure.tsx";
import { useSubmit } from "../../../ui/use-submit.ts";
import type { Selection } from "../selection.ts";
import { texts } from "../texts.ts";
import styles from "./bulk.module.css";
import type { useBulk } from "./use-bulk.tsx";

const EXAMPLES = 5;

interface Props {
  readonly collection: Collection;
  readonly selection: Selection;
  readonly count: number;
  readonly bulk: ReturnType<typeof useBulk>;
  readonly onClose: () => void;
}

/** Sets one field of many records, and says before what that changes. */
export function BulkEdit(props: Props) {
  const { collection, selection, count, bulk, onClose } = props;
  const { t } = useTranslation();
  const sayField = usePageTexts(fieldTexts);
  const say = usePageTexts(texts);
  const submit = useSubmit();
  const reading = useSubmit();
  const [rows, setRows] = useState<readonly Row[] | null>(null);
  const [readSoFar, setReadSoFar] = useState(0);
  const fields = collection.writable.filter(
    ({ write_once, unique }) => !write_once && !unique,
  );
  const [field, setField] = useState<Field | null>(null);
  const [draft, setDraft] = useState<Draft>("");
  useEffect(() => {
    void reading.run(async () =>
      setRows(await bulk.read(selection, setReadSoFar)),
    );
    // It is read once: what is selected does not change below a dialogue.
  }, []);

  const value = field === null ? null : readDraft(sayField, field, draft);
  const changed =
    field !== null && value?.ok === true
      ? (rows ?? []).filter((row) => !sameValue(row[field.name], value.value))
      : [];

  function apply() {
    if (field !== null && value?.ok === true) {
      const values = { [field.name]: value.value };
      void submit.run(async () => {
        await bulk.run(changed, { kind: "update", values });
        onClose();
      });
    }
  }

  return (
    <Modal
      opened
      onClose={submit.busy ? () => undefined : onClose}
      title={say("bulk.title", { count })}
    >
      <form
        onSubmit={(event) => {
          event.preventDefault();
          apply();
        }}
      >
        <Stack gap="md">
          <Select
            label={say("bulk.field")}
            data-autofocus
            searchable
            allowDeselect={false}
            data={fields.map(({ name, title }) => ({
              value: name,
              label: title,
            }))}
            value={field?.name ?? null}
            onChange={(name) => {
              const next = collection.field(name ?? "");
              if (next !== undefined) {
                setField(next);
                setDraft(draftOf(next, null));
              }
            }}
          />
          {field !== null && (
            <FieldInput
              field={field}
              draft={draft}
              onChange={setDraft}
              fault={value?.ok === false && draft !== "" ? value.fault : null}
              row={null}
              isLocked={false}
            />
          )}
          {rows === null && reading.error === null && (
            <Text size="sm" role="status">
              {say("bulk.reading", { done: readSoFar, count })}
            </Text>
          )}
          {rows !== null && field !== null && value?.ok === true && (
            <Effect
              collection={collection}
              field={field}
              value={value.value}
              changed={changed}
              same={rows.length - changed.length}
            />
          )}
          <FormFailure error={reading.error ?? submit.error} />
          <Group justify="flex-end" gap="sm">
            {bulk.progress !== null && (
              <Text size="sm" role="status">
                {say("bulk.working", {
                  done: bulk.progress,
                  count: changed.length,
                })}
              </Text>
            )}
            <Button
              variant="default"
              onClick={submit.busy ? bulk.stop : onClose}
            >
              {submit.busy ? say("bulk.stop") : t("action.cancel")}
            </Button>
            <Button
              type="submit"
              loading={submit.busy}
              disabled={changed.length === 0}
            >
              {changed.length === 0
                ? t("action.apply")
                : say("bulk.apply", { count: changed.length })}
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  );
}

/** How many records change, and what some of them had before. */
function Effect(props: {
  readonly collection: Collection;
  readonly field: Field;
  readonly value: Json;
  readonly changed: readonly Row[];
  readonly same: number;
}) {
  const { collection, field, value, changed, same } = props;
  const { t, i18n } = useTranslation();
  const say = usePageTexts(texts);
  const { application, client } = useConsole();
  const target = application.target(field);
  const id = target !== undefined && typeof value === "string" ? value : null;
  const found = useQuery({
    queryKey: ["record", target?.name, id],
    enabled: id !== null && target !== undefined,
    queryFn: ({ signal }) =>
      target === undefined || id === null
        ? null
        : readRow(client, target.name, id, expandOf(target), signal),
  });
  const showing = { application, language: i18n.language, t };
  const words = (row: Row) => shown(showing, field, row) || say("bulk.nothing");
  const next = {
    id: "",
    version: 0,
    [field.name]: value,
    expand: { [field.name]: (found.data ?? null) as never },
  };
  return (
    <div className={styles["effect"]} role="status">
      <Text size="sm" fw={600}>
        {changed.length === 0
          ? say("bulk.noEffect")
          : say("bulk.effect", { count: changed.length })}{" "}
        {same > 0 && changed.length > 0 && say("bulk.same", { count: same })}
      </Text>
      <ul>
        {changed.slice(0, EXAMPLES).map((row) => (
          <li key={row.id}>
            <bdi>{collection.labelOf(row)}</bdi>: <del>{words(row)}</del>{" "}
            <ins>{words(next)}</ins>
          </li>
        ))}
        {changed.length > EXAMPLES && (
          <li>{say("bulk.and", { count: changed.length - EXAMPLES })}</li>
        )}
      </ul>
    </div>
  );
}
