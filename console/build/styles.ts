/** What the console's own styles may not say: the rules of the design system that a machine can hold. */

/** Of the pages' names for colours, those that somebody would write. `transparent` and `currentColor` are none. */
const COLOUR =
  /#[0-9a-f]{3,8}\b|\b(?:rgba?|hsla?|hwb|lab|lch|oklab|oklch|color)\(|\b(?:white|black|gr[ae]y|red|green|blue|yellow|orange|purple|pink|teal|cyan|navy|silver)\b/i;
const SPACE =
  /^(?:(?:row-|column-)?gap|(?:margin|padding|scroll-margin|scroll-padding)(?:-(?:block|inline)(?:-(?:start|end))?)?|font-size|border-radius|border-(?:start|end)-(?:start|end)-radius)$/;
const LINE = /^(?:border|outline|box-shadow|text-decoration)/;
const TIME = /^(?:transition|animation)/;
const SIDE =
  /^(?:left|right|(?:margin|padding|scroll-margin|scroll-padding)-(?:left|right)|border-(?:left|right).*|border-(?:top|bottom)-(?:left|right)-radius)$/;

/** Faults of a style sheet or of a component, as `line: what`. The tokens themselves stand in `theme/`. */
export function styleFaults(path: string, text: string): readonly string[] {
  const source = withoutComments(text);
  return path.endsWith(".css") ? faultsOfCss(source) : faultsOfScript(source);
}

function faultsOfCss(text: string): readonly string[] {
  const faults: string[] = [];
  for (const found of text.matchAll(/([\w-]+)\s*:\s*([^;{}]+);/g)) {
    const [, name = "", value = ""] = found;
    const say = (what: string) =>
      faults.push(`${lineOf(text, found.index)}: ${name}: ${what}`);
    const own = value.replace(/var\([^()]*\)/g, "");
    if (name.startsWith("--") ? /#[0-9a-f]{3}/i.test(own) : COLOUR.test(own)) {
      say("a colour is a token");
    }
    if (SPACE.test(name) && /\drem\b|\b(?:[3-9]|\d{2,})px\b/.test(own)) {
      say("a distance is a token");
    }
    if (
      !LINE.test(name) &&
      !SPACE.test(name) &&
      /\b(?:[3-9]|\d{2,})px\b/.test(own)
    ) {
      say("measures are in rem, and grow with the text");
    }
    if (TIME.test(name) && /\b[\d.]*[1-9]\d*m?s\b/.test(own)) {
      say("how long something takes is a token");
    }
    if (SIDE.test(name) || /^(?:left|right)$/.test(value.trim())) {
      say("sides are named by the way of the text: inline-start, inline-end");
    }
  }
  return faults;
}

const SPACE_PROPS = /\s(?:[mp][xytbse]?|gap|fz|radius|spacing)=\{-?[1-9]\d*\}/g;
const SIDE_PROPS = /\s(?:[mp][lr]=|(?:ta|textAlign)[=:] ?"(?:left|right)")/g;
const COLOUR_TEXT =
  /["'`](?:#[0-9a-f]{3,8}|(?:rgba?|hsla?|oklch)\([^"'`]*)["'`]/gi;

function faultsOfScript(text: string): readonly string[] {
  const rules = [
    [SPACE_PROPS, "a distance is a token: `xs`, `sm`, `md`"],
    [SIDE_PROPS, "sides are named by the way of the text: `ms`, `me`"],
    [COLOUR_TEXT, "a colour is a token"],
  ] as const;
  return rules.flatMap(([rule, what]) =>
    [...text.matchAll(rule)].map(
      ({ index, 0: found }) =>
        `${lineOf(text, index)}: ${found.trim()}: ${what}`,
    ),
  );
}

/** Lines stay where they are. */
function withoutComments(text: string): string {
  return text.replace(/\/\*[^]*?\*\//g, (comment) =>
    comment.replace(/[^\n]/g, " "),
  );
}

function lineOf(text: string, index: number): number {
  return text.slice(0, index).split("\n").length;
}
