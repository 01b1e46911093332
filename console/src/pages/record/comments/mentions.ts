/** Somebody whom a text mentions. */
export interface Mentioned {
  readonly id: string;
  readonly name: string;
}

const MENTION =
  /@\[([^[\]\n]*)\]\(([0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12})\)/g;

/** What is being typed behind an `@` right before the cursor; null where nobody is being mentioned. */
export function mentionAt(
  text: string,
  cursor: number,
): { readonly from: number; readonly words: string } | null {
  const before = text.slice(0, cursor);
  const found = /(?:^|[\s(])@([\p{L}\p{N}._'-]*(?: [\p{L}\p{N}._'-]+)?)$/u.exec(
    before,
  );
  const words = found?.[1];
  return words === undefined
    ? null
    : { from: cursor - words.length - 1, words };
}

/** Puts a name in the place of what was typed: gives the text, and where the cursor stands then. */
export function withMention(
  text: string,
  at: { readonly from: number; readonly cursor: number },
  name: string,
): { readonly text: string; readonly cursor: number } {
  const put = `@${plainName(name)} `;
  const rest = text.slice(at.cursor).replace(/^ /, "");
  return {
    text: text.slice(0, at.from) + put + rest,
    cursor: at.from + put.length,
  };
}

/** As a comment is sent: each `@Name` of somebody who was chosen with their id. */
export function withIds(text: string, chosen: readonly Mentioned[]): string {
  // The longer name first: Nora Lindt is not Nora Lind with a t.
  const known = [...chosen].sort(
    (left, right) => right.name.length - left.name.length,
  );
  const byName = new Map<string, Mentioned>(
    known.map((one) => [`@${plainName(one.name)}`, one] as const),
  );
  if (byName.size === 0) {
    return text;
  }
  const names = [...byName.keys()].map((name) =>
    name.replaceAll(/[.*+?^${}()|[\]\\]/g, "\\$&"),
  );
  // What is written out as a mention already stays so.
  const pattern = new RegExp(
    `(?<![\\p{L}\\p{N}])(?:${names.join("|")})(?![\\p{L}\\p{N}\\]])`,
    "gu",
  );
  return text.replaceAll(pattern, (name) => {
    const one = byName.get(name);
    return one === undefined ? name : `@[${plainName(one.name)}](${one.id})`;
  });
}

/** As a comment is edited: names without ids, and whose they are. */
export function withoutIds(body: string): {
  readonly text: string;
  readonly chosen: readonly Mentioned[];
} {
  const chosen: Mentioned[] = [];
  const text = body.replaceAll(MENTION, (_, name: string, id: string) => {
    chosen.push({ id, name });
    return `@${name}`;
  });
  return { text, chosen };
}

/** Brackets and ends of lines end a mention. */
function plainName(name: string): string {
  return name.replaceAll(/[[\]\s]+/g, " ").trim();
}
