import { createHmac } from "node:crypto";

const ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
const STEP_MS = 30_000;

/** What an authenticator shows now, or so many steps later (RFC 6238). */
export function totp(secret: string, stepsLater = 0): string {
  const counter = Buffer.alloc(8);
  const step = Math.floor(Date.now() / STEP_MS) + stepsLater;
  counter.writeBigUInt64BE(BigInt(step));
  const digest = createHmac("sha1", base32(secret)).update(counter).digest();
  const at = (digest.at(-1) ?? 0) & 15;
  const number = (digest.readUInt32BE(at) & 0x7fffffff) % 1_000_000;
  return String(number).padStart(6, "0");
}

function base32(text: string): Buffer {
  let bits = "";
  for (const character of text.replaceAll(/[\s=]/g, "").toUpperCase()) {
    bits += ALPHABET.indexOf(character).toString(2).padStart(5, "0");
  }
  const bytes = bits.match(/.{8}/g) ?? [];
  return Buffer.from(bytes.map((byte) => Number.parseInt(byte, 2)));
}
