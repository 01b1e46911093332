import type { DefinitionChange } from "mainstay-client";

import type { Fault } from "../parts/code-mirror.ts";

/** Where in a text the faults of its file are: to the end of their lines. */
export function placesOf(
  text: string,
  path: string,
  errors: DefinitionChange["errors"],
): readonly Fault[] {
  const lines = text.split("\n");
  return errors
    .filter((error) => error.path === path)
    .map(({ line, column, message, hint }) => {
      const at = Math.min(Math.max((line ?? 1) - 1, 0), lines.length - 1);
      const before = lines
        .slice(0, at)
        .reduce((length, one) => length + one.length + 1, 0);
      const end = before + (lines[at] ?? "").length;
      return {
        from: Math.min(before + (column ?? 1) - 1, end),
        to: end,
        message: [message, hint].filter(Boolean).join(": "),
      };
    });
}
