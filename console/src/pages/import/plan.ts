import type { TFunction } from "i18next";

import type { Values } from "../../api/console-client.ts";
import type { Collection, Field } from "../../application/application.ts";
import type { Json } from "../../application/row.ts";
import { readDraft } from "../../fields/draft.ts";
import { importable, type Mapping } from "./mapping.ts";
import { listOf, readCell, type CellFault } from "./reading.ts";
import { inSlices } from "./slices.ts";
import { cellText, type Source, type SourceRow } from "./source.ts";

/** Why a line is not taken. */
export interface Fault {
  /** The title of the field; empty for what is about the whole line. */
  readonly field: string;
  readonly reason: string;
}

/** Records of the same file that a relation leads to, by their places in the plan. */
export interface Link {
  readonly field: Field;
  readonly to: readonly number[];
}

/** What is to become of one line. */
export interface Entry {
  readonly row: SourceRow;
  readonly values: Readonly<Record<string, Json>>;
  /** What relations of the line name, until it is known which records that are. */
  readonly names: ReadonlyMap<string, readonly string[]>;
  readonly links: readonly Link[];
  /** What tells the record from others: the same line of the same file has the same again. */
  readonly key: string;
  readonly id: string;
  readonly faults: readonly Fault[];
  readonly state: "new" | "there" | "bad";
}

/** What the person has said about a file. */
export interface Order {
  readonly collection: Collection;
  readonly source: Source;
  readonly mapping: Mapping;
  /** The fields that tell a record from others; none for the whole line. */
  readonly key: readonly string[];
}

export type PlanFault =
  | CellFault
  | "needed"
  | "sameKey"
  | "noRecord"
  | "manyRecords"
  | "circle"
  | "badLink";

/** The sentences that a plan needs. */
export interface Saying {
  readonly t: TFunction<"fields">;
  readonly say: (
    fault: PlanFault,
    values?: Readonly<Record<string, string | number>>,
  ) => string;
}

/** Reads every line as the form of the collection would be read. */
export async function readEntries(
  order: Order,
  saying: Saying,
  signal: AbortSignal,
): Promise<Entry[]> {
  const entries: Entry[] = [];
  const lines = new Map<string, number>();
  const times = new Map<string, number>();
  const constants = constantsOf(order, saying);
  function* read() {
    for (const row of order.source.rows) {
      const entry = readRow(order, saying, constants, row);
      const own = keyOf(order, entry);
      const before = lines.get(own);
      if (before === undefined || order.key.length === 0) {
        // Two lines that are the same all over are two records, each time that they are read.
        const time = (times.get(own) ?? 0) + 1;
        times.set(own, time);
        lines.set(own, row.line);
        entries.push({ ...entry, key: `${own}\n${time}` });
      } else {
        const reason = saying.say("sameKey", { line: before });
        entries.push(bad(entry, { field: "", reason }));
      }
      yield;
    }
  }
  await inSlices(read(), signal);
  return entries;
}

export function bad(entry: Entry, ...faults: readonly Fault[]): Entry {
  return { ...entry, state: "bad", faults: [...entry.faults, ...faults] };
}

/** What all lines have in common. */
export function constantsOf(
  { collection, mapping }: Pick<Order, "collection" | "mapping">,
  { t }: Saying,
): Values {
  const values: Record<string, Json> = {};
  for (const field of importable(collection)) {
    const origin = mapping[field.name];
    if (origin?.kind === "constant") {
      const reading = readDraft(t, field, origin.draft);
      if (reading.ok && reading.value !== null) {
        values[field.name] = reading.value;
      }
    }
  }
  return values;
}

function readRow(
  { collection, mapping }: Order,
  { t, say }: Saying,
  constants: Values,
  row: SourceRow,
): Entry {
  const values: Record<string, Json> = { ...constants };
  const names = new Map<string, readonly string[]>();
  const faults: Fault[] = [];
  for (const field of importable(collection)) {
    const origin = mapping[field.name];
    const fault = (reason: string) =>
      faults.push({ field: field.title, reason });
    const isGiven = field.name in constants;
    if (origin?.kind === "column") {
      const cell = row.cells[origin.column] ?? "";
      if (field.type === "relation") {
        const found = namesIn(field, cell);
        if (found.length > 0) {
          names.set(field.name, found);
          continue;
        }
      } else {
        const reading = readCell(t, say, field, cell);
        if (reading !== null) {
          if (reading.ok) {
            values[field.name] = reading.value;
          } else {
            fault(reading.fault);
          }
          continue;
        }
      }
    }
    if (!isGiven && !field.system && field.required && field.default === null) {
      fault(say("needed"));
    }
  }
  const state = faults.length === 0 ? "new" : "bad";
  const key = "";
  return { row, values, names, links: [], key, id: "", faults, state };
}

function namesIn(field: Field, cell: SourceRow["cells"][number]) {
  if (typeof cell !== "string") {
    return cell.filter((one) => one !== "");
  }
  const text = cell.trim();
  return text === "" ? [] : field.many === true ? listOf(text) : [text];
}

/** The mapped values as one text, always in the same order. */
function keyOf(
  { collection, mapping, key }: Order,
  entry: Pick<Entry, "row" | "values">,
): string {
  const fields = importable(collection).filter(
    ({ name }) => name in mapping && (key.length === 0 || key.includes(name)),
  );
  const parts = fields.map(({ name }) => {
    const origin = mapping[name];
    return origin?.kind === "column"
      ? [name, cellText(entry.row.cells[origin.column]).trim()]
      : [name, entry.values[name] ?? null];
  });
  return JSON.stringify(parts.sort());
}

/** The entries so that each comes behind those that it leads to; those in a circle are bad. */
export function inOrder(
  entries: readonly Entry[],
  { say }: Saying,
): { readonly entries: readonly Entry[]; readonly order: readonly number[] } {
  const result = [...entries];
  const order: number[] = [];
  const state = new Uint8Array(entries.length);
  const OPEN = 1;
  const DONE = 2;
  for (let start = 0; start < entries.length; start += 1) {
    const stack = [start];
    for (let at = stack.at(-1); at !== undefined; at = stack.at(-1)) {
      const entry = entries[at];
      if (entry === undefined || state[at] === DONE) {
        stack.pop();
        continue;
      }
      if (state[at] === OPEN) {
        state[at] = DONE;
        order.push(at);
        stack.pop();
        continue;
      }
      state[at] = OPEN;
      for (const link of entry.links) {
        for (const to of link.to) {
          if (state[to] === OPEN) {
            const reason = say("circle");
            result[at] = bad(entry, { field: link.field.title, reason });
          } else if (state[to] !== DONE) {
            stack.push(to);
          }
        }
      }
    }
  }
  return { entries: result, order };
}

/** What is sent for an entry, once its links are known. */
export function dataOf(entry: Entry, entries: readonly Entry[]): Values {
  const data: Record<string, Json> = { ...entry.values, id: entry.id };
  for (const { field, to } of entry.links) {
    const ids = to.flatMap((place) => entries[place]?.id ?? []);
    const before = data[field.name];
    data[field.name] =
      field.many === true
        ? [...(Array.isArray(before) ? before : []), ...ids]
        : (ids[0] ?? null);
  }
  return data;
}
