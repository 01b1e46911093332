import type {
  Application,
  Collection,
  Field,
} from "../../application/application.ts";
import type { Draft } from "../../fields/draft.ts";
import { cellText, type Source } from "./source.ts";

/** Where the values of a field come from. */
export type Origin =
  | {
      readonly kind: "column";
      readonly column: number;
      /** What a relation's target is found by: `id`, or one of its fields. */
      readonly by: string;
    }
  /** The same for all lines. */
  | { readonly kind: "constant"; readonly draft: Draft };

/** The origins by the names of fields; a field that is not named is left out. */
export type Mapping = Readonly<Record<string, Origin>>;

/** The fields that a file can fill. */
export function importable(collection: Collection): readonly Field[] {
  const id = collection.field("id");
  return id === undefined ? collection.writable : [...collection.writable, id];
}

/** What a relation's target can be found by, the likeliest first. */
export function waysToFind(target: Collection): readonly string[] {
  const [only, ...more] = target.about.label.flatMap((part) =>
    "field" in part ? [part.field] : [],
  );
  const label = only !== undefined && more.length === 0 ? [only] : [];
  const others = target.visible.filter(
    ({ system, type }) =>
      !system && ["text", "email", "integer", "select"].includes(type),
  );
  const first = others.filter(({ unique }) => unique);
  const names = [...first, ...others].map(({ name }) => name);
  return [...new Set([...label, ...names, "id"])];
}

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;
const SAMPLES = 50;

/** The columns' likely fields, by names and values. */
export function guessMapping(
  application: Application,
  collection: Collection,
  source: Source,
  fits: (field: Field, text: string) => boolean,
): Mapping {
  const samples = source.columns.map((_, column) =>
    source.rows
      .slice(0, SAMPLES)
      .map(({ cells }) => cellText(cells[column]))
      .filter((text) => text !== ""),
  );
  const candidates = source.columns.flatMap((name, column) =>
    collection.writable.map((field) => {
      const values = samples[column] ?? [];
      const fitting = values.filter((text) => fits(field, text)).length;
      const good = values.length === 0 || fitting / values.length >= 0.6;
      return { field, column, score: good ? likeness(name, field) : 0 };
    }),
  );
  candidates.sort((left, right) => right.score - left.score);
  const found: Record<string, Origin> = {};
  const taken = new Set<number>();
  for (const { field, column, score } of candidates) {
    if (score >= 0.5 && !(field.name in found) && !taken.has(column)) {
      found[field.name] = { kind: "column", column, by: "id" };
      taken.add(column);
    }
  }
  return Object.fromEntries(
    Object.entries(found).map(([name, origin]) => {
      const field = collection.field(name);
      const target = field && application.target(field);
      return target === undefined || origin.kind === "constant"
        ? [name, origin]
        : [name, { ...origin, by: guessWay(target, origin.column) }];
    }),
  );

  function guessWay(target: Collection, column: number): string {
    const values = samples[column] ?? [];
    if (values.length > 0 && values.every((text) => UUID.test(text))) {
      return "id";
    }
    // Lines that lead to other lines name them by what another column says.
    if (target === collection) {
      const named = Object.entries(found).find(([, origin]) => {
        const own =
          origin.kind === "column" && origin.column !== column
            ? new Set(samples[origin.column])
            : new Set<string>();
        const known = values.filter((text) => own.has(text)).length;
        return known > values.length / 2;
      });
      if (named !== undefined) {
        return named[0];
      }
    }
    return waysToFind(target)[0] ?? "id";
  }
}

/** What tells a record from all others: a unique field, or else the whole line. */
export function guessKey(
  collection: Collection,
  mapping: Mapping,
): readonly string[] {
  const unique = importable(collection).find(
    ({ name, unique }) => unique && mapping[name]?.kind === "column",
  );
  if (mapping["id"]?.kind === "column") {
    return ["id"];
  }
  return unique === undefined ? [] : [unique.name];
}

/** Words that mean the same in the names of columns and fields. */
const KIN = [
  ["content", "text", "body", "message"],
  ["author", "user", "sender", "writer"],
  ["parent", "reply", "replies"],
  ["sent", "created", "timestamp", "time"],
  ["title", "subject", "summary"],
  ["description", "notes", "note", "details"],
  ["due", "deadline"],
  ["completed", "done", "finished", "closed"],
  ["email", "mail"],
  ["priority", "importance"],
  ["assignee", "assigned", "owner"],
] as const;
const KIN_OF = new Map<string, string>(
  KIN.flatMap((words) => words.map((word) => [word, words[0]] as const)),
);
const EMPTY_WORDS = new Set(["in", "to", "of", "the", "at", "id", "by", "on"]);

/** From 0 for strangers to 1 for the same name. */
function likeness(column: string, field: Field): number {
  const name = plain(column);
  if (name === plain(field.name) || name === plain(field.title)) {
    return 1;
  }
  const own = wordsOf(column);
  return 0.9 * Math.max(shared(own, field.name), shared(own, field.title));
}

function shared(own: readonly string[], name: string): number {
  const others = wordsOf(name);
  const both = own.filter((word) => others.includes(word)).length;
  return both === 0 ? 0 : both / Math.min(own.length, others.length);
}

function plain(name: string): string {
  return name.toLowerCase().replace(/[^\p{L}\p{N}]/gu, "");
}

function wordsOf(name: string): readonly string[] {
  const words = name
    .replace(/(\p{Ll})(\p{Lu})/gu, "$1 $2")
    .toLowerCase()
    .split(/[^\p{L}\p{N}]+/u)
    .filter((word) => word !== "");
  const telling = words.filter((word) => !EMPTY_WORDS.has(word));
  return telling.map((word) => KIN_OF.get(word) ?? word);
}
