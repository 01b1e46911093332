export type Mark = "bold" | "italic" | "list" | "link" | "code";

/** A text with something selected. */
export interface Marked {
  readonly text: string;
  readonly from: number;
  readonly to: number;
}

const AROUND = { bold: "**", italic: "*", code: "`" } as const;

/** Puts a mark around what is selected, or takes it away again. */
export function applied(
  mark: Mark,
  text: string,
  from: number,
  to: number,
): Marked {
  const chosen = text.slice(from, to);
  switch (mark) {
    case "bold":
    case "italic":
    case "code": {
      const sign = AROUND[mark];
      const before = text.slice(0, from);
      const after = text.slice(to);
      if (before.endsWith(sign) && after.startsWith(sign)) {
        return {
          text:
            before.slice(0, -sign.length) + chosen + after.slice(sign.length),
          from: from - sign.length,
          to: to - sign.length,
        };
      }
      return {
        text: before + sign + chosen + sign + after,
        from: from + sign.length,
        to: to + sign.length,
      };
    }
    case "link": {
      const words = `[${chosen}](https://)`;
      const at = from + words.length - 1;
      return {
        text: text.slice(0, from) + words + text.slice(to),
        // Without words they come first, then the address.
        from: chosen === "" ? from + 1 : at,
        to: chosen === "" ? from + 1 : at,
      };
    }
    case "list": {
      const start = text.lastIndexOf("\n", from - 1) + 1;
      const lines = text.slice(start, to).split("\n");
      const isList = lines.every((line) => line.startsWith("- "));
      const next = lines
        .map((line) => (isList ? line.slice(2) : `- ${line}`))
        .join("\n");
      return {
        text: text.slice(0, start) + next + text.slice(to),
        from: start + next.length,
        to: start + next.length,
      };
    }
  }
}
