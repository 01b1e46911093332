import { describe, expect, test } from "vitest";

import { Answers, placeOf } from "./answers.ts";
import { newId } from "./made.ts";
import { withPending, type Pending } from "./pending.ts";

const URL_OF_LIST = "https://a.example/api/v1/records/todos?limit=2";
const NEW = "00000000-0000-7000-8000-000000000009";

function pending(part: Partial<Pending>): Pending {
  return {
    key: 1,
    person: "ida",
    op: "update",
    collection: "todos",
    id: "a",
    base: null,
    values: {},
    token: "t",
    trouble: null,
    ...part,
  };
}

describe("what is read without a network", () => {
  test("an address is that of a list, of a record, or neither", () => {
    expect(placeOf(URL_OF_LIST)).toEqual({ collection: "todos", id: null });
    expect(placeOf("https://a.example/api/v1/records/todos/a")).toEqual({
      collection: "todos",
      id: "a",
    });
    expect(
      placeOf("https://a.example/api/v1/records/todos/a/history"),
    ).toBeNull();
  });

  test("a waiting change covers what was read, and a relation that changed shows nothing old", () => {
    const row = {
      id: "a",
      version: 3,
      title: "Old",
      list: "x",
      expand: { list: { id: "x" } },
    };
    const changes = [
      pending({ values: { title: "New" } }),
      pending({ key: 2, values: { list: "y" } }),
      pending({ key: 3, id: "b", values: { title: "Other" } }),
    ];
    expect(withPending(row, "todos", changes)).toEqual({
      id: "a",
      version: 3,
      title: "New",
      list: "y",
      expand: {},
    });
    expect(withPending(row, "todos", [pending({ op: "delete" })])).toBeNull();
  });

  test("a list has what was made, lacks what was deleted, and counts so", () => {
    const answers = new Answers();
    const items = [
      { id: "a", version: 1, title: "A" },
      { id: "b", version: 1, title: "B" },
    ];
    answers.remember(
      URL_OF_LIST,
      JSON.stringify({ items, next_cursor: null, count: 7 }),
    );
    const waits = [
      pending({ op: "create", id: NEW, values: { title: "C" } }),
      pending({ key: 2, op: "delete", id: "b" }),
      pending({ key: 3, values: { title: "A2" } }),
    ];
    const made = (one: Pending) => ({ id: one.id, version: 1, ...one.values });
    expect(JSON.parse(answers.recall(URL_OF_LIST, waits, made) ?? "")).toEqual({
      items: [
        { id: NEW, version: 1, title: "C" },
        { id: "a", version: 1, title: "A2" },
      ],
      next_cursor: null,
      count: 7,
    });
    // A record of a list can be opened without having been read by itself.
    const one = "https://a.example/api/v1/records/todos/a";
    expect(JSON.parse(answers.recall(one, waits, made) ?? "")).toMatchObject({
      title: "A2",
    });
    expect(answers.recall(`${one}b`, waits, made)).toBeNull();
  });

  test("what comes along is what is known of it, and moments are written as the server writes them", () => {
    const answers = new Answers();
    const lists = "https://a.example/api/v1/records/lists?limit=9";
    const list = { id: "l", version: 1, name: "Known" };
    answers.remember(lists, JSON.stringify({ items: [list] }));
    const one = "https://a.example/api/v1/records/todos/a?expand=list,by";
    const row = { id: "a", version: 1, list: null, by: null, at: null };
    answers.remember(
      one,
      JSON.stringify({ ...row, expand: { list: null, by: null } }),
    );
    const values = { list: "l", at: "2026-03-01T08:30:00.120Z" };
    const text = answers.recall(one, [pending({ values })], () => row);
    expect(JSON.parse(text ?? "")).toEqual({
      ...row,
      list: "l",
      at: "2026-03-01T08:30:00.120000Z",
      expand: { list, by: null },
    });
  });

  test("an id for a record that waits is one of version 7", () => {
    expect(newId()).toMatch(
      /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/,
    );
  });
});
