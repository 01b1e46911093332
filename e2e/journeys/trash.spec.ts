import { confirm, openRecord } from "../support/around.ts";
import { expect, expectAccessible, signIn, test } from "../support/test.ts";

test("a list is deleted, found in the trash, and restored with its to-dos and comments", async ({
  page,
  server,
}) => {
  const nora = await server.as("nora");
  const list = await nora.first("lists", 'name == "Repairs and upkeep"');
  await nora.call("POST", `/records/lists/${list.id}/comments`, {
    body: "The belt comes on Monday.",
  });
  await signIn(page, server);
  await openRecord(page, server, "lists", list, "related");
  const todos = page.getByRole("region", { name: "To-dos" });
  await expect(todos.getByRole("link").nth(1)).toBeVisible();
  const titles = await todos.getByRole("link").allTextContents();
  expect(titles.length).toBeGreaterThan(1);

  await page.getByRole("tab", { name: "Details" }).click();
  await page.getByRole("button", { name: "Delete" }).click();
  await confirm(page, /Delete “Repairs/, "Delete");
  await expect(
    page.getByRole("heading", { name: "Lists", level: 1 }),
  ).toBeVisible();
  await page.goto(`${server.url}/console/collections/lists/${list.id}`);
  await expect(page.getByText(/This does not exist/)).toBeVisible();

  await page.getByRole("link", { name: "Trash" }).click();
  const item = page.getByRole("listitem").filter({ hasText: "Repairs" });
  await expect(item).toBeVisible();
  await expectAccessible(page);
  await item.getByRole("button", { name: "Restore" }).click();
  await expect(item).toBeHidden();

  await openRecord(page, server, "lists", list, "related");
  await expect(todos.getByRole("link")).toHaveText(titles);
  await page.getByRole("tab", { name: "Comments" }).click();
  await expect(page.getByText("The belt comes on Monday.")).toBeVisible();
});
