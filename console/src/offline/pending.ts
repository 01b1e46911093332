import type { Json, Row } from "../application/row.ts";

/** A write that waits for the network. */
export interface Pending {
  /** Its place in the order in which the person worked. */
  readonly key: number;
  readonly person: string;
  readonly op: "create" | "update" | "delete";
  readonly collection: string;
  readonly id: string;
  /** The record as the person saw it; null for one that they made. */
  readonly base: Row | null;
  readonly values: Readonly<Record<string, Json>>;
  /** By which the server knows it again when an answer was lost. */
  readonly token: string;
  readonly trouble: Trouble | null;
}

/** Why it is not taken: somebody else changed the same, or the server said no. */
export type Trouble =
  | { readonly kind: "conflict" }
  | { readonly kind: "refused"; readonly reason: string };

export type NewPending = Omit<Pending, "key">;

/** Moments as the server writes them, to the microsecond. */
export function asAnswered(
  values: Pending["values"],
): Readonly<Record<string, Json>> {
  return Object.fromEntries(
    Object.entries(values).map(([name, value]) => {
      const parts =
        typeof value === "string"
          ? /^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(?:\.(\d{1,6}))?Z$/.exec(value)
          : null;
      return parts === null
        ? [name, value]
        : [name, `${parts[1]}.${(parts[2] ?? "").padEnd(6, "0")}Z`];
    }),
  );
}

/** A record as it will be when its waiting writes are made; null when it will be gone. */
export function withPending(
  row: Row,
  collection: string,
  pending: readonly Pending[],
): Row | null {
  let now: Row = row;
  for (const one of pending) {
    if (one.collection !== collection || one.id !== row.id) {
      continue;
    }
    if (one.op === "delete") {
      return null;
    }
    const expand = now["expand"];
    now = { ...now, ...asAnswered(one.values) };
    if (typeof expand === "object" && expand !== null) {
      // What a changed relation leads to now did not come along.
      const kept = Object.entries(expand).filter(
        ([name]) => !(name in one.values),
      );
      now = { ...now, expand: Object.fromEntries(kept) };
    }
  }
  return now;
}
