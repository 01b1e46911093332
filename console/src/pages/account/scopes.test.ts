import { expect, test } from "vitest";

import { byCollection, endAfter, networksOf, scopesOf } from "./scopes.ts";

test("a choice becomes scopes", () => {
  const chosen = new Set(["todos:read", "lists:create"]);
  expect(scopesOf("readAll", chosen)).toEqual(["*:read"]);
  expect(scopesOf("all", chosen)).toEqual(["*:*"]);
  expect(scopesOf("admin", chosen)).toEqual(["admin"]);
  expect(scopesOf("some", chosen)).toEqual(["todos:read", "lists:create"]);
  expect(scopesOf("some", new Set())).toEqual([]);
});

test("networks stand on lines or behind commas", () => {
  expect(networksOf(" 192.0.2.0/24\n\n2001:db8::/32, 198.51.100.1 ")).toEqual([
    "192.0.2.0/24",
    "2001:db8::/32",
    "198.51.100.1",
  ]);
  expect(networksOf(" \n")).toEqual([]);
});

test("a key ends after days, or never", () => {
  const now = new Date("2026-03-01T08:00:00Z");
  expect(endAfter(30, now)).toBe("2026-03-31T08:00:00.000Z");
  expect(endAfter(null, now)).toBeNull();
});

test("scopes are told by what they are for", () => {
  const scopes = ["todos:read", "lists:read", "todos:*", "admin"];
  expect([...byCollection(scopes)]).toEqual([
    ["todos", ["read", "*"]],
    ["lists", ["read"]],
    ["admin", [""]],
  ]);
});
