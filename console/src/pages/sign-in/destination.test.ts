import { expect, test } from "vitest";

import { destinationOf } from "./destination.ts";

const ORIGIN = "https://todo.example.org";
const HOME = { isBeside: false, path: "/" };

test("paths of the console are gone to", () => {
  const to = "/collections/labels?sort=name#a";
  expect(destinationOf(to, ORIGIN)).toEqual({ isBeside: false, path: to });
});

test("the page that asks for a client is loaded anew", () => {
  const to = "/oauth/authorize?client_id=a&state=b";
  expect(destinationOf(to, ORIGIN)).toEqual({ isBeside: true, path: to });
});

test.each([
  undefined,
  "",
  "collections",
  "//example.org/",
  "/\\example.org/",
  "/\t/example.org",
  "https://example.org/",
  "javascript:alert(1)",
])("%s is no place to be led to", (to) => {
  expect(destinationOf(to, ORIGIN)).toEqual(HOME);
});
