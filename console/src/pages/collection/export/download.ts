import type { ConsoleClient, ListQuery } from "../../../api/console-client.ts";
import { listRows } from "../../../api/records.ts";
import type {
  Application,
  Collection,
  Field,
} from "../../../application/application.ts";
import { csvLine, csvOf, jsonLine } from "./lines.ts";

const READ_AT_ONCE = 500;
/** By which spreadsheets know that a file is UTF-8. */
const BYTE_ORDER_MARK = "\u{feff}";

interface Wanted {
  readonly application: Application;
  readonly client: ConsoleClient;
  readonly collection: Collection;
  readonly fields: readonly Field[];
  readonly query: ListQuery;
  readonly format: "csv" | "jsonl";
}

/** Reads all pages of a list and hands them to the browser as a file; the answer is how many records they are. */
export async function download(
  { application, client, collection, fields, query, format }: Wanted,
  onProgress: (read: number) => void,
): Promise<number> {
  const parts: string[] =
    format === "csv"
      ? [BYTE_ORDER_MARK + csvLine(fields.map(({ title }) => title))]
      : [];
  let count = 0;
  let cursor: string | null = null;
  do {
    const page = await listRows(client, collection.name, query, {
      cursor,
      limit: READ_AT_ONCE,
    });
    for (const row of page.items) {
      parts.push(
        format === "csv"
          ? csvOf(application, fields, row)
          : jsonLine(fields, row),
      );
    }
    count += page.items.length;
    onProgress(count);
    cursor = page.next_cursor;
  } while (cursor !== null);
  save(
    new Blob(parts, {
      type: format === "csv" ? "text/csv" : "application/x-ndjson",
    }),
    `${collection.name}.${format}`,
  );
  return count;
}

function save(content: Blob, name: string): void {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(content);
  link.download = name;
  link.click();
  // The browser has taken it by then.
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
}
