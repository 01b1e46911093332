import { expect, test } from "vitest";

import { Application } from "../application/application.ts";
import { completed, completionsOf } from "./completion.ts";

const field = (name: string, about: object = {}) => ({
  name,
  title: name,
  hidden: false,
  system: false,
  type: "text",
  ...about,
});

const APPLICATION = new Application({
  collections: [
    {
      name: "todos",
      label: [],
      fields: [
        field("title"),
        field("priority", { type: "select", options: ["low", "high"] }),
        field("list", { type: "relation", to: "lists" }),
        field("secret", { hidden: true }),
      ],
    },
    { name: "lists", label: [], fields: [field("name"), field("archived")] },
  ],
} as never);

function at(text: string) {
  const caret = text.includes("|") ? text.indexOf("|") : text.length;
  const plain = text.replace("|", "");
  const todos = APPLICATION.collection("todos");
  if (todos === undefined) {
    throw new Error("there is no such collection");
  }
  const found = completionsOf(plain, caret, todos, (one) =>
    APPLICATION.target(one),
  );
  return { found, plain, caret };
}

test("fields are completed, and those behind a relation", () => {
  expect(at("pri").found.options).toEqual(["priority"]);
  expect(at("title == 1 && t").found.options).toEqual(["title", "true"]);
  expect(at("list.").found.options).toEqual(["name", "archived"]);
  expect(at("record.list.na").found.options).toEqual(["name"]);
  expect(at("sec").found.options).toEqual([]);
  expect(at("title.na").found.options).toEqual([]);
  expect(at("").found.options).toEqual([]);
});

test("between quotes the choices of the field are offered, and nothing else", () => {
  expect(at('priority == "').found.options).toEqual(["low", "high"]);
  expect(at('priority != "h').found.options).toEqual(["high"]);
  expect(at('title == "pri').found.options).toEqual([]);
  expect(at(String.raw`title == "a\" pri`).found.options).toEqual([]);
  expect(at('title == "a" && pri').found.options).toEqual(["priority"]);
});

test("what is taken stands where the word was", () => {
  const { found, plain, caret } = at("ti| == 1");
  expect(completed(plain, caret, found, "title")).toEqual({
    text: "title == 1",
    caret: 5,
  });
});
