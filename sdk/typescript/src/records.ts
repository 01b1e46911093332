import type { Api, CallOptions } from "./api.js";
import { isId } from "./decode.js";
import type { Decoder, Wanted } from "./decoder.js";
import { NotFound } from "./errors/not-found.js";
import { fieldsBelow, type FilterFields } from "./filter/fields.js";
import { Filter } from "./filter/filter.js";
import { historyPageShape, type HistoryPage } from "./generated/protocol.js";
import type { HttpRequest } from "./http.js";
import type { CollectionName, RecordOf, SchemaTypes } from "./schema.js";
import type { CheckedPath, FieldName, Selected } from "./selection.js";

/** What comes along of records. */
export interface ReadOptions<
  S extends SchemaTypes,
  C extends CollectionName<S>,
  F extends FieldName<S, C>,
  P extends string,
> extends CallOptions {
  /** Only these fields, and the id. */
  readonly fields?: readonly F[] | undefined;
  /** Related records, by paths of up to three steps such as `assignee.user`. */
  readonly expand?:
    (readonly P[] & readonly CheckedPath<S, C, P>[]) | undefined;
}

type SortKey<S extends SchemaTypes, C extends CollectionName<S>> =
  S["collections"][C]["sort"] | `-${S["collections"][C]["sort"]}`;

/** Which records a list shows, in which order. */
export interface ListOptions<
  S extends SchemaTypes,
  C extends CollectionName<S>,
  F extends FieldName<S, C>,
  P extends string,
> extends ReadOptions<S, C, F, P> {
  /** From `filter`, or made from the fields: `(todo) => todo.due.lt("2026-03-31")`. */
  readonly filter?:
    Filter | ((fields: FilterFields<S, C>) => Filter) | undefined;
  /** Up to five fields, `-` in front for descending. */
  readonly sort?: SortKey<S, C> | readonly SortKey<S, C>[] | undefined;
  /** Records of a page, 1 to 500. */
  readonly limit?: number | undefined;
  /** `next_cursor` of the page before. */
  readonly cursor?: string | undefined;
  /** Counts all records of the list. */
  readonly count?: boolean | undefined;
  /** The deleted records instead of the others, where deletion is soft. */
  readonly deleted?:
    | (S["collections"][C]["softDelete"] extends true ? boolean : false)
    | undefined;
}

/** Some records of a list. */
export interface Page<T> {
  readonly items: readonly T[];
  /** For the page that follows; null for the last. */
  readonly next_cursor: string | null;
  /** All records of the list, where they were counted. */
  readonly count?: number;
}

/** A record by its id, whatever its version is; or one that was read, which must not have changed since. */
export type WriteTarget =
  string | { readonly id: string; readonly version: number };

/** The records of one collection. */
export class Records<S extends SchemaTypes, C extends CollectionName<S>> {
  readonly #api: Api;
  readonly #decoder: Decoder;
  readonly #collection: C;

  constructor(api: Api, decoder: Decoder, collection: C) {
    this.#api = api;
    this.#decoder = decoder;
    this.#collection = collection;
  }

  /** One page of a list. */
  async list<
    const F extends FieldName<S, C> = never,
    const P extends string = never,
  >(
    options: ListOptions<S, C, F, P> = {},
  ): Promise<Page<Selected<S, C, F, P>>> {
    return this.#page(options);
  }

  /** Every record of a list, page by page. */
  async *each<
    const F extends FieldName<S, C> = never,
    const P extends string = never,
  >(
    options: ListOptions<S, C, F, P> = {},
  ): AsyncGenerator<Selected<S, C, F, P>, void, undefined> {
    let cursor: string | null | undefined = options.cursor;
    do {
      const page: Page<Selected<S, C, F, P>> = await this.#page({
        ...options,
        cursor,
      });
      yield* page.items;
      cursor = page.next_cursor;
    } while (cursor !== null);
  }

  async get<
    const F extends FieldName<S, C> = never,
    const P extends string = never,
  >(
    id: string,
    options: ReadOptions<S, C, F, P> = {},
  ): Promise<Selected<S, C, F, P>> {
    const request = get(this.#path(id) + queryOf(selectionOf(options)));
    const { body } = await this.#api.call(request, "read", options);
    return this.#decoder.record(this.#collection, body, wantedOf(options));
  }

  async create(
    data: S["collections"][C]["create"],
    options: CallOptions = {},
  ): Promise<RecordOf<S, C>> {
    return this.#write(
      { method: "POST", path: this.#path(), body: data },
      options,
    );
  }

  /**
   * Changes the fields that are named. Given a record that was read, a change that somebody else made
   * since is not lost: the call fails with `VersionMismatch`.
   */
  async update(
    target: WriteTarget,
    changes: S["collections"][C]["update"],
    options: CallOptions = {},
  ): Promise<RecordOf<S, C>> {
    const request = { ...this.#on("PATCH", target), body: changes };
    return this.#write(request, options);
  }

  async delete(target: WriteTarget, options: CallOptions = {}): Promise<void> {
    await this.#api.call(this.#on("DELETE", target), "write", options);
  }

  /** Brings back a deleted record with what was deleted along with it. */
  async restore(
    id: S["collections"][C]["softDelete"] extends true ? string : never,
    options: CallOptions = {},
  ): Promise<RecordOf<S, C>> {
    const path = `${this.#path(id)}/restore`;
    return this.#write({ method: "POST", path }, options);
  }

  /** The changes of a record, the newest first. */
  async history(
    id: string,
    options: CallOptions & {
      readonly limit?: number | undefined;
      readonly cursor?: string | undefined;
    } = {},
  ): Promise<HistoryPage> {
    const { limit, cursor } = options;
    const path = `${this.#path(id)}/history${queryOf({ limit, cursor })}`;
    const { body } = await this.#api.call(get(path), "read", options);
    return this.#decoder.shaped(historyPageShape, body);
  }

  async #page<T>(options: AnyListOptions): Promise<Page<T>> {
    const request = get(this.#path() + queryOf(parametersOf(options)));
    const { body } = await this.#api.call(request, "read", options);
    return this.#decoder.page(this.#collection, body, wantedOf(options));
  }

  async #write(
    request: HttpRequest,
    options: CallOptions,
  ): Promise<RecordOf<S, C>> {
    const { body } = await this.#api.call(request, "write", options);
    return this.#decoder.record(this.#collection, body);
  }

  #on(method: "PATCH" | "DELETE", target: WriteTarget): HttpRequest {
    if (typeof target === "string") {
      return { method, path: this.#path(target) };
    }
    const headers = { "if-match": `"${target.version}"` };
    return { method, path: this.#path(target.id), headers };
  }

  #path(id?: string): string {
    const collection = `/records/${encodeURIComponent(this.#collection)}`;
    if (id === undefined) {
      return collection;
    }
    // What is no id could lead to another path; the server answers the same.
    if (!isId(id.toLowerCase())) {
      const message = `${JSON.stringify(id)} is no id of a record of ${this.#collection}`;
      throw new NotFound({ code: "not_found", message });
    }
    return `${collection}/${id}`;
  }
}

function get(path: string): HttpRequest {
  return { method: "GET", path };
}

type Parameters = Readonly<
  Record<string, string | number | boolean | undefined>
>;

interface Selection {
  readonly fields?: readonly string[] | undefined;
  readonly expand?: readonly string[] | undefined;
}

/** The options of a list of any collection. */
interface AnyListOptions extends CallOptions, Selection {
  readonly filter?: Filter | ((fields: never) => Filter) | undefined;
  readonly sort?: string | readonly string[] | undefined;
  readonly limit?: number | undefined;
  readonly cursor?: string | undefined;
  readonly count?: boolean | undefined;
  readonly deleted?: boolean | undefined;
}

/** The options as the API reads them. */
function parametersOf(options: AnyListOptions): Parameters {
  const { filter, sort, limit, cursor, count, deleted } = options;
  const condition =
    typeof filter === "function" ? filter(fieldsBelow<never>("")) : filter;
  return {
    ...selectionOf(options),
    filter: condition?.text,
    sort: typeof sort === "string" ? sort : listed(sort),
    limit,
    cursor,
    count,
    deleted,
  };
}

function selectionOf({ fields, expand }: Selection): Parameters {
  return { fields: listed(fields), expand: listed(expand) };
}

function wantedOf({ fields = [], expand = [] }: Selection): Wanted {
  return { fields, expand };
}

function listed(names: readonly string[] | undefined): string | undefined {
  return names === undefined || names.length === 0
    ? undefined
    : names.join(",");
}

function queryOf(parameters: Parameters): string {
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries(parameters)) {
    if (value !== undefined) {
      query.set(name, String(value));
    }
  }
  const text = query.toString();
  return text === "" ? "" : `?${text}`;
}
