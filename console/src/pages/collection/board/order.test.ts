import { expect, test } from "vitest";

import { Collection, type Field } from "../../../application/application.ts";
import { orderField, place, textBetween } from "./order.ts";

const POSITION: Field = {
  name: "position",
  title: "Position",
  description: "",
  type: "text",
  system: false,
  required: true,
  unique: false,
  hidden: false,
  read_only: false,
  write_once: false,
  guarded: false,
  default: null,
  max: 64,
  pattern: "^[0-9a-z]+$",
};

/** The texts after the move, as the server would have them. */
function moved(before: readonly string[], behind: readonly string[]) {
  const found = place(POSITION, before, behind[0] ?? null);
  if (found === null) {
    return null;
  }
  return [...before.slice(0, found.from), ...found.places, ...behind];
}

function isRising(texts: readonly unknown[] | null): boolean {
  return (
    texts !== null &&
    texts.every((text, at) => at === 0 || String(texts[at - 1]) < String(text))
  );
}

test("there is a text between any two, and at both ends", () => {
  for (const [low, high] of [
    [null, null],
    [null, "b"],
    [null, "1"],
    [null, "01"],
    ["b", "d"],
    ["b", "c"],
    ["b", "bn"],
    ["az", "b"],
    ["z", null],
    ["zzz", null],
    ["a", "a01"],
  ] as const) {
    const found = textBetween(low, high, 64);
    expect([low, found, high]).toSatisfy(
      () =>
        found !== null &&
        (low === null || low < found) &&
        (high === null || found < high),
    );
    expect(found).toMatch(/^[0-9a-z]*[1-9a-z]$/);
  }
});

test("where there is none, it is said", () => {
  expect(textBetween("z", "z", 64)).toBe(null);
  expect(textBetween("a", "a0", 64)).toBe(null);
  expect(textBetween(null, "0", 64)).toBe(null);
  expect(textBetween("d", "b", 64)).toBe(null);
  expect(textBetween("a", "b", 1)).toBe(null);
});

test("a thousand moves to anywhere keep the order, and the texts short", () => {
  let seed = 7;
  const random = (below: number) => {
    seed = (seed * 48_271) % 2_147_483_647;
    return seed % below;
  };
  let texts: readonly unknown[] = [];
  for (let count = 0; count < 1000; count += 1) {
    const at = random(texts.length + 1);
    const all = texts.map(String);
    const next = moved(all.slice(0, at), all.slice(at));
    expect(isRising(next)).toBe(true);
    texts = next ?? [];
  }
  expect(Math.max(...texts.map((text) => String(text).length))).toBeLessThan(
    16,
  );
});

test("a move between two that have the same place moves only those before", () => {
  const found = place(POSITION, ["b", "z", "z"], "z");
  expect(found?.from).toBe(1);
  expect(isRising(moved(["b", "z", "z"], ["z", "z"])?.slice(0, 4) ?? [])).toBe(
    true,
  );
  // In front of all of them nothing else has to move.
  expect(place(POSITION, [], "z")).toEqual({ from: 0, places: ["y"] });
});

test("when a text would become too long, its neighbours make room", () => {
  const short = { ...POSITION, max: 2 };
  const found = place(short, ["a", "a1"], "a2");
  expect(found?.from).toBe(0);
  expect(isRising([...(found?.places ?? []), "a2"])).toBe(true);
});

test("places may be numbers", () => {
  const whole: Field = { ...POSITION, type: "integer" };
  expect(place(whole, [1, 2], 5)).toEqual({ from: 2, places: [3] });
  const pushed = place(whole, [1, 2], 3)?.places ?? [];
  expect(pushed).toHaveLength(3);
  expect([...pushed, 3].map(Number)).toSatisfy((numbers: number[]) =>
    numbers.every((one, at) => at === 0 || Number(numbers[at - 1]) < one),
  );
  expect(place(whole, [4], null)).toEqual({ from: 1, places: [1028] });
  expect(place({ ...whole, type: "number" }, [1], 2)).toEqual({
    from: 1,
    places: [1.5],
  });
});

test("only a field that says nothing else is a place", () => {
  const of = (field: Partial<Field>) => {
    const whole = { ...POSITION, ...field };
    return orderField(
      new Collection({
        order: { field: whole.name, descending: false },
        fields: [whole],
      } as never),
    );
  };
  expect(of({})?.name).toBe("position");
  expect(of({ pattern: "^.+$" })).toBe(null);
  expect(of({ type: "integer", name: "price" })).toBe(null);
  expect(of({ type: "integer" })?.type).toBe("integer");
  expect(of({ read_only: true })).toBe(null);
});
