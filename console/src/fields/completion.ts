import type { Collection, Field } from "../application/application.ts";

const SUGGESTIONS_MAX = 8;
/** What stands in filters beside fields. */
const WORDS = ["true", "false", "null", "now()", "auth.id"];

/** What could stand in the place of what is being typed. */
export interface Completion {
  /** Where that begins. */
  readonly from: number;
  readonly options: readonly string[];
}

const NONE: Completion = { from: 0, options: [] };

/** Completes the word in front of the caret: a field, one behind a relation, or a choice of a field. */
export function completionsOf(
  text: string,
  caret: number,
  collection: Collection,
  targetOf: (field: Field) => Collection | undefined,
): Completion {
  const before = text.slice(0, caret);
  const quote = openQuote(before);
  if (quote !== null) {
    const [, path = ""] =
      /([a-z_][a-z0-9_.]*)\s*[!=]=\s*$/i.exec(before.slice(0, quote)) ?? [];
    const field = fieldAt(path.split("."), collection, targetOf);
    return matching(quote + 1, before, field?.options ?? []);
  }
  const [word = ""] = /[a-z_][a-z0-9_.]*$/i.exec(before) ?? [];
  if (word === "") {
    return NONE;
  }
  const steps = word.split(".");
  const from = caret - (steps.at(-1) ?? "").length;
  const at = collectionAt(steps.slice(0, -1), collection, targetOf);
  const names = at?.visible.map(({ name }) => name) ?? [];
  return matching(
    from,
    before,
    steps.length > 1 ? names : [...names, ...WORDS],
  );
}

/** The text with one of the options in it, and where the caret stands then. */
export function completed(
  text: string,
  caret: number,
  { from }: Completion,
  option: string,
): { readonly text: string; readonly caret: number } {
  return {
    text: text.slice(0, from) + option + text.slice(caret),
    caret: from + option.length,
  };
}

function matching(
  from: number,
  before: string,
  all: readonly string[],
): Completion {
  const typed = before.slice(from).toLowerCase();
  const options = all.filter(
    (one) => one.toLowerCase().startsWith(typed) && one !== before.slice(from),
  );
  return { from, options: options.slice(0, SUGGESTIONS_MAX) };
}

/** Where the text begins that the caret is in; null outside of one. */
function openQuote(before: string): number | null {
  let open: number | null = null;
  for (let at = 0; at < before.length; at += 1) {
    const sign = before[at];
    if (open !== null && sign === "\\") {
      at += 1;
    } else if (
      open === null ? sign === '"' || sign === "'" : sign === before[open]
    ) {
      open = open === null ? at : null;
    }
  }
  return open;
}

function fieldAt(
  path: readonly string[],
  collection: Collection,
  targetOf: (field: Field) => Collection | undefined,
): Field | undefined {
  const at = collectionAt(path.slice(0, -1), collection, targetOf);
  return at?.field(path.at(-1) ?? "");
}

/** The collection that relations lead to, one behind the other; `record` is the one itself. */
function collectionAt(
  path: readonly string[],
  collection: Collection,
  targetOf: (field: Field) => Collection | undefined,
): Collection | undefined {
  let at: Collection | undefined = collection;
  for (const step of path[0] === "record" ? path.slice(1) : path) {
    const field: Field | undefined = at?.field(step);
    at = field === undefined ? undefined : targetOf(field);
  }
  return at;
}
