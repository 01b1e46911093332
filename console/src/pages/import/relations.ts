import { Filter, filter, type FilterValue } from "mainstay-client";

import type { ConsoleClient } from "../../api/console-client.ts";
import { listRows } from "../../api/records.ts";
import type {
  Application,
  Collection,
  Field,
} from "../../application/application.ts";
import type { Json } from "../../application/row.ts";
import {
  bad,
  constantsOf,
  type Entry,
  type Link,
  type Order,
  type Saying,
} from "./plan.ts";
import { cellText } from "./source.ts";

/** Values in one question: its filter has 4,096 bytes. */
const VALUES_MAX = 40;
const BYTES_MAX = 3_000;
const ROWS = 500;

/** Finds out which records the relations of all lines lead to: lines of the same file, or records of the server. */
export async function findRelated(
  {
    application,
    client,
  }: { readonly application: Application; readonly client: ConsoleClient },
  order: Order,
  entries: readonly Entry[],
  saying: Saying,
  signal: AbortSignal,
): Promise<Entry[]> {
  let found = [...entries];
  for (const [name, origin] of Object.entries(order.mapping)) {
    const field = order.collection.field(name);
    const target = field && application.target(field);
    if (
      field === undefined ||
      target === undefined ||
      origin.kind === "constant"
    ) {
      continue;
    }
    const own = ownPlaces(order, target, origin.by, entries);
    const names = new Set<string>();
    for (const entry of entries) {
      for (const one of entry.names.get(name) ?? []) {
        if (!own.has(one)) {
          names.add(one);
        }
      }
    }
    const shared = sharedOf(order, target, saying);
    const ids = await lookUp(
      client,
      target,
      origin.by,
      [...names],
      shared,
      signal,
    );
    found = found.map((entry) => put(entry, field, target, own, ids, saying));
  }
  return found;
}

/** Where the lines of this file are, by what relations name them by. */
function ownPlaces(
  { collection, mapping }: Order,
  target: Collection,
  by: string,
  entries: readonly Entry[],
): ReadonlyMap<string, number> {
  const origin = mapping[by];
  if (target !== collection || origin?.kind !== "column") {
    return new Map();
  }
  return new Map(
    entries.map(({ row }, place) => [
      cellText(row.cells[origin.column]).trim(),
      place,
    ]),
  );
}

/** What is the same in all lines holds for what they lead to, where that has the same relation. */
function sharedOf(
  order: Order,
  target: Collection,
  saying: Saying,
): readonly Filter[] {
  const constants = constantsOf(order, saying);
  return target.visible.flatMap(({ name, type, to, many }) => {
    const value = constants[name];
    const same = order.collection.field(name)?.to === to;
    return type === "relation" &&
      many !== true &&
      same &&
      typeof value === "string"
      ? [filter`${Filter.fromText(name)} == ${value}`]
      : [];
  });
}

/** The ids of the records that have each value. */
async function lookUp(
  client: ConsoleClient,
  target: Collection,
  by: string,
  names: readonly string[],
  shared: readonly Filter[],
  signal: AbortSignal,
): Promise<ReadonlyMap<string, readonly string[]>> {
  const found = new Map<string, string[]>();
  const field = target.field(by);
  const values = names.filter(
    (name) => field === undefined || canBe(field, name),
  );
  for (let at = 0; at < values.length;) {
    const some: string[] = [];
    for (
      let bytes = 0;
      at < values.length && some.length < VALUES_MAX;
      at += 1
    ) {
      const value = values[at] ?? "";
      bytes += new TextEncoder().encode(value).length + 4;
      if (some.length > 0 && bytes > BYTES_MAX) {
        break;
      }
      some.push(value);
    }
    const asked: FilterValue =
      field?.type === "integer" ? some.map(Number) : some;
    const own = filter`${Filter.fromText(by)} in ${asked}`;
    const text = [own, ...shared].map((one) => one.text).join(" && ");
    const query = { filter: text, sort: [], expand: [] };
    const page = await listRows(client, target.name, query, {
      cursor: null,
      limit: ROWS,
      signal,
    });
    for (const row of page.items) {
      const value = plain(row[by]);
      found.set(value, [...(found.get(value) ?? []), row.id]);
    }
  }
  return found;
}

function canBe(field: Field, name: string): boolean {
  switch (field.type) {
    case "integer":
      return /^-?\d{1,15}$/.test(name);
    case "id":
      return /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(name);
    case "select":
      return field.options?.includes(name) === true;
    default:
      return true;
  }
}

function put(
  entry: Entry,
  field: Field,
  target: Collection,
  own: ReadonlyMap<string, number>,
  ids: ReadonlyMap<string, readonly string[]>,
  { say }: Saying,
): Entry {
  const names = entry.names.get(field.name);
  if (names === undefined) {
    return entry;
  }
  const places: number[] = [];
  const known: string[] = [];
  for (const name of names) {
    const place = own.get(name);
    const [id, ...others] = ids.get(name) ?? [];
    if (place !== undefined) {
      places.push(place);
    } else if (id === undefined || others.length > 0) {
      const kind = id === undefined ? "noRecord" : "manyRecords";
      const reason = say(kind, { name, title: target.title });
      return bad(entry, { field: field.title, reason });
    } else {
      known.push(id);
    }
  }
  const value: Json | undefined = field.many === true ? known : known[0];
  const links: readonly Link[] =
    places.length === 0 ? entry.links : [...entry.links, { field, to: places }];
  const values =
    value === undefined
      ? entry.values
      : { ...entry.values, [field.name]: value };
  return { ...entry, values, links };
}

function plain(value: Json | undefined): string {
  return typeof value === "object" || value === undefined ? "" : String(value);
}
