import { expect, test } from "vitest";

import type { Json } from "../application/row.ts";
import { faultsOf } from "./json-schema.ts";

const PLACE: Json = {
  type: "object",
  required: ["street"],
  additionalProperties: false,
  properties: {
    street: { type: "string", minLength: 2, maxLength: 5 },
    number: { type: "integer", minimum: 1, maximum: 9 },
    kind: { enum: ["home", "work"] },
    code: { type: ["string", "null"], pattern: "^[A-Z]+$" },
    floors: { type: "array", maxItems: 2, items: { type: "number" } },
  },
};

const told = (value: Json) =>
  faultsOf(PLACE, value).map(
    ({ path, kind, wanted }) => `${path.join(".")} ${kind} ${wanted}`,
  );

test.each<readonly [Json, readonly string[]]>([
  [{ street: "High", number: 3, kind: "home", code: null, floors: [1] }, []],
  [[], [" type object"]],
  [{}, [" missing street"]],
  [{ street: "H", strete: 1 }, ["street short 2", "strete unknown strete"]],
  [
    { street: "Higher", number: 0, kind: "spare" },
    ["street long 5", "number small 1", 'kind option "home", "work"'],
  ],
  [{ street: "High", number: 1.5 }, ["number type integer"]],
  [{ street: "High", code: "abc" }, ["code pattern ^[A-Z]+$"]],
  [
    { street: "High", floors: [1, "2", 3] },
    ["floors long 2", "floors.1 type number"],
  ],
])("%j", (value, faults) => {
  expect(told(value)).toEqual(faults);
});

test("what no schema says is free", () => {
  expect(faultsOf(undefined, { a: 1 })).toEqual([]);
  expect(faultsOf({ type: "object", oneOf: [] }, { a: 1 })).toEqual([]);
});
