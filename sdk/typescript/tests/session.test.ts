import assert from "node:assert/strict";
import { after, before, beforeEach, test } from "node:test";
import {
  Unauthenticated,
  memoryStore,
  type SessionStore,
  type StoredSession,
} from "mainstay-client";
import { Proxy } from "./support/proxy.js";
import { TestServer, type TodoClient } from "./support/server.js";

const REFRESH = "/api/v1/auth/refresh";

let server: TestServer;
let proxy: Proxy;
let store: SessionStore;
let nora: TodoClient;

before(async () => {
  server = await TestServer.start();
});
beforeEach(async () => {
  proxy = await Proxy.start(server.url);
  store = memoryStore();
  nora = await server.signedIn("nora", store, proxy.url);
});
after(() => server.stop());

async function kept(): Promise<StoredSession> {
  const session = await store.load();
  assert(session !== null);
  return session;
}

/** A hundred calls of all kinds, at once. */
async function callAtOnce(client: TodoClient): Promise<void> {
  const calls = Array.from({ length: 100 }, (_, index) =>
    index % 2 === 0
      ? client.auth.me()
      : client.records("todos").list({ limit: 1 }),
  );
  await Promise.all(calls);
}

test("100 parallel calls after the token has run out cause one refresh", async () => {
  const before = await kept();
  await store.save({ ...before, expiresAt: Date.now() - 1 });
  await callAtOnce(nora);
  assert.equal(proxy.count("POST", REFRESH), 1);
  const now = await kept();
  assert.notEqual(now.refreshToken, before.refreshToken);
  assert.equal(now.userId, before.userId);
  await proxy.stop();
});

test("100 parallel calls with a token that the server refuses cause one refresh", async () => {
  await store.save({ ...(await kept()), accessToken: "of yesterday" });
  await callAtOnce(nora);
  assert.equal(proxy.count("POST", REFRESH), 1);
  await proxy.stop();
});

test("a session goes on through many refreshes, and ends on both sides", async () => {
  for (let round = 1; round <= 3; round += 1) {
    await store.save({ ...(await kept()), expiresAt: 0 });
    await nora.auth.me();
    assert.equal(proxy.count("POST", REFRESH), round);
  }
  const { refreshToken, accessToken } = await kept();
  await nora.auth.signOut();
  assert.equal(await store.load(), null);
  assert.equal(await nora.auth.userId(), null);
  await assert.rejects(nora.auth.me(), Unauthenticated);
  await store.save({ refreshToken, accessToken, expiresAt: 0, userId: "" });
  await assert.rejects(nora.auth.me(), Unauthenticated);
  // A session that is over is not kept.
  assert.equal(await store.load(), null);
  await proxy.stop();
});

test("signing out while a refresh is on its way stays signed out", async () => {
  await store.save({ ...(await kept()), expiresAt: 0 });
  const call = nora.auth.me();
  await new Promise((resolve) => setImmediate(resolve));
  await store.save(null);
  await call.catch(() => undefined);
  assert.equal(await store.load(), null);
  await proxy.stop();
});

test("a call of one person never goes out as another's", async () => {
  const others = memoryStore();
  await server.signedIn("omar", others);
  const omar = await others.load();
  await store.save({ ...(await kept()), accessToken: "of yesterday" });
  proxy.judge = ({ path }) => {
    if (path === "/api/v1/auth/me") {
      void store.save(omar);
    }
    return "pass";
  };
  await assert.rejects(nora.auth.me(), Unauthenticated);
  assert.equal(proxy.count("GET", "/api/v1/auth/me"), 1);
  assert.equal((await nora.auth.me()).email, "omar@example.com");
  await proxy.stop();
});

test("a refresh is tried again when the server is busy", async () => {
  await store.save({ ...(await kept()), expiresAt: 0 });
  let busy = 2;
  proxy.judge = ({ path }) => {
    const refuse = path === REFRESH && busy > 0;
    busy -= refuse ? 1 : 0;
    return refuse ? { status: 503 } : "pass";
  };
  await callAtOnce(nora);
  assert.equal(proxy.count("POST", REFRESH), 3);
  await proxy.stop();
});

test("whoever signs up is signed in", async () => {
  const ida = server.client();
  const password = "a long sentence is good";
  const user = await ida.auth.signUp({
    email: "ida@example.com",
    name: "Ida",
    password,
  });
  assert.equal(user.name, "Ida");
  assert.equal(await ida.auth.userId(), user.id);
  assert.deepEqual(await ida.auth.me(), user);
  const wrong = { email: "ida@example.com", password: "wrong password" };
  await assert.rejects(server.client().auth.signIn(wrong), (error) => {
    assert(error instanceof Unauthenticated);
    assert.equal(error.code, "invalid_credentials");
    return true;
  });
  await proxy.stop();
});

test("a user sees their sessions and ends the others", async () => {
  const [here, there] = [server.client(), server.client()];
  const account = {
    email: "una@example.com",
    password: "a long sentence is good",
  };
  await here.auth.signUp({ ...account, name: "Una" });
  await there.auth.signIn(account);
  const sessions = await here.auth.sessions();
  assert.equal(sessions.length, 2);
  const other = sessions.find((session) => !session.current);
  assert(other !== undefined);
  await here.auth.endSession(other.id);
  await assert.rejects(there.auth.me(), Unauthenticated);
  await there.auth.signIn(account);
  await here.auth.endOtherSessions();
  assert.equal((await here.auth.sessions()).length, 1);
  await assert.rejects(there.auth.me(), Unauthenticated);
  await proxy.stop();
});
