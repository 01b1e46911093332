import { expect, test } from "vitest";

import { placesOf } from "./places.ts";

const fault = (line: number | null, column: number | null) => ({
  path: "collections/todos.toml",
  line,
  column,
  message: "no such type",
  hint: "write text",
});

test("a fault is marked from its column to the end of its line", () => {
  const text = 'title = "A"\ntype = "txt"\n';
  expect(placesOf(text, "collections/todos.toml", [fault(2, 8)])).toEqual([
    { from: 19, to: 24, message: "no such type: write text" },
  ]);
});

test("a fault of another file is not marked, and one without a place stands at the beginning", () => {
  expect(placesOf("a", "collections/lists.toml", [fault(1, 1)])).toEqual([]);
  expect(
    placesOf("a", "collections/todos.toml", [fault(null, null), fault(9, 9)]),
  ).toMatchObject([
    { from: 0, to: 1 },
    { from: 1, to: 1 },
  ]);
});
