import {
  expect,
  expectAccessible,
  openCollection,
  signIn,
  test,
} from "../support/test.ts";

test("somebody finds, makes, changes and deletes a record, and brings it back", async ({
  page,
  server,
}) => {
  await signIn(page, server);
  await openCollection(page, "Labels");
  await expectAccessible(page);
  await page.getByRole("button", { name: "New in Labels" }).click();
  const drawer = page.getByRole("dialog");
  await expect(drawer).toBeVisible();
  await expectAccessible(page);

  // What is missing is said at its field, and has the keyboard.
  await drawer.getByRole("button", { name: "Create" }).click();
  await expect(drawer.getByText("This is needed.").first()).toBeVisible();

  await drawer.getByLabel("Workspace").click();
  await page.getByRole("option", { name: /bakery/i }).click();
  await drawer.getByLabel("Name").fill("Very urgent");
  await drawer.getByLabel("Colour").fill("red");
  await drawer.getByRole("button", { name: "Create" }).click();
  await expect(drawer.getByText(/does not have the right form/)).toBeVisible();
  await drawer.getByLabel("Colour").fill("#aa2211");
  await drawer.getByRole("button", { name: "Create" }).click();
  await expect(drawer).toBeHidden();

  const row = page.getByRole("row", { name: /Very urgent/ });
  await expect(row).toBeVisible();
  await row.getByText("Very urgent").click();
  await expect(drawer.getByLabel("Name")).toHaveValue("Very urgent");
  await drawer.getByLabel("Name").fill("Urgent indeed");
  await drawer.getByRole("button", { name: "Save" }).click();
  await expect(page.getByText("Saved", { exact: true })).toBeVisible();
  await drawer.getByRole("tab", { name: "History" }).click();
  await expect(drawer.getByText("changed this")).toBeVisible();
  await expectAccessible(page);
  await drawer.getByRole("button", { name: "Put back version 1" }).click();
  await expect(page.getByText("Version 1 is put back")).toBeVisible();
  await drawer.getByRole("tab", { name: "Details" }).click();
  await expect(drawer.getByLabel("Name")).toHaveValue("Very urgent");

  await drawer.getByRole("button", { name: "Delete" }).click();
  await page
    .getByRole("dialog", { name: /Delete “Very urgent”/ })
    .getByRole("button", { name: "Delete" })
    .click();
  await expect(drawer).toHaveCount(0);
  await expect(row).toBeHidden();

  await page.getByRole("link", { name: "Trash" }).click();
  const item = page.getByRole("listitem").filter({ hasText: "Very urgent" });
  await item.getByRole("button", { name: "Restore" }).click();
  await expect(item).toBeHidden();
  await openCollection(page, "Labels");
  await expect(row).toBeVisible();
});

test("a list is searched, filtered and sorted, and its address keeps that", async ({
  page,
  server,
}) => {
  await signIn(page, server);
  await openCollection(page, "To-dos");
  const rows = page.getByRole("grid").getByRole("row");
  await expect(rows.nth(1)).toBeVisible();
  const count = page.getByRole("search").getByRole("status");
  const all = (await count.textContent()) ?? "";
  await page.getByRole("searchbox", { name: "Search" }).fill("oven");
  await expect(count).not.toHaveText(all);
  await page.getByRole("searchbox", { name: "Search" }).fill("");
  await expect(count).toHaveText(all);

  await page.getByRole("button", { name: "Filter", exact: true }).click();
  const expression = page.getByRole("combobox", {
    name: "Filter, as an expression",
  });
  await expression.fill("complete == true");
  await expression.press("Enter");
  await expect(page.getByText(/The filter is not right/)).toBeVisible();
  await expression.fill("completed == true");
  await expression.press("Enter");
  await expect(page.getByText(/The filter is not right/)).toBeHidden();
  await expect(count).not.toHaveText(all);

  // The same filter, put together by hand, is written as the expression that it is.
  await expression.fill("");
  await expression.press("Enter");
  await expect(count).toHaveText(all);
  await page.getByRole("button", { name: "Add a condition" }).click();
  await page.getByRole("combobox", { name: "Field" }).fill("Completed");
  await page.getByRole("option", { name: "Completed", exact: true }).click();
  await page.getByRole("combobox", { name: "Value" }).click();
  await page.getByRole("option", { name: "yes" }).click();
  await expect(expression).toHaveValue("completed == true");
  await expect(count).not.toHaveText(all);
  await page.getByRole("button", { name: "Title", exact: true }).click();
  await expect(page).toHaveURL(/sort=title/);
  const titles = () => rows.locator('[aria-colindex="2"]').allTextContents();
  const sorted = await titles();
  await page.reload();
  await expect(rows.nth(1)).toBeVisible();
  expect(await titles()).toEqual(sorted);
  await expectAccessible(page);
});

test("what others change appears, and what both changed is decided", async ({
  page,
  server,
}) => {
  const omar = await server.as("omar");
  const todo = await omar.first("todos", "completed == false");
  await signIn(page, server);
  await openCollection(page, "To-dos");
  await page.getByText(String(todo["title"]), { exact: true }).first().click();
  const drawer = page.getByRole("dialog").first();
  await drawer.getByLabel("Title").fill("Mine");
  await omar.update("todos", todo.id, { title: "Theirs", priority: "urgent" });
  await expect(
    page.getByRole("gridcell", { name: "Theirs", exact: true }),
  ).toBeVisible();
  // What is being typed is not lost.
  await expect(drawer.getByLabel("Title")).toHaveValue("Mine");
  await drawer.getByRole("button", { name: "Save" }).click();
  const conflict = page.getByRole("dialog", {
    name: /Somebody else saved first/,
  });
  await expect(conflict.getByLabel("Theirs: Theirs")).toBeVisible();
  await expectAccessible(page);
  await conflict.getByRole("button", { name: "Save the choice" }).click();
  await expect(page.getByText("Saved", { exact: true })).toBeVisible();
  const now = await omar.first("todos", `id == "${todo.id}"`);
  expect([now["title"], now["priority"]]).toEqual(["Mine", "urgent"]);
});

test("a table is used with the keyboard alone", async ({ page, server }) => {
  await signIn(page, server);
  await openCollection(page, "To-dos");
  const grid = page.getByRole("grid", { name: "To-dos" });
  const cell = (row: number, column: number) =>
    grid.locator(`[data-cell="${row}:${column}"]`);
  await cell(0, 0).focus();
  await page.keyboard.press("ArrowDown");
  await page.keyboard.press("ArrowRight");
  await expect(cell(1, 1)).toBeFocused();
  await page.keyboard.press("Home");
  await expect(cell(1, 0)).toBeFocused();
  await page.keyboard.press("Space");
  await expect(page.getByText("1 selected")).toBeVisible();
  await page.keyboard.press("F2");
  const editor = grid.getByRole("textbox");
  await editor.fill("Written in its cell");
  await page.keyboard.press("Enter");
  await expect(cell(1, 0)).toHaveText("Written in its cell");
  await expect(cell(1, 0)).toBeFocused();
  await page.keyboard.press("Enter");
  await expect(page.getByRole("dialog").getByLabel("Title")).toHaveValue(
    "Written in its cell",
  );
  await page.keyboard.press("Escape");
  await expect(page.getByRole("dialog")).toBeHidden();
});

test("many records are deleted at once, and that is undone", async ({
  page,
  server,
}) => {
  await signIn(page, server);
  await openCollection(page, "To-dos");
  const grid = page.getByRole("grid", { name: "To-dos" });
  await expect(grid.getByRole("row").nth(3)).toBeVisible();
  const count = page.getByRole("search").getByRole("status");
  const before = await count.textContent();
  await grid.getByRole("checkbox").nth(1).check();
  await grid.getByRole("checkbox").nth(2).check();
  await expect(page.getByText("2 selected")).toBeVisible();
  await expectAccessible(page);
  await page.getByRole("button", { name: "Delete" }).click();
  await page
    .getByRole("dialog", { name: "Delete 2 records?" })
    .getByRole("button", { name: "Delete" })
    .click();
  await expect(page.getByText("2 records deleted")).toBeVisible();
  await expect(count).not.toHaveText(before ?? "");
  await page.getByRole("button", { name: "Undo" }).click();
  await expect(page.getByText("2 records restored")).toBeVisible();
  // How many are loaded of them is another matter.
  const all = /\d+(?=\D*$)/.exec(before ?? "")?.[0] ?? "";
  await expect(count).toContainText(all);
});

test("a failure says so and offers to try again", async ({ page, server }) => {
  await signIn(page, server);
  await openCollection(page, "Labels");
  await page.context().setOffline(true);
  await page
    .getByRole("navigation")
    .getByRole("link", { name: "Reminders" })
    .click();
  await expect(page.getByRole("alert")).toBeVisible();
  await page.context().setOffline(false);
  await page.getByRole("button", { name: "Try again" }).click();
  await expect(page.getByRole("alert")).toBeHidden();
});

test("every page fits a narrow window without scrolling sideways", async ({
  page,
  server,
}) => {
  await page.setViewportSize({ width: 320, height: 640 });
  await page.goto(`${server.url}/console/`);
  await page.getByLabel("E-mail").fill("nora@example.com");
  await page.getByLabel("Password").fill(server.password);
  await page.getByRole("button", { name: "Sign in", exact: true }).click();
  await expect(
    page.getByRole("heading", { name: "To-do", exact: true }),
  ).toBeVisible();
  for (const path of ["", "collections/todos", "trash", "account"]) {
    await page.goto(`${server.url}/console/${path}`);
    await expect(page.getByRole("heading", { level: 1 })).toBeVisible();
    expect(
      await page.evaluate(
        () =>
          document.documentElement.scrollWidth <=
          document.documentElement.clientWidth,
      ),
    ).toBe(true);
    await expectAccessible(page);
  }
  await page.getByRole("button", { name: "Menu", exact: true }).click();
  await page
    .getByRole("dialog")
    .getByRole("link", { name: "To-dos", exact: true })
    .click();
  await expect(
    page.getByRole("heading", { name: "To-dos", level: 1 }),
  ).toBeVisible();
});
