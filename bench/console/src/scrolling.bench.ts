import { expect, test, type Page } from "@playwright/test";

import { Server, type Person } from "../../../e2e/support/server.ts";
import { tell } from "./figures.ts";

const RECORDS = Number(process.env["RECORDS"] ?? 100_000);
const FRAME_MS_MAX = 50;
/** As many as one request may write. */
const BATCH = 1000;

test.use({
  viewport: { width: 1440, height: 900 },
  // The bar is what is dragged.
  launchOptions: async ({ launchOptions }, use) => {
    await use({ ...launchOptions, ignoreDefaultArgs: ["--hide-scrollbars"] });
  },
});

test("a table of many records is scrolled by the wheel and by its bar", async ({
  page,
}) => {
  const server = await Server.start();
  await server.setUp();
  try {
    await fill(await server.as("nora"));
    await page.goto(`${server.url}/console/collections/labels`);
    await page.getByLabel("E-mail").fill("nora@example.com");
    await page.getByLabel("Password").fill(server.password);
    await page.getByRole("button", { name: "Sign in", exact: true }).click();
    await expect(page.getByRole("row").nth(10)).toBeVisible();
    tell("table", "frames", "p99 ms", "longest ms", "over 50 ms");
    await told(page, "wheel", async () => {
      await page.mouse.move(800, 500);
      for (let turn = 0; turn < 150; turn += 1) {
        await page.mouse.wheel(0, turn < 100 ? 400 : -400);
        await page.waitForTimeout(16);
      }
    });
    await told(page, "bar", async () => {
      const box = await page.getByRole("grid").evaluate((grid) => {
        const holder = [...ancestors(grid)].find(
          (one) => one.scrollHeight > one.clientHeight + 10,
        );
        if (holder === undefined) {
          throw new Error("nothing scrolls");
        }
        holder.scrollTop = 0;
        const { right, top, height } = holder.getBoundingClientRect();
        return { x: right - 5, y: top, height };
        function* ancestors(one: Element): Generator<Element> {
          for (let at: Element | null = one; at; at = at.parentElement) {
            yield at;
          }
        }
      });
      await page.mouse.move(box.x, box.y + 8);
      await page.mouse.down();
      for (let step = 0; step < 100; step += 1) {
        await page.mouse.move(box.x, box.y + (box.height * step) / 100);
        await page.waitForTimeout(16);
      }
      await page.mouse.up();
    });
  } finally {
    await server.stop();
  }
});

async function fill(nora: Person): Promise<void> {
  const { workspace } = await nora.first("labels", "name != ''");
  for (let from = 0; from < RECORDS; from += BATCH) {
    const operations = Array.from({ length: BATCH }, (_, index) => ({
      op: "create",
      collection: "labels",
      data: { workspace, name: `Label ${from + index}` },
    }));
    await nora.call("POST", "/batch", { operations });
  }
}

/** The time from frame to frame meanwhile. */
async function told(
  page: Page,
  name: string,
  scroll: () => Promise<void>,
): Promise<void> {
  await page.evaluate(() => {
    const here = globalThis as unknown as { frames: number[] | null };
    const frames: number[] = [];
    here.frames = frames;
    let before = performance.now();
    const next = (now: number) => {
      frames.push(now - before);
      before = now;
      if (here.frames !== null) {
        requestAnimationFrame(next);
      }
    };
    requestAnimationFrame(next);
  });
  await scroll();
  const frames = await page.evaluate(() => {
    const here = globalThis as unknown as { frames: number[] | null };
    const found = here.frames ?? [];
    here.frames = null;
    return found;
  });
  const sorted = frames.slice(1).toSorted((one, other) => one - other);
  const late = sorted.filter((one) => one > FRAME_MS_MAX).length;
  const p99 = sorted[Math.floor(sorted.length * 0.99)] ?? 0;
  tell(name, sorted.length, p99, sorted.at(-1) ?? 0, late);
  tell(
    `no frame over ${FRAME_MS_MAX} ms: ${name}`,
    late === 0 ? "reached" : "MISS",
  );
}
