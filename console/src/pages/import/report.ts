import { csvLine } from "./csv.ts";
import type { Entry, Fault } from "./plan.ts";
import { cellText, type Cell, type Source } from "./source.ts";

/** A line that is not imported, and why. */
export interface BadLine {
  readonly line: number;
  readonly faults: readonly Fault[];
  readonly cells: readonly Cell[];
}

/** Those that cannot be read, those that were found bad before, and those that the server refused after all. */
export function badLines(
  source: Source,
  entries: readonly Entry[],
  failed: ReadonlyMap<number, readonly Fault[]>,
  sayBroken: (broken: Source["broken"][number]) => string,
): readonly BadLine[] {
  const lines: BadLine[] = source.broken.map((one) => ({
    line: one.line,
    faults: [{ field: "", reason: sayBroken(one) }],
    cells: [],
  }));
  for (const [place, { row, faults, state }] of entries.entries()) {
    const refused = failed.get(place);
    if (state === "bad" || refused !== undefined) {
      lines.push({
        line: row.line,
        faults: refused ?? faults,
        cells: row.cells,
      });
    }
  }
  return lines.sort((left, right) => left.line - right.line);
}

/** The bad lines as a file: why, and then the line as it was. */
export function reportOf(
  source: Source,
  lines: readonly BadLine[],
  heads: { readonly line: string; readonly reason: string },
): string {
  const rows = lines.map(({ line, faults, cells }) => [
    String(line),
    faults.map(told).join(" / "),
    ...source.columns.map((_, column) => cellText(cells[column])),
  ]);
  const head = [heads.line, heads.reason, ...source.columns];
  // With its mark, spreadsheets know the encoding.
  return `\ufeff${[head, ...rows].map((cells) => csvLine(cells)).join("")}`;
}

export function told({ field, reason }: Fault): string {
  return field === "" ? reason : `${field}: ${reason}`;
}

export function download(name: string, text: string): void {
  const blob = new Blob([text], { type: "text/csv;charset=utf-8" });
  const link = document.createElement("a");
  link.href = URL.createObjectURL(blob);
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
}
