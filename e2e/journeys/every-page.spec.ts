import { join, resolve } from "node:path";
import type { BrowserContext, Page } from "@playwright/test";

import { axeFaultsOf, contrastFaultsOf } from "../support/axe.ts";
import {
  focusUnseenOf,
  overlapsOf,
  SHIFT_MAX,
  shiftOf,
  sidewaysOf,
  watchShifts,
} from "../support/measures.ts";
import { PAGES, routesOfRouter, type ConsolePage } from "../support/pages.ts";
import { expect, signIn, test } from "../support/test.ts";

const SCREENSHOTS = resolve(import.meta.dirname, "../../target/screenshots");
const HEIGHTS = { 320: 640, 768: 1024, 1440: 900 } as const;
type Width = keyof typeof HEIGHTS;

// What fails here fails again in the same way.
test.use({ trace: "off" });

/** One person, and nobody: each page is opened by one of them. */
let contexts: { readonly ada: BrowserContext; readonly nobody: BrowserContext };
/** A to-do, for the pages of one record. */
let id: string;

test.beforeAll(async ({ browser, server }) => {
  const make = () => browser.newContext({ reducedMotion: "reduce" });
  contexts = { ada: await make(), nobody: await make() };
  for (const context of Object.values(contexts)) {
    await context.addInitScript(watchShifts);
  }
  const nora = await server.as("nora");
  ({ id } = await nora.first("todos", "title != ''"));
  const page = await contexts.ada.newPage();
  await signIn(page, server, "ada");
  await page.close();
});

test.afterAll(async () => {
  for (const context of Object.values(contexts)) {
    await context.close();
  }
});

test("every route is among the pages that are looked at", () => {
  const looked = new Set(PAGES.map(({ route }) => route));
  const missing = [...routesOfRouter()].filter((route) => !looked.has(route));
  expect(missing, "add these to e2e/support/pages.ts").toEqual([]);
});

for (const one of PAGES) {
  test(`${one.name}: accessible in every theme, whole at every width`, async ({
    server,
  }) => {
    const page = await contexts[one.open ? "nobody" : "ada"].newPage();
    const said: string[] = [];
    page.on("console", (message) => {
      if (message.type() === "error" || message.type() === "warning") {
        said.push(message.text());
      }
    });
    page.on("pageerror", (error) => said.push(String(error)));
    const open = async (width: Width) => {
      await resize(page, width);
      const path = typeof one.path === "string" ? one.path : one.path(id);
      await page.goto(`${server.url}/console${path}`);
      await one.reach?.(page);
      await settled(one, page);
      expect
        .soft(await shiftOf(page), `moves at ${width}`)
        .toBeLessThan(SHIFT_MAX);
    };
    await open(320);
    await look(page, one, 320);
    await resize(page, 768);
    await look(page, one, 768);
    // What opens over a page is there at every width.
    await (one.route === null ? resize(page, 1440) : open(1440));
    await look(page, one, 1440);
    expect.soft(await axeFaultsOf(page), "axe").toEqual([]);
    await expectContrast(page, one);
    expect.soft(await focusUnseenOf(page), "focus is not seen").toEqual([]);
    expect.soft(said, "the browser complains").toEqual([]);
    await page.close();
  });
}

async function resize(page: Page, width: Width): Promise<void> {
  await page.setViewportSize({ width, height: HEIGHTS[width] });
}

async function settled(one: ConsolePage, page: Page): Promise<void> {
  await expect(one.seen(page)).toBeVisible();
  await expect(page.locator(".mantine-Skeleton-root")).toHaveCount(0);
}

async function look(page: Page, one: ConsolePage, width: Width) {
  await keep(page, `${one.name}-${width}`);
  expect.soft(await sidewaysOf(page), `sideways at ${width}`).toEqual([]);
  expect.soft(await overlapsOf(page), `overlaps at ${width}`).toEqual([]);
}

/** What else axe looks for does not change with the colours. */
async function expectContrast(page: Page, one: ConsolePage): Promise<void> {
  const wanted = {
    dark: "color-contrast",
    contrast: "color-contrast-enhanced",
  } as const;
  for (const [theme, rule] of Object.entries(wanted)) {
    await page.evaluate((chosen) => {
      const root = document.documentElement.dataset;
      root["mantineColorScheme"] = chosen === "dark" ? "dark" : "light";
      root["contrast"] = chosen === "contrast" ? "more" : "normal";
    }, theme);
    await keep(page, `${one.name}-${theme}`);
    expect
      .soft(await contrastFaultsOf(page, rule), `contrast in ${theme}`)
      .toEqual([]);
  }
}

async function keep(page: Page, name: string): Promise<void> {
  await page.screenshot({ path: join(SCREENSHOTS, `${name}.png`) });
}
