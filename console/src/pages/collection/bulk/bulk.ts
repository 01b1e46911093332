import type {
  ConsoleClient,
  ListQuery,
  Values,
} from "../../../api/console-client.ts";
import { listRows } from "../../../api/records.ts";
import type { Row } from "../../../application/row.ts";
import { isSelected, type Selection } from "../selection.ts";
import { backwards } from "../use-changing.ts";

/** Records of one request: few enough that one sees something happen. */
const PART = 100;
const READ_AT_ONCE = 500;

/** Says how far it is. */
export type OnProgress = (done: number) => void;

/** What is done with each of many records. */
export type Deed =
  | { readonly kind: "update"; readonly values: Values }
  | { readonly kind: "delete" };

/** A record before and after; after a deletion there is nothing. */
interface Written {
  readonly before: Row;
  readonly after: Row | null;
}

interface Refused {
  readonly row: Row;
  readonly error: unknown;
}

export interface Outcome {
  readonly written: readonly Written[];
  readonly refused: readonly Refused[];
}

/** The selected records as they are now, also those that nobody has scrolled to. */
export async function gather(
  client: ConsoleClient,
  collection: string,
  query: ListQuery,
  selection: Selection,
  onProgress: OnProgress,
  signal: AbortSignal,
): Promise<readonly Row[]> {
  const found: Row[] = [];
  for (const part of selection.all ? [null] : parts([...selection.ids], PART)) {
    const filter = part === null ? query.filter : filterOf(part);
    let cursor: string | null = null;
    do {
      const page = await listRows(
        client,
        collection,
        { ...query, filter },
        { cursor, limit: READ_AT_ONCE, signal },
      );
      found.push(...page.items.filter(({ id }) => isSelected(selection, id)));
      onProgress(found.length);
      cursor = page.next_cursor;
    } while (cursor !== null);
  }
  return found;
}

/** Does the same with each record, whatever becomes of the others, until it is stopped. */
export async function doEach(
  client: ConsoleClient,
  collection: string,
  rows: readonly Row[],
  deed: Deed,
  onProgress: OnProgress,
  signal: AbortSignal,
): Promise<Outcome> {
  const written: Written[] = [];
  const refused: Refused[] = [];
  for (const part of parts(rows, PART)) {
    if (signal.aborted) {
      break;
    }
    try {
      const outcomes = await client.batchEach(
        part.map(({ id }) =>
          deed.kind === "delete"
            ? { op: "delete", collection, id }
            : { op: "update", collection, id, data: deed.values },
        ),
      );
      outcomes.forEach((outcome, at) => {
        const row = part[at];
        if (row === undefined) {
          return;
        }
        if (outcome.ok) {
          written.push({ before: row, after: outcome.record });
        } else {
          refused.push({ row, error: outcome.error });
        }
      });
    } catch (error) {
      // What could not be asked for was not done, and neither is what comes after it.
      const asked = written.length + refused.length;
      refused.push(...rows.slice(asked).map((row) => ({ row, error })));
      break;
    }
    onProgress(written.length + refused.length);
  }
  return { written, refused };
}

/** Takes back what was written, where nobody has changed it since; the answer is how many it could not. */
export async function takeBack(
  client: ConsoleClient,
  collection: string,
  deed: Deed,
  written: readonly Written[],
): Promise<number> {
  let done = 0;
  for (const part of parts(written, PART)) {
    const operations =
      deed.kind === "delete"
        ? part.map(({ before }) => ({
            op: "restore" as const,
            collection,
            id: before.id,
          }))
        : await updatesBack(client, collection, deed.values, part);
    // Nothing is left to take back where others have changed all of it.
    const outcomes =
      operations.length === 0 ? [] : await client.batchEach(operations);
    done += outcomes.filter(({ ok }) => ok).length;
  }
  return written.length - done;
}

async function updatesBack(
  client: ConsoleClient,
  collection: string,
  values: Values,
  written: readonly Written[],
) {
  const ids = written.map(({ before }) => before.id);
  const query = { filter: filterOf(ids), sort: [], expand: [] };
  const at = { cursor: null, limit: PART };
  const { items } = await listRows(client, collection, query, at);
  const changes = written.map(({ before }) => ({ row: before, values }));
  const saved = written.map(({ before, after }) => after ?? before);
  return backwards(changes, saved, items).map((change) => ({
    op: "update" as const,
    collection,
    id: change.row.id,
    if_version: change.row.version,
    data: change.values,
  }));
}

function filterOf(ids: readonly string[]): string {
  return `id in ${JSON.stringify(ids)}`;
}

function parts<T>(all: readonly T[], size: number): readonly (readonly T[])[] {
  const found: (readonly T[])[] = [];
  for (let at = 0; at < all.length; at += size) {
    found.push(all.slice(at, at + size));
  }
  return found;
}
