import { expect, test } from "vitest";

import { blocksOf, inlinesOf, type Inline } from "./commonmark.ts";

const ID = "0195a3bf-11d0-7d1f-a1a0-0c4a6e1f7b20";

/** A tree on one line, to be read. */
function shown(parts: readonly Inline[]): string {
  return parts
    .map((part) => {
      switch (part.kind) {
        case "text":
          return part.text;
        case "code":
          return `<c:${part.text}>`;
        case "break":
          return "<br>";
        case "strong":
          return `<b:${shown(part.parts)}>`;
        case "emphasis":
          return `<i:${shown(part.parts)}>`;
        case "link":
          return `<a ${part.to}:${shown(part.parts)}>`;
        case "mention":
          return `<@${part.name}>`;
      }
    })
    .join("");
}

test.each([
  ["plain", "plain"],
  [
    "**bold** and *slanted* and _this_",
    "<b:bold> and <i:slanted> and <i:this>",
  ],
  ["snake_case_name 2 * 3 * 4", "snake_case_name 2 * 3 * 4"],
  ["`a * b * c`", "<c:a * b * c>"],
  ["\\*not\\*", "*not*"],
  ["**bold *in* it**", "<b:bold <i:in> it>"],
  ["one\ntwo", "one<br>two"],
  ["[here](https://example.org/a)", "<a https://example.org/a:here>"],
  [
    "see https://example.org/a, or not",
    "see <a https://example.org/a:https://example.org/a>, or not",
  ],
  [`Hello @[Nora Lind](${ID})!`, "Hello <@Nora Lind>!"],
  ["@[Nora](nobody)", "@[Nora](nobody)"],
])("%s", (text, parts) => {
  expect(shown(inlinesOf(text))).toBe(parts);
});

test.each([
  "<script>alert(1)</script>",
  "<img src=x onerror=alert(1)>",
  "[here](javascript:alert(1))",
  "[here](data:text/html,x)",
  "[a](//evil.example)",
  "{{constructor.constructor('alert(1)')()}}",
])("%s stays the text that it is", (text) => {
  expect(inlinesOf(text)).toEqual([{ kind: "text", text }]);
});

test("blocks are told apart", () => {
  const kinds = blocksOf(
    "# Title\n\nA text\nof two lines\n- one\n- two\n  more\n\n1. first\n> said\n```\n<b>code</b>\n```\n---",
  ).map(({ kind }) => kind);
  expect(kinds).toEqual([
    "heading",
    "paragraph",
    "list",
    "list",
    "quote",
    "code",
    "rule",
  ]);
});

test("what never ends is read in a moment", () => {
  const began = performance.now();
  for (const text of ["*a ", "**a", "`", "[", "_a ", ">", "@["]) {
    blocksOf(text.repeat(5000));
  }
  expect(performance.now() - began).toBeLessThan(2000);
});
