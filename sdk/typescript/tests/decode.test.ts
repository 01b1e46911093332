import assert from "node:assert/strict";
import { after, test } from "node:test";
import { UnexpectedAnswer, createClient, decimal } from "mainstay-client";
import { schema as odd } from "./generated/odd.js";
import { TestServer, first } from "./support/server.js";

const servers: TestServer[] = [];
after(() => Promise.all(servers.map((server) => server.stop())));

async function start(args: string[], app: string): Promise<TestServer> {
  const server = await TestServer.start(args, app);
  servers.push(server);
  return server;
}

function isAt(path: string): (error: unknown) => boolean {
  return (error) => {
    assert(error instanceof UnexpectedAnswer);
    assert.equal(error.path, path, error.message);
    assert.equal(error.code, "unexpected_answer");
    return true;
  };
}

test("every type of field arrives as its type says", async () => {
  const server = await start([], "sdk/typescript/tests/odd");
  const things = createClient({ url: server.url, schema: odd }).records(
    "things",
  );
  const other = await things.create({ word: "other" });
  const thing = await things.create({
    word: "thing",
    whole: -3,
    part: 0.5,
    price: "12.5",
    done: true,
    at: "2026-03-01T09:30:00+01:00",
    day: "2026-01-31",
    size: '5" pipe',
    tags: ["list"],
    anything: [1, null, { a: "b" }],
    shaped: { a: "b" },
    mail: "ada@example.org",
    link: "https://example.org/",
    secret: "nobody sees it",
    born: "1999-12-31",
    one: other.id,
    some: [other.id],
  });
  assert.equal(thing.price, "12.50");
  assert.equal(thing.at, "2026-03-01T08:30:00.000000Z");
  assert.equal("secret" in thing, false);
  const { items } = await things.list({
    filter: (fields) =>
      fields.price.gt(decimal("12.49")).and(
        fields.tags.has("list"),
        fields.some.has(other.id),
        fields.one.word.eq("other"),
        fields.part.lt(1),
        fields.whole.eq(-3),
        fields.day.gte("2026-01-31"),
        fields.at.lt(new Date("2027-01-01")),
        fields.size.eq('5" pipe'),
        fields.anything.isNotNull(),
        fields.some.existsOne((some) => some.word.startsWith("oth")),
      ),
    expand: ["one.ones", "some", "somes"],
  });
  const found = first(items);
  assert.equal(found.id, thing.id);
  assert.equal(found.expand.one?.expand.ones[0]?.id, thing.id);
  assert.equal(found.expand.some[0]?.id, other.id);
  assert.deepEqual(found.expand.somes, []);

  // A number that JavaScript cannot hold is no number.
  const url = `${server.url}/api/v1/records/things`;
  const answer = await fetch(url, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: '{"word": "large", "whole": 9007199254740993}',
  });
  const { id }: { id: string } = JSON.parse(await answer.text());
  await assert.rejects(things.get(id), isAt("whole"));
});

test("an answer that does not fit the schema is refused with its place", async () => {
  const server = await start(["--seed", "--allow-loss"], "apps/todo");
  const nora = await server.signedIn("nora");
  const todos = nora.records("todos");
  const { list, id } = first(
    (await todos.list({ limit: 1, sort: "title" })).items,
  );

  // What the client does not know yet does not disturb it.
  await server.change("collections/todos.toml", (text) =>
    text.replace("[rules]", '[fields.effort]\ntype = "integer"\n\n[rules]'),
  );
  await todos.get(id);

  await server.change("collections/todos.toml", (text) =>
    text.replace('"urgent"]', '"urgent", "at once"]'),
  );
  const data = JSON.stringify({ list, title: "A", priority: "at once" });
  const late: { list: string; title: string } = JSON.parse(data);
  await assert.rejects(todos.create(late), isAt("priority"));
  await assert.rejects(
    todos.list({ sort: "-created_at" }),
    isAt("items[0].priority"),
  );
  const lists = nora.records("lists");
  await assert.rejects(
    lists.get(list, { expand: ["todos.list"] }),
    (error) =>
      error instanceof UnexpectedAnswer &&
      /^expand\.todos\[\d+\]\.priority$/.test(error.path),
  );
  await assert.rejects(
    nora.batch([{ op: "create", collection: "todos", data: late }]),
    isAt("priority"),
  );

  await server.change("collections/todos.toml", (text) =>
    text.replace("[fields.recurrence]", "[fields.repeats]"),
  );
  await assert.rejects(todos.get(id), isAt("recurrence"));
});
