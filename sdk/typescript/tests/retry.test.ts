import assert from "node:assert/strict";
import { after, before, beforeEach, afterEach, test } from "node:test";
import {
  NetworkFailed,
  RateLimited,
  TimedOut,
  Unavailable,
  UnexpectedAnswer,
  createClient,
  filter,
  sentenceOf,
  type MainstayError,
} from "mainstay-client";
import { schema } from "./generated/todo.js";
import { Proxy } from "./support/proxy.js";
import { TestServer, first, type TodoClient } from "./support/server.js";

let server: TestServer;
let proxy: Proxy;
let nora: TodoClient;
let list: string;

before(async () => {
  server = await TestServer.start();
});
beforeEach(async () => {
  proxy = await Proxy.start(server.url);
  nora = await server.signedIn("nora", undefined, proxy.url);
  list = first((await nora.records("lists").list({ limit: 1 })).items).id;
  proxy.seen.length = 0;
});
afterEach(() => proxy.stop());
after(() => server.stop());

/** The first requests are judged so, all others pass. */
function judgeFirst(...verdicts: ReturnType<Proxy["judge"]>[]): void {
  proxy.judge = () => verdicts.shift() ?? "pass";
}

test("a write whose answer is lost is made once", async () => {
  judgeFirst("lose_answer", "lose_answer");
  const title = "Once and only once";
  const todo = await nora.records("todos").create({ list, title });
  const keys = new Set(
    proxy.seen.map(({ headers }) => headers["idempotency-key"]),
  );
  assert.equal(proxy.count("POST", "/api/v1/records/todos"), 3);
  assert.equal(keys.size, 1);
  const { items } = await nora
    .records("todos")
    .list({ filter: filter`title == ${title}` });
  assert.deepEqual(items, [todo]);

  judgeFirst("lose_answer");
  const changed = await nora.records("todos").update(todo, { completed: true });
  assert.equal(changed.version, 2);
  judgeFirst("lose_answer");
  await nora.records("todos").delete(changed);
});

test("each write has a key of its own", async () => {
  const title = "Twice";
  await nora.records("todos").create({ list, title });
  await nora.records("todos").create({ list, title });
  const keys = new Set(
    proxy.seen.map(({ headers }) => headers["idempotency-key"]),
  );
  assert.equal(keys.size, 2);
});

test("a read waits as long as the server asks", async () => {
  judgeFirst({ status: 429, headers: { "retry-after": "1" } }, { status: 503 });
  const begun = performance.now();
  await nora.auth.me();
  assert(performance.now() - begun >= 1000);
  assert.equal(proxy.seen.length, 3);
});

test("patience ends, and the error says what the server said", async () => {
  const impatient = createClient({
    url: proxy.url,
    schema,
    retry: { retriesMax: 1, delayMs: 1 },
  });
  proxy.judge = () => ({ status: 429, headers: { "retry-after": "0" } });
  await assert.rejects(impatient.auth.me(), (error) => {
    assert(error instanceof RateLimited);
    assert.equal(error.code, "rate_limited");
    assert.equal(error.retryAfterMs, 0);
    return true;
  });
  assert.equal(proxy.seen.length, 2);
  proxy.judge = () => ({ status: 503, body: "<html>" });
  await assert.rejects(impatient.auth.me(), Unavailable);
  proxy.judge = () => "lose_answer";
  await assert.rejects(impatient.auth.me(), NetworkFailed);
});

test("signing in is never repeated", async () => {
  judgeFirst("lose_answer");
  const email = "nora@example.com";
  const signIn = nora.auth.signIn({ email, password: server.password });
  await assert.rejects(signIn, NetworkFailed);
  assert.equal(proxy.seen.length, 1);
});

test("a call has an end", async () => {
  proxy.judge = () => ({ status: 503 });
  await assert.rejects(nora.auth.me({ timeoutMs: 100 }), (error) => {
    assert(error instanceof TimedOut);
    assert.equal(error.status, null);
    return true;
  });
  const controller = new AbortController();
  const reason = new Error("the page was left");
  const call = nora.auth.me({ signal: controller.signal });
  controller.abort(reason);
  await assert.rejects(call, reason);
  await assert.rejects(nora.auth.me({ signal: controller.signal }), reason);
});

test("an answer that is no answer of the server is refused", async () => {
  proxy.judge = () => ({
    status: 200,
    body: "<html>Sign in to the Wi-Fi</html>",
  });
  await assert.rejects(nora.auth.me(), UnexpectedAnswer);
  proxy.judge = () => ({ status: 200, body: "{}" });
  await assert.rejects(nora.auth.me(), (error) => {
    assert(error instanceof UnexpectedAnswer);
    assert.equal(error.path, "id");
    return true;
  });
});

test("a problem with a code that is not known yet has the class of its status", async () => {
  const problem = {
    type: "about:blank",
    title: "Conflict",
    status: 409,
    code: "of_tomorrow",
    detail: "no",
    errors: [],
  };
  const headers = { "content-type": "application/problem+json" };
  proxy.judge = () => ({ status: 409, headers, body: JSON.stringify(problem) });
  await assert.rejects(nora.auth.me(), (error: MainstayError) => {
    assert.equal(error.name, "Conflict");
    assert.equal(error.code, "unknown");
    assert.equal(error.problem?.code, "of_tomorrow");
    return true;
  });
});

test("reads see what was written before, also on a replica", async () => {
  proxy.judge = ({ method }) =>
    method === "PATCH" ? { add: { "mainstay-position": "ff" } } : "pass";
  const todo = await nora.records("todos").create({ list, title: "Position" });
  await nora.records("todos").get(todo.id);
  const changed = await nora
    .records("todos")
    .update(todo, { title: "Further" });
  proxy.judge = ({ method }) =>
    method === "PATCH" ? { add: { "mainstay-position": "1a0" } } : "pass";
  await nora.records("todos").get(todo.id);
  await nora.records("todos").update(changed, { title: "Further still" });
  proxy.judge = () => ({ add: { "mainstay-position": "9" } });
  await nora.records("todos").get(todo.id);
  await nora.records("todos").get(todo.id);
  const sent = proxy.seen
    .filter(({ method }) => method === "GET")
    .map(({ headers }) => headers["mainstay-position"]);
  assert.deepEqual(sent, [undefined, "ff", "1a0", "1a0"]);

  proxy.seen.length = 0;
  await createClient({ url: proxy.url, schema, anyReplica: true })
    .records("todos")
    .list()
    .catch(() => undefined);
  assert.equal(proxy.seen[0]?.headers["mainstay-position"], "0");
});

test("errors become sentences in one place", async () => {
  const lost = await nora
    .records("todos")
    .create({ list, title: "" })
    .catch(sentenceOf);
  assert.equal(lost, "title: must not be empty");
  assert.equal(
    await server
      .client()
      .records("todos")
      .create({ list, title: "x" })
      .catch(sentenceOf),
    "Sign in to go on.",
  );
  assert.equal(
    sentenceOf(new Error("x")),
    "Something went wrong in this program.",
  );
});
