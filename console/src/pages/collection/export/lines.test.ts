import { expect, test } from "vitest";

import { Application, type Field } from "../../../application/application.ts";
import type { Row } from "../../../application/row.ts";
import { csvLine, csvOf, jsonLine } from "./lines.ts";

function field(name: string, about: Partial<Field>): Field {
  return {
    name,
    title: name,
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

const APPLICATION = new Application({
  collections: [
    {
      name: "lists",
      label: [{ field: "name" }],
      fields: [field("name", {})],
    },
  ],
} as never);

const FIELDS = [
  field("title", {}),
  field("list", { type: "relation", to: "lists" }),
  field("tags", { type: "multi_select" }),
  field("price", { type: "decimal" }),
  field("done", { type: "boolean" }),
  field("data", { type: "json" }),
];

const ROW: Row = {
  id: "1",
  version: 1,
  title: "=1+1",
  list: "7",
  tags: ["a", "b"],
  price: "-9.90",
  done: false,
  data: { of: [1] },
  expand: { list: { id: "7", version: 1, name: '-Shed, "old"' } },
};

test("values are written as RFC 4180 has it, and relations by their names", () => {
  expect(csvOf(APPLICATION, FIELDS, ROW)).toBe(
    `'=1+1,"'-Shed, ""old""","a, b",-9.90,false,"{""of"":[1]}"\r\n`,
  );
  expect(csvLine(["one\nline", " b", ""])).toBe('"one\nline"," b",\r\n');
});

test("no text is a formula", () => {
  for (const start of ["=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋"]) {
    const line = csvLine([`${start}cmd|' /C calc'!A0`]);
    expect(line.replace(/^"/, "")).toMatch(/^'/);
  }
  expect(csvLine(["a=b", "'quoted"])).toBe("a=b,'quoted\r\n");
});

test("a number stays one, and only where the field holds numbers", () => {
  expect(csvLine(["-1", "-1"], [true, false])).toBe("-1,'-1\r\n");
});

test("JSON Lines have the values as they are", () => {
  expect(JSON.parse(jsonLine(FIELDS, ROW))).toEqual({
    id: "1",
    title: "=1+1",
    list: "7",
    tags: ["a", "b"],
    price: "-9.90",
    done: false,
    data: { of: [1] },
  });
});
