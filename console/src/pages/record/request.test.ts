import { expect, test } from "vitest";

import { asCurl, asTypeScript } from "./request.ts";

test("a record and a list are asked for in both languages", () => {
  expect(asCurl({ collection: "todos", id: "0195" })).toBe(
    `curl /api/v1/records/todos/0195 \\\n  -H "Authorization: Bearer $TOKEN"`,
  );
  const list = {
    collection: "todos",
    filter: "title == 'it''s' && note != \"\\\"\"",
    sort: ["due", "-title"],
  };
  expect(asCurl(list)).toBe(
    [
      "curl -G /api/v1/records/todos",
      `  --data-urlencode 'filter=title == '\\''it'\\'''\\''s'\\'' && note != "\\""'`,
      "  --data-urlencode 'sort=due,-title'",
      '  -H "Authorization: Bearer $TOKEN"',
    ].join(" \\\n"),
  );
  expect(asTypeScript(list)).toContain(
    `filter: Filter.fromText("title == 'it''s' && note != \\"\\\\\\"\\""),`,
  );
  expect(asTypeScript(list)).toContain('sort: ["due","-title"],');
  expect(asTypeScript({ collection: "todos", id: "0195" })).toContain(
    'client.records("todos").get("0195")',
  );
});
