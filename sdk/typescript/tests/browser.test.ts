import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { build } from "esbuild";
import { chromium, type Browser, type Page } from "playwright-core";
import { Proxy, type Verdict } from "./support/proxy.js";
import { BROWSERS, PACKAGE, TestServer, first } from "./support/server.js";

let server: TestServer;
let proxy: Proxy;
let browser: Browser;

before(async () => {
  const executablePath = BROWSERS.find((path) => existsSync(path));
  assert(
    executablePath !== undefined,
    "there is no browser: run scripts/setup",
  );
  server = await TestServer.start();
  proxy = await Proxy.start(server.url);
  const bundle = await build({
    entryPoints: [join(PACKAGE, "build/tests/browser-page.js")],
    bundle: true,
    format: "esm",
    write: false,
  });
  const files = new Map<string, Verdict>([
    [
      "/",
      file(
        "text/html",
        '<!doctype html><script type="module" src="/page.js"></script>',
      ),
    ],
    ["/page.js", file("text/javascript", bundle.outputFiles[0]?.text ?? "")],
  ]);
  proxy.judge = ({ path }) => files.get(path) ?? "pass";
  browser = await chromium.launch({ executablePath, args: ["--no-sandbox"] });
});
after(async () => {
  await browser?.close();
  await proxy?.stop();
  await server?.stop();
});

function file(type: string, body: string): Verdict {
  return { status: 200, headers: { "content-type": type }, body };
}

async function open(context: { newPage(): Promise<Page> }): Promise<Page> {
  const page = await context.newPage();
  await page.goto(proxy.url);
  await page.waitForFunction("globalThis.page !== undefined");
  return page;
}

test("the client works in a browser, and tabs refresh once between them", async () => {
  const context = await browser.newContext();
  const [one, two] = [await open(context), await open(context)];
  const credentials = JSON.stringify(["nora@example.com", server.password]);
  assert.equal(
    await one.evaluate(`page.signIn(...${credentials})`),
    "nora@example.com",
  );

  await one.evaluate("page.expire()");
  const called = [one, two].map((tab) => tab.evaluate("page.callAtOnce()"));
  assert.deepEqual(await Promise.all(called), [50, 50]);
  assert.equal(proxy.count("POST", "/api/v1/auth/refresh"), 1);

  const title = `From a browser" || true || "`;
  const found = await two.evaluate(`page.work(${JSON.stringify(title)})`);
  assert.deepEqual(found, [title]);
  // Signed out in one tab is signed out in all.
  await assert.rejects(one.evaluate("page.callAtOnce()"), /Unauthenticated/);
});

test("tabs share one connection, and another one takes over when its tab closes", async () => {
  const nora = await server.signedIn("nora");
  const list = first((await nora.records("lists").list({ limit: 1 })).items).id;
  const say = async (title: string): Promise<void> => {
    await nora.records("todos").create({ list, title });
  };
  const context = await browser.newContext();
  const tabs = [await open(context), await open(context), await open(context)];
  const [one, two, three] = tabs;
  assert(one !== undefined && two !== undefined && three !== undefined);
  const heard = async (tab: Page, wanted: readonly string[]): Promise<void> => {
    const isThere = `page.heard().length >= ${wanted.length}`;
    await tab.waitForFunction(isThere, null, { timeout: 20_000 });
    assert.deepEqual(await tab.evaluate("page.heard()"), wanted);
  };
  const credentials = JSON.stringify(["nora@example.com", server.password]);
  await one.evaluate(`page.signIn(...${credentials})`);
  const before = proxy.count("GET", "/api/v1/realtime");
  for (const tab of tabs) {
    await tab.evaluate("page.follow()");
    await heard(tab, ["subscribed"]);
  }
  await say("For all");
  for (const tab of tabs) {
    await heard(tab, ["subscribed", "For all"]);
  }
  assert.equal(proxy.count("GET", "/api/v1/realtime"), before + 1);

  // The first one leads.
  await one.close();
  await say("In between");
  await say("Afterwards");
  for (const tab of [two, three]) {
    await heard(tab, ["subscribed", "For all", "In between", "Afterwards"]);
  }
  assert.equal(proxy.count("GET", "/api/v1/realtime"), before + 2);

  // Signing out in one tab ends it for all.
  await three.evaluate("page.signOut()");
  for (const tab of [two, three]) {
    const all = ["subscribed", "For all", "In between", "Afterwards", "ended"];
    await heard(tab, all);
  }
  await context.close();
});

test("a copy in the browser is there after a restart and without a network", async () => {
  const nora = await server.signedIn("nora");
  const todos = nora.records("todos");
  const titles = async (): Promise<readonly string[]> =>
    (await todos.list({ limit: 500 })).items.map(({ title }) => title).sort();
  const context = await browser.newContext();
  const page = await open(context);
  const credentials = JSON.stringify(["nora@example.com", server.password]);
  await page.evaluate(`page.signIn(...${credentials})`);
  await page.evaluate("page.copy()");
  assert.deepEqual(await page.evaluate("page.copied()"), await titles());
  await page.reload();
  await page.waitForFunction("globalThis.page !== undefined");
  await context.setOffline(true);
  assert.deepEqual(await page.evaluate("page.copied()"), await titles());
  await context.setOffline(false);

  const one = first((await todos.list({ limit: 1 })).items);
  await todos.update(one, { title: "Changed in the meantime" });
  const lists = proxy.count("GET", "/api/v1/records");
  await page.evaluate("page.copy()");
  assert.deepEqual(await page.evaluate("page.copied()"), await titles());
  assert.equal(proxy.count("GET", "/api/v1/records"), lists);
  await context.close();
});
