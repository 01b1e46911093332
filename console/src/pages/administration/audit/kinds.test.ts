import { describe, expect, test } from "vitest";

import { KINDS, sentenceOf } from "./kinds.ts";

describe("the sentence of an entry", () => {
  test("has places for who and what", () => {
    expect(sentenceOf("en", "record.updated")).toEqual([
      "who",
      { text: " changed " },
      "what",
    ]);
    expect(sentenceOf("de", "record.updated")).toEqual([
      "who",
      { text: " hat " },
      "what",
      { text: " geändert" },
    ]);
  });

  test("of a kind that is not known yet is its name", () => {
    expect(sentenceOf("en", "moon.landed")).toEqual([
      "who",
      { text: ": moon.landed" },
    ]);
    expect(sentenceOf("en", "constructor")).toEqual([
      "who",
      { text: ": constructor" },
    ]);
  });

  test("groups stand before kinds, once each", () => {
    expect(KINDS).toContain("auth.*");
    expect(new Set(KINDS).size).toBe(KINDS.length);
  });
});
