import { createInstance, type TFunction } from "i18next";
import { beforeAll, expect, test } from "vitest";

import type { Field } from "../application/application.ts";
import { draftOf, readDraft } from "./draft.ts";
import { texts } from "./texts.ts";

let say: TFunction<"fields">;
beforeAll(async () => {
  const loaded = createInstance();
  await loaded.init({
    lng: "en",
    defaultNS: "fields",
    resources: { en: { fields: texts.en } },
  });
  say = loaded.t as unknown as TFunction<"fields">;
});

function field(about: Partial<Field>): Field {
  return {
    name: "one",
    title: "One",
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

const good = (about: Partial<Field>, draft: string) => {
  const reading = readDraft(say, field(about), draft);
  return reading.ok ? reading.value : `refused: ${reading.fault}`;
};
const bad = (about: Partial<Field>, draft: string) => {
  const reading = readDraft(say, field(about), draft);
  return reading.ok ? `taken: ${JSON.stringify(reading.value)}` : reading.fault;
};

test("what is empty is null, or missing where a value is needed", () => {
  expect(good({}, "")).toBe(null);
  expect(good({ required: true }, "")).toBe("");
  expect(bad({ required: true, min: 1 }, "")).toBe("This is needed.");
  expect(good({ type: "integer" }, "")).toBe(null);
  expect(bad({ type: "integer", required: true }, "")).toBe("This is needed.");
  expect(readDraft(say, field({ type: "multi_select" }), [])).toEqual({
    ok: true,
    value: [],
  });
});

test("texts are counted in characters, as the server counts them", () => {
  expect(good({ max: 2 }, "🥐🥐")).toBe("🥐🥐");
  expect(bad({ max: 2 }, "abc")).toBe("At most 2 characters.");
  expect(bad({ min: 2 }, "🥐")).toBe("At least 2 characters.");
  expect(bad({ pattern: "^#[0-9a-f]{6}$" }, "red")).toMatch(/right form/);
});

test("a pattern that only the server understands is left to it", () => {
  expect(good({ pattern: "(?i)^abc$" }, "xyz")).toBe("xyz");
});

test("numbers are numbers, with a point or a comma", () => {
  expect(good({ type: "number" }, "1,5")).toBe(1.5);
  expect(bad({ type: "integer" }, "1.5")).toBe("This is not a whole number.");
  expect(bad({ type: "integer", max: 10 }, "11")).toBe("At most 10.");
  expect(bad({ type: "number" }, "two")).toBe("This is not a number.");
  // A decimal is sent as it is written: no digit of it may be lost.
  expect(good({ type: "decimal" }, "0.10")).toBe("0.10");
  expect(bad({ type: "decimal" }, "1e3")).toBe("This is not a number.");
});

test("a moment of the viewer's zone goes to the server and back", () => {
  const about = { type: "datetime" } as const;
  const moment = "2026-03-01T08:30:15.000Z";
  const draft = draftOf(field(about), moment);
  expect(good(about, String(draft))).toBe(moment);
  expect(bad(about, "soon")).toMatch(/2026-03-31/);
});

test("JSON that is none is named", () => {
  expect(good({ type: "json" }, '{"a":1}')).toEqual({ a: 1 });
  expect(bad({ type: "json" }, "{a")).toMatch(/^This is not JSON: /);
});

test("addresses have their form", () => {
  expect(good({ type: "email" }, "a@example.org")).toBe("a@example.org");
  expect(bad({ type: "email" }, "a")).toBe("This is not an e-mail address.");
  expect(bad({ type: "url" }, "javascript:alert(1)")).toMatch(/such as https/);
});
