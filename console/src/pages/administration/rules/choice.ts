import type { ApplicationDefinition, NewRuleCheck } from "mainstay-client";

type Collection = ApplicationDefinition["collections"][number];

/** The rules of a collection, in the order in which they are offered. */
export const RULES = [
  "list",
  "read",
  "create",
  "update",
  "delete",
  "comment",
  "share",
] as const;
export type Rule = (typeof RULES)[number];

/** A rule of a collection or of one of its fields. */
export interface Choice {
  /** As it stands in addresses: `update`, or `points.read`. */
  readonly key: string;
  readonly rule: Rule | "write";
  readonly field: string | null;
  /** As it is in force; null where there is none. */
  readonly text: string | null;
}

/** Every rule that a collection can have, and those that its fields have. */
export function choicesOf(collection: Collection): readonly Choice[] {
  const own = RULES.map((rule) => ({
    key: rule,
    rule,
    field: null,
    text: collection.rules[rule]?.text ?? null,
  }));
  const ofFields = collection.fields
    .filter((field) => !field.system)
    .flatMap(({ name, read, write }) =>
      (
        [
          ["read", read],
          ["write", write],
        ] as const
      ).flatMap(([rule, written]) =>
        written === null
          ? []
          : [{ key: `${name}.${rule}`, rule, field: name, text: written.text }],
      ),
    );
  return [...own, ...ofFields];
}

/** What is asked of `POST /rules/check` for a text. */
export function checkOf(
  collection: string,
  { rule, field }: Choice,
  text: string,
  at: number | null,
): NewRuleCheck {
  return {
    collection,
    rule,
    text,
    ...(field !== null && { field }),
    ...(at !== null && { at }),
  };
}
