import type { Page } from "@playwright/test";

import {
  expect,
  expectAccessible,
  openCollection,
  signIn,
  test,
} from "../support/test.ts";

async function waiting(page: Page): Promise<number> {
  return page.evaluate(
    () =>
      new Promise<number>((found, failed) => {
        const opening = indexedDB.open("mainstay-console", 1);
        opening.onerror = () => failed(opening.error);
        opening.onsuccess = () => {
          const count = opening.result
            .transaction("pending")
            .objectStore("pending")
            .count();
          count.onsuccess = () => {
            opening.result.close();
            found(count.result);
          };
        };
      }),
  );
}

test("without a network work goes on, and with it again all of it arrives and a conflict is decided", async ({
  page,
  server,
}) => {
  const nora = await server.as("nora");
  const omar = await server.as("omar");
  const list = await nora.first("lists", 'name == "Orders this week"');
  const make = (title: string) =>
    nora.create("todos", { list: list.id, title, position: "0" });
  const clash = await make("A clash of flours");
  const both = await make("A bag of rye");

  await signIn(page, server);
  await openCollection(page, "Workspaces");
  await expect(page.getByRole("row", { name: /Corner bakery/ })).toBeVisible();
  await openCollection(page, "To-dos");
  const row = (title: string) => page.getByRole("row", { name: title });
  await expect(row("A bag of rye")).toBeVisible();
  await page.context().setOffline(true);
  const bar = page.getByRole("status").filter({ hasText: "No connection" });
  await expect(bar).toBeVisible();
  await expectAccessible(page);

  // What was opened is read, and permitted changes wait.
  const drawer = page.getByRole("dialog").first();
  for (const [from, to] of [
    ["A clash of flours", "Mine of flours"],
    ["A bag of rye", "Two bags of rye"],
  ] as const) {
    await row(from).getByText(from).click();
    await drawer.getByLabel("Title").fill(to);
    await drawer.getByRole("button", { name: "Save" }).click();
    await expect(page.getByRole("dialog", { name: to })).toBeVisible();
    await expect(drawer.getByRole("button", { name: "Save" })).toBeDisabled();
    await drawer.getByRole("button", { name: "Close" }).first().click();
    await expect(drawer).toBeHidden();
    await expect(
      row(to).getByRole("img", { name: "Waits for the connection" }),
    ).toBeVisible();
  }
  await openCollection(page, "Workspaces");
  await page.getByRole("button", { name: "New in Workspaces" }).click();
  await drawer
    .getByRole("textbox", { name: "Name", exact: true })
    .fill("Made on the train");
  await drawer.getByLabel("Short name").fill("on-the-train");
  await drawer.getByRole("button", { name: "Create" }).click();
  await expect(
    page.getByRole("row", { name: /Made on the train/ }),
  ).toBeVisible();
  await expect(bar).toContainText("3 changes wait.");
  expect(await waiting(page)).toBe(3);

  // Meanwhile somebody else changes the same field of one, and another field of the other.
  await omar.update("todos", clash.id, { title: "Theirs of flours" });
  await omar.update("todos", both.id, { priority: "urgent" });
  await page.context().setOffline(false);
  const trouble = page.getByText("1 change needs a decision.");
  await expect(trouble).toBeVisible();
  await expect(bar).toBeHidden();
  await page.getByRole("button", { name: "Show the changes" }).click();
  await expect(page.getByText(/Somebody else has changed this/)).toBeVisible();
  await page.getByRole("button", { name: "Decide" }).click();
  const dialogue = page.getByRole("dialog", { name: /Somebody else saved/ });
  await expect(dialogue.getByText("Theirs: Theirs of flours")).toBeVisible();
  await expectAccessible(page);
  await dialogue.getByLabel("Mine: Mine of flours").check();
  await dialogue.getByRole("button", { name: "Save the choice" }).click();
  await expect(trouble).toBeHidden();
  expect(await waiting(page)).toBe(0);

  const now = (id: string) => nora.first("todos", `id == "${id}"`);
  expect(await now(clash.id)).toMatchObject({ title: "Mine of flours" });
  expect(await now(both.id)).toMatchObject({
    title: "Two bags of rye",
    priority: "urgent",
  });
  const made = (await nora.call(
    "GET",
    `/records/workspaces?filter=${encodeURIComponent('slug == "on-the-train"')}`,
  )) as { items: unknown[] };
  expect(made.items).toHaveLength(1);
});
