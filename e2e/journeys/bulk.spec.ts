import type { Page } from "@playwright/test";

import type { Person, Row, Server } from "../support/server.ts";
import { expect, expectAccessible, signIn, test } from "../support/test.ts";

/** A list of its own for each test, with so many to-dos. */
async function listOf(server: Server, name: string, count: number) {
  const omar = await server.as("omar");
  const workspace = await omar.first("workspaces", 'slug == "corner-bakery"');
  const list = await omar.create("lists", { workspace: workspace.id, name });
  const operations = [...Array(count).keys()].map((number) => ({
    op: "create",
    collection: "todos",
    data: { list: list.id, title: `${name} ${number + 1}` },
  }));
  if (count > 0) {
    await omar.call("POST", "/batch", { mode: "all_or_nothing", operations });
  }
  return { omar, list };
}

async function openList(page: Page, server: Server, list: Row, count: string) {
  const filter = encodeURIComponent(`list == "${list.id}"`);
  await page.goto(`${server.url}/console/collections/todos?filter=${filter}`);
  await expect(page.getByRole("search").getByRole("status")).toHaveText(count);
}

async function count(omar: Person, filter: string): Promise<number> {
  const query = new URLSearchParams({ filter, count: "true", limit: "1" });
  const page = await omar.call("GET", `/records/todos?${query}`);
  return (page as { count: number }).count;
}

async function setField(page: Page, field: string, value: string) {
  await page.getByRole("button", { name: "Change a field" }).click();
  const dialog = page.getByRole("dialog");
  await dialog.getByLabel("Field", { exact: true }).fill(field);
  await page.getByRole("option", { name: field, exact: true }).click();
  if (field === "Completed") {
    await dialog.getByRole("switch", { name: field }).check();
  } else {
    await dialog.getByRole("combobox", { name: field }).click();
    await page.getByRole("option", { name: value, exact: true }).click();
  }
  return dialog;
}

test("thirty to-dos are completed and moved at once, and that is undone", async ({
  page,
  server,
}) => {
  const { omar, list } = await listOf(server, "Thirty", 30);
  const { list: other } = await listOf(server, "Other", 0);
  const here = `list == "${list.id}"`;
  await signIn(page, server);
  await openList(page, server, list, "30 records");
  const all = page.getByRole("checkbox", {
    name: "Select all that are loaded",
  });
  await all.check();
  await expect(page.getByText("30 selected")).toBeVisible();

  const dialog = await setField(page, "Completed", "yes");
  await expect(dialog.getByText("30 records change.")).toBeVisible();
  await expect(dialog.getByText("and 25 more")).toBeVisible();
  await expectAccessible(page);
  await dialog.getByRole("button", { name: "Change 30 records" }).click();
  await expect(dialog).toBeHidden();
  await expect(page.getByText("30 records changed")).toBeVisible();
  expect(await count(omar, `${here} && completed`)).toBe(30);

  await setField(page, "List", "Other");
  await dialog.getByRole("button", { name: "Change 30 records" }).click();
  await expect(page.getByText("Nothing matches the filter")).toBeVisible();
  expect(await count(omar, `list == "${other.id}"`)).toBe(30);
  await page.keyboard.press("Control+z");
  await expect(page.getByText("Undone: 30 records changed")).toBeVisible();
  expect(await count(omar, `${here} && completed`)).toBe(30);
  await expect(page.getByRole("row")).not.toHaveCount(0);
  await page.keyboard.press("Control+z");
  await expect(page.getByText("Undone: 30 records changed")).toHaveCount(2);
  expect(await count(omar, `${here} && !completed`)).toBe(30);
});

test("thirty to-dos are deleted at once, and come back", async ({
  page,
  server,
}) => {
  const { omar, list } = await listOf(server, "Gone", 30);
  const here = `list == "${list.id}"`;
  await signIn(page, server);
  await openList(page, server, list, "30 records");
  await page
    .getByRole("checkbox", { name: "Select all that are loaded" })
    .check();
  await page.getByRole("button", { name: "Delete" }).click();
  await page
    .getByRole("dialog", { name: "Delete 30 records?" })
    .getByRole("button", { name: "Delete" })
    .click();
  await expect(page.getByText("30 records deleted")).toBeVisible();
  expect(await count(omar, here)).toBe(0);
  await page.keyboard.press("Control+z");
  await expect(page.getByText("30 records restored")).toBeVisible();
  expect(await count(omar, here)).toBe(30);
});

test("all that match are changed, also those that nobody has scrolled to", async ({
  page,
  server,
}) => {
  const { omar, list } = await listOf(server, "Many", 130);
  await signIn(page, server);
  await openList(page, server, list, "100 of 130");
  await page
    .getByRole("checkbox", { name: "Select all that are loaded" })
    .check();
  await page.getByRole("button", { name: "Select all 130 that match" }).click();
  await expect(page.getByText("All 130 records are selected.")).toBeVisible();
  // All but one.
  await page
    .getByRole("checkbox", { name: "Select Many 2", exact: true })
    .uncheck();
  const dialog = await setField(page, "Priority", "urgent");
  await dialog.getByRole("button", { name: "Change 129 records" }).click();
  await expect(page.getByText("129 records changed")).toBeVisible();
  const urgent = `list == "${list.id}" && priority == "urgent"`;
  expect(await count(omar, urgent)).toBe(129);
  await page.getByRole("button", { name: "Undo" }).click();
  await expect(page.getByText("Undone: 129 records changed")).toBeVisible();
  expect(await count(omar, urgent)).toBe(0);
});

test("what is refused is named, and what others changed is not undone", async ({
  page,
  server,
}) => {
  const { omar, list } = await listOf(server, "Some", 3);
  const here = `list == "${list.id}"`;
  const [first, second] = await Promise.all(
    ["Some 1", "Some 2"].map((title) =>
      omar.first("todos", `${here} && title == "${title}"`),
    ),
  );
  await omar.update("todos", first?.id ?? "", {
    completed: true,
    completed_at: "2026-03-01T08:00:00Z",
  });
  await omar.update("todos", second?.id ?? "", { completed: true });
  await signIn(page, server);
  await openList(page, server, list, "3 records");
  await page
    .getByRole("checkbox", { name: "Select all that are loaded" })
    .check();
  await page.getByRole("button", { name: "Change a field" }).click();
  const dialog = page.getByRole("dialog", { name: "Change 3 records" });
  await dialog.getByLabel("Field", { exact: true }).fill("Completed");
  await page.getByRole("option", { name: "Completed", exact: true }).click();
  await expect(dialog.getByText("One has this value already.")).toBeVisible();
  await dialog.getByRole("button", { name: "Change 2 records" }).click();
  const refused = page.getByRole("dialog", { name: "One record was refused:" });
  await expect(
    refused.getByText(/Some 1.*an open to-do has no completion time/i),
  ).toBeVisible();
  await page.keyboard.press("Escape");
  await omar.update("todos", second?.id ?? "", { completed: true });
  await page.keyboard.press("Control+z");
  await expect(
    page.getByText("Undone, but for one record that has changed since"),
  ).toBeVisible();
  expect(await count(omar, `${here} && completed`)).toBe(2);
});

test("an edited cell is undone with the keyboard", async ({ page, server }) => {
  const { list } = await listOf(server, "Cell", 1);
  await signIn(page, server);
  await openList(page, server, list, "1 record");
  const cell = page.locator('[data-cell="0:0"]');
  await cell.focus();
  await page.keyboard.press("F2");
  await page.getByRole("textbox", { name: "Edit Title" }).fill("Another");
  await page.keyboard.press("Enter");
  await expect(cell).toHaveText("Another");
  await expect(cell).toBeFocused();
  await page.keyboard.press("Control+z");
  await expect(page.getByText("Undone: Title")).toBeVisible();
  await expect(cell).toHaveText("Cell 1");
});
