/**
 * The part of CommonMark that people write in comments and longer texts, as a tree. What is not known, HTML above all,
 * stays the text that it is.
 */
export type Inline =
  | { readonly kind: "text"; readonly text: string }
  | { readonly kind: "code"; readonly text: string }
  | { readonly kind: "break" }
  | { readonly kind: "strong"; readonly parts: readonly Inline[] }
  | { readonly kind: "emphasis"; readonly parts: readonly Inline[] }
  | {
      readonly kind: "link";
      readonly to: string;
      readonly parts: readonly Inline[];
    }
  /** `@[Name](id of a user)`. */
  | { readonly kind: "mention"; readonly id: string; readonly name: string };

export type Block =
  | { readonly kind: "paragraph"; readonly parts: readonly Inline[] }
  | {
      readonly kind: "heading";
      readonly level: number;
      readonly parts: readonly Inline[];
    }
  | {
      readonly kind: "list";
      readonly ordered: boolean;
      readonly items: readonly (readonly Inline[])[];
    }
  | { readonly kind: "quote"; readonly blocks: readonly Block[] }
  | { readonly kind: "code"; readonly text: string }
  | { readonly kind: "rule" };

/** Quotes in quotes beyond this are texts: nobody means them. */
const DEPTH_MAX = 5;
const ITEM = /^ {0,3}(?:[-*+]|(\d{1,9})[.)]) +(.*)$/;
const FENCE = /^ {0,3}(```+|~~~+)/;
const HEADING = /^ {0,3}(#{1,6}) +(.*?)(?: +#+)? *$/;
const RULE = /^ {0,3}([-*_])( *\1){2,} *$/;
const QUOTE = /^ {0,3}> ?/;

export function blocksOf(text: string, depth = 0): readonly Block[] {
  const lines = text.replaceAll("\r\n", "\n").split("\n");
  const blocks: Block[] = [];
  let at = 0;
  while (at < lines.length) {
    const [block, next] = blockAt(lines, at, depth);
    if (block !== null) {
      blocks.push(block);
    }
    at = next;
  }
  return blocks;
}

function blockAt(
  lines: readonly string[],
  at: number,
  depth: number,
): readonly [Block | null, number] {
  const line = lines[at] ?? "";
  if (line.trim() === "") {
    return [null, at + 1];
  }
  const fence = FENCE.exec(line)?.[1];
  if (fence !== undefined) {
    const end = endOf(lines, at + 1, (one) => !one.trim().startsWith(fence));
    return [
      { kind: "code", text: lines.slice(at + 1, end).join("\n") },
      end + 1,
    ];
  }
  const heading = HEADING.exec(line);
  if (heading !== null) {
    const [, marks = "", title = ""] = heading;
    return [
      { kind: "heading", level: marks.length, parts: inlinesOf(title) },
      at + 1,
    ];
  }
  if (RULE.test(line)) {
    return [{ kind: "rule" }, at + 1];
  }
  if (QUOTE.test(line) && depth < DEPTH_MAX) {
    const end = endOf(lines, at, (one) => QUOTE.test(one));
    const inner = lines.slice(at, end).map((one) => one.replace(QUOTE, ""));
    return [
      { kind: "quote", blocks: blocksOf(inner.join("\n"), depth + 1) },
      end,
    ];
  }
  return ITEM.test(line) ? listAt(lines, at) : paragraphAt(lines, at);
}

function listAt(
  lines: readonly string[],
  at: number,
): readonly [Block, number] {
  const ordered = ITEM.exec(lines[at] ?? "")?.[1] !== undefined;
  const items: string[][] = [];
  let next = at;
  for (; next < lines.length; next++) {
    const line = lines[next] ?? "";
    const item = ITEM.exec(line);
    if (item !== null && (item[1] !== undefined) === ordered) {
      items.push([item[2] ?? ""]);
    } else if (item === null && /^ {2,}\S/.test(line)) {
      items.at(-1)?.push(line.trim());
    } else {
      break;
    }
  }
  const parts = items.map((one) => inlinesOf(one.join("\n")));
  return [{ kind: "list", ordered, items: parts }, next];
}

function paragraphAt(
  lines: readonly string[],
  at: number,
): readonly [Block, number] {
  const isMore = (line: string) =>
    line.trim() !== "" &&
    ![FENCE, HEADING, RULE, QUOTE, ITEM].some((begin) => begin.test(line));
  const end = endOf(lines, at + 1, isMore);
  const text = lines.slice(at, end).join("\n");
  return [{ kind: "paragraph", parts: inlinesOf(text) }, end];
}

function endOf(
  lines: readonly string[],
  from: number,
  isInside: (line: string) => boolean,
): number {
  let at = from;
  while (at < lines.length && isInside(lines[at] ?? "")) {
    at++;
  }
  return at;
}

const ID = "[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}";

/** Tried in this order where the text has got to; each takes what it matches. */
const MARKS: readonly (readonly [
  RegExp,
  (found: readonly string[]) => Inline,
])[] = [
  [/\\([!-/:-@[-`{-~])/y, ([, text = ""]) => ({ kind: "text", text })],
  [/(`+)([^`]|[^`].*?[^`])\1(?!`)/sy, ([, , text = ""]) => code(text)],
  [
    new RegExp(`@\\[([^\\[\\]\\n]*)\\]\\((${ID})\\)`, "y"),
    ([, name = "", id = ""]) => ({ kind: "mention", id, name }),
  ],
  [
    /\[([^[\]\n]+)\]\((https?:\/\/[^\s()<>]+|mailto:[^\s()<>]+)\)/y,
    ([, text = "", to = ""]) => ({ kind: "link", to, parts: inlinesOf(text) }),
  ],
  [
    /https?:\/\/[^\s<>"'`)\]]*[^\s<>"'`)\].,;:!?*_]/y,
    ([to = ""]) => ({ kind: "link", to, parts: [{ kind: "text", text: to }] }),
  ],
  [
    /\*\*(?=\S)([^*\n]*(?:\*(?!\*)[^*\n]*)*\S)\*\*/y,
    ([, text = ""]) => ({ kind: "strong", parts: inlinesOf(text) }),
  ],
  [
    /\*(?=[^\s*])([^*\n]*[^\s*])\*/y,
    ([, text = ""]) => ({ kind: "emphasis", parts: inlinesOf(text) }),
  ],
  [
    /(?<![\p{L}\p{N}_])_(?=[^\s_])([^_\n]*[^\s_])_(?![\p{L}\p{N}_])/uy,
    ([, text = ""]) => ({ kind: "emphasis", parts: inlinesOf(text) }),
  ],
  [/(?: {2,}|\\)\n/y, () => ({ kind: "break" })],
  [/\n/y, () => ({ kind: "break" })],
];

export function inlinesOf(text: string): readonly Inline[] {
  const parts: Inline[] = [];
  let plain = "";
  let at = 0;
  while (at < text.length) {
    const [part, length] = markAt(text, at);
    if (part === null) {
      plain += text[at] ?? "";
      at++;
      continue;
    }
    if (part.kind === "text") {
      plain += part.text;
    } else {
      if (plain !== "") {
        parts.push({ kind: "text", text: plain });
        plain = "";
      }
      parts.push(part);
    }
    at += length;
  }
  return plain === "" ? parts : [...parts, { kind: "text", text: plain }];
}

const BEGINNINGS = /[\\`@[h*_\n ]/;

function markAt(text: string, at: number): readonly [Inline | null, number] {
  if (!BEGINNINGS.test(text[at] ?? "")) {
    return [null, 0];
  }
  for (const [pattern, make] of MARKS) {
    pattern.lastIndex = at;
    const found = pattern.exec(text);
    if (found !== null) {
      return [make(found), found[0].length];
    }
  }
  return [null, 0];
}

function code(text: string): Inline {
  return { kind: "code", text: text.replaceAll("\n", " ") };
}
