import { randomBytes } from "node:crypto";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";

import { budget } from "./budget.ts";

/** The kilobytes of an entry, of a part that it loads with itself, and of a page. */
interface Weights {
  readonly entry: number;
  readonly part: number;
  readonly page: number;
}

function build(weights: Weights): readonly string[] {
  const folder = mkdtempSync(join(tmpdir(), "mainstay-budget-"));
  try {
    mkdirSync(join(folder, ".vite"));
    const manifest = {
      "index.html": {
        file: "entry.js",
        isEntry: true,
        imports: ["part"],
        dynamicImports: ["page"],
      },
      part: { file: "part.js" },
      page: { file: "page.js", imports: ["part"] },
    };
    writeFileSync(
      join(folder, ".vite/manifest.json"),
      JSON.stringify(manifest),
    );
    for (const [name, kilobytes] of Object.entries(weights)) {
      const path = join(folder, `${name}.js.br`);
      writeFileSync(path, randomBytes(kilobytes * 1024));
    }
    const said: string[] = [];
    const plugin = budget() as unknown as {
      configResolved(config: { build: { outDir: string } }): void;
      closeBundle: { handler(this: object): void };
    };
    plugin.configResolved({ build: { outDir: folder } });
    plugin.closeBundle.handler.call({
      info: (text: string) => said.push(...text.split("\n")),
      error: (text: string) => {
        throw new Error(text);
      },
    });
    return said;
  } finally {
    rmSync(folder, { recursive: true });
  }
}

test("a console that keeps to its budget is built, and says how heavy it is", () => {
  expect(build({ entry: 100, part: 80, page: 120 })).toEqual([
    "entry: 180 of 180 KB",
    "page: 120 of 120 KB more",
  ]);
});

test.each([
  { entry: 101, part: 80, page: 1 },
  { entry: 1, part: 1, page: 121 },
])("a build that is too heavy fails: %o", (weights) => {
  expect(() => build(weights)).toThrow(
    "a page of the console is heavier than it may be",
  );
});
