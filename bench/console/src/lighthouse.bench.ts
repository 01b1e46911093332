import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { chromium, expect, test } from "@playwright/test";
import lighthouse, { desktopConfig } from "lighthouse";

import { Server } from "../../../e2e/support/server.ts";
import { tell } from "./figures.ts";

const BARS = { performance: 95, accessibility: 100, "best-practices": 100 };
const PORT = Number(process.env["DEBUGGING_PORT"] ?? 9377);

test("what Lighthouse says of sign-in, start and a table", async ({
  launchOptions,
}) => {
  const server = await Server.start();
  await server.setUp();
  const profile = await mkdtemp(join(tmpdir(), "mainstay-bench-"));
  // A context with a profile is the one that Lighthouse opens its pages in.
  const context = await chromium.launchPersistentContext(profile, {
    ...launchOptions,
    args: [...(launchOptions.args ?? []), `--remote-debugging-port=${PORT}`],
  });
  try {
    tell("Lighthouse", ...Object.keys(BARS));
    await judge("sign-in", `${server.url}/console/sign-in`);
    const page = await context.newPage();
    await page.goto(`${server.url}/console/`);
    await page.getByLabel("E-mail").fill("nora@example.com");
    await page.getByLabel("Password").fill(server.password);
    await page.getByRole("button", { name: "Sign in", exact: true }).click();
    await expect(page.getByRole("navigation").first()).toBeVisible();
    await page.close();
    await judge("start", `${server.url}/console/`);
    await judge("table", `${server.url}/console/collections/todos`);
  } finally {
    await context.close();
    await server.stop();
    await rm(profile, { recursive: true });
  }
});

async function judge(name: string, url: string): Promise<void> {
  const onlyCategories = Object.keys(BARS);
  const flags = { port: PORT, onlyCategories, disableStorageReset: true };
  const result = await lighthouse(url, flags, desktopConfig);
  if (result === undefined) {
    throw new Error(`Lighthouse says nothing of ${name}`);
  }
  const { categories, audits } = result.lhr;
  const scores = onlyCategories.map((one) =>
    Math.round((categories[one]?.score ?? 0) * 100),
  );
  tell(name, ...scores);
  for (const [index, [category, bar]] of Object.entries(BARS).entries()) {
    if ((scores[index] ?? 0) < bar) {
      const faults = (categories[category]?.auditRefs ?? [])
        .filter(({ weight }) => weight > 0)
        .map(({ id }) => audits[id])
        .filter((audit) => audit?.score !== null && (audit?.score ?? 1) < 0.9)
        .map((audit) => `${audit?.id} ${audit?.displayValue ?? ""}`.trim());
      tell(`${name}: ${category} ${bar}`, "MISS", faults.join("; "));
    }
  }
}
