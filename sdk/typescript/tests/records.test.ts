import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import {
  Conflict,
  Forbidden,
  NotFound,
  Unauthenticated,
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
  const lists = await nora.records("lists").list({ limit: 1 });
  list = first(lists.items).id;
});
after(() => server.stop());

test("a record is created, read, changed, deleted and restored", async () => {
  const todos = nora.records("todos");
  const made = await todos.create({ list, title: "Buy rye flour" });
  assert.equal(made.version, 1);
  assert.equal(made.priority, "normal");
  assert.equal(made.due, null);
  assert.deepEqual(await todos.get(made.id), made);

  const changed = await todos.update(made, { due: "2026-03-31" });
  assert.equal(changed.version, 2);
  assert.equal(changed.due, "2026-03-31");

  await todos.delete(changed);
  await assert.rejects(todos.get(made.id), NotFound);
  const bin = await todos.list({
    deleted: true,
    filter: filter`id == ${made.id}`,
  });
  assert.equal(first(bin.items).id, made.id);
  const restored = await todos.restore(made.id);
  assert.equal(restored.deleted_at, null);

  const { items } = await todos.history(made.id);
  assert.deepEqual(
    items.map(({ kind }) => kind),
    ["record.restored", "record.deleted", "record.updated", "record.created"],
  );
  assert.deepEqual(items[2]?.new, { due: "2026-03-31" });
});

test("a change of somebody else is not lost", async () => {
  const todos = nora.records("todos");
  const read = await todos.create({ list, title: "One" });
  await todos.update(read, { title: "Two" });
  const stale = todos.update(read, { title: "Three" });
  await assert.rejects(stale, (error) => {
    assert(error instanceof VersionMismatch);
    assert.equal(error.code, "version_mismatch");
    assert.equal(error.status, 412);
    assert.equal(error.problem?.code, "version_mismatch");
    assert.equal(error.requestId, error.problem?.request_id);
    return true;
  });
  await assert.rejects(todos.delete(read), VersionMismatch);
  assert.equal((await todos.get(read.id)).title, "Two");
  // By its id alone, whatever is stored is changed.
  assert.equal((await todos.update(read.id, { title: "Four" })).version, 3);
});

test("failures are errors with the server's words", async () => {
  const todos = nora.records("todos");
  await assert.rejects(todos.create({ list, title: "" }), (error) => {
    assert(error instanceof ValidationFailed);
    assert.deepEqual(
      error.fields.map(({ field }) => field),
      ["title"],
    );
    assert.match(error.requestId ?? "", /^[0-9a-f-]{36}$/);
    return true;
  });
  await assert.rejects(
    server.client().records("todos").create({ list, title: "Nobody" }),
    Unauthenticated,
  );
  const zoe = await server.signedIn("zoe");
  await assert.rejects(
    zoe.records("todos").create({ list, title: "Stranger" }),
    Forbidden,
  );
  const slug = first((await nora.records("workspaces").list()).items).slug;
  await assert.rejects(
    nora.records("workspaces").create({ name: "Again", slug }),
    Conflict,
  );
  for (const id of ["", "..", "a/b", "%2e%2e"]) {
    // It could lead to another path, so it is not sent at all.
    await assert.rejects(
      todos.get(id),
      (error) => error instanceof NotFound && error.status === null,
    );
  }
});

test("every record of a list comes once, page by page", async () => {
  const todos = nora.records("todos");
  const { count, items } = await todos.list({ count: true, limit: 1 });
  assert(count !== undefined && count > 20);
  assert.equal(items.length, 1);
  const ids = new Set<string>();
  const sort = ["-priority", "due"] as const;
  for await (const todo of todos.each({ limit: 7, sort })) {
    ids.add(todo.id);
  }
  assert.equal(ids.size, count);
});

test("fields and related records come along as they were asked for", async () => {
  const { items } = await nora.records("todos").list({
    filter: filter`assignee != null && comments.exists(c, true)`,
    fields: ["title", "due"],
    expand: ["list.workspace", "assignee.user", "comments"],
    limit: 1,
  });
  const todo = first(items);
  assert.deepEqual(Object.keys(todo).sort(), ["due", "expand", "id", "title"]);
  assert.equal(typeof todo.expand.list?.expand.workspace?.slug, "string");
  assert.equal(typeof todo.expand.assignee?.expand.user?.email, "string");
  assert(todo.expand.comments.length > 0);
  assert.equal(first(todo.expand.comments).todo, todo.id);

  const without = await nora.records("todos").get(todo.id, { fields: ["due"] });
  assert.deepEqual(Object.keys(without).sort(), ["due", "id"]);
});
