import { readFile } from "node:fs/promises";
import type { Page } from "@playwright/test";

import { Server } from "../support/server.ts";
import {
  expect,
  expectAccessible,
  signIn,
  test as base,
} from "../support/test.ts";

/** An application that keeps views. */
const test = base.extend<object, { readonly server: Server }>({
  server: [
    async ({}, use) => {
      const server = await Server.start(["--seed"], "todo", {
        settings: "views = true",
      });
      await server.setUp();
      await use(server);
      await server.stop();
    },
    { scope: "worker" },
  ],
});

const open = (page: Page, server: Server, search: string) =>
  page.goto(`${server.url}/console/collections/todos${search}`);

test("the same records are a table, a board, a calendar and a gallery", async ({
  page,
  server,
}) => {
  await signIn(page, server);
  await open(page, server, "?filter=completed+%3D%3D+false");
  await expect(page.getByRole("grid", { name: "To-dos" })).toBeVisible();
  await page.getByText("Gallery", { exact: true }).click();
  await expect(page).toHaveURL(/view=gallery/);
  await expect(page.getByRole("list", { name: "To-dos" })).toBeVisible();
  await expectAccessible(page);
  await page.getByText("Board", { exact: true }).click();
  await expect(
    page.getByRole("heading", { name: "urgent", exact: true }),
  ).toBeVisible();
  await page.goBack();
  await expect(page.getByRole("list", { name: "To-dos" })).toBeVisible();
  await expect(page).toHaveURL(/filter=completed/);
});

test("a calendar is used with the keyboard, and a record moved in it", async ({
  page,
  server,
}) => {
  const omar = await server.as("omar");
  const list = await omar.first("lists", 'name == "Repairs and upkeep"');
  const todo = await omar.create("todos", {
    list: list.id,
    title: "Calibrate the scales",
    due: "2026-06-10",
  });
  await signIn(page, server);
  await open(page, server, "?view=calendar&at=2026-06-09");
  const day = (name: string) => page.getByRole("gridcell", { name });
  await expect(day("Wednesday 10 June 2026, 1 record")).toBeVisible();
  await expectAccessible(page);
  await day("Tuesday 9 June 2026").focus();
  await page.keyboard.press("ArrowRight");
  await expect(day("Wednesday 10 June 2026")).toBeFocused();

  const entry = page.getByRole("button", { name: "Calibrate the scales" });
  await entry.focus();
  await page.keyboard.press("Space");
  await page.keyboard.press("ArrowDown");
  await page.keyboard.press("ArrowRight");
  await page.keyboard.press("Space");
  await expect(day("Thursday 18 June 2026, 1 record")).toBeVisible();
  await expect(entry).toBeFocused();
  await expect
    .poll(async () => (await omar.first("todos", `id == "${todo.id}"`))["due"])
    .toBe("2026-06-18");
  await page.keyboard.press("Control+z");
  await expect(day("Wednesday 10 June 2026, 1 record")).toBeVisible();

  // By mouse, too.
  const from = await entry.boundingBox();
  const to = await day("Friday 12 June 2026").boundingBox();
  if (from === null || to === null) {
    throw new Error("the calendar is not on the page");
  }
  await page.mouse.move(from.x + 20, from.y + 8);
  await page.mouse.down();
  await page.mouse.move(from.x + 40, from.y + 20);
  await page.mouse.move(to.x + 40, to.y + 40, { steps: 3 });
  await page.mouse.up();
  await expect(day("Friday 12 June 2026, 1 record")).toBeVisible();

  // A new one begins on its day.
  await day("Monday 15 June 2026").press("Enter");
  await expect(page.getByRole("dialog").getByLabel("Due")).toHaveValue(
    "2026-06-15",
  );
  await page.keyboard.press("Escape");
  await page.setViewportSize({ width: 320, height: 640 });
  await expect(
    page.getByRole("heading", { name: "Friday 12 June 2026" }),
  ).toBeVisible();
  await expectAccessible(page);
});

test("a view is saved, found again, changed, shared and deleted", async ({
  page,
  browser,
  server,
}) => {
  await signIn(page, server);
  await open(page, server, "?view=board&filter=completed+%3D%3D+false");
  await page.getByRole("button", { name: "Views" }).click();
  await page.getByRole("menuitem", { name: "Save as a new view" }).click();
  const dialog = page.getByRole("dialog");
  await dialog.getByLabel("Name of the view").fill("What is left");
  await dialog.getByLabel("Name of the view").press("Enter");
  await expect(page.getByText("View “What is left” saved")).toBeVisible();
  const link = page
    .getByRole("navigation")
    .getByRole("link", { name: "What is left" });
  await expect(link).toBeVisible();
  await expectAccessible(page);

  await page.goto(`${server.url}/console/`);
  await page
    .getByRole("main")
    .getByRole("link", { name: /What is left/ })
    .click();
  await expect(page).toHaveURL(/view=board/);
  const menu = page.getByRole("button", { name: /^View: What is left/ });
  await expect(menu).toHaveText("View: What is left");
  await page.getByText("Gallery", { exact: true }).click();
  await expect(menu).toHaveText("View: What is left (changed)");
  await menu.click();
  await page.getByRole("menuitem", { name: "Save the changes" }).click();
  await expect(menu).toHaveText("View: What is left");

  // A colleague has it when it is shared, at once.
  const other = await (await browser.newContext()).newPage();
  await signIn(other, server, "omar");
  const theirs = other
    .getByRole("navigation")
    .getByRole("link", { name: "What is left" });
  await expect(theirs).toHaveCount(0);
  await menu.click();
  await page.getByRole("menuitem", { name: "Share" }).click();
  await dialog.getByLabel("Person").fill("omar@example.com");
  await dialog.getByRole("button", { name: "Share" }).click();
  await expect(dialog.getByText(/Omar.*may use it/)).toBeVisible();
  await expectAccessible(page);
  await expect(theirs).toBeVisible();
  await other.context().close();
  await page.keyboard.press("Escape");

  await menu.click();
  await page.getByRole("menuitem", { name: "Delete the view" }).click();
  await dialog.getByRole("button", { name: "Delete" }).click();
  await expect(link).toHaveCount(0);
  await expect(page.getByRole("button", { name: "Views" })).toBeVisible();
});

test("what is shown is exported, all pages of it", async ({ page, server }) => {
  const omar = await server.as("omar");
  const list = await omar.first("lists", 'name == "Repairs and upkeep"');
  await omar.create("todos", { list: list.id, title: "=SUM(A1:A9)" });
  await signIn(page, server);
  await open(
    page,
    server,
    `?filter=${encodeURIComponent(`list == "${list.id}"`)}&fields=title,list`,
  );
  await expect(
    page.getByRole("gridcell", { name: "=SUM(A1:A9)" }),
  ).toBeVisible();
  const started = page.waitForEvent("download");
  await page.getByRole("button", { name: "Export" }).click();
  await page.getByRole("menuitem", { name: /CSV/ }).click();
  const download = await started;
  expect(download.suggestedFilename()).toBe("todos.csv");
  const text = await readFile(await download.path(), "utf8");
  expect(text).toContain("Title,List\r\n");
  expect(text).toContain("'=SUM(A1:A9),Repairs and upkeep\r\n");
  await expect(page.getByText(/records exported/)).toBeVisible();
});

test("a column is kept in view, made wider and hidden with the keyboard", async ({
  page,
  server,
}) => {
  await signIn(page, server);
  await open(page, server, "");
  const menu = page.getByRole("button", { name: "Column Priority" });
  const item = (name: string) => page.getByRole("menuitem", { name });
  await menu.press("Enter");
  await item("Keep in view").press("Enter");
  const heads = page.getByRole("columnheader");
  await expect(heads.nth(1)).toContainText("Priority");
  const width = async () => (await heads.nth(1).boundingBox())?.width ?? 0;
  const before = await width();
  await menu.press("Enter");
  await item("Wider").press("Enter");
  expect(await width()).toBe(before + 40);
  await page.keyboard.press("Escape");
  await page.reload();
  await expect(heads.nth(1)).toContainText("Priority");
  await menu.press("Enter");
  await item("Hide").press("Enter");
  await expect(menu).toHaveCount(0);
});
