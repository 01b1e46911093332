import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import type { Page } from "@playwright/test";
import type { AxeResults, RunOptions } from "axe-core";

const require = createRequire(import.meta.url);
const SOURCE = readFileSync(require.resolve("axe-core/axe.min.js"), "utf8");

interface Axe {
  run(within: string, options: RunOptions): Promise<AxeResults>;
}

const TAGS = [
  "wcag2a",
  "wcag2aa",
  "wcag21a",
  "wcag21aa",
  "wcag22aa",
  "best-practice",
];

/** What a person with a screen reader, or with weak eyes, could not use. */
export async function axeFaultsOf(page: Page): Promise<readonly string[]> {
  return run(page, "html", { runOnly: { type: "tag", values: TAGS } });
}

/** What could not be read in these colours; of what lies over a page, that alone. */
export async function contrastFaultsOf(
  page: Page,
  rule: "color-contrast" | "color-contrast-enhanced",
): Promise<readonly string[]> {
  const over = '[role="dialog"], [role="menu"]';
  const within = (await page.locator(over).count()) > 0 ? over : "html";
  return run(page, within, { runOnly: { type: "rule", values: [rule] } });
}

async function run(
  page: Page,
  within: string,
  { runOnly }: Required<Pick<RunOptions, "runOnly">>,
): Promise<readonly string[]> {
  // What comes or goes has half its colours meanwhile.
  await page.waitForFunction(() =>
    document
      .getAnimations()
      .every(
        ({ playState, effect }) =>
          playState !== "running" ||
          effect?.getComputedTiming().endTime === Infinity,
      ),
  );
  if (!(await page.evaluate(() => "axe" in globalThis))) {
    await page.evaluate(SOURCE);
  }
  const options: RunOptions = { runOnly, resultTypes: ["violations"] };
  const { violations } = await page.evaluate(
    ([where, how]) =>
      (globalThis as unknown as { axe: Axe }).axe.run(where, how),
    [within, options] as const,
  );
  return violations.flatMap(({ id, help, nodes }) =>
    nodes
      .filter(({ html }) => !isCellWithContents(id, html))
      .map(
        ({ html, failureSummary }) =>
          `${id}: ${help}\n${html}\n${failureSummary}`,
      ),
  );
}

/** A day of a calendar is named after its date; the records in it are buttons with names of their own. */
function isCellWithContents(rule: string, html: string): boolean {
  return (
    rule === "label-content-name-mismatch" && html.includes('role="gridcell"')
  );
}
