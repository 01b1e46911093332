import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { createClient } from "mainstay-client";
import * as openid from "openid-client";
import { schema } from "./generated/todo.js";
import { TestServer } from "./support/server.js";

const ISSUER = "https://todo.example.org";
const BACK = "https://time.example.org/back";
const MOBILE = "http://127.0.0.1/back";
const SCOPE = "openid profile email offline_access lists:read";

interface Registered {
  readonly id: string;
  readonly secret: string;
}

let server: TestServer;
let third: Registered;

before(async () => {
  const definition = `
[auth.clients.mobile]
title = "To-do for phones"
redirects = ["${MOBILE}"]
scopes = ["openid", "*:read"]
`;
  server = await TestServer.start(["--seed"], "apps/todo", {
    definition,
    settings: { MAINSTAY_SERVER__PUBLIC_URL: ISSUER },
  });
  const database = join(server.folder, "data/mainstay.db");
  const promoted =
    "UPDATE users SET administrator = 1 WHERE email = 'nora@example.com'";
  execFileSync("sqlite3", [database, `PRAGMA busy_timeout=20000; ${promoted}`]);
  const response = await call("POST", "/api/v1/auth/sign-in", {
    email: "nora@example.com",
    password: server.password,
  });
  const session = (await response.json()) as { access_token: string };
  const client = { name: "Time tracker", redirects: [BACK] };
  const made = await call(
    "POST",
    "/api/v1/clients",
    { ...client, scopes: SCOPE.split(" ") },
    session.access_token,
  );
  assert.equal(made.status, 201);
  third = (await made.json()) as Registered;
});
after(() => server.stop());

function call(
  method: string,
  path: string,
  body: object,
  token = "",
): Promise<Response> {
  return fetch(`${server.url}${path}`, {
    method,
    headers: {
      "content-type": "application/json",
      ...(token === "" ? {} : { authorization: `Bearer ${token}` }),
    },
    body: JSON.stringify(body),
  });
}

/** The library as it is; only the name of the host leads to this machine. */
async function discover(
  id: string,
  authentication: openid.ClientAuth,
): Promise<openid.Configuration> {
  const here: openid.CustomFetch = (url, options) =>
    fetch(url.replace(ISSUER, server.url), options as RequestInit);
  return openid.discovery(new URL(ISSUER), id, undefined, authentication, {
    [openid.customFetch]: here,
  });
}

/** Somebody in front of a browser, who signs in and presses the first button of a page. */
class Person {
  readonly #email: string;
  #cookie = "";
  readonly pages: string[] = [];

  constructor(name: string) {
    this.#email = `${name}@example.com`;
  }

  /** Goes where a client leads, until it is led back to its own address. */
  async follow(url: URL, until: string): Promise<URL> {
    let next = url;
    let form: URLSearchParams | null = null;
    for (let hop = 0; hop < 10; hop += 1) {
      if (next.href.startsWith(until)) {
        return next;
      }
      assert.equal(next.origin, ISSUER, next.href);
      if (next.pathname === "/console/sign-in") {
        await this.#signIn();
        this.pages.push(next.href);
        next = new URL(next.searchParams.get("to") ?? "", ISSUER);
        continue;
      }
      const response = await this.#ask(next, form);
      form = null;
      const location = response.headers.get("location");
      if (location !== null) {
        next = new URL(location, ISSUER);
        continue;
      }
      const page = await response.text();
      assert.equal(response.status, 200, page);
      this.pages.push(page);
      const action = /<form method="post" action="([^"]+)"/.exec(page)?.[1];
      assert(action !== undefined, page);
      next = new URL(action.replaceAll("&amp;", "&"), ISSUER);
      form = this.#fill(page);
    }
    throw new Error("it never came back");
  }

  /** As the console does it, where the server has one. */
  async #signIn(): Promise<void> {
    const response = await fetch(`${server.url}/api/v1/auth/sign-in`, {
      method: "POST",
      headers: { "content-type": "application/json", origin: server.url },
      body: JSON.stringify({
        email: this.#email,
        password: server.password,
        session: "cookie",
      }),
    });
    assert.equal(response.status, 200);
    this.#keep(response);
  }

  #fill(page: string): URLSearchParams {
    const hidden = page.matchAll(
      /<input type="hidden" name="(\w+)" value="([^"]*)"/g,
    );
    const form = new URLSearchParams(
      [...hidden].map(([, name = "", value = ""]) => [name, value]),
    );
    if (page.includes('name="password"')) {
      form.set("email", this.#email);
      form.set("password", server.password);
    } else {
      form.set("decision", "allow");
    }
    return form;
  }

  async #ask(url: URL, form: URLSearchParams | null): Promise<Response> {
    const response = await fetch(`${server.url}${url.pathname}${url.search}`, {
      method: form === null ? "GET" : "POST",
      body: form,
      redirect: "manual",
      headers: { cookie: this.#cookie, origin: server.url },
    });
    this.#keep(response);
    return response;
  }

  #keep(response: Response): void {
    const [set = ""] = response.headers.getSetCookie();
    this.#cookie = set.split(";")[0] || this.#cookie;
  }
}

interface Begun {
  readonly url: URL;
  readonly checks: openid.AuthorizationCodeGrantChecks;
}

async function begin(
  config: openid.Configuration,
  more: Record<string, string>,
): Promise<Begun> {
  const verifier = openid.randomPKCECodeVerifier();
  const [state, nonce] = [openid.randomState(), openid.randomNonce()];
  const url = openid.buildAuthorizationUrl(config, {
    scope: SCOPE,
    redirect_uri: BACK,
    state,
    nonce,
    code_challenge: await openid.calculatePKCECodeChallenge(verifier),
    code_challenge_method: "S256",
    ...more,
  });
  const checks = {
    pkceCodeVerifier: verifier,
    expectedState: state,
    expectedNonce: nonce,
    idTokenExpected: true,
  };
  return { url, checks };
}

test("openid-client signs somebody in at a third party and acts for them", async () => {
  const config = await discover(
    third.id,
    openid.ClientSecretBasic(third.secret),
  );
  const metadata = config.serverMetadata();
  assert.equal(metadata.issuer, ISSUER);
  assert(metadata.supportsPKCE());
  const person = new Person("nora");
  const { url, checks } = await begin(config, {});
  const back = await person.follow(url, BACK);
  assert.equal(person.pages.length, 2, "signing in, and the question");
  assert.match(person.pages[1] ?? "", /Let Time tracker use To-do\?/);
  const tokens = await openid.authorizationCodeGrant(config, back, checks);
  assert.equal(tokens.scope, SCOPE);
  const claims = tokens.claims();
  assert(claims !== undefined);
  assert.equal(claims.aud, third.id);
  const info = await openid.fetchUserInfo(
    config,
    tokens.access_token,
    claims.sub,
  );
  assert.equal(info.email, "nora@example.com");
  // The client for the API takes the access token as it takes a key.
  const api = createClient({
    url: server.url,
    schema,
    apiKey: tokens.access_token,
  });
  const lists = await api.records("lists").list({ limit: 1 });
  assert.equal(lists.items.length, 1);
  await assert.rejects(api.records("todos").list({ limit: 1 }), {
    code: "forbidden",
  });
  // Each refresh token works once, and is given back at the end.
  assert(tokens.refresh_token !== undefined);
  const next = await openid.refreshTokenGrant(config, tokens.refresh_token);
  assert(next.refresh_token !== undefined);
  assert.notEqual(next.refresh_token, tokens.refresh_token);
  assert.equal(next.claims()?.sub, claims.sub);
  const told = await openid.tokenIntrospection(config, next.access_token);
  assert.equal(told.active, true);
  await openid.tokenRevocation(config, next.refresh_token);
  await assert.rejects(openid.refreshTokenGrant(config, next.refresh_token), {
    error: "invalid_grant",
  });
  const over = await openid.tokenIntrospection(config, next.access_token);
  assert.equal(over.active, false);
  // Whoever has agreed is not asked again.
  const again = await begin(config, {});
  await person.follow(again.url, BACK);
  assert.equal(person.pages.length, 2);
});

test("the application's own client comes back to a program on the same machine", async () => {
  const config = await discover("mobile", openid.None());
  const person = new Person("nora");
  const redirect = "http://127.0.0.1:51004/back";
  const { url, checks } = await begin(config, {
    redirect_uri: redirect,
    scope: "openid *:read",
  });
  const back = await person.follow(url, redirect);
  const tokens = await openid.authorizationCodeGrant(config, back, checks);
  assert.equal(tokens.refresh_token, undefined, "without offline_access");
  assert.equal(tokens.claims()?.aud, "mobile");
  // A code works once; the second time it takes back what it gave.
  await assert.rejects(openid.authorizationCodeGrant(config, back, checks), {
    error: "invalid_grant",
  });
  const sub = tokens.claims()?.sub ?? "";
  await assert.rejects(openid.fetchUserInfo(config, tokens.access_token, sub));
});

test("what a client does wrong is told in the words of the standard", async () => {
  const config = await discover(
    third.id,
    openid.ClientSecretPost(third.secret),
  );
  const person = new Person("nora");
  const without = await begin(config, { code_challenge_method: "plain" });
  const back = await person.follow(without.url, BACK);
  await assert.rejects(
    openid.authorizationCodeGrant(config, back, without.checks),
    { error: "invalid_request" },
  );
  const good = await begin(config, {});
  const other = await begin(config, {});
  const came = await person.follow(good.url, BACK);
  await assert.rejects(
    openid.authorizationCodeGrant(config, came, {
      ...good.checks,
      pkceCodeVerifier: other.checks.pkceCodeVerifier ?? "",
    }),
    { error: "invalid_grant" },
  );
  const stranger = await discover(third.id, openid.ClientSecretPost("wrong"));
  await assert.rejects(
    openid.authorizationCodeGrant(stranger, came, good.checks),
    { error: "invalid_client" },
  );
  // After all of that the code is still that of the right one.
  await openid.authorizationCodeGrant(config, came, good.checks);
});
