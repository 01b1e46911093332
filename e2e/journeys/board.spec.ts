import type { Locator, Page } from "@playwright/test";

import type { Person, Row, Server } from "../support/server.ts";
import { expect, expectAccessible, signIn, test } from "../support/test.ts";

/** A list of its own for each test, with to-dos in the order of their names. */
async function listOf(
  server: Server,
  name: string,
  titles: readonly string[],
): Promise<{ omar: Person; list: Row; todos: readonly Row[] }> {
  const omar = await server.as("omar");
  const workspace = await omar.first("workspaces", 'slug == "corner-bakery"');
  const list = await omar.create("lists", { workspace: workspace.id, name });
  const todos: Row[] = [];
  for (const [at, title] of titles.entries()) {
    const position = "bdfhj".charAt(at);
    todos.push(await omar.create("todos", { list: list.id, title, position }));
  }
  return { omar, list, todos };
}

async function openBoard(page: Page, server: Server, list: Row, group: string) {
  const filter = encodeURIComponent(`list == "${list.id}"`);
  await page.goto(
    `${server.url}/console/collections/todos?view=board&group=${group}&filter=${filter}`,
  );
}

const column = (page: Page, name: string): Locator =>
  page.getByRole("region", { name, exact: true });
const cards = (page: Page, name: string): Locator =>
  column(page, name).locator("[data-label]");

test("to-dos are made and moved by keyboard alone", async ({
  page,
  server,
}) => {
  const { list } = await listOf(server, "By keyboard", ["Flour", "Water"]);
  await signIn(page, server);
  await openBoard(page, server, list, "list");
  await expect(cards(page, "By keyboard")).toHaveText(["Flour", "Water"]);
  await expectAccessible(page);
  await page
    .getByRole("button", { name: "New in By keyboard", exact: true })
    .press("Enter");
  const drawer = page.getByRole("dialog");
  await expect(drawer.getByRole("combobox", { name: "List" })).toHaveValue(
    "By keyboard",
  );
  await drawer.getByLabel("Title").press("S");
  await page.keyboard.type("alt");
  await page.keyboard.press("Enter");
  await expect(drawer).toBeHidden();
  // A new one comes last.
  await expect(cards(page, "By keyboard")).toHaveText([
    "Flour",
    "Water",
    "Salt",
  ]);

  await page.getByRole("combobox", { name: "Columns by" }).click();
  await page.getByRole("option", { name: "Priority" }).click();
  await expect(page).toHaveURL(/group=priority/);
  await expect(cards(page, "normal")).toHaveText(["Flour", "Water", "Salt"]);
  await cards(page, "normal").nth(2).press("Space");
  const said = page.getByRole("status").filter({ hasText: /Salt/ });
  await expect(said).toHaveText("Salt picked up. normal, place 3 of 3.");
  await page.keyboard.press("ArrowUp");
  await page.keyboard.press("ArrowUp");
  await expect(page.getByText("normal, place 1 of 3")).toBeAttached();
  await page.keyboard.press("Space");
  await expect(cards(page, "normal")).toHaveText(["Salt", "Flour", "Water"]);
  await expect(cards(page, "normal").nth(0)).toBeFocused();

  // To another column, and with Escape back from it.
  await page.keyboard.press("Space");
  await page.keyboard.press("ArrowRight");
  await page.keyboard.press("Escape");
  await expect(cards(page, "high")).toHaveCount(0);
  await page.keyboard.press("Space");
  await page.keyboard.press("ArrowRight");
  await page.keyboard.press("Space");
  await expect(cards(page, "high")).toHaveText(["Salt"]);
  await expect(cards(page, "high").nth(0)).toBeFocused();
  await page.keyboard.press("ArrowLeft");
  await expect(cards(page, "normal").nth(0)).toBeFocused();

  // What was done last is undone first.
  await page.keyboard.press("Control+z");
  await expect(cards(page, "normal")).toHaveText(["Salt", "Flour", "Water"]);
  await page.keyboard.press("Control+z");
  await expect(cards(page, "normal")).toHaveText(["Flour", "Water", "Salt"]);
});

test("cards are dragged, and a colleague sees the new order at once", async ({
  page,
  browser,
  server,
}) => {
  const titles = ["One", "Two", "Three", "Four"];
  const { list } = await listOf(server, "By mouse", titles);
  await signIn(page, server);
  await openBoard(page, server, list, "priority");
  await expect(cards(page, "normal")).toHaveText(titles);
  const other = await (await browser.newContext()).newPage();
  await signIn(other, server, "omar");
  await openBoard(other, server, list, "priority");
  await expect(cards(other, "normal")).toHaveText(titles);

  await drag(page, cards(page, "normal").nth(3), cards(page, "normal").nth(1));
  const moved = ["One", "Four", "Two", "Three"];
  await expect(cards(page, "normal")).toHaveText(moved);
  await expect(cards(other, "normal")).toHaveText(moved);

  // Both move something at once: both end with the same.
  await Promise.all([move(page, "One", "urgent"), move(other, "Three", "Up")]);
  for (const each of [page, other]) {
    await expect(cards(each, "urgent")).toHaveText(["One"]);
    await expect(cards(each, "normal")).toHaveText(["Four", "Three", "Two"]);
  }
  await page.reload();
  await expect(cards(page, "normal")).toHaveText(["Four", "Three", "Two"]);
  await other.context().close();
});

test("a move that the server refuses is taken back, with a word", async ({
  page,
  server,
}) => {
  const { list } = await listOf(server, "Refused", ["Here", "There"]);
  // He is in two workspaces, and between them no to-do may go.
  await signIn(page, server, "omar");
  await openBoard(page, server, list, "list");
  await expect(cards(page, "Refused")).toHaveText(["Here", "There"]);
  await move(page, "There", "The shed");
  await expect(page.getByText("You are not allowed to do this.")).toBeVisible();
  await expect(cards(page, "Refused")).toHaveText(["Here", "There"]);
  await expect(cards(page, "The shed")).toHaveCount(0);
});

test("between cards with the same place there is room, too", async ({
  page,
  server,
}) => {
  const { omar, list } = await listOf(server, "Same place", []);
  for (const title of ["A", "B", "C"]) {
    await omar.create("todos", { list: list.id, title });
  }
  await signIn(page, server);
  await openBoard(page, server, list, "priority");
  await expect(cards(page, "normal")).toHaveText(["A", "B", "C"]);
  await move(page, "C", "Up");
  await expect(cards(page, "normal")).toHaveText(["A", "C", "B"]);
  await page.reload();
  await expect(cards(page, "normal")).toHaveText(["A", "C", "B"]);
});

test("on a phone a card is held and dragged by touch", async ({
  browser,
  server,
}) => {
  const { list } = await listOf(server, "By touch", ["Left", "Right"]);
  const context = await browser.newContext({
    hasTouch: true,
    locale: "en-GB",
  });
  const page = await context.newPage();
  await signIn(page, server);
  await page.setViewportSize({ width: 390, height: 760 });
  await openBoard(page, server, list, "priority");
  await column(page, "normal").scrollIntoViewIfNeeded();
  await expect(cards(page, "normal")).toHaveText(["Left", "Right"]);
  const from = await middle(cards(page, "normal").nth(1));
  const to = await middle(cards(page, "normal").nth(0));
  const touch = await context.newCDPSession(page);
  const send = (type: "touchStart" | "touchMove" | "touchEnd", y: number) =>
    touch.send("Input.dispatchTouchEvent", {
      type,
      touchPoints: type === "touchEnd" ? [] : [{ x: from.x, y }],
    });
  await send("touchStart", from.y);
  await expect(page.locator("[data-overlay]")).toBeVisible();
  await send("touchMove", (from.y + to.y) / 2);
  await send("touchMove", to.y - 24);
  await expect(page.locator("[data-spot]")).toBeVisible();
  await send("touchEnd", 0);
  await expect(cards(page, "normal")).toHaveText(["Right", "Left"]);
  await context.close();
});

async function middle(of: Locator): Promise<{ x: number; y: number }> {
  const box = await of.boundingBox();
  if (box === null) {
    throw new Error("it is not on the page");
  }
  return { x: box.x + box.width / 2, y: box.y + box.height / 2 };
}

/** Moves a card by its menu. */
async function move(page: Page, label: string, to: string): Promise<void> {
  await page
    .getByRole("button", { name: `Move ${label}`, exact: true })
    .click();
  await page.getByRole("menuitem", { name: to, exact: true }).click();
}

/** Takes one by the mouse to just above the middle of the other. */
async function drag(page: Page, from: Locator, to: Locator): Promise<void> {
  const start = await middle(from);
  const end = await middle(to);
  await page.mouse.move(start.x, start.y);
  await page.mouse.down();
  await page.mouse.move(start.x + 8, start.y + 8);
  await expect(page.locator("[data-overlay]")).toBeVisible();
  await page.mouse.move(end.x, end.y - 12, { steps: 4 });
  await expect(page.locator("[data-spot]")).toBeAttached();
  await page.mouse.up();
}
