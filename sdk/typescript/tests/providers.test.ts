import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { readFile, readdir } from "node:fs/promises";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { Forbidden, Unauthenticated, memoryStore } from "mainstay-client";
import { CLIENT_ID, CLIENT_SECRET, LocalProvider } from "./support/provider.js";
import { TestServer, type TodoClient } from "./support/server.js";

const BACK = "http://127.0.0.1:4000/back";

let provider: LocalProvider;
let server: TestServer;

before(async () => {
  provider = await LocalProvider.start();
  provider.people.set("nora-there", {
    email: "nora@example.com",
    verified: true,
  });
  provider.people.set("new", { email: "new@example.com", verified: true });
  provider.people.set("unsure", {
    email: "unsure@example.com",
    verified: false,
  });
  const definition = `
[auth.providers.local]
issuer = "${provider.issuer}"
client_id = "${CLIENT_ID}"
redirects = ["${BACK}"]
sign_up = true
`;
  server = await TestServer.start(["--seed"], "apps/todo", {
    definition,
    settings: {
      MAINSTAY_AUTH__PROVIDER_SECRETS: `local=${CLIENT_SECRET}`,
      MAINSTAY_SERVER__PUBLIC_URL: "http://localhost:1",
      MAINSTAY_WEBHOOKS__ALLOW_PRIVATE_ADDRESSES: "true",
    },
  });
  provider.serve([
    BACK,
    "http://localhost:1/api/v1/auth/providers/local/callback",
  ]);
});
after(async () => {
  await server?.stop();
  await provider?.stop();
});

/** Goes where a browser would, with cookies, until it would leave for an address that begins so. */
async function follow(url: string, until: string): Promise<URL> {
  const jar = new Map<string, string>();
  for (let hop = 0; hop < 20; hop += 1) {
    if (url.startsWith(until)) {
      return new URL(url);
    }
    const cookie = [...jar].map(([name, value]) => `${name}=${value}`);
    const response = await fetch(url, {
      redirect: "manual",
      headers: { cookie: cookie.join("; ") },
    });
    for (const line of response.headers.getSetCookie()) {
      const [pair = ""] = line.split(";");
      const [name = "", value = ""] = pair.split("=");
      jar.set(name, value);
    }
    const location = response.headers.get("location");
    assert(location !== null, `${url}: ${await response.text()}`);
    url = new URL(location, url).href;
  }
  throw new Error("it never came back");
}

/** Signs in as somebody of the provider; gives what the program came back with, too. */
async function signIn(
  client: TodoClient,
  person: string,
): Promise<{ secret: string; state: string; code: string; iss: string }> {
  provider.person = person;
  const begun = await client.auth.beginAtProvider("local", BACK);
  const back = await follow(begun.url, BACK);
  const parameter = (name: string): string => back.searchParams.get(name) ?? "";
  const came = {
    secret: begun.secret,
    state: parameter("state"),
    code: parameter("code"),
    iss: parameter("iss"),
  };
  assert.equal(came.iss, provider.issuer);
  await client.auth.completeAtProvider("local", came);
  return came;
}

test("the providers of an application are listed", async () => {
  assert.deepEqual(await server.client().auth.providers(), [
    { name: "local", title: "Local" },
  ]);
});

test("somebody new signs up at a real provider, and is the same user again", async () => {
  const client = server.client();
  const came = await signIn(client, "new");
  const me = await client.auth.me();
  assert.equal(me.email, "new@example.com");
  const again = server.client(memoryStore());
  await signIn(again, "new");
  assert.equal((await again.auth.me()).id, me.id);
  // Neither the state nor the code works a second time.
  await assert.rejects(
    server.client().auth.completeAtProvider("local", came),
    Unauthenticated,
  );
});

test("an account whose address was never verified is not given away", async () => {
  await assert.rejects(signIn(server.client(), "nora-there"), (error) => {
    assert(error instanceof Forbidden);
    assert.equal(error.code, "account_not_linked");
    return true;
  });
  await assert.rejects(signIn(server.client(), "unsure"), Forbidden);
});

test("an account whose address was verified on both sides is linked, once and for all", async () => {
  const database = join(server.folder, "data/mainstay.db");
  const verified =
    "INSERT INTO _verified_addresses SELECT id, email, 0 FROM users WHERE email = 'nora@example.com'";
  execFileSync("sqlite3", [database, `PRAGMA busy_timeout=20000; ${verified}`]);
  const client = server.client();
  await signIn(client, "nora-there");
  const nora = await server.signedIn("nora");
  assert.equal((await client.auth.me()).id, (await nora.auth.me()).id);
  // Who it is there counts from now on, and not the address.
  provider.people.set("nora-there", {
    email: "other@example.com",
    verified: true,
  });
  const again = server.client();
  await signIn(again, "nora-there");
  assert.equal((await again.auth.me()).email, "nora@example.com");
  // They are told, once. Whoever was new here knows.
  const linked = async (): Promise<readonly string[]> =>
    (await mails()).filter((mail) => mail.includes("to To-do with Local"));
  const end = Date.now() + 20_000;
  while ((await linked()).length === 0 && Date.now() < end) {
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  const told = (await linked()).map((mail) => /^To: (.*)$/m.exec(mail)?.[1]);
  assert.deepEqual(told, ["nora@example.com"]);
});

/** The mails that the server has sent, which it writes into a folder. */
async function mails(): Promise<readonly string[]> {
  const folder = join(server.folder, "data/mail");
  const names = await readdir(folder).catch(() => []);
  const whole = names.filter((name) => name.endsWith(".eml"));
  return Promise.all(
    whole.map(async (name) =>
      (await readFile(join(folder, name), "utf8")).replaceAll("\r", ""),
    ),
  );
}

test("what was begun elsewhere, or is of another provider, is refused", async () => {
  provider.person = "new";
  const client = server.client();
  const mine = await client.auth.beginAtProvider("local", BACK);
  const other = await client.auth.beginAtProvider("local", BACK);
  const back = await follow(mine.url, BACK);
  const code = back.searchParams.get("code") ?? "";
  const state = back.searchParams.get("state") ?? "";
  for (const forged of [
    { secret: other.secret, state, code },
    { secret: mine.secret, state: "made up", code },
    { secret: "made up", state, code },
    { secret: mine.secret, state, code, iss: "https://evil.example" },
    // The sign-in is over by now.
    { secret: mine.secret, state, code },
  ]) {
    await assert.rejects(
      client.auth.completeAtProvider("local", forged),
      Unauthenticated,
    );
  }
  await assert.rejects(
    client.auth.beginAtProvider("local", "https://evil.example/back"),
    { code: "validation_failed" },
  );
});

test("a browser goes and comes back with a cookie", async () => {
  provider.person = "new";
  const path = "/api/v1/auth/providers/local";
  const start = await fetch(`${server.url}${path}/sign-in?return_to=/home`, {
    redirect: "manual",
  });
  assert.equal(start.status, 303);
  const cookie = (start.headers.get("set-cookie") ?? "").split(";")[0] ?? "";
  assert.match(cookie, /^__Host-mainstay-sign-in=/);
  const back = await follow(
    start.headers.get("location") ?? "",
    "http://localhost:1/",
  );
  const callback = `${server.url}${back.pathname}${back.search}`;
  const stranger = await fetch(callback, { redirect: "manual" });
  assert.equal(stranger.status, 401, "another browser");
  const done = await fetch(callback, {
    redirect: "manual",
    headers: { cookie },
  });
  assert.equal(done.status, 303);
  assert.equal(done.headers.get("location"), "/home");
  const [session = ""] = done.headers
    .getSetCookie()
    .filter((line) => line.startsWith("__Host-mainstay="));
  const me = await fetch(`${server.url}/api/v1/auth/me`, {
    headers: { cookie: session.split(";")[0] ?? "" },
  });
  assert.equal(
    ((await me.json()) as { email: string }).email,
    "new@example.com",
  );
  const twice = await fetch(callback, {
    redirect: "manual",
    headers: { cookie },
  });
  assert.equal(twice.status, 401);
  for (const bad of ["https://evil.example", "//evil.example", "/\\evil"]) {
    const url = `${server.url}${path}/sign-in?return_to=${encodeURIComponent(bad)}`;
    assert.equal((await fetch(url, { redirect: "manual" })).status, 400);
  }
});
