import { expect, test } from "vitest";

import { mentionAt, withIds, withMention, withoutIds } from "./mentions.ts";

const NORA = { id: "0195a3bf-11d0-7d1f-a1a0-0c4a6e1f7b20", name: "Nora Lind" };
const LINDT = {
  id: "0195a3bf-11d0-7d1f-a1a0-0c4a6e1f7b21",
  name: "Nora Lindt",
};

test("what stands behind an @ is looked for", () => {
  expect(mentionAt("Hello @no", 9)).toEqual({ from: 6, words: "no" });
  expect(mentionAt("@Nora Li", 8)).toEqual({ from: 0, words: "Nora Li" });
  expect(mentionAt("a (@", 4)).toEqual({ from: 3, words: "" });
  expect(mentionAt("nora@example", 12)).toBeNull();
  expect(mentionAt("@nora says so", 13)).toBeNull();
  expect(mentionAt("nobody", 6)).toBeNull();
});

test("a chosen name takes the place of what was typed", () => {
  expect(
    withMention("Hi @no there", { from: 3, cursor: 6 }, "Nora Lind"),
  ).toEqual({ text: "Hi @Nora Lind there", cursor: 14 });
});

test("names are sent with their ids, the longest first, and come back", () => {
  const text = "@Nora Lindt and @Nora Lind, not @Nora Lindtner";
  const body = withIds(text, [NORA, LINDT]);
  expect(body).toBe(
    `@[Nora Lindt](${LINDT.id}) and @[Nora Lind](${NORA.id}), not @Nora Lindtner`,
  );
  expect(withoutIds(body)).toEqual({ text, chosen: [LINDT, NORA] });
  expect(withIds(text, [])).toBe(text);
});

test("a name with brackets makes no other mention", () => {
  const odd = { id: NORA.id, name: "a](x) [b" };
  const { text } = withMention("@a", { from: 0, cursor: 2 }, odd.name);
  expect(withIds(text, [odd])).toBe(`@[a (x) b](${NORA.id}) `);
});
