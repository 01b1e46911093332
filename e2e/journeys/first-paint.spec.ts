import type { Page } from "@playwright/test";

import { expect, signIn, test } from "../support/test.ts";

// What fails here fails again in the same way.
test.use({ trace: "off" });

const signInButton = (page: Page) =>
  page.getByRole("button", { name: "Sign in", exact: true });

const surface = (page: Page) =>
  page.evaluate(() => getComputedStyle(document.body).backgroundColor);

test("a chosen theme is there with the first paint", async ({
  page,
  server,
}) => {
  await page.emulateMedia({ colorScheme: "light" });
  await page.addInitScript(() => {
    localStorage.setItem("mainstay.theme", "dark");
    // The colour of the page in every frame from the first on.
    const seen = new Set<string>();
    const look = () => {
      if (document.body) {
        const { colorScheme, backgroundColor } = getComputedStyle(
          document.body,
        );
        seen.add(`${colorScheme} ${backgroundColor}`);
      }
      requestAnimationFrame(look);
    };
    look();
    Object.assign(globalThis, { seen });
  });
  await page.goto(`${server.url}/console/`);
  await expect(signInButton(page)).toBeVisible();
  const seen = await page.evaluate(() => [
    ...(globalThis as unknown as { seen: Set<string> }).seen,
  ]);
  expect(seen).toEqual([`dark ${await surface(page)}`]);
});

test("without a choice the system decides, also while the page is open", async ({
  page,
  server,
}) => {
  const scheme = () =>
    page.locator("html").getAttribute("data-mantine-color-scheme");
  await page.emulateMedia({ colorScheme: "dark" });
  await page.goto(`${server.url}/console/`);
  await expect(signInButton(page)).toBeVisible();
  expect(await scheme()).toBe("dark");
  await page.emulateMedia({ colorScheme: "light" });
  await expect.poll(scheme).toBe("light");
  await page.emulateMedia({ contrast: "more" });
  await page.reload();
  await expect(page.locator("html")).toHaveAttribute("data-contrast", "more");
});

test("whoever wants no motion sees none", async ({ page, server }) => {
  await page.emulateMedia({ reducedMotion: "reduce" });
  await signIn(page, server);
  await page.getByRole("button", { name: /^Menu of/ }).click();
  await expect(page.getByRole("menu")).toBeVisible();
  const longest = await page.evaluate(() =>
    Math.max(
      ...[...document.querySelectorAll("*")].flatMap((one) => {
        const { transitionDuration, animationDuration } = getComputedStyle(one);
        return `${transitionDuration}, ${animationDuration}`
          .split(", ")
          .map(Number.parseFloat);
      }),
    ),
  );
  expect(longest).toBeLessThanOrEqual(0.001);
});

test("with the colours of the system everything is still to be told apart", async ({
  page,
  server,
}) => {
  await page.emulateMedia({ forcedColors: "active", colorScheme: "dark" });
  await signIn(page, server);
  const here = page
    .getByRole("navigation")
    .getByRole("link", { name: "Home", exact: true });
  const there = page
    .getByRole("navigation")
    .getByRole("link", { name: "Trash" });
  const look = (one: typeof here) =>
    one.evaluate((link) => {
      const { outlineStyle, fontWeight, textDecorationLine } =
        getComputedStyle(link);
      return `${outlineStyle} ${fontWeight} ${textDecorationLine}`;
    });
  // Backgrounds are gone: where one is shows in something else.
  expect(await look(here)).not.toBe(await look(there));
  await page.getByRole("button", { name: "Go to…" }).focus();
  await page.keyboard.press("Shift+Tab");
  await page.keyboard.press("Tab");
  const focused = page.locator(":focus-visible");
  await expect(focused).toHaveCSS("outline-style", "solid");
  await page.goto(`${server.url}/console/collections/labels?record=new`);
  const name = page.getByRole("dialog").getByLabel("Name");
  await expect(name).not.toHaveCSS("border-style", "none");
});

test("a second visit transfers nothing but what may have changed", async ({
  page,
  server,
}) => {
  await page.goto(`${server.url}/console/`);
  await expect(signInButton(page)).toBeVisible();
  const first = await transfers(page);
  expect(first.filter(({ path }) => path.includes("/assets/"))).not.toEqual([]);
  expect(first.filter(({ bytes }) => bytes === 0)).toEqual([]);

  const again = page.waitForResponse(`${server.url}/console/`);
  await page.goto(`${server.url}/console/`);
  await expect(signInButton(page)).toBeVisible();
  // Asked for anew, and answered without a body: a new release is there with the next load.
  const entry = await again;
  expect(entry.headers()["cache-control"]).toContain("no-cache");
  expect(await entry.request().allHeaders()).toHaveProperty("if-none-match");
  const second = await transfers(page);
  expect(
    second.filter(
      ({ path, bytes }) => path.startsWith("/console/assets/") && bytes > 0,
    ),
  ).toEqual([]);
});

/** What came over the network, by path; nothing for what the browser had. */
async function transfers(page: Page) {
  return page.evaluate(() =>
    performance.getEntriesByType("resource").map((entry) => {
      const { name, transferSize } = entry as PerformanceResourceTiming;
      return { path: new URL(name).pathname, bytes: transferSize };
    }),
  );
}
