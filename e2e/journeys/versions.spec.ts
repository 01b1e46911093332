import { Server } from "../support/server.ts";
import { confirm, openRecord } from "../support/around.ts";
import { expect, expectAccessible, signIn, test } from "../support/test.ts";

test("a wrong change of many records is rolled back by a version of the tree", async ({
  page,
}) => {
  const server = await Server.start(["--seed"], "annotation");
  try {
    const ines = await server.as("ines");
    const tom = await server.as("tom");
    const paula = await server.as("paula");
    const room = await ines.first("containers", 'name.startsWith("Garden")');
    const items = (await ines.call(
      "GET",
      `/records/items?limit=20&filter=${encodeURIComponent(`container == "${room.id}"`)}`,
    )) as {
      readonly items: { readonly id: string; readonly content: string }[];
    };
    const [first] = items.items;

    await signIn(page, server, "ines");
    await openRecord(page, server, "containers", room, "versions");
    await expect(page.getByText("No version is saved yet")).toBeVisible();
    await page.getByLabel("Name").fill("Before the clean-up");
    await page.getByLabel("Description").fill("As it was imported.");
    await page.getByRole("button", { name: "Save a version" }).click();
    const version = page
      .getByRole("listitem")
      .filter({ has: page.getByText("Before the clean-up", { exact: true }) });
    await expect(version).toContainText("by ines");

    // Somebody means one record, and changes twenty.
    await ines.call("POST", "/batch", {
      mode: "all_or_nothing",
      operations: items.items.map(({ id }) => ({
        op: "update",
        collection: "items",
        id,
        data: { content: "lost" },
      })),
    });
    await version.getByRole("button", { name: /Compare/ }).click();
    await expect(version.getByText("Changed since:").first()).toBeVisible();
    await expect(version.locator("del").first()).not.toHaveText("lost");
    await expect(version.locator("ins").first()).toHaveText("lost");
    await expectAccessible(page);

    await version.getByRole("button", { name: /Restore/ }).click();
    await confirm(page, /Restore “Before the clean-up”/, "Restore");
    await expect(
      page.getByText(`${items.items.length} changed`, { exact: false }),
    ).toBeVisible();
    const now = await ines.first("items", `id == "${first?.id}"`);
    expect(now["content"]).toBe(first?.content);
    // What was there before can be come back to as well.
    await expect(
      page.getByText("Before Before the clean-up", { exact: true }),
    ).toBeVisible();

    // The history of one annotation shows every step, and who took it.
    const annotation = await tom.first("annotations", 'status == "submitted"');
    await tom.update("annotations", annotation.id, { value: "seedlings" });
    await paula.update("annotations", annotation.id, { status: "accepted" });
    await openRecord(page, server, "annotations", annotation, "history");
    const steps = page.getByRole("tabpanel").getByRole("listitem");
    await expect(steps.nth(0)).toContainText("paula changed this");
    await expect(steps.nth(0).locator("ins")).toHaveText("accepted");
    await expect(steps.nth(1)).toContainText("tom changed this");
    await expect(steps.nth(1).locator("ins")).toHaveText("seedlings");
    await expect(steps.nth(2)).toContainText("created this");
  } finally {
    await server.stop();
  }
});
