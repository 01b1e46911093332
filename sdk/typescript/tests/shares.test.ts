import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import {
  NotFound,
  createClient,
  type LiveEvent,
  type RecordOf,
} from "mainstay-client";
import { schema, type Schema } from "./generated/todo.js";
import { TestServer, first, type TodoClient } from "./support/server.js";
import { Told } from "./support/told.js";

type List = RecordOf<Schema, "lists">;

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

assert(typeof WebSocket !== "undefined", "run it as scripts/test-sdk does");

for (const [way, options] of [
  ["WebSocket", {}],
  ["an event stream", { webSocket: null }],
] as const) {
  test(`whoever opens a link follows the record over ${way} until it is revoked`, async () => {
    const retry = { delayMs: 10, delayMaxMs: 50 };
    const visitor = createClient({
      url: server.url,
      schema,
      retry,
      ...options,
    });
    clients.push(visitor);
    const share = await nora.shares.create("lists", list, { level: "read" });
    const follow = (): Told<LiveEvent<List>> => {
      const told = new Told<LiveEvent<List>>();
      visitor.realtime
        .collection("lists")
        .record(list)
        .subscribe({}, told.hear);
      return told;
    };
    // Without the link there is no such record.
    const refused = await follow().next();
    assert(refused.event === "ended");
    assert(refused.error instanceof NotFound);
    await visitor.shares.open(share.token ?? "");
    const told = follow();
    assert.equal((await told.next()).event, "subscribed");
    const name = `Told over ${way}`;
    await nora.records("lists").update(list, { name });
    const updated = await told.next();
    assert(updated.event === "updated");
    assert.equal(updated.record.name, name);
    // Opened anew, with another grant, nothing is lost and nothing comes twice.
    await visitor.shares.open(share.token ?? "");
    await nora.records("lists").update(list, { name: `${name} again` });
    const again = await told.next();
    assert(again.event === "updated");
    assert.equal(again.record.name, `${name} again`);
    await nora.shares.revoke(share);
    assert.equal((await told.next()).event, "reload");
    await assert.rejects(visitor.records("lists").get(list), NotFound);
  });
}

test("whoever closes a link follows nothing more by it", async () => {
  const retry = { delayMs: 10, delayMaxMs: 50 };
  const visitor = createClient({ url: server.url, schema, retry });
  clients.push(visitor);
  const share = await nora.shares.create("lists", list, { level: "read" });
  await visitor.shares.open(share.token ?? "");
  const told = new Told<LiveEvent<List>>();
  visitor.realtime.collection("lists").record(list).subscribe({}, told.hear);
  assert.equal((await told.next()).event, "subscribed");
  visitor.shares.close();
  const ended = await told.next();
  assert(ended.event === "ended");
  assert(ended.error instanceof NotFound);
});
