import { appendFileSync, mkdirSync } from "node:fs";
import { join, resolve } from "node:path";

const FOLDER = resolve(import.meta.dirname, "../../../target/bench-console");

/** The middle one, and the mean of two. */
export function median(figures: readonly number[]): number {
  const sorted = figures.toSorted((one, other) => one - other);
  const low = sorted[Math.floor((sorted.length - 1) / 2)];
  const high = sorted[Math.ceil((sorted.length - 1) / 2)];
  if (low === undefined || high === undefined) {
    throw new Error("there is nothing to have a median");
  }
  return (low + high) / 2;
}

/** Prints a row of a table in Markdown, and keeps it beside the other reports. */
export function tell(...cells: readonly (string | number)[]): void {
  const shown = cells.map((cell) =>
    typeof cell === "number" ? String(Math.round(cell * 10) / 10) : cell,
  );
  const row = `| ${shown.join(" | ")} |`;
  console.log(row);
  mkdirSync(FOLDER, { recursive: true });
  appendFileSync(join(FOLDER, "figures.md"), `${row}\n`);
}
