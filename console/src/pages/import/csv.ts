/** A record of a file with separated values, and the line that it begins in. */
export interface CsvRecord {
  readonly line: number;
  readonly cells: readonly string[];
  /** Why its cells are not what was meant. */
  readonly fault: CsvFault | null;
}

/** A quotation mark that nothing closes, or text behind the one that closes. */
export type CsvFault = "openQuote" | "afterQuote";

/** Reads separated values one record at a time (RFC 4180, with any kind of line end). Empty lines are no records. */
export function* parseCsv(
  text: string,
  delimiter: string,
): Generator<CsvRecord> {
  const plain = new RegExp(`[^${escaped(delimiter)}\\r\\n]*`, "y");
  let at = 0;
  let line = 1;
  while (at < text.length) {
    const begin = line;
    const cells: string[] = [];
    let fault: CsvFault | null = null;
    for (;;) {
      let cell = "";
      if (text[at] === '"') {
        at += 1;
        for (;;) {
          const close = text.indexOf('"', at);
          if (close === -1) {
            yield { line: begin, cells, fault: "openQuote" };
            return;
          }
          const piece = text.slice(at, close);
          line += lineEnds(piece);
          cell += piece;
          at = close + 1;
          if (text[at] !== '"') {
            break;
          }
          cell += '"';
          at += 1;
        }
      }
      plain.lastIndex = at;
      const rest = plain.exec(text)?.[0] ?? "";
      if (rest !== "" && text[at - 1] === '"') {
        fault = "afterQuote";
      }
      cells.push(cell + rest);
      at += rest.length;
      if (text[at] !== delimiter) {
        break;
      }
      at += 1;
    }
    at += text.startsWith("\r\n", at) ? 2 : 1;
    line += 1;
    if (cells.length > 1 || cells[0] !== "") {
      yield { line: begin, cells, fault };
    }
  }
}

/** Writes what `parseCsv` reads. */
export function csvLine(cells: readonly string[], delimiter = ","): string {
  const quoted = cells.map((cell) =>
    cell.includes(delimiter) || /["\r\n]/.test(cell)
      ? `"${cell.replaceAll('"', '""')}"`
      : cell,
  );
  return `${quoted.join(delimiter)}\r\n`;
}

export const DELIMITERS = [",", ";", "\t", "|"] as const;

const GUESSED_FROM = 20;

/** The delimiter that cuts the first records most evenly, and most finely among those. */
export function guessDelimiter(text: string): string {
  let best: string = ",";
  let bestScore = 0;
  for (const delimiter of DELIMITERS) {
    const widths: number[] = [];
    for (const { cells, fault } of parseCsv(text, delimiter)) {
      widths.push(fault === null ? cells.length : 0);
      if (widths.length === GUESSED_FROM) {
        break;
      }
    }
    const [first = 0] = widths;
    const even = widths.filter((width) => width === first).length;
    const score = first > 1 ? (even / widths.length) * 100 + first : 0;
    if (score > bestScore) {
      best = delimiter;
      bestScore = score;
    }
  }
  return best;
}

function escaped(delimiter: string): string {
  return delimiter.replace(/[|\\\]^-]/, "\\$&");
}

function lineEnds(text: string): number {
  return text.match(/\r\n|\n|\r/g)?.length ?? 0;
}
