import type { Collection, Field } from "../../../application/application.ts";
import type { Json, Row } from "../../../application/row.ts";

/** A column of a board. */
export interface Group {
  /** Of its value; empty for records without one. */
  readonly key: string;
  readonly title: string;
  /** What a record has that stands in it. */
  readonly value: Json;
}

/** A column with its records, in their order. */
export interface Stack extends Group {
  readonly rows: readonly Row[];
}

/** The fields that can make the columns of a board: those with few values. */
export function groupFields(collection: Collection): readonly Field[] {
  const fields = collection.visible.filter(
    (field) =>
      !field.system &&
      !field.read_only &&
      !field.write_once &&
      field.many !== true,
  );
  return ["select", "relation", "boolean"].flatMap((type) =>
    fields.filter((field) => field.type === type),
  );
}

export function keyOf(value: Json | undefined): string {
  return value === null || value === undefined ? "" : String(value);
}

/** Puts each record into its column. A value that no column has gets one at the end, so that nothing is hidden. */
export function stacked(
  groups: readonly Group[],
  field: Field,
  rows: readonly Row[],
  titleOf: (row: Row) => string,
): readonly Stack[] {
  const found = new Map<string, { group: Group; rows: Row[] }>(
    groups.map((group) => [group.key, { group, rows: [] }]),
  );
  for (const row of rows) {
    const value = row[field.name] ?? null;
    const key = keyOf(value);
    let stack = found.get(key);
    if (stack === undefined) {
      stack = { group: { key, title: titleOf(row), value }, rows: [] };
      found.set(key, stack);
    }
    stack.rows.push(row);
  }
  return [...found.values()].map(({ group, rows }) => ({ ...group, rows }));
}

/** As the server sorts them: by their place, and those with the same one by their id. */
export function byPlace(
  rows: readonly Row[],
  field: string,
  descending: boolean,
): readonly Row[] {
  const way = descending ? -1 : 1;
  return rows.toSorted(
    (left, right) =>
      way * compare(left[field], right[field]) || compare(left.id, right.id),
  );
}

function compare(left: Json | undefined, right: Json | undefined): number {
  if (typeof left === "number" && typeof right === "number") {
    return left - right;
  }
  const [one, other] = [keyOf(left), keyOf(right)];
  return one < other ? -1 : one > other ? 1 : 0;
}
