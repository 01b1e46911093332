import type { Json, Row } from "../application/row.ts";
import { withPending, type Pending } from "./pending.ts";

/** Answers that are kept to be read without a network, the oldest go first. */
const ANSWERS_MAX = 300;
const CHARACTERS_MAX = 1_000_000;
const ROWS_MAX = 5_000;

/** The collection and perhaps the record that an address of the API is about. */
export interface Place {
  readonly collection: string;
  readonly id: string | null;
}

export function placeOf(url: string): Place | null {
  const { pathname } = new URL(url);
  const found = /\/api\/v1\/records\/([^/]+)(?:\/([^/]+))?$/.exec(pathname);
  return found === null
    ? null
    : { collection: found[1] ?? "", id: found[2] ?? null };
}

/** What the server has answered, as far as it is remembered: what was opened stays readable. */
export class Answers {
  readonly #texts = new Map<string, string>();
  readonly #rows = new Map<string, Row>();

  clear(): void {
    this.#texts.clear();
    this.#rows.clear();
  }

  row(collection: string, id: string): Row | null {
    return this.#rows.get(`${collection}/${id}`) ?? null;
  }

  remember(url: string, text: string): void {
    if (text.length > CHARACTERS_MAX) {
      return;
    }
    put(this.#texts, url, text, ANSWERS_MAX);
    const place = placeOf(url);
    // Records of which only some fields were asked for are none to work with.
    if (place !== null && !new URL(url).searchParams.has("fields")) {
      const body = JSON.parse(text) as Row & { items?: readonly Row[] };
      const rows = place.id === null ? (body.items ?? []) : [body];
      for (const row of rows) {
        put(this.#rows, `${place.collection}/${row.id}`, row, ROWS_MAX);
      }
    }
  }

  /** The last answer with what waits to be written; null where nothing is known. */
  recall(
    url: string,
    pending: readonly Pending[],
    made: (one: Pending) => Row,
  ): string | null {
    const place = placeOf(url);
    const text = this.#texts.get(url);
    if (place === null) {
      return text ?? null;
    }
    if (place.id !== null) {
      const row = this.#recallOne(
        place.collection,
        place.id,
        text,
        pending,
        made,
      );
      const { searchParams } = new URL(url);
      return row && JSON.stringify(this.#expanded(row, searchParams));
    }
    if (text === undefined) {
      return null;
    }
    const page = JSON.parse(text) as {
      items: readonly Row[];
      count?: number;
    };
    const { searchParams } = new URL(url);
    const whole = (row: Row) => {
      const now = withPending(row, place.collection, pending);
      return now === null ? [] : this.#expanded(now, searchParams);
    };
    const kept = page.items.flatMap(whole);
    const isFirst = !searchParams.has("cursor");
    const fresh = pending.filter(
      (one) => one.op === "create" && one.collection === place.collection,
    );
    const items = isFirst
      ? [...fresh.flatMap((one) => whole(made(one))), ...kept]
      : kept;
    const more = items.length - page.items.length;
    return JSON.stringify({
      ...page,
      items,
      ...(page.count !== undefined && { count: page.count + more }),
    });
  }

  #recallOne(
    collection: string,
    id: string,
    text: string | undefined,
    pending: readonly Pending[],
    made: (one: Pending) => Row,
  ): Row | null {
    const own = pending.find(
      (one) =>
        one.op === "create" && one.collection === collection && one.id === id,
    );
    const row =
      text !== undefined
        ? (JSON.parse(text) as Row)
        : own !== undefined
          ? made(own)
          : this.row(collection, id);
    return row === null ? null : withPending(row, collection, pending);
  }

  /** The record with what was asked to come along: null where that is not known. */
  #expanded(row: Row, parameters: URLSearchParams): Row {
    const ways = parameters.get("expand")?.split(",") ?? [];
    const before = row["expand"] as Readonly<Record<string, Json>> | undefined;
    const expand: Record<string, Json> = {};
    for (const way of ways) {
      const [name = ""] = way.split(".");
      expand[name] = before?.[name] ?? this.#related(row[name]);
    }
    return ways.length === 0 ? row : { ...row, expand };
  }

  #related(value: Json | undefined): Json {
    const find = (id: Json) =>
      [...this.#rows.values()].find((row) => row.id === id);
    if (typeof value === "string") {
      return (find(value) as Json | undefined) ?? null;
    }
    // Many of them, or a way back, to which nothing leads yet.
    return value === null
      ? null
      : ((Array.isArray(value)
          ? value.flatMap((id) => find(id) ?? [])
          : []) as Json);
  }
}

/** Puts something at the end of what is kept, and lets the oldest go. */
function put<T>(map: Map<string, T>, key: string, value: T, max: number): void {
  map.delete(key);
  map.set(key, value);
  for (const oldest of map.keys()) {
    if (map.size <= max) {
      return;
    }
    map.delete(oldest);
  }
}
