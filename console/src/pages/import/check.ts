import { Filter, filter, type Problem } from "mainstay-client";

import type { ConsoleClient, Values } from "../../api/console-client.ts";
import { listRows } from "../../api/records.ts";
import { idOf } from "./ids.ts";
import {
  bad,
  dataOf,
  inOrder,
  readEntries,
  type Entry,
  type Fault,
  type Order,
  type Saying,
} from "./plan.ts";
import { findRelated } from "./relations.ts";
import { parts } from "./slices.ts";
import type { Application, Collection } from "../../application/application.ts";

/** A request has at most 1,000 writes and 4 MiB; smaller ones show progress. */
export const PART = { count: 500, weight: 1_000_000 } as const;
const IDS = 80;
/** How often one and the same line can be imported and deleted again. */
const GENERATIONS_MAX = 50;

/** Every line with what is to become of it, and the places of the lines in the order in which they are written. */
export interface Plan {
  readonly entries: readonly Entry[];
  readonly order: readonly number[];
}

interface Here {
  readonly application: Application;
  readonly client: ConsoleClient;
}

/** Reads and checks a whole file as it would be imported, and writes nothing. */
export async function makePlan(
  here: Here,
  order: Order,
  saying: Saying,
  onProgress: (share: number) => void,
  signal: AbortSignal,
): Promise<Plan> {
  const read = await readEntries(order, saying, signal);
  const found = await findRelated(here, order, read, saying, signal);
  const sorted = inOrder(found, saying);
  const entries: Entry[] = [];
  for (const entry of sorted.entries) {
    const given = entry.values["id"];
    const id =
      typeof given === "string"
        ? given
        : await idOf(order.collection.name, entry.key);
    entries.push({ ...entry, id });
    signal.throwIfAborted();
  }
  await checkAll(here.client, order, entries, sorted.order, onProgress, signal);
  spreadFaults(entries, sorted.order, saying);
  return { entries, order: sorted.order };
}

/** Asks the server about each line; what it says is put into the entries. */
async function checkAll(
  client: ConsoleClient,
  order: Order,
  entries: Entry[],
  sequence: readonly number[],
  onProgress: (share: number) => void,
  signal: AbortSignal,
): Promise<void> {
  const { collection } = order;
  let open = sequence.filter((place) => entries[place]?.state === "new");
  for (let generation = 1; open.length > 0; generation += 1) {
    const taken: number[] = [];
    let done = 0;
    for (const part of parts(open, PART, (place) => weightOf(entries[place]))) {
      const results = await check(client, collection, entries, part, signal);
      for (const [index, problem] of results.entries()) {
        const place = part[index];
        const entry = place === undefined ? undefined : entries[place];
        if (problem === null || entry === undefined || place === undefined) {
          continue;
        }
        if (isIdTaken(problem)) {
          taken.push(place);
        } else if (isKeyTaken(problem, order)) {
          entries[place] = { ...entry, state: "there" };
        } else {
          entries[place] = bad(entry, ...faultsOf(collection, problem));
        }
      }
      done += part.length;
      onProgress(done / open.length);
    }
    open = await settle(client, order, entries, taken, generation, signal);
  }
}

/** Of the ids that are taken, those of records that are there; the others were deleted, and get another one. */
async function settle(
  client: ConsoleClient,
  { collection, mapping }: Order,
  entries: Entry[],
  taken: readonly number[],
  generation: number,
  signal: AbortSignal,
): Promise<number[]> {
  const again: number[] = [];
  for (const part of parts(taken, { count: IDS, weight: IDS }, () => 1)) {
    const ids = part.flatMap((place) => entries[place]?.id ?? []);
    const query = {
      filter: filter`${Filter.fromText("id")} in ${ids}`.text,
      sort: [],
      expand: [],
    };
    const at = { cursor: null, limit: IDS, signal };
    const { items } = await listRows(client, collection.name, query, at);
    const there = new Set(items.map(({ id }) => id));
    for (const place of part) {
      const entry = entries[place];
      if (entry === undefined) {
        continue;
      }
      if (
        there.has(entry.id) ||
        "id" in mapping ||
        generation > GENERATIONS_MAX
      ) {
        entries[place] = { ...entry, state: "there" };
      } else {
        const id = await idOf(collection.name, entry.key, generation);
        entries[place] = { ...entry, id };
        again.push(place);
      }
    }
  }
  return again;
}

async function check(
  client: ConsoleClient,
  collection: Collection,
  entries: readonly Entry[],
  part: readonly number[],
  signal: AbortSignal,
): Promise<readonly (Problem | null)[]> {
  const inPart = new Set(part);
  const operations = part.map((place) => ({
    op: "create",
    collection: collection.name,
    data: checkedData(entries, place, inPart),
  }));
  const answer = (await client.request("POST", "/batch", {
    body: { mode: "check", operations },
    signal,
    timeoutMs: 120_000,
  })) as { readonly results: readonly { readonly problem?: Problem }[] };
  return answer.results.map(({ problem }) => problem ?? null);
}

/** Nothing is written by a check: lines of another part cannot be led to yet. */
function checkedData(
  entries: readonly Entry[],
  place: number,
  inPart: ReadonlySet<number>,
): Values {
  const entry = entries[place];
  if (entry === undefined) {
    return {};
  }
  const links = entry.links.map(({ field, to }) => ({
    field,
    to: to.filter((one) => inPart.has(one) || entries[one]?.state === "there"),
  }));
  return dataOf(
    { ...entry, links: links.filter(({ to }) => to.length > 0) },
    entries,
  );
}

/** A line that leads to a bad one is bad, too. */
export function spreadFaults(
  entries: Entry[],
  order: readonly number[],
  { say }: Saying,
): void {
  for (const place of order) {
    const entry = entries[place];
    for (const { field, to } of entry?.links ?? []) {
      const broken = to.find((one) => entries[one]?.state === "bad");
      const line = broken === undefined ? undefined : entries[broken]?.row.line;
      if (
        entry !== undefined &&
        entry.state !== "there" &&
        line !== undefined
      ) {
        const reason = say("badLink", { line });
        entries[place] = {
          ...entry,
          state: "bad",
          faults: [{ field: field.title, reason }],
        };
      }
    }
  }
}

export function isIdTaken({ code, errors }: Pick<Problem, "code" | "errors">) {
  return (
    code === "unique_violation" &&
    errors.some(({ field }) => /(^|\.)id$/.test(field))
  );
}

/** Does another record have just what the person said tells records apart? */
function isKeyTaken({ code, errors }: Problem, { key, mapping }: Order) {
  return (
    code === "unique_violation" &&
    errors.length > 0 &&
    errors.some(({ field }) => key.includes(field)) &&
    errors.every(
      ({ field }) => key.includes(field) || mapping[field]?.kind === "constant",
    )
  );
}

/** The server's words about a line, by the titles of the fields. */
export function faultsOf(
  collection: Collection,
  { detail, errors }: Pick<Problem, "detail" | "errors">,
): readonly Fault[] {
  if (errors.length === 0) {
    return [{ field: "", reason: sentence(detail) }];
  }
  return errors.map(({ field, message }) => {
    const name = field.replace(/^operations\[\d+\]\.data\./, "");
    const known = collection.field(name.split(/[.[]/, 1)[0] ?? "");
    return { field: known?.title ?? name, reason: sentence(message) };
  });
}

function sentence(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

export function weightOf(entry: Entry | undefined): number {
  return entry === undefined ? 0 : JSON.stringify(entry.values).length + 200;
}
