import type { Collection, Field } from "../../../application/application.ts";
import type { Json } from "../../../application/row.ts";

/** What the places of records are written as: texts between which there is always room, or numbers. */
export type Place = string | number;

/** So far apart are numbers at the ends, so that there is room between them later. */
const STEP = 1024;
const DIGITS = "0123456789abcdefghijklmnopqrstuvwxyz";
/** Names of numbers that are places; any other number means something by itself. */
const NAMES = ["position", "rank", "place", "sort_order"];

/** The field by which people put records in order, where the collection is sorted by one. */
export function orderField(collection: Collection): Field | null {
  const field = collection.field(collection.about.order.field);
  if (field === undefined || field.read_only || field.write_once) {
    return null;
  }
  const isPlace =
    field.type === "text"
      ? field.required && isOfDigits(field)
      : ["integer", "number"].includes(field.type) &&
        NAMES.includes(field.name);
  return isPlace ? field : null;
}

/** Does the field take each of our digits, and nothing that people would write? */
function isOfDigits({ pattern }: Field): boolean {
  if (pattern === undefined) {
    return false;
  }
  try {
    const expression = new RegExp(pattern, "u");
    return expression.test(DIGITS) && !expression.test("A b");
  } catch {
    return false;
  }
}

/** The values to write, one behind the other: those of the records from `from` on, and last that of the record that is moved. */
export interface Placing<P extends Place> {
  readonly from: number;
  readonly places: readonly P[];
}

/**
 * Puts a record in front of the one at `index`. Where there is no room, for example between two that have the same
 * place, those before it move down a little: they are all known, which those behind need not be.
 */
export function place(
  field: Field,
  before: readonly Json[],
  behind: Json,
): Placing<Place> | null {
  return field.type === "text"
    ? placeAmong(
        before.map(String),
        behind === null ? null : String(behind),
        (low, high) => textBetween(low, high, Number(field.max ?? 255)),
      )
    : placeAmong(
        before.map(Number),
        behind === null ? null : Number(behind),
        (low, high) => numberBetween(low, high, field.type === "integer"),
      );
}

type Between<P> = (low: P | null, high: P | null) => P | null;

function placeAmong<P extends Place>(
  before: readonly P[],
  behind: P | null,
  between: Between<P>,
): Placing<P> | null {
  for (let from = before.length; from >= 0; from -= 1) {
    const low = before[from - 1] ?? null;
    const places = spread(low, behind, before.length - from + 1, between);
    if (places !== null) {
      return { from, places };
    }
  }
  return null;
}

/** So many places in the gap, halving it again and again. */
function spread<P extends Place>(
  low: P | null,
  high: P | null,
  count: number,
  between: Between<P>,
): readonly P[] | null {
  if (count === 0) {
    return [];
  }
  const middle = between(low, high);
  if (middle === null) {
    return null;
  }
  const before = Math.floor((count - 1) / 2);
  const left = spread(low, middle, before, between);
  const right = spread(middle, high, count - 1 - before, between);
  return left === null || right === null ? null : [...left, middle, ...right];
}

/** A text between two others, as short as it can be; null where there is none. */
export function textBetween(
  low: string | null,
  high: string | null,
  charactersMax: number,
): string | null {
  if (high !== null && (low ?? "") >= high) {
    return null;
  }
  const found = middle(low ?? "", high);
  return found !== null && found.length <= charactersMax ? found : null;
}

/** The texts are read as fractions: what stands in one of them behind its end is 0. */
function middle(low: string, high: string | null): string | null {
  if (high !== null) {
    let same = 0;
    while (same < high.length && (low[same] ?? "0") === high[same]) {
      same += 1;
    }
    if (same === high.length) {
      return null;
    }
    if (same > 0) {
      const rest = middle(low.slice(same), high.slice(same));
      return rest === null ? null : high.slice(0, same) + rest;
    }
  }
  const from = low === "" ? 0 : DIGITS.indexOf(low.charAt(0));
  const to = high === null ? DIGITS.length : DIGITS.indexOf(high.charAt(0));
  if (from < 0 || to < 0) {
    return null;
  }
  if (to - from > 1) {
    return DIGITS.charAt(step(low, from, high, to));
  }
  if (high !== null && high.length > 1) {
    return high.charAt(0);
  }
  const rest = middle(low.slice(1), null);
  return rest === null ? null : DIGITS.charAt(from) + rest;
}

/** At an end of the list one digit further leaves room for many more; between two others the middle does. */
function step(
  low: string,
  from: number,
  high: string | null,
  to: number,
): number {
  if (low !== "" && high === null) {
    return from + 1;
  }
  return low === "" && high !== null ? to - 1 : Math.floor((from + to) / 2);
}

function numberBetween(
  low: number | null,
  high: number | null,
  isWhole: boolean,
): number | null {
  if (low === null || high === null) {
    return low === null ? (high ?? 0) - STEP : low + STEP;
  }
  const half = (low + high) / 2;
  const found = isWhole ? Math.floor(half) : half;
  return found > low && found < high ? found : null;
}
