import { expect, test } from "vitest";

import { BOX_HEIGHT, BOX_WIDTH, layOut } from "./layout.ts";

const edge = (from: string, to: string) => ({ from, to, field: to });

test("what leads to nothing stands left of what leads to it", () => {
  const { boxes } = layOut(
    ["todos", "users", "lists"],
    [edge("todos", "lists"), edge("lists", "users"), edge("todos", "users")],
  );
  const at = (name: string) => boxes.find((box) => box.name === name)?.x ?? -1;
  expect(at("users")).toBeLessThan(at("lists"));
  expect(at("lists")).toBeLessThan(at("todos"));
});

test("circles, and relations to oneself, have an end", () => {
  const { boxes } = layOut(
    ["a", "b"],
    [edge("a", "b"), edge("b", "a"), edge("a", "a"), edge("a", "gone")],
  );
  expect(boxes).toHaveLength(2);
});

test("no box lies on another, and all are within the drawing", () => {
  const names = [...Array(20).keys()].map((at) => `c${at}`);
  const edges = names.map((name, at) => edge(name, `c${Math.floor(at / 3)}`));
  const { boxes, width, height } = layOut(names, edges);
  for (const one of boxes) {
    expect(one.x + BOX_WIDTH).toBeLessThanOrEqual(width);
    expect(one.y + BOX_HEIGHT).toBeLessThanOrEqual(height);
    for (const other of boxes) {
      const apart =
        one === other ||
        Math.abs(one.x - other.x) >= BOX_WIDTH ||
        Math.abs(one.y - other.y) >= BOX_HEIGHT;
      expect(apart).toBe(true);
    }
  }
});
