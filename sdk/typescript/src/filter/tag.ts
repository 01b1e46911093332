import { Filter } from "./filter.js";
import { quote, type FilterValue } from "./quote.js";

/**
 * A filter with values in it, each quoted by its type:
 *
 * ```ts
 * filter`due < ${"2026-03-31"} && assignee == ${id} && !completed`
 * ```
 *
 * A `Date` is a moment, a text beside a date or an id is one of those, `decimal` makes a decimal, another filter is a
 * part of this one. Write no quotes around a value.
 */
export function filter(
  strings: TemplateStringsArray,
  ...values: readonly FilterValue[]
): Filter {
  let text = strings.raw[0] ?? "";
  for (const [index, value] of values.entries()) {
    refuseOpenText(text);
    text += quote(value) + (strings.raw[index + 1] ?? "");
  }
  return Filter.fromText(text);
}

/** Where a text or a comment begins. */
const START = /(?<raw>\b[bB]?[rR])?(?<mark>"""|'''|"|')|(?<comment>\/\/.*)/;

/** In quotes or in a comment a value would not be quoted but part of what stands around it. */
function refuseOpenText(text: string): void {
  let rest = text;
  for (let start = START.exec(rest); start !== null; start = START.exec(rest)) {
    const { raw, mark, comment } = start.groups ?? {};
    rest = rest.slice(start.index + start[0].length);
    if (mark !== undefined) {
      rest = rest.slice(endOfText(rest, mark, raw !== undefined));
    } else if (comment !== undefined && rest === "") {
      throw new TypeError("a value of a filter stands in a comment");
    }
  }
}

function endOfText(text: string, mark: string, raw: boolean): number {
  for (let at = 0; at < text.length; at += 1) {
    if (text.startsWith(mark, at)) {
      return at + mark.length;
    }
    if (text[at] === "\\" && !raw) {
      at += 1;
    }
  }
  throw new TypeError(
    "a value of a filter stands between quotes: leave them out, the value brings its own",
  );
}
