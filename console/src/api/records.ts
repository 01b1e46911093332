import { Filter, filter } from "mainstay-client";

import type { Collection } from "../application/application.ts";
import type { Row } from "../application/row.ts";
import type { ConsoleClient, ListQuery, Values } from "./console-client.ts";

/** Records of one request. */
export const PAGE_SIZE = 100;

export interface RowPage {
  readonly items: readonly Row[];
  readonly next_cursor: string | null;
  readonly count?: number;
}

/** One page of a list; the first one says how many there are in all. */
export async function listRows(
  client: ConsoleClient,
  collection: string,
  query: ListQuery,
  at: {
    readonly cursor: string | null;
    readonly limit?: number;
    readonly signal?: AbortSignal;
    /** Should it say how many there are? By default the first page does. */
    readonly count?: boolean;
  },
): Promise<RowPage> {
  const page = await client.records(collection).list({
    ...(query.filter !== "" && { filter: Filter.fromText(query.filter) }),
    sort: query.sort,
    // Which ways there are is known only at run time.
    expand: query.expand as never,
    limit: at.limit ?? PAGE_SIZE,
    count: at.count ?? at.cursor === null,
    ...(at.cursor !== null && { cursor: at.cursor }),
    signal: at.signal,
  });
  return page as RowPage;
}

export async function readRow(
  client: ConsoleClient,
  collection: string,
  id: string,
  expand: readonly string[],
  signal?: AbortSignal,
): Promise<Row> {
  const options = { expand: expand as never, signal };
  return (await client.records(collection).get(id, options)) as Row;
}

export async function createRow(
  client: ConsoleClient,
  collection: string,
  values: Values,
): Promise<Row> {
  return client.records(collection).create(values);
}

/** Changes a record that must not have changed since it was read. */
export async function updateRow(
  client: ConsoleClient,
  collection: string,
  row: Pick<Row, "id" | "version">,
  values: Values,
): Promise<Row> {
  return client.records(collection).update(row, values);
}

/** The relations of a collection that a list or a form shows by the names of what they lead to. */
export function expandOf(collection: Collection): readonly string[] {
  return collection.visible
    .filter((field) => field.type === "relation")
    .map((field) => field.name);
}

/** Finds records whose texts contain what somebody typed, whatever its case. */
export function searchFilter(collection: Collection, text: string): string {
  const words = text.trim();
  if (words === "") {
    return "";
  }
  const fields = collection.visible.filter(
    ({ type }) => type === "text" || type === "email" || type === "url",
  );
  const conditions = fields.map(({ name }) => {
    const at = Filter.fromText(name);
    return filter`(${at} != null && ${at}.lowerAscii().contains(${words.toLowerCase()}))`;
  });
  return conditions.map((one) => one.text).join(" || ");
}

/** Both conditions; either may be empty. */
export function both(left: string, right: string): string {
  return left !== "" && right !== ""
    ? `(${left}) && (${right})`
    : left || right;
}
