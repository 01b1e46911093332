import { notifications } from "@mantine/notifications";
import { useQueryClient } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";

import type { Values } from "../../api/console-client.ts";
import { told } from "../../api/failure.ts";
import { expandOf, readRow } from "../../api/records.ts";
import type { Collection } from "../../application/application.ts";
import type { Json, Row } from "../../application/row.ts";
import { useConsole } from "../../console.tsx";
import { replaceInLists } from "./list.ts";
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
  const undo = useUndo();
  const { name } = collection;

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
    const expand = expandOf(collection);
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
          await apply(backwards(changes, saved), "this version");
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

/** The same records, as they were before. */
export function backwards(
  changes: readonly Change[],
  saved: readonly Row[],
): readonly Change[] {
  return changes.flatMap(({ row, values }, at) => {
    const now = saved[at];
    const before: Record<string, Json> = {};
    for (const field of Object.keys(values)) {
      before[field] = row[field] ?? null;
    }
    return now === undefined ? [] : [{ row: now, values: before }];
  });
}
