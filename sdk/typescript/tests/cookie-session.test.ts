import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { build } from "esbuild";
import {
  Unauthenticated,
  createClient,
  type Client,
  type Fetch,
} from "mainstay-client";
import { chromium, type Browser, type Page } from "playwright-core";
import { schema, type Schema } from "./generated/todo.js";
import { BROWSERS, PACKAGE, TestServer, first } from "./support/server.js";

let server: TestServer;
let browser: Browser;
let script: string;

before(async () => {
  const executablePath = BROWSERS.find((path) => existsSync(path));
  assert(
    executablePath !== undefined,
    "there is no browser: run scripts/setup",
  );
  server = await TestServer.start();
  const bundle = await build({
    entryPoints: [join(PACKAGE, "build/tests/cookie-page.js")],
    bundle: true,
    format: "iife",
    write: false,
  });
  script = bundle.outputFiles[0]?.text ?? "";
  browser = await chromium.launch({ executablePath, args: ["--no-sandbox"] });
});
after(async () => {
  await browser?.close();
  await server?.stop();
});

/** What a browser does with cookies, and what it says of the page that asks. */
class Jar {
  cookie: string | null = null;
  readonly sent: { readonly path: string; readonly headers: Headers }[] = [];

  readonly fetch: Fetch = async (url, init) => {
    const headers = new Headers(init.headers);
    this.sent.push({ path: new URL(url).pathname, headers });
    headers.set("origin", server.url);
    if (this.cookie !== null) {
      headers.set("cookie", this.cookie);
    }
    const response = await fetch(url, { ...init, headers });
    for (const cookie of response.headers.getSetCookie()) {
      const pair = cookie.split(";")[0] ?? "";
      this.cookie = pair.endsWith("=") ? null : pair;
    }
    return response;
  };
}

function clientOf(jar: Jar): Client<Schema> {
  const url = server.url;
  const fetch = jar.fetch;
  return createClient({
    url,
    schema,
    session: "cookie",
    fetch,
    webSocket: null,
  });
}

function nora(): { email: string; password: string } {
  return { email: "nora@example.com", password: server.password };
}

test("a session in a cookie sends no token, and another client finds it", async () => {
  const jar = new Jar();
  const client = clientOf(jar);
  assert.equal(await client.auth.userId(), null);
  const user = await client.auth.signIn(nora());
  assert.equal(user.email, "nora@example.com");
  assert.equal(await client.auth.userId(), user.id);
  await client.records("lists").list();
  // As after a reload of the page.
  const other = clientOf(jar);
  assert.equal(await other.auth.userId(), user.id);
  assert.equal((await other.auth.me()).id, user.id);
  await other.auth.signOut();
  assert.equal(jar.cookie, null);
  assert.equal(await other.auth.userId(), null);
  for (const { path, headers } of jar.sent) {
    assert.equal(headers.get("authorization"), null, path);
    assert.notEqual(path, "/api/v1/auth/refresh");
  }
});

test("a session that has ended elsewhere is forgotten, and is not in the way of the next", async () => {
  const jar = new Jar();
  const client = clientOf(jar);
  await client.auth.signIn(nora());
  const dead = jar.cookie;
  const elsewhere = await server.signedIn("nora");
  await elsewhere.auth.endOtherSessions();
  // What a server remembers of a cookie it believes for a second at most.
  await assert.rejects(async () => {
    for (;;) {
      await client.auth.me();
    }
  }, Unauthenticated);
  assert.equal(await client.auth.userId(), null);
  assert.equal(jar.cookie, null);
  jar.cookie = dead;
  assert.equal((await client.auth.signIn(nora())).email, nora().email);
  assert.notEqual(jar.cookie, dead);
});

test("who makes an account has the cookie alone", async () => {
  const jar = new Jar();
  const client = clientOf(jar);
  const email = "olga@example.com";
  const password = "a long sentence for Olga";
  const user = await client.auth.signUp({ email, password, name: "Olga" });
  assert.equal(user.email, email);
  assert.equal(await client.auth.userId(), user.id);
  // The session with tokens, which came with the account, has ended.
  assert.equal((await client.auth.sessions()).length, 1);
});

test("a wrong password is no end of the session", async () => {
  const jar = new Jar();
  const client = clientOf(jar);
  const user = await client.auth.signIn(nora());
  const password = "another long sentence";
  const change = { current_password: "wrong", password };
  await assert.rejects(client.auth.changePassword(change), Unauthenticated);
  assert.equal(await client.auth.userId(), user.id);
});

async function open(context: { newPage(): Promise<Page> }): Promise<Page> {
  const page = await context.newPage();
  // A page of the server's own host, with its policy.
  await page.goto(`${server.url}/docs`);
  await page.evaluate(script);
  return page;
}

async function heard(tab: Page, wanted: readonly string[]): Promise<void> {
  // The page's policy lets nobody evaluate a condition in it: it waits by itself.
  const found = await tab.evaluate(`cookiePage.heard(${wanted.length})`);
  assert.deepEqual(found, wanted);
}

test("pages of the server's host have a cookie, live updates and tabs that agree", async () => {
  const context = await browser.newContext();
  const [one, two] = [await open(context), await open(context)];
  const requests: string[] = [];
  context.on("request", (request) => {
    if (request.headers()["authorization"] !== undefined) {
      requests.push(request.url());
    }
  });
  assert.equal(await two.evaluate("cookiePage.userId()"), null);
  const credentials = JSON.stringify([nora().email, nora().password]);
  assert.equal(
    await one.evaluate(`cookiePage.signIn(...${credentials})`),
    nora().email,
  );
  const cookie = first(await context.cookies());
  assert.equal(cookie.name, "__Host-mainstay");
  assert(cookie.httpOnly && cookie.secure);

  // The other tab is told.
  await two.evaluate("cookiePage.signedIn()");
  assert.equal(await two.evaluate("cookiePage.me()"), nora().email);

  for (const tab of [one, two]) {
    await tab.evaluate('cookiePage.follow("socket")');
    await tab.evaluate('cookiePage.follow("stream")');
    await heard(tab, ["socket subscribed", "stream subscribed"]);
  }
  const program = await server.signedIn("nora");
  const lists = await program.records("lists").list({ limit: 1 });
  const list = first(lists.items).id;
  await program.records("todos").create({ list, title: "Told" });
  const told = [
    "socket Told",
    "socket subscribed",
    "stream Told",
    "stream subscribed",
  ];
  for (const tab of [one, two]) {
    await heard(tab, told);
  }

  // Signed out in one tab is signed out in all, and nobody hears any more.
  await two.evaluate("cookiePage.signOut()");
  const ended = [...told, "socket ended", "stream ended"].sort();
  for (const tab of [one, two]) {
    await heard(tab, ended);
    assert.equal(await tab.evaluate("cookiePage.userId()"), null);
  }
  assert.deepEqual(await context.cookies(), []);
  assert.deepEqual(requests, []);
  await context.close();
});
