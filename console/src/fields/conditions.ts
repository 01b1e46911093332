import { decimal, filter } from "mainstay-client";

import type { Field } from "../application/application.ts";

/** How a field is compared. */
export const OPERATORS = [
  "contains",
  "startsWith",
  "is",
  "isNot",
  "less",
  "atMost",
  "more",
  "atLeast",
  "isEmpty",
  "isNotEmpty",
] as const;
export type Operator = (typeof OPERATORS)[number];

/** One line of a filter. */
export interface Condition {
  readonly field: string;
  readonly operator: Operator;
  /** As it is typed. */
  readonly value: string;
}

const TEXTS = ["text", "email", "url"];
const ORDERED = ["integer", "number", "decimal", "date", "datetime"];

/** The operators that mean something for a field; none for those that no filter compares. */
export function operatorsOf(field: Field): readonly Operator[] {
  const empty: readonly Operator[] = field.required
    ? []
    : ["isEmpty", "isNotEmpty"];
  if (TEXTS.includes(field.type)) {
    return ["contains", "startsWith", "is", "isNot", ...empty];
  }
  if (ORDERED.includes(field.type)) {
    return ["is", "isNot", "less", "atMost", "more", "atLeast", ...empty];
  }
  if (field.type === "relation" && field.many === true) {
    return [];
  }
  return ["id", "boolean", "select", "relation"].includes(field.type)
    ? ["is", "isNot", ...empty]
    : [];
}

export function needsValue(operator: Operator): boolean {
  return operator !== "isEmpty" && operator !== "isNotEmpty";
}

/** The conditions as the expression that the server reads; empty for none. Lines without a value say nothing yet. */
export function expressionOf(
  fields: ReadonlyMap<string, Field>,
  conditions: readonly Condition[],
  join: "and" | "or",
): string {
  const texts = conditions.flatMap((condition) => {
    const field = fields.get(condition.field);
    return field === undefined ? [] : (textOf(field, condition) ?? []);
  });
  return texts.length < 2
    ? texts.join("")
    : texts.map((text) => `(${text})`).join(join === "and" ? " && " : " || ");
}

const SIGNS = {
  is: "==",
  isNot: "!=",
  less: "<",
  atMost: "<=",
  more: ">",
  atLeast: ">=",
} as const;

function textOf(
  { name, required, ...field }: Field,
  { operator, value: typed }: Condition,
): string | null {
  if (operator === "isEmpty" || operator === "isNotEmpty") {
    return `${name} ${operator === "isEmpty" ? "==" : "!="} null`;
  }
  const value = valueOf(field, typed);
  if (value === null) {
    return null;
  }
  const quoted = filter`${value}`.text;
  switch (operator) {
    case "is":
    case "isNot":
      return `${name} ${SIGNS[operator]} ${quoted}`;
    case "contains":
    case "startsWith": {
      const words = filter`${typed.toLowerCase()}`.text;
      return known(
        name,
        required,
        `${name}.lowerAscii().${operator}(${words})`,
      );
    }
    default:
      return known(name, required, `${name} ${SIGNS[operator]} ${quoted}`);
  }
}

/** What is not there has no letters and no order. */
function known(name: string, required: boolean, condition: string): string {
  return required ? condition : `${name} != null && ${condition}`;
}

type Value = Parameters<typeof filter>[1];

/** What is typed as a value of the field; null for what is none. */
function valueOf({ type }: Pick<Field, "type">, typed: string): Value | null {
  if (typed === "") {
    return null;
  }
  switch (type) {
    case "boolean":
      return typed === "true";
    case "integer":
    case "number": {
      const number = Number(typed.replace(",", "."));
      return Number.isFinite(number) ? number : null;
    }
    case "decimal":
      return /^-?\d+(\.\d+)?$/.test(typed) ? decimal(typed) : null;
    case "datetime": {
      const time = new Date(typed);
      return Number.isNaN(time.getTime()) ? null : time;
    }
    default:
      return typed;
  }
}
