import type { Json as Present } from "mainstay-client";

/** A value of a field. */
export type Json = Present | null;

/** A record of any collection. */
export interface Row {
  readonly id: string;
  readonly version: number;
  readonly [field: string]: Json | undefined;
}

/** The record that a relation leads to, where it was asked to come along and may be seen. */
export function related(row: Row, field: string): Row | null {
  const expand = row["expand"];
  if (!isObject(expand)) {
    return null;
  }
  const found = expand[field];
  return isObject(found) ? (found as Row) : null;
}

/** The records that a relation to many leads to. */
export function relatedMany(row: Row, field: string): readonly Row[] {
  const expand = row["expand"];
  const found = isObject(expand) ? expand[field] : undefined;
  return Array.isArray(found) ? (found as readonly Row[]) : [];
}

function isObject(
  value: Json | undefined,
): value is { readonly [name: string]: Json } {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** Are two values of fields the same? */
export function sameValue(left: Json | undefined, right: Json | undefined) {
  return (
    left === right ||
    JSON.stringify(left ?? null) === JSON.stringify(right ?? null)
  );
}
