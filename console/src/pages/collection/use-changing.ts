import { notifications } from "@mantine/notifications";
import { useQueryClient } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";

import type { Values } from "../../api/console-client.ts";
import { told } from "../../api/failure.ts";
import { expandOf, readRow } from "../../api/records.ts";
import type { Collection } from "../../application/application.ts";
import { sameValue, type Row } from "../../application/row.ts";
import { useConsole } from "../../console.tsx";
import { usePageTexts } from "../../i18n/page-texts.ts";
import { replaceInLists } from "./list.ts";
import { texts } from "./texts.ts";
import { useUndo } from "./undo.tsx";

/** What a record becomes. */
export interface Change {
  readonly row: Row;
  readonly values: Values;
}

interface How {
  /** What was done, for the list of what can be undone. */
  readonly text: string;
  /**
   * Over the version that was seen, or over any: two people who move the same card are not asked which of them is
   * right, the last one is.
   */
  readonly over: "this version" | "any version";
}

/** Changes records. What was changed shows at once, goes back when the server refuses it, and can be undone. */
export function useChanging(collection: Collection) {
  const { client } = useConsole();
  const queries = useQueryClient();
  const { t } = useTranslation();
  const say = usePageTexts(texts);
  const undo = useUndo();
  const { name } = collection;
  const expand = expandOf(collection);

  const put = (id: string, next: (now: Row) => Row) =>
    replaceInLists(queries, name, id, next);

  async function send(
    changes: readonly Change[],
    over: How["over"],
  ): Promise<readonly Row[]> {
    const [first, ...others] = changes;
    if (first === undefined) {
      return [];
    }
    if (others.length === 0) {
      const target = over === "this version" ? first.row : first.row.id;
      return [await client.records(name).update(target, first.values)];
    }
    return client.batch(
      changes.map(({ row, values }) => ({
        op: "update",
        collection: name,
        id: row.id,
        data: values,
        ...(over === "this version" && { if_version: row.version }),
      })),
    );
  }

  async function apply(
    changes: readonly Change[],
    over: How["over"],
  ): Promise<readonly Row[]> {
    for (const { row, values } of changes) {
      put(row.id, (now) => ({ ...now, ...values }));
    }
    try {
      const saved = await send(changes, over);
      for (const row of saved) {
        put(row.id, (now) =>
          row.version >= now.version ? { ...now, ...row } : now,
        );
      }
      return saved;
    } catch (error) {
      for (const { row } of changes) {
        put(row.id, () => row);
      }
      void readAgain(changes);
      throw error;
    }
  }

  /** What was refused may have been so because the record is another by now. */
  async function readAgain(changes: readonly Change[]) {
    for (const { row } of changes) {
      const newer = await readRow(client, name, row.id, expand).catch(
        () => null,
      );
      if (newer !== null) {
        put(row.id, () => newer);
      }
    }
  }

  /** Did it work? If not, it has been said. */
  return async function change(
    changes: readonly Change[],
    { text, over }: How,
  ): Promise<boolean> {
    try {
      const saved = await apply(changes, over);
      undo.push({
        text,
        back: async () => {
          const now = await Promise.all(
            saved.map(({ id }) => readRow(client, name, id, expand)),
          );
          const wanted = backwards(changes, saved, now);
          if (wanted.length < changes.length) {
            return say("undo.changed", { what: text });
          }
          await apply(wanted, "this version");
          return null;
        },
      });
      return true;
    } catch (error) {
      notifications.show({
        color: "red",
        title: text,
        message: told(t, error).text,
      });
      return false;
    }
  };
}

/**
 * The records as they were before, but for those whose fields somebody has changed since. What became of their other
 * fields does not matter.
 */
export function backwards(
  changes: readonly Change[],
  saved: readonly Row[],
  now: readonly Row[],
): readonly Change[] {
  return changes.flatMap(({ row, values }, at) => {
    const found = now.find(({ id }) => id === row.id);
    const fields = Object.keys(values);
    const isOurs =
      found !== undefined &&
      fields.every((field) => sameValue(found[field], saved[at]?.[field]));
    const before = fields.map((field) => [field, row[field] ?? null] as const);
    return isOurs ? [{ row: found, values: Object.fromEntries(before) }] : [];
  });
}
