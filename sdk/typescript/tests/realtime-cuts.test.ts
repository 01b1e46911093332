import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { createClient, type LiveEvent, type RecordOf } from "mainstay-client";
import { schema, type Schema } from "./generated/todo.js";
import { Chance } from "./support/chance.js";
import { Cutter } from "./support/cutter.js";
import { TestServer, first, type TodoClient } from "./support/server.js";
import { Told } from "./support/told.js";
import { workAtRandom } from "./support/work.js";

type Todo = RecordOf<Schema, "todos">;
type Event = LiveEvent<Todo>;

const CUTS = 100;

let server: TestServer;
let nora: TodoClient;

before(async () => {
  server = await TestServer.start();
  nora = await server.signedIn("nora");
});
after(() => server.stop());

/** The list as somebody has it who listed once and then only heard. */
function apply(list: Map<string, Todo>, event: Event): void {
  if ("record" in event) {
    const known = list.get(event.record_id);
    if (known === undefined || known.version <= event.version) {
      list.set(event.record_id, event.record);
    }
  } else if (event.event === "deleted" || event.event === "left") {
    list.delete(event.record_id);
  }
}

for (const way of [
  { name: "WebSocket" },
  { name: "stream", webSocket: null },
]) {
  test(`100 cuts of a ${way.name} lose and repeat nothing`, async () => {
    const chance = new Chance(`cuts of a ${way.name}`);
    const cutter = await Cutter.start(server.url);
    const retry = { delayMs: 5, delayMaxMs: 20 };
    const client = createClient({ url: cutter.url, schema, retry, ...way });
    const credentials = {
      email: "nora@example.com",
      password: server.password,
    };
    await client.auth.signIn(credentials);
    const told = new Told<Event>();
    client.realtime.collection("todos").subscribe({}, told.hear);
    assert.equal((await told.next()).event, "subscribed");
    const list = new Map<string, Todo>();
    for await (const todo of nora.records("todos").each({ limit: 500 })) {
      list.set(todo.id, todo);
    }

    let cuts = 0;
    const mark = first((await nora.records("lists").list()).items).id;
    await workAtRandom(nora, chance, () => cuts >= CUTS, {
      between: async () => {
        if (chance.below(3) === 0 && cutter.cut() > 0) {
          cuts += 1;
        }
        await new Promise((resolve) => setTimeout(resolve, chance.below(20)));
      },
    });
    const end = await nora
      .records("todos")
      .create({ list: mark, title: "The end" });
    await told.until(() =>
      told.all.some((event) => "record" in event && event.record_id === end.id),
    );

    let seq = 0;
    for (const event of told.all) {
      assert(event.event !== "reload" && event.event !== "ended");
      assert(event.seq > seq, `${event.seq} after ${seq}`);
      seq = event.seq;
      apply(list, event);
    }
    const now = new Map<string, Todo>();
    for await (const todo of nora.records("todos").each({ limit: 500 })) {
      now.set(todo.id, todo);
    }
    assert.deepEqual(list, now);
    client.realtime.stop();
    await cutter.stop();
  });
}
