import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import {
  MemoryCopy,
  Unauthenticated,
  createClient,
  memoryStore,
  type CollectionName,
  type CopyStep,
  type MainstayError,
} from "mainstay-client";
import { schema, type Schema } from "./generated/todo.js";
import { Chance } from "./support/chance.js";
import { Cutter } from "./support/cutter.js";
import { Proxy } from "./support/proxy.js";
import { TestServer, first, type TodoClient } from "./support/server.js";
import { Told } from "./support/told.js";
import { workAtRandom } from "./support/work.js";

const COLLECTIONS = ["todos", "lists", "memberships"] as const;
const CUTS = 100;

let server: TestServer;
let nora: TodoClient;
let lena: TodoClient;

before(async () => {
  server = await TestServer.start();
  nora = await server.signedIn("nora");
  lena = await server.signedIn("lena");
});
after(() => server.stop());

/** All that somebody may list. */
async function listed<C extends CollectionName<Schema>>(
  client: TodoClient,
  collection: C,
): Promise<Map<string, unknown>> {
  const all = new Map<string, unknown>();
  for await (const record of client.records(collection).each({ limit: 500 })) {
    all.set(record.id, record);
  }
  return all;
}

async function assertSame(
  copy: MemoryCopy<Schema>,
  client: TodoClient,
): Promise<void> {
  for (const collection of COLLECTIONS) {
    const wanted = await listed(client, collection);
    assert.deepEqual(new Map(copy.records(collection)), wanted, collection);
  }
}

async function signedIn(name: string, url: string): Promise<TodoClient> {
  const retry = { delayMs: 5, delayMaxMs: 20 };
  const session = memoryStore();
  const client = createClient({ url, schema, session, retry });
  const email = `${name}@example.com`;
  await client.auth.signIn({ email, password: server.password });
  return client;
}

test("a copy has what the list shows, and follows without asking", async () => {
  const follower = await signedIn("lena", server.url);
  const store = new MemoryCopy<Schema>();
  const told = new Told<CopyStep<Schema>>();
  const copy = follower.changes.follow({
    collections: COLLECTIONS,
    store,
    onStep: told.hear,
    pollMs: 3_600_000,
  });
  await copy.caughtUp();
  await assertSame(store, lena);
  assert(store.records("todos").size > 0);

  const list = first((await nora.records("lists").list({ limit: 1 })).items).id;
  const todo = await nora.records("todos").create({ list, title: "Copied" });
  await told.until(() => store.records("todos").has(todo.id));
  assert.deepEqual(store.records("todos").get(todo.id), todo);
  const done = await nora.records("todos").update(todo, { completed: true });
  await told.until(
    () => store.records("todos").get(todo.id)?.completed === true,
  );
  assert.deepEqual(store.records("todos").get(todo.id), done);
  await nora.records("todos").delete(todo.id);
  await told.until(() => !store.records("todos").has(todo.id));
  copy.stop();
  await assert.rejects(copy.caughtUp(), /was stopped/);
});

test("a membership that is taken takes along what it let see, and brings it back", async () => {
  const follower = await signedIn("lena", server.url);
  const store = new MemoryCopy<Schema>();
  const told = new Told<CopyStep<Schema>>();
  const copy = follower.changes.follow({
    collections: COLLECTIONS,
    store,
    onStep: told.hear,
    pollMs: 3_600_000,
  });
  await copy.caughtUp();
  const all = store.records("todos").size;
  const membership = await membershipOfLena();
  await nora.records("memberships").delete(membership);
  await told.until(() => store.records("todos").size < all);
  await copy.caughtUp();
  await assertSame(store, lena);
  await nora.records("memberships").restore(membership);
  await told.until(() => store.records("todos").size === all);
  await copy.caughtUp();
  await assertSame(store, lena);
  copy.stop();
});

test("a copy goes on where it was, and is never shown to somebody else", async () => {
  const proxy = await Proxy.start(server.url);
  const follower = await signedIn("lena", proxy.url);
  const store = new MemoryCopy<Schema>();
  const begin = { collections: COLLECTIONS, store };
  const copy = follower.changes.follow(begin);
  await copy.caughtUp();
  copy.stop();

  const list = first((await nora.records("lists").list({ limit: 1 })).items).id;
  const title = "While nobody looked";
  const todo = await nora.records("todos").create({ list, title });
  proxy.seen.length = 0;
  const again = follower.changes.follow(begin);
  await again.caughtUp();
  assert(store.records("todos").has(todo.id));
  assert.equal(proxy.count("GET", "/api/v1/records"), 0);
  await assertSame(store, lena);

  await follower.auth.signOut();
  await assert.rejects(again.caughtUp(), Unauthenticated);
  const email = "zoe@example.com";
  await follower.auth.signIn({ email, password: server.password });
  const hers = follower.changes.follow(begin);
  await hers.caughtUp();
  assert.equal(store.records("todos").size, 0);
  hers.stop();
  await proxy.stop();
});

test("a copy whose connection is cut a hundred times is what the server has", async () => {
  const chance = new Chance("cuts of a copy");
  const cutter = await Cutter.start(server.url);
  const follower = await signedIn("lena", cutter.url);
  const store = new MemoryCopy<Schema>();
  const failures: unknown[] = [];
  const begin = {
    collections: COLLECTIONS,
    store,
    onError: (error: MainstayError) => failures.push(error.code),
    pollMs: 200,
  };
  let copy = follower.changes.follow(begin);
  const membership = await membershipOfLena();
  let isMember = true;
  let cuts = 0;
  const between = async (): Promise<void> => {
    if (chance.below(3) === 0 && cutter.cut() > 0) {
      cuts += 1;
    }
    if (chance.below(20) === 0) {
      // As if the program had ended in the middle of something.
      copy.stop();
      copy = follower.changes.follow(begin);
    }
    if (chance.below(15) === 0) {
      isMember = !isMember;
      await (isMember
        ? nora.records("memberships").restore(membership)
        : nora.records("memberships").delete(membership));
    }
    await new Promise((resolve) => setTimeout(resolve, chance.below(20)));
  };
  const omar = await server.signedIn("omar");
  const isEnough = (): boolean => cuts >= CUTS;
  await Promise.all([
    workAtRandom(nora, chance, isEnough, { between }),
    workAtRandom(omar, chance, isEnough, { between: async () => {} }),
  ]);
  await copy.caughtUp();
  await assertSame(store, lena);
  if (!isMember) {
    await nora.records("memberships").restore(membership);
    await copy.caughtUp();
    await assertSame(store, lena);
  }
  assert(
    failures.every((code) => code === "network_failed"),
    `${failures}`,
  );
  copy.stop();
  await cutter.stop();
});

/** Hers in the workspace that Nora owns. */
async function membershipOfLena(): Promise<string> {
  const user = (await lena.auth.userId()) ?? "";
  const { items } = await lena.records("memberships").list({
    filter: (one) => one.user.eq(user).and(one.role.eq("member")),
  });
  return first(items).id;
}
