import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { build } from "esbuild";
import {
  chromium,
  type Browser,
  type BrowserContext,
  type Page,
} from "playwright-core";
import { Proxy, type Verdict } from "./support/proxy.js";
import { BROWSERS, PACKAGE, TestServer } from "./support/server.js";

let server: TestServer;
let proxy: Proxy;
let browser: Browser;

/** Browsers make passkeys for hosts with a name alone. */
function address(): string {
  return proxy.url.replace("127.0.0.1", "localhost");
}

before(async () => {
  const executablePath = BROWSERS.find((path) => existsSync(path));
  assert(
    executablePath !== undefined,
    "there is no browser: run scripts/setup",
  );
  proxy = await Proxy.start("http://127.0.0.1:1");
  server = await TestServer.start(["--seed"], "apps/todo", {
    definition: '\nmethods = ["password", "passkey"]\n',
    settings: { MAINSTAY_SERVER__PUBLIC_URL: address() },
  });
  proxy.lead(server.url);
  const bundle = await build({
    entryPoints: [join(PACKAGE, "build/tests/browser-page.js")],
    bundle: true,
    format: "esm",
    write: false,
  });
  const page = '<!doctype html><script type="module" src="/page.js"></script>';
  const files = new Map<string, Verdict>([
    ["/", file("text/html", page)],
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

/** A page with an authenticator of Chromium behind it; it knows its owner, or does not. */
async function open(
  context: BrowserContext,
  path: string,
  isUserVerified = true,
): Promise<Page> {
  const page = await context.newPage();
  const devtools = await context.newCDPSession(page);
  await devtools.send("WebAuthn.enable");
  await devtools.send("WebAuthn.addVirtualAuthenticator", {
    options: {
      protocol: "ctap2",
      transport: "internal",
      hasResidentKey: true,
      hasUserVerification: true,
      isUserVerified,
      automaticPresenceSimulation: true,
    },
  });
  await page.goto(`${address()}${path}`);
  return page;
}

test("a passkey is made, signs in, and is removed", async () => {
  const context = await browser.newContext();
  const page = await open(context, "/");
  await page.waitForFunction("globalThis.page !== undefined");
  const credentials = JSON.stringify(["nora@example.com", server.password]);
  await page.evaluate(`page.signIn(...${credentials})`);
  assert.equal(
    await page.evaluate('page.addPasskey("Telephone")'),
    "Telephone",
  );
  await page.evaluate("page.signOut()");
  for (let turn = 0; turn < 2; turn += 1) {
    assert.equal(
      await page.evaluate("page.signInWithPasskey()"),
      "nora@example.com",
    );
  }
  assert.equal(await page.evaluate("page.removePasskeys()"), 0);
  await page.evaluate("page.signOut()");
  await assert.rejects(
    page.evaluate("page.signInWithPasskey()"),
    /Unauthenticated/,
  );
  await context.close();
});

test("an authenticator that does not know its owner makes none", async () => {
  const context = await browser.newContext();
  const page = await open(context, "/", false);
  await page.waitForFunction("globalThis.page !== undefined");
  const credentials = JSON.stringify(["nora@example.com", server.password]);
  await page.evaluate(`page.signIn(...${credentials})`);
  await assert.rejects(page.evaluate('page.addPasskey("No")'), /NotAllowed/);
  await context.close();
});
