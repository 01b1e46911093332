import type { RulePart } from "mainstay-client";
import { expect, test } from "vitest";

import { segmentsOf } from "./segments.ts";

const part = (some: Partial<RulePart>): RulePart => ({
  kind: "compare",
  start: null,
  end: null,
  truth: "true",
  value: null,
  known: true,
  decides: false,
  some: false,
  records: null,
  rule: null,
  level: null,
  parts: [],
  ...some,
});

test("an expression is cut where its conditions begin and end", () => {
  const left = part({ start: 0, end: 6, truth: "false" });
  const right = part({ start: 10, end: 16 });
  const tree = part({ kind: "or", start: 0, end: 16, parts: [left, right] });
  expect(segmentsOf("a == b || c == d", tree)).toEqual([
    { text: "a == b", part: left },
    { text: " || ", part: null },
    { text: "c == d", part: right },
  ]);
});

test("the inner condition takes its place from the outer one", () => {
  const inner = part({ start: 7, end: 8 });
  const outer = part({ kind: "exists", start: 0, end: 9, parts: [inner] });
  expect(segmentsOf("exists(x)", outer).map(({ text }) => text)).toEqual([
    "exists(",
    "x",
    ")",
  ]);
  expect(segmentsOf("", null)).toEqual([]);
});
