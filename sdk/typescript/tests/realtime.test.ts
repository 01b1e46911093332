import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import {
  NotFound,
  Unauthenticated,
  createClient,
  filter,
  memoryStore,
  type EntryEvent,
  type LiveEvent,
  type RecordOf,
  type RoomEvent,
  type SessionStore,
} from "mainstay-client";
import { schema, type Schema } from "./generated/todo.js";
import { Cutter } from "./support/cutter.js";
import { TestServer, first, type TodoClient } from "./support/server.js";
import { Told } from "./support/told.js";

type Todo = RecordOf<Schema, "todos">;

let server: TestServer;
let nora: TodoClient;
let list: string;
const clients: TodoClient[] = [];

before(async () => {
  server = await TestServer.start();
  nora = await server.signedIn("nora");
  list = first((await nora.records("lists").list({ limit: 1 })).items).id;
});
after(async () => {
  for (const client of clients) {
    client.realtime.stop();
  }
  await server.stop();
});

interface Way {
  readonly name: string;
  readonly webSocket?: null;
}

const WAYS: readonly Way[] = [
  { name: "WebSocket" },
  { name: "an event stream", webSocket: null },
];

/** A client that follows, of somebody of the seed. */
async function follower(
  way: Way,
  options: { url?: string; session?: SessionStore } = {},
): Promise<TodoClient> {
  const { url = server.url, session = memoryStore() } = options;
  const retry = { delayMs: 10, delayMaxMs: 50 };
  const client = createClient({ url, schema, session, retry, ...way });
  const email = "nora@example.com";
  await client.auth.signIn({ email, password: server.password });
  clients.push(client);
  return client;
}

async function began<E extends { readonly event: string }>(
  told: Told<E>,
): Promise<void> {
  assert.equal((await told.next()).event, "subscribed");
}

assert(typeof WebSocket !== "undefined", "run it as scripts/test-sdk does");

for (const way of WAYS) {
  test(`changes are told over ${way.name}`, async () => {
    const { realtime } = await follower(way);
    const title = `Told over ${way.name}`;
    const told = new Told<LiveEvent<Pick<Todo, "id" | "title">>>();
    const subscription = realtime
      .collection("todos")
      .subscribe(
        { filter: filter`title == ${title} && !completed`, fields: ["title"] },
        told.hear,
      );
    await began(told);
    const todos = nora.records("todos");
    const todo = await todos.create({ list, title });
    const created = await told.next();
    assert(created.event === "created");
    const { id } = todo;
    const { seq } = created;
    const record = { id, title };
    assert.deepEqual(created, {
      event: "created",
      seq,
      record_id: id,
      version: 1,
      record,
    });
    await todos.update(id, { priority: "high" });
    const updated = await told.next();
    assert(updated.event === "updated" && updated.seq > seq);
    assert.deepEqual([updated.version, updated.record], [2, record]);
    await todos.update(id, { completed: true });
    assert.equal((await told.next()).event, "left");
    await todos.update(id, { completed: false });
    assert.equal((await told.next()).event, "entered");
    await todos.delete(id);
    const deleted = await told.next();
    assert(deleted.event === "deleted");
    assert.deepEqual(Object.keys(deleted).sort(), [
      "event",
      "record_id",
      "seq",
      "version",
    ]);
    await todos.restore(id);
    assert.equal((await told.next()).event, "restored");

    subscription.stop();
    const other = new Told<LiveEvent<Todo>>();
    const record2 = realtime.collection("todos").record(id);
    const another = record2.subscribe({}, other.hear);
    await began(other);
    await todos.update(id, { completed: true });
    const whole = await other.next();
    assert(whole.event === "updated");
    assert.deepEqual(whole.record, await todos.get(id));
    assert.equal(told.all.length, 7, "it was stopped");
    another.stop();
  });

  test(`a lost connection loses nothing over ${way.name}`, async () => {
    const cutter = await Cutter.start(server.url);
    const { realtime } = await follower(way, { url: cutter.url });
    const told = new Told<LiveEvent<Todo>>();
    const activity = new Told<EntryEvent>();
    const title = `Cut over ${way.name}`;
    const todos = nora.records("todos");
    const todo = await todos.create({ list, title });
    const record = realtime.collection("todos").record(todo.id);
    record.subscribe({}, told.hear);
    record.activity(activity.hear);
    await began(told);
    await began(activity);
    for (let round = 1; round <= 5; round += 1) {
      assert(cutter.cut() > 0);
      const completed = round % 2 === 1;
      const { version } = await todos.update(todo.id, { completed });
      const event = await told.next();
      assert(event.event === "updated");
      assert.deepEqual(
        [event.version, event.record.completed],
        [version, completed],
      );
      const entry = await activity.next();
      assert(entry.event === "record.updated");
      assert.equal(entry.seq, event.seq);
      assert.equal(entry.actor.id, await nora.auth.userId());
    }
    realtime.stop();
    await todos.update(todo.id, { title: "Nobody hears" });
    assert.equal(told.all.length, 6);
    await cutter.stop();
  });

  test(`a subscription that cannot be ends with its error over ${way.name}`, async () => {
    const { realtime } = await follower(way);
    const unknown = new Told<LiveEvent<Todo> | EntryEvent>();
    const todos = realtime.collection("todos");
    const nowhere = "0199aaaa-0000-7000-8000-000000000000";
    todos.record(nowhere).subscribe({}, unknown.hear);
    const gone = await unknown.next();
    assert(gone.event === "ended" && gone.error instanceof NotFound);
    todos.subscribe({ filter: filter`colour == 1` }, unknown.hear);
    const ended = await unknown.next();
    assert(ended.event === "ended");
    assert.equal(ended.error.code, "invalid_filter");
    assert.throws(() => todos.record("../users"), NotFound);
    // The others go on.
    const told = new Told<LiveEvent<Todo>>();
    todos.subscribe({}, told.hear);
    await began(told);
  });

  test(`nobody hears for somebody else over ${way.name}`, async () => {
    const client = await follower(way);
    const told = new Told<LiveEvent<Todo>>();
    client.realtime.collection("todos").subscribe({}, told.hear);
    await began(told);
    await client.auth.signOut();
    const ended = await told.next();
    assert(ended.event === "ended" && ended.error instanceof Unauthenticated);

    const anonymous = new Told<LiveEvent<Todo>>();
    client.realtime.collection("todos").subscribe({}, anonymous.hear);
    const refused = await anonymous.next();
    if (refused.event === "subscribed") {
      const title = "Not for everybody";
      await nora.records("todos").create({ list, title });
    }
    const email = "nora@example.com";
    await client.auth.signIn({ email, password: server.password });
    const last = refused.event === "ended" ? refused : await anonymous.next();
    assert(last.event === "ended" && last.error instanceof Unauthenticated);
  });
}

test("changes in a short time come as one", async () => {
  const { realtime } = await follower({ name: "WebSocket" });
  const told = new Told<LiveEvent<Todo>>();
  const todo = await nora.records("todos").create({ list, title: "Often" });
  realtime
    .collection("todos")
    .record(todo.id)
    .subscribe({ coalesceMs: 1_000 }, told.hear);
  await began(told);
  for (const title of ["One", "Two", "Three"]) {
    await nora.records("todos").update(todo.id, { title });
  }
  const event = await told.next();
  assert(event.event === "updated");
  assert.deepEqual([event.version, event.record.title], [4, "Three"]);
});

test("people in a room see and hear each other", async () => {
  const one = await follower({ name: "WebSocket" });
  const two = await follower({ name: "WebSocket" });
  const todo = await nora.records("todos").create({ list, title: "A room" });
  const hears = [new Told<RoomEvent>(), new Told<RoomEvent>()] as const;
  const enter = (client: TodoClient, state: string, told: Told<RoomEvent>) =>
    client.realtime.collection("todos").record(todo.id).room(state, told.hear);
  const rooms = [
    enter(one, "reading", hears[0]),
    enter(two, "writing", hears[1]),
  ] as const;
  const sees = (room: 0 | 1): unknown =>
    rooms[room].members.map(({ state }) => state)[0];
  await hears[0].until(() => sees(0) === "writing");
  await hears[1].until(() => sees(1) === "reading");
  assert.notEqual(rooms[0].member, rooms[1].member);

  rooms[1].setState({ typing: true });
  await hears[0].until(() => typeof sees(0) === "object");
  rooms[0].broadcast({ cursor: [1, 2] });
  await hears[1].until(() =>
    hears[1].all.some(({ event }) => event === "broadcast"),
  );
  const said = hears[1].all.find(({ event }) => event === "broadcast");
  assert.deepEqual(said, {
    event: "broadcast",
    member: rooms[0].member,
    user: await one.auth.userId(),
    data: { cursor: [1, 2] },
  });
  rooms[1].stop();
  await hears[0].until(() => rooms[0].members.length === 0);
  rooms[0].setState("x".repeat(5_000));
  await hears[0].until(() => hears[0].all.some(isProblem));
  rooms[0].stop();
  assert.throws(() => rooms[0].broadcast("nobody"), /cannot|nobody/);
});

function isProblem({ event }: RoomEvent): boolean {
  return event === "problem";
}

test("a newer token keeps the connection", async () => {
  const session = memoryStore();
  const cutter = await Cutter.start(server.url);
  const client = await follower(
    { name: "WebSocket" },
    { url: cutter.url, session },
  );
  const told = new Told<LiveEvent<Todo>>();
  client.realtime.collection("todos").subscribe({}, told.hear);
  await began(told);
  const before = await session.load();
  assert(before !== null);
  // As if it had run out nearly: another connection dials with it, and renews it.
  await session.save({ ...before, expiresAt: Date.now() + 5_500 });
  cutter.cut();
  const end = Date.now() + 20_000;
  while ((await session.load())?.accessToken === before.accessToken) {
    assert(Date.now() < end, "it was never renewed");
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  const { connections } = cutter;
  await nora.records("todos").create({ list, title: "After the renewal" });
  assert.equal((await told.next()).event, "created");
  // Only the refresh itself may have needed one.
  assert(cutter.connections <= connections + 1);
  client.realtime.stop();
  await cutter.stop();
});
