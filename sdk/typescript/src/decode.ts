import { UnexpectedAnswer } from "./errors/unexpected-answer.js";
import type { Shape, Shapes } from "./shape.js";

/** Where a value does not look as it should. */
export interface Mismatch {
  readonly path: string;
  readonly wanted: string;
  readonly found: unknown;
}

/** How to check a record of a collection that a shape names. */
export type CheckRecord = (
  collection: string,
  value: unknown,
) => Mismatch | null;

const PATTERNS = {
  id: /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/,
  datetime: /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z$/,
  date: /^\d{4}-\d\d-\d\d$/,
  decimal: /^-?\d+(\.\d+)?$/,
};

/** Is it the id of a record, as the server writes ids? */
export function isId(text: string): boolean {
  return PATTERNS.id.test(text);
}

/** Gives the value as what it was found to be. This is the only place where data from outside gets its type. */
export function accept<T>(value: unknown, mismatch: Mismatch | null): T {
  if (mismatch !== null) {
    const { path, wanted, found } = mismatch;
    const place = path === "" ? "the answer" : `\`${path}\` of the answer`;
    const message = `${place} should be ${wanted}, and is ${describe(found)}: generate the types again, or update the server`;
    throw new UnexpectedAnswer({ message }, path);
  }
  return value as T;
}

/** What does not fit the shape first, or null. */
export function mismatchOf(
  shape: Shape,
  value: unknown,
  checkRecord: CheckRecord,
): Mismatch | null {
  if (typeof shape === "string") {
    return mismatchOfWord(shape, value);
  }
  if ("nullable" in shape) {
    return value === null
      ? null
      : mismatchOf(shape.nullable, value, checkRecord);
  }
  if ("one" in shape) {
    return typeof value === "string" && shape.one.includes(value)
      ? null
      : mismatch(`one of ${shape.one.join(", ")}`, value);
  }
  if ("list" in shape) {
    return mismatchOfList(value, (item) =>
      mismatchOf(shape.list, item, checkRecord),
    );
  }
  return "record" in shape
    ? checkRecord(shape.record, value)
    : mismatchOfMembers(shape.members, value, checkRecord);
}

/** What of a list does not fit first. */
export function mismatchOfList(
  value: unknown,
  check: (item: unknown) => Mismatch | null,
): Mismatch | null {
  if (!Array.isArray(value)) {
    return mismatch("a list", value);
  }
  for (const [index, item] of value.entries()) {
    const found = check(item);
    if (found !== null) {
      return below(`[${index}]`, found);
    }
  }
  return null;
}

/** What of an object does not fit first. Members that the shapes do not name are left alone: newer servers add some. */
export function mismatchOfMembers(
  members: Shapes,
  value: unknown,
  checkRecord: CheckRecord,
): Mismatch | null {
  if (!isObject(value)) {
    return mismatch("an object", value);
  }
  for (const [key, shape] of Object.entries(members)) {
    const optional = key.endsWith("?");
    const name = optional ? key.slice(0, -1) : key;
    const found =
      optional && value[name] === undefined
        ? null
        : mismatchOf(shape, value[name], checkRecord);
    if (found !== null) {
      return below(name, found);
    }
  }
  return null;
}

/** The same mismatch, seen from one step further out. */
export function below(step: string, inner: Mismatch): Mismatch {
  const joint = inner.path === "" || inner.path.startsWith("[") ? "" : ".";
  return { ...inner, path: `${step}${joint}${inner.path}` };
}

/** A mismatch of the value itself. */
export function mismatch(wanted: string, found: unknown): Mismatch {
  return { path: "", wanted, found };
}

/** Is it a JSON object? */
export function isObject(
  value: unknown,
): value is { readonly [name: string]: unknown } {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function mismatchOfWord(
  shape: Extract<Shape, string>,
  value: unknown,
): Mismatch | null {
  const nullable = shape.endsWith("?");
  const word = nullable ? shape.slice(0, -1) : shape;
  if (nullable && value === null) {
    return null;
  }
  return fitsWord(word, value)
    ? null
    : mismatch(`${word}${nullable ? " or null" : ""}`, value);
}

function fitsWord(word: string, value: unknown): boolean {
  switch (word) {
    case "text":
      return typeof value === "string";
    case "id":
    case "datetime":
    case "date":
    case "decimal":
      return typeof value === "string" && PATTERNS[word].test(value);
    case "integer":
      // Beyond 2^53 the digits are lost before anybody can look at them.
      return Number.isSafeInteger(value);
    case "number":
      return typeof value === "number";
    case "boolean":
      return typeof value === "boolean";
    case "object":
      return isObject(value);
    default:
      return value !== null && value !== undefined;
  }
}

function describe(found: unknown): string {
  return found === undefined
    ? "missing"
    : (JSON.stringify(found)?.slice(0, 60) ?? typeof found);
}
