import { expect, test } from "vitest";

import { applied, type Mark } from "./rich-marks.ts";

/** The text with what is selected between bars. */
function shown(mark: Mark, text: string): string {
  const from = text.indexOf("|");
  const to = text.lastIndexOf("|") - 1;
  const next = applied(mark, text.replaceAll("|", ""), from, to);
  return `${next.text.slice(0, next.from)}|${next.text.slice(next.from, next.to)}|${next.text.slice(next.to)}`;
}

test.each<readonly [Mark, string, string]>([
  ["bold", "a |word| more", "a **|word|** more"],
  ["bold", "a **|word|** more", "a |word| more"],
  ["italic", "||", "*||*"],
  ["code", "|x|", "`|x|`"],
  ["link", "see |here| now", "see [here](https://||) now"],
  ["link", "see ||", "see [||](https://)"],
  ["list", "a\n|b\nc|", "a\n- b\n- c||"],
  ["list", "|- b\n- c|", "b\nc||"],
])("%s: %s", (mark, before, after) => {
  expect(shown(mark, before)).toBe(after);
});
