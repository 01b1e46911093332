import { Filter, filter } from "mainstay-client";

import { listRows } from "../api/records.ts";
import type { Collection } from "../application/application.ts";
import { mayEver, type Console } from "../console.tsx";

/** A record that was found by what it is called. */
export interface FoundRecord {
  readonly collection: Collection;
  readonly id: string;
  readonly label: string;
}

/** Of one collection, and of all of them: enough to see whether another word is needed. */
const OF_ONE = 4;
const OF_ALL = 20;
/** Questions under way at a time. */
const AT_ONCE = 4;
export const WORDS_MIN = 2;

/** Searches all collections that the person may list for records that are called so. */
export async function findRecords(
  here: Console,
  words: string,
  signal: AbortSignal,
): Promise<readonly FoundRecord[]> {
  const asked = here.application.declared.flatMap((collection) => {
    const condition = labelFilter(collection, words);
    return condition === "" || !mayEver(here, collection.name, "list")
      ? []
      : [{ collection, condition }];
  });
  const found: (readonly FoundRecord[])[] = asked.map(() => []);
  const places = asked.keys();
  async function work() {
    for (const place of places) {
      const one = asked[place];
      if (one !== undefined && found.flat().length < OF_ALL) {
        found[place] = await findIn(here, one, signal);
      }
    }
  }
  await Promise.all([...Array(AT_ONCE)].map(work));
  return found.flat().slice(0, OF_ALL);
}

async function findIn(
  { client }: Console,
  one: { readonly collection: Collection; readonly condition: string },
  signal: AbortSignal,
): Promise<readonly FoundRecord[]> {
  const { collection, condition } = one;
  const query = { filter: condition, sort: [], expand: [] };
  const at = { cursor: null, limit: OF_ONE, count: false, signal };
  const page = await listRows(client, collection.name, query, at);
  return page.items.map((row) => ({
    collection,
    id: row.id,
    label: collection.labelOf(row),
  }));
}

/** Does one of the texts that make up the label contain the words? */
function labelFilter(collection: Collection, words: string): string {
  const named = collection.about.label.flatMap((part) =>
    "field" in part ? [part.field] : [],
  );
  const texts = collection.visible.filter(
    ({ type }) => type === "text" || type === "email",
  );
  const inLabel = texts.filter(({ name }) => named.includes(name));
  const fields = inLabel.length > 0 ? inLabel : texts.slice(0, 1);
  return fields
    .map(({ name }) => {
      const at = Filter.fromText(name);
      return filter`(${at} != null && ${at}.lowerAscii().contains(${words.toLowerCase()}))`;
    })
    .map(({ text }) => text)
    .join(" || ");
}
