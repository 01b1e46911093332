import { Decimal } from "./decimal.js";
import { Filter } from "./filter.js";

/** A value that a filter can hold. */
export type FilterValue =
  | string
  | number
  | bigint
  | boolean
  | null
  | Date
  | Decimal
  | Filter
  | readonly FilterValue[];

/** What ends a line or cannot be seen, U+FFFD, which the server takes for a fault of encoding, and halves of characters. */
const UNSAFE = /[\p{Cc}\p{Cs}\u2028\u2029\ufeff\ufffd]/gu;

/** The value as the expression language writes it; nothing in it can end its quotes. */
export function quote(value: FilterValue): string {
  switch (typeof value) {
    case "string":
      return quoteText(value);
    case "number":
      return quoteNumber(value);
    case "bigint":
      return value < 0n ? `(${value})` : `${value}`;
    case "boolean":
      return `${value}`;
    case "object":
      return quoteObject(value);
    default:
      throw new TypeError(
        `a filter cannot hold ${typeof value}: give it a text, a number, a truth value, a Date, null or a list`,
      );
  }
}

function quoteText(value: string): string {
  const escaped = value
    .replaceAll(/["\\]/g, "\\$&")
    .replaceAll(UNSAFE, (character) => {
      const code = character.charCodeAt(0);
      if (code === 0 || (code >= 0xd800 && code <= 0xdfff)) {
        throw new TypeError(
          "a filter cannot hold the character NUL or half a character: no value has them",
        );
      }
      return `\\u${code.toString(16).padStart(4, "0")}`;
    });
  return `"${escaped}"`;
}

function quoteNumber(value: number): string {
  if (!Number.isFinite(value)) {
    throw new TypeError(`a filter cannot hold the number ${value}`);
  }
  // In brackets a sign cannot become one with an operator in front of it.
  return value < 0 || Object.is(value, -0) ? `(${value})` : `${value}`;
}

function quoteObject(value: Extract<FilterValue, object | null>): string {
  if (value === null) {
    return "null";
  }
  if (value instanceof Filter) {
    return `(${value.text})`;
  }
  if (value instanceof Decimal) {
    return value.digits.startsWith("-") ? `(${value.digits})` : value.digits;
  }
  if (value instanceof Date) {
    if (Number.isNaN(value.getTime())) {
      throw new TypeError("a filter cannot hold an invalid Date");
    }
    return `timestamp("${value.toISOString()}")`;
  }
  if (Array.isArray(value)) {
    return `[${value.map(quote).join(", ")}]`;
  }
  throw new TypeError("a filter cannot hold an object");
}
