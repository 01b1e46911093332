import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import {
  NotFound,
  ValidationFailed,
  VersionMismatch,
  filter,
} from "mainstay-client";
import { TestServer, first, type TodoClient } from "./support/server.js";

let server: TestServer;
let nora: TodoClient;
let list: string;

before(async () => {
  server = await TestServer.start();
  nora = await server.signedIn("nora");
  list = first((await nora.records("lists").list({ limit: 1 })).items).id;
});
after(() => server.stop());

test("a batch gives the record of each operation", async () => {
  const todo = await nora.records("todos").create({ list, title: "Before" });
  const [made, changed, gone, back] = await nora.batch([
    { op: "create", collection: "todos", data: { list, title: "New" } },
    {
      op: "update",
      collection: "todos",
      id: todo.id,
      if_version: 1,
      data: { title: "After" },
    },
    { op: "delete", collection: "todos", id: todo.id },
    { op: "restore", collection: "todos", id: todo.id },
  ]);
  assert.equal(made.title, "New");
  assert.equal(changed.title, "After");
  assert.equal(gone, null);
  assert.equal(back.id, todo.id);
  assert.deepEqual(await nora.records("todos").get(todo.id), back);
});

test("of a batch that fails nothing is left", async () => {
  const title = "All or nothing";
  const batch = nora.batch([
    { op: "create", collection: "todos", data: { list, title } },
    { op: "create", collection: "todos", data: { list, title: "" } },
  ]);
  await assert.rejects(batch, (error) => {
    assert(error instanceof ValidationFailed);
    assert.equal(first(error.fields).field, "operations[1].data.title");
    return true;
  });
  const { items } = await nora
    .records("todos")
    .list({ filter: filter`title == ${title}` });
  assert.deepEqual(items, []);
});

test("each for itself, what fails leaves the others", async () => {
  const todo = await nora.records("todos").create({ list, title: "Mine" });
  const [good, stale, nobody] = await nora.batchEach([
    { op: "create", collection: "todos", data: { list, title: "Good" } },
    {
      op: "update",
      collection: "todos",
      id: todo.id,
      if_version: 7,
      data: { title: "Stale" },
    },
    { op: "delete", collection: "labels", id: todo.id },
  ]);
  assert(good.ok);
  assert.equal(good.record.title, "Good");
  assert(!stale.ok && stale.error instanceof VersionMismatch);
  assert(!nobody.ok && nobody.error instanceof NotFound);
  assert.deepEqual(await nora.records("todos").get(todo.id), todo);
});
