import assert from "node:assert/strict";
import { createHmac } from "node:crypto";
import { after, before, test } from "node:test";
import { SecondFactorNeeded, Unauthenticated } from "mainstay-client";
import { TestServer, first, type TodoClient } from "./support/server.js";

let server: TestServer;

before(async () => {
  server = await TestServer.start();
});
after(() => server.stop());

const LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

/** RFC 4648, 6. */
function fromBase32(text: string): Buffer {
  const bits = [...text]
    .map((letter) => LETTERS.indexOf(letter).toString(2).padStart(5, "0"))
    .join("");
  return Buffer.from(
    (bits.match(/.{8}/g) ?? []).map((byte) => Number.parseInt(byte, 2)),
  );
}

/** The code of an authenticator (RFC 6238) so many steps from now. */
function codeOf(secret: string, steps: number): string {
  const counter = Buffer.alloc(8);
  counter.writeBigUInt64BE(BigInt(Math.floor(Date.now() / 30_000) + steps));
  const tag = createHmac("sha1", fromBase32(secret)).update(counter).digest();
  const number = tag.readUInt32BE(tag.readUInt8(19) & 15) & 0x7fff_ffff;
  return String(number % 1_000_000).padStart(6, "0");
}

/** The first step of a sign-in. */
async function needed(client: TodoClient): Promise<SecondFactorNeeded> {
  const credentials = { email: "nora@example.com", password: server.password };
  try {
    await client.auth.signIn(credentials);
  } catch (error) {
    assert(error instanceof SecondFactorNeeded, String(error));
    return error;
  }
  throw new Error("one factor was enough");
}

test("a sign-in goes on with a code, or with a recovery code", async () => {
  const nora = await server.signedIn("nora");
  const { secret, uri } = await nora.auth.beginTotp();
  assert(uri.includes(secret));
  const recoveryCodes = await nora.auth.confirmTotp(codeOf(secret, 0));
  assert.equal(recoveryCodes.length, 10);

  const client = server.client();
  const challenge = await needed(client);
  assert.equal(challenge.expiresIn, 300);
  assert.equal(await client.auth.userId(), null);
  await assert.rejects(
    client.auth.completeSignIn(challenge, { code: "12345" }),
    Unauthenticated,
  );
  // Each code works once, and the next one already.
  const user = await client.auth.completeSignIn(challenge, {
    code: codeOf(secret, 1),
  });
  assert.equal(user.email, "nora@example.com");
  assert.equal((await client.auth.me()).id, user.id);

  const other = server.client();
  const recoveryCode = first(recoveryCodes);
  await other.auth.completeSignIn(await needed(other), { recoveryCode });
  const left = await other.auth.secondFactor();
  assert.equal(left.recovery_codes_left, 9);
  await assert.rejects(
    other.auth.completeSignIn(await needed(other), { recoveryCode }),
    Unauthenticated,
  );
});
