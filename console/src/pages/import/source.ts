import { guessDelimiter, parseCsv } from "./csv.ts";
import { inSlices } from "./slices.ts";

export const ENCODINGS = ["utf-8", "windows-1252", "utf-16le"] as const;
export type Encoding = (typeof ENCODINGS)[number];
export type Format = "csv" | "json";

/** How a file is to be read: guessed, and then as the person says. */
export interface Manner {
  readonly format: Format;
  readonly encoding: Encoding;
  readonly delimiter: string;
}

/** What stands in one place of a file: texts as they are, whatever type they will have. */
export type Cell = string | readonly string[];

export interface SourceRow {
  readonly line: number;
  readonly cells: readonly Cell[];
}

export type BrokenReason =
  "openQuote" | "afterQuote" | "columns" | "json" | "object";

/** A line that cannot be read at all. */
export interface BrokenLine {
  readonly line: number;
  readonly reason: BrokenReason;
}

export interface Source {
  readonly columns: readonly string[];
  readonly rows: readonly SourceRow[];
  readonly broken: readonly BrokenLine[];
}

export function guessManner(bytes: Uint8Array, name: string): Manner {
  const encoding = guessEncoding(bytes);
  const begin = decode(bytes.subarray(0, 256 * 1024), encoding);
  const format =
    /\.(jsonl|ndjson|json)$/i.test(name) || /^\s*[[{]/.test(begin)
      ? "json"
      : "csv";
  return { format, encoding, delimiter: guessDelimiter(begin) };
}

function guessEncoding(bytes: Uint8Array): Encoding {
  if (bytes[0] === 0xff && bytes[1] === 0xfe) {
    return "utf-16le";
  }
  try {
    new TextDecoder("utf-8", { fatal: true }).decode(bytes);
    return "utf-8";
  } catch {
    // What spreadsheets of the West write unless they are told otherwise.
    return "windows-1252";
  }
}

function decode(bytes: Uint8Array, encoding: Encoding): string {
  return new TextDecoder(encoding).decode(bytes);
}

/** Reads all lines, a slice at a time, so that the page goes on meanwhile. */
export async function readSource(
  bytes: Uint8Array,
  manner: Manner,
  signal: AbortSignal,
): Promise<Source> {
  const text = decode(bytes, manner.encoding);
  const source = { columns: [], rows: [], broken: [] };
  const lines =
    manner.format === "csv"
      ? readCsv(text, manner.delimiter, source)
      : readJson(text, source);
  await inSlices(lines, signal);
  return source;
}

interface Found {
  readonly columns: string[];
  readonly rows: SourceRow[];
  readonly broken: BrokenLine[];
}

/** The first record names the columns. */
function* readCsv(text: string, delimiter: string, found: Found) {
  const { columns, rows, broken } = found;
  for (const { line, cells, fault } of parseCsv(text, delimiter)) {
    if (columns.length === 0) {
      columns.push(...cells.map((name) => name.trim()));
    } else if (fault !== null) {
      broken.push({ line, reason: fault });
    } else if (cells.length !== columns.length) {
      broken.push({ line, reason: "columns" });
    } else {
      rows.push({ line, cells });
    }
    yield;
  }
}

/** Objects, one a line, or all of them in one list. */
function* readJson(text: string, { columns, rows, broken }: Found) {
  const places = new Map<string, number>();
  const take = (line: number, value: unknown) => {
    if (typeof value !== "object" || value === null || Array.isArray(value)) {
      broken.push({ line, reason: "object" });
      return;
    }
    const cells: Cell[] = columns.map(() => "");
    for (const [name, given] of Object.entries(value)) {
      let place = places.get(name);
      if (place === undefined) {
        place = columns.push(name) - 1;
        places.set(name, place);
      }
      cells[place] = cellOf(given);
    }
    rows.push({ line, cells });
  };
  if (text.trimStart().startsWith("[")) {
    const all = parsed(text);
    if (!Array.isArray(all)) {
      broken.push({ line: 1, reason: "json" });
      return;
    }
    for (const [index, value] of all.entries()) {
      take(index + 1, value);
      yield;
    }
    return;
  }
  let line = 0;
  for (const [one] of text.matchAll(/[^\n]*\n?/g)) {
    line += 1;
    if (one.trim() !== "") {
      const value = parsed(one);
      if (value === undefined) {
        broken.push({ line, reason: "json" });
      } else {
        take(line, value);
      }
    }
    yield;
  }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}

function cellOf(value: unknown): Cell {
  if (value === null || value === undefined) {
    return "";
  }
  if (Array.isArray(value) && value.every((one) => typeof one === "string")) {
    return value;
  }
  return typeof value === "object" ? JSON.stringify(value) : String(value);
}

/** The cell as one text. */
export function cellText(cell: Cell | undefined): string {
  return typeof cell === "string" ? cell : (cell ?? []).join("; ");
}
