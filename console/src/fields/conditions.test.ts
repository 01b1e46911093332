import { expect, test } from "vitest";

import type { Field } from "../application/application.ts";
import {
  expressionOf,
  operatorsOf,
  type Condition,
  type Operator,
} from "./conditions.ts";

function field(name: string, about: Partial<Field>): Field {
  return {
    name,
    title: name,
    description: "",
    type: "text",
    system: false,
    required: false,
    unique: false,
    hidden: false,
    read_only: false,
    write_once: false,
    guarded: false,
    default: null,
    ...about,
  };
}

const FIELDS = new Map(
  [
    field("title", { required: true }),
    field("note", {}),
    field("done", { type: "boolean", required: true }),
    field("rank", { type: "integer" }),
    field("price", { type: "decimal" }),
    field("due", { type: "date" }),
    field("seen", { type: "datetime" }),
    field("data", { type: "json" }),
  ].map((one) => [one.name, one]),
);

const one = (name: string, operator: Operator, value = "") =>
  expressionOf(FIELDS, [{ field: name, operator, value }], "and");

test("each operator is an expression of the server", () => {
  expect(one("title", "contains", "Oven")).toBe(
    'title.lowerAscii().contains("oven")',
  );
  expect(one("note", "startsWith", "a")).toBe(
    'note != null && note.lowerAscii().startsWith("a")',
  );
  expect(one("done", "is", "false")).toBe("done == false");
  expect(one("rank", "atLeast", "3")).toBe("rank != null && rank >= 3");
  expect(one("price", "less", "9.90")).toContain("price < ");
  expect(one("due", "more", "2026-03-01")).toBe(
    'due != null && due > "2026-03-01"',
  );
  expect(one("note", "isEmpty")).toBe("note == null");
});

test("what is typed never becomes a part of the expression", () => {
  expect(one("title", "is", '" || true || "')).toBe(
    String.raw`title == "\" || true || \""`,
  );
  expect(one("rank", "is", "1 || true")).toBe("");
  expect(one("price", "is", "1) || (true")).toBe("");
});

test("conditions are joined, and lines without a value say nothing yet", () => {
  const lines: readonly Condition[] = [
    { field: "done", operator: "is", value: "true" },
    { field: "title", operator: "contains", value: "" },
    { field: "gone", operator: "is", value: "x" },
    { field: "note", operator: "isNotEmpty", value: "" },
  ];
  expect(expressionOf(FIELDS, lines, "and")).toBe(
    "(done == true) && (note != null)",
  );
  expect(expressionOf(FIELDS, lines, "or")).toBe(
    "(done == true) || (note != null)",
  );
  expect(expressionOf(FIELDS, [], "or")).toBe("");
});

test("only fields that filters compare have operators, and empty is for those that may be", () => {
  const get = (name: string) => FIELDS.get(name);
  const of = (name: string) => {
    const found = get(name);
    return found === undefined ? [] : operatorsOf(found);
  };
  expect(of("data")).toEqual([]);
  expect(of("title")).not.toContain("isEmpty");
  expect(of("note")).toContain("isEmpty");
});
