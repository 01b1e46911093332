import { describe, expect, test } from "vitest";

import {
  chaptersOf,
  typeOf,
  type Document,
  type Operation,
} from "./document.ts";
import { addressOf, curlOf, typeScriptOf } from "./samples.ts";

const document: Document = {
  tags: [{ name: "todos", "x-displayName": "To-dos" }, { name: "empty" }],
  paths: {
    "/api/v1/records/todos/{id}": {
      patch: {
        operationId: "update_record_todos",
        tags: ["todos"],
        summary: "Change a record",
        parameters: [
          { $ref: "#/components/parameters/id" },
          { name: "expand", in: "query" },
        ],
        requestBody: {
          content: {
            "application/json": {
              schema: { $ref: "#/components/schemas/TodosUpdate" },
              example: { title: "It's done" },
            },
          },
        },
        responses: { "204": { description: "Nothing." } },
      },
    },
  },
  components: {
    schemas: {
      TodosUpdate: {
        required: ["title"],
        properties: {
          title: { type: "string", description: "What is to do." },
          due: { type: ["string", "null"], format: "date" },
          tags: { type: "array", items: { enum: ["a", "b"] } },
        },
      },
    },
    parameters: { id: { name: "id", in: "path", required: true } },
    responses: {},
  },
};

const [chapter] = chaptersOf(document);
const [operation] = chapter?.operations ?? [];
const given = (): Operation => {
  if (operation === undefined) {
    throw new Error("the document has an operation");
  }
  return operation;
};

describe("the document", () => {
  test("is read by chapters, without those that have nothing", () => {
    expect(chaptersOf(document).map(({ title }) => title)).toEqual(["To-dos"]);
    expect(given().body?.fields).toEqual([
      { name: "title", type: "string", required: true, text: "What is to do." },
      { name: "due", type: "date | null", required: false, text: "" },
      { name: "tags", type: '("a" | "b")[]', required: false, text: "" },
    ]);
    expect(typeOf({ $ref: "#/components/schemas/Label" })).toBe("Label");
  });
});

describe("a request", () => {
  const filled = {
    values: { id: "a/b", expand: "list" },
    body: `{"title": "It's done"}`,
  };

  test("has its values in its address", () => {
    expect(addressOf(given(), filled)).toBe(
      "/api/v1/records/todos/a%2Fb?expand=list",
    );
    expect(addressOf(given(), { values: {}, body: null })).toBe(
      "/api/v1/records/todos/{id}",
    );
  });

  test("is safe in a shell", () => {
    expect(curlOf("http://h", given(), filled)).toBe(
      [
        "curl -X PATCH 'http://h/api/v1/records/todos/a%2Fb?expand=list' \\",
        '  -H "Authorization: Bearer $TOKEN" \\',
        "  -H 'Content-Type: application/json' \\",
        `  -d '{"title": "It'\\''s done"}'`,
      ].join("\n"),
    );
  });

  test("is a call of the client's own method, where there is one", () => {
    expect(typeScriptOf(given(), filled)).toBe(
      `const record = await client.records("todos").update("a/b", {"title": "It's done"});`,
    );
    const other = { ...given(), id: "read_health", path: "/api/v1/health" };
    expect(
      typeScriptOf({ ...other, method: "GET" }, { values: {}, body: null }),
    ).toBe('const answer = await client.request("GET", "/health");');
  });
});
