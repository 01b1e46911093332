import type { Application, Field } from "../../../application/application.ts";
import {
  related,
  relatedMany,
  type Json,
  type Row,
} from "../../../application/row.ts";

/** Types whose values may begin with a minus: what they hold is no text that somebody wrote. */
const NUMBERS = ["integer", "number", "decimal"];

/** A record as a line of CSV (RFC 4180). Relations are the names of what they lead to. */
export function csvOf(
  application: Application,
  fields: readonly Field[],
  row: Row,
): string {
  return csvLine(
    fields.map((field) => cellOf(application, field, row)),
    fields.map(({ type }) => NUMBERS.includes(type)),
  );
}

/** The values as a line; those that are no numbers begin with nothing that a spreadsheet would reckon with. */
export function csvLine(
  values: readonly string[],
  areNumbers: readonly boolean[] = [],
): string {
  const cells = values.map((value, at) =>
    quoted(areNumbers[at] === true ? value : inert(value)),
  );
  return `${cells.join(",")}\r\n`;
}

/** A record as a line of JSON Lines, with its id and the values as the server has them. */
export function jsonLine(fields: readonly Field[], row: Row): string {
  const values = fields.map(({ name }) => [name, row[name] ?? null] as const);
  return `${JSON.stringify({ id: row.id, ...Object.fromEntries(values) })}\n`;
}

function cellOf(application: Application, field: Field, row: Row): string {
  const value = row[field.name];
  const target = application.target(field);
  if (target !== undefined && Array.isArray(value)) {
    const many = relatedMany(row, field.name);
    return many.map((one) => target.labelOf(one)).join(", ");
  }
  const one = target === undefined ? null : related(row, field.name);
  return one !== null && target !== undefined
    ? target.labelOf(one)
    : plain(value);
}

function plain(value: Json | undefined): string {
  if (value === null || value === undefined) {
    return "";
  }
  return Array.isArray(value) && value.every((one) => typeof one === "string")
    ? value.join(", ")
    : typeof value === "object"
      ? JSON.stringify(value)
      : String(value);
}

/** A spreadsheet takes what begins so for a formula, and runs it. With an apostrophe in front it is a text (OWASP). */
function inert(value: string): string {
  return /^[=+\-@\t\r\n\u{ff1d}\u{ff0b}\u{ff0d}\u{ff20}]/u.test(value)
    ? `'${value}`
    : value;
}

function quoted(value: string): string {
  return /[",\r\n]|^\s|\s$/.test(value)
    ? `"${value.replaceAll('"', '""')}"`
    : value;
}
