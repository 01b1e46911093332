const GENERATION_0 = 0;

/**
 * The id of a record that an import makes: always the same for the same line, so that the same file makes nothing
 * twice. An id is never free again, so what was deleted comes back under that of the next generation.
 */
export async function idOf(
  collection: string,
  key: string,
  generation = GENERATION_0,
): Promise<string> {
  const text = `mainstay import\n${collection}\n${generation}\n${key}`;
  const digest = await crypto.subtle.digest(
    "SHA-256",
    new TextEncoder().encode(text),
  );
  const bytes = new Uint8Array(digest, 0, 16);
  // RFC 9562, version 8: bits of one's own.
  bytes[6] = ((bytes[6] ?? 0) & 0x0f) | 0x80;
  bytes[8] = ((bytes[8] ?? 0) & 0x3f) | 0x80;
  const hex = Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0"));
  const part = (from: number, to: number) => hex.slice(from, to).join("");
  return [part(0, 4), part(4, 6), part(6, 8), part(8, 10), part(10, 16)].join(
    "-",
  );
}
