import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import {
  createClient,
  Forbidden,
  InvalidRequest,
  RateLimited,
  Unauthenticated,
  type Fetch,
} from "mainstay-client";
import { schema } from "./generated/todo.js";
import { first, TestServer, type TodoClient } from "./support/server.js";
import { Told } from "./support/told.js";

interface Made {
  readonly id: string;
  readonly key: string;
}

let server: TestServer;
let token = "";

before(async () => {
  server = await TestServer.start();
  const answer = await post("/auth/sign-in", {
    email: "nora@example.com",
    password: server.password,
  });
  const session = (await answer.json()) as { access_token: string };
  token = session.access_token;
});
after(() => server.stop());

async function post(path: string, body: unknown): Promise<Response> {
  return fetch(`${server.url}/api/v1${path}`, {
    method: "POST",
    headers: {
      "content-type": "application/json",
      ...(token === "" ? {} : { authorization: `Bearer ${token}` }),
    },
    body: JSON.stringify(body),
  });
}

async function make(scopes: readonly string[]): Promise<Made> {
  const answer = await post("/api-keys", { name: "test", scopes });
  assert.equal(answer.status, 201);
  return (await answer.json()) as Made;
}

function clientOf(apiKey: string, fetch?: Fetch): TodoClient {
  return createClient({ url: server.url, schema, apiKey, fetch });
}

test("a client with a key does what its scopes say, and signs nobody in", async () => {
  const { key } = await make(["todos:read", "lists:read"]);
  const client = clientOf(key);
  const { items } = await client.records("todos").list({ limit: 5 });
  assert(items.length > 0);
  await assert.rejects(
    client.records("todos").update(first(items).id, { title: "No" }),
    (error) =>
      error instanceof Forbidden && error.message.includes("todos:update"),
  );
  await assert.rejects(
    client.auth.signIn({
      email: "nora@example.com",
      password: server.password,
    }),
    InvalidRequest,
  );
});

test("a key that was taken back is refused, and nothing is renewed", async () => {
  const { id, key } = await make(["*:read"]);
  const paths: string[] = [];
  const client = clientOf(key, (url, init) => {
    paths.push(new URL(url).pathname);
    return fetch(url, init);
  });
  await client.records("todos").list({ limit: 1 });
  await fetch(`${server.url}/api/v1/api-keys/${id}`, {
    method: "DELETE",
    headers: { authorization: `Bearer ${token}` },
  });
  await assert.rejects(
    client.records("todos").list({ limit: 1 }),
    Unauthenticated,
  );
  assert(!paths.includes("/api/v1/auth/refresh"));
});

test("a client with a key hears of changes", async () => {
  const { key } = await make(["*:*"]);
  const client = clientOf(key);
  const told = new Told<string>();
  const subscription = client.realtime
    .collection("todos")
    .subscribe({}, (event) => told.hear(event.event));
  await told.until(() => told.all.includes("subscribed"));
  const { items } = await client.records("todos").list({ limit: 1 });
  await client.records("todos").update(first(items).id, { title: "Heard" });
  await told.until(() => told.all.includes("updated"));
  subscription.stop();
});

test("a refusal for a time says how long", async () => {
  const body = JSON.stringify({
    type: "about:blank",
    title: "Too Many Requests",
    status: 429,
    detail: "there were more requests than the limit allows",
    code: "rate_limited",
    errors: [],
  });
  const headers = {
    "content-type": "application/problem+json",
    "retry-after": "7",
  };
  const client = createClient({
    url: server.url,
    schema,
    retry: { retriesMax: 0 },
    fetch: () => Promise.resolve(new Response(body, { status: 429, headers })),
  });
  await assert.rejects(
    client.records("todos").list(),
    (error) =>
      error instanceof RateLimited &&
      error.code === "rate_limited" &&
      error.retryAfterMs === 7_000,
  );
});
