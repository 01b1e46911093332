import { readFile } from "node:fs/promises";
import { resolve } from "node:path";
import type { Locator, Page } from "@playwright/test";

import { Server, type Person, type Row } from "../support/server.ts";
import { expect, expectAccessible, signIn, test } from "../support/test.ts";

const SAMPLE = resolve(
  import.meta.dirname,
  "../../apps/annotation/samples/bicycle-room.csv",
);

async function choose(page: Page, name: string, text: string) {
  await page.locator("input[type=file]").setInputFiles({
    name,
    mimeType: "text/csv",
    buffer: Buffer.from(text),
  });
}

/** Chooses an option of a list in the page. */
async function pick(page: Page, list: Locator, option: string | RegExp) {
  await list.click();
  await page
    .getByRole("option", { name: option, exact: typeof option === "string" })
    .click();
}

/** Makes a field the same record for all lines. */
async function same(page: Page, field: string, record: string) {
  await pick(
    page,
    page.getByRole("combobox", { name: field, exact: true }),
    "The same for all lines",
  );
  await pick(
    page,
    page.getByRole("combobox", { name: `${field}, for all lines` }),
    record,
  );
}

async function todosOf(person: Person, list: string) {
  const filter = encodeURIComponent(`list == "${list}"`);
  const path = `/records/todos?filter=${filter}&limit=500&sort=title`;
  return ((await person.call("GET", path)) as { items: Row[] }).items;
}

test("a list of to-dos goes into another workspace, with two bad lines told and nothing made twice", async ({
  page,
  server,
}) => {
  const nora = await server.as("nora");
  const workspace = await nora.create("workspaces", {
    name: "Harbour café",
    slug: "harbour-cafe",
  });
  const { id: user } = (await nora.call("GET", "/auth/me")) as Row;
  await nora.create("memberships", {
    workspace: workspace.id,
    user,
    role: "owner",
  });
  const list = await nora.create("lists", {
    workspace: workspace.id,
    name: "Brought along",
  });
  const csv = [
    "Title;Done;Due;Priority;Notes",
    '"Beans; the dark ones";no;2026-03-31;high;"two',
    'bags"',
    "Mop the deck;yes;;low;",
    "Paint the sign;no;31 March;high;",
    "Call the harbour master;no;2026-04-02;at once;",
    "Sharpen knives;no;;;",
  ].join("\r\n");

  await signIn(page, server);
  await page.goto(`${server.url}/console/collections/todos`);
  await page.getByRole("link", { name: "Import", exact: true }).click();
  await expect(
    page.getByRole("heading", { name: "Import into To-dos" }),
  ).toBeVisible();
  await choose(page, "todos.csv", csv);
  await expect(page.getByText("5 lines and 5 columns")).toBeVisible();
  await expect(
    page.getByRole("combobox", { name: "Separated by" }),
  ).toHaveValue("Semicolon");
  await expectAccessible(page);
  await page.getByRole("button", { name: "Choose the fields" }).click();

  const field = (name: string) =>
    page.getByRole("combobox", { name, exact: true });
  await expect(field("Title")).toHaveValue("Title");
  await expect(field("Completed")).toHaveValue("Done");
  await expect(field("Description")).toHaveValue("Notes");
  await expect(page.getByText("every record needs it")).toBeVisible();
  await same(page, "List", "Brought along");
  await expect(page.getByText("every record needs it")).toBeHidden();
  await expectAccessible(page);
  await page.getByRole("button", { name: "Check the lines" }).click();

  await expect(page.getByText("3 records will be created")).toBeVisible();
  await expect(page.getByText("2 lines cannot be imported")).toBeVisible();
  const bad = page.getByRole("region", { name: "Lines that cannot" });
  await expect(bad.getByRole("row", { name: /^5 Due/ })).toContainText(
    "Write a date",
  );
  await expect(bad.getByRole("row", { name: /^6 Priority/ })).toContainText(
    "“at once” is none of the choices",
  );
  await expect(page.getByLabel("All lines or none")).toBeDisabled();
  await expectAccessible(page);
  // Nothing is written before the last step.
  expect(await todosOf(nora, list.id)).toEqual([]);
  const saved = page.waitForEvent("download");
  await page.getByRole("button", { name: "Download the report" }).click();
  const report = await readFile(await (await saved).path(), "utf8");
  expect(report).toContain("31 March");
  expect(report).toContain("6,Priority: “at once”");

  await page.getByRole("button", { name: "Import 3 records" }).click();
  await expect(
    page.getByRole("heading", { name: "3 records are imported" }),
  ).toBeVisible();
  await expectAccessible(page);
  const titles = async () =>
    (await todosOf(nora, list.id)).map((row) => row["title"]);
  expect(await titles()).toEqual([
    "Beans; the dark ones",
    "Mop the deck",
    "Sharpen knives",
  ]);

  // The same file again makes nothing twice; what was corrected in it comes.
  await page.getByRole("button", { name: "Import another file" }).click();
  await choose(page, "todos.csv", csv.replace("31 March", "2026-03-31"));
  await page.getByRole("button", { name: "Choose the fields" }).click();
  await same(page, "List", "Brought along");
  await page.getByRole("button", { name: "Check the lines" }).click();
  await expect(page.getByText("1 record will be created")).toBeVisible();
  await expect(page.getByText("3 lines are there already")).toBeVisible();
  await page.getByRole("button", { name: "Import 1 record" }).click();
  await page.getByRole("button", { name: "Undo the import" }).click();
  await expect(
    page.getByRole("heading", { name: "The import is undone" }),
  ).toBeVisible();
  expect(await titles()).toHaveLength(3);
});

test("an import goes on after a failure, and what was undone can be imported again, as JSON, all or none", async ({
  page,
  server,
}) => {
  const nora = await server.as("nora");
  const workspace = await nora.first("workspaces", 'slug == "corner-bakery"');
  const list = await nora.create("lists", {
    workspace: workspace.id,
    name: "From JSON",
  });
  const lines = [...Array(1_200)].map((_, number) =>
    JSON.stringify({ title: `Line ${number}`, priority: "low" }),
  );
  await signIn(page, server);
  await page.goto(`${server.url}/console/collections/todos/import`);
  await choose(page, "todos.jsonl", lines.join("\n"));
  await page.getByRole("button", { name: "Choose the fields" }).click();
  await same(page, "List", "From JSON");
  await page.getByRole("button", { name: "Check the lines" }).click();
  await expect(page.getByText("1200 records will be created")).toBeVisible();
  await expect(page.getByText(/There are too many for one step/)).toBeVisible();

  // The second part does not arrive.
  let sent = 0;
  await page.route("**/api/v1/batch", async (route) => {
    sent += 1;
    await (sent >= 2 && sent <= 4
      ? route.abort("internetdisconnected")
      : route.continue());
  });
  await page.getByRole("button", { name: "Import 1200 records" }).click();
  await expect(
    page.getByRole("heading", { name: /500 records are imported so far/ }),
  ).toBeVisible();
  await page.getByRole("button", { name: "Go on" }).click();
  await expect(
    page.getByRole("heading", { name: "1200 records are imported" }),
  ).toBeVisible();
  await page.getByRole("button", { name: "Undo the import" }).click();
  await expect(
    page.getByRole("heading", { name: "The import is undone" }),
  ).toBeVisible();
  expect(await todosOf(nora, list.id)).toEqual([]);

  // A record that lies in the trash keeps its id: the same line comes under another one.
  await page.getByRole("button", { name: "Import another file" }).click();
  await choose(page, "todos.jsonl", lines.slice(0, 3).join("\n"));
  await page.getByRole("button", { name: "Choose the fields" }).click();
  await same(page, "List", "From JSON");
  await page.getByRole("button", { name: "Check the lines" }).click();
  await expect(page.getByText("3 records will be created")).toBeVisible();
  await expect(page.getByText(/One step/)).toBeVisible();
  // Somebody takes the list away meanwhile: nothing of it is written.
  await nora.call("DELETE", `/records/lists/${list.id}`);
  await page.getByRole("button", { name: "Import 3 records" }).click();
  await expect(
    page.getByRole("heading", { name: "Nothing is imported" }),
  ).toBeVisible();
  await expect(page.getByRole("row", { name: /^1 / })).toBeVisible();
});

test("a chat becomes a container with its messages in order and their replies", async ({
  page,
}) => {
  const server = await Server.start(["--seed"], "annotation");
  try {
    await server.setUp();
    const ines = await server.as("ines");
    const project = await ines.first(
      "projects",
      'name == "Garden and workshop chats"',
    );
    const room = await ines.create("containers", {
      project: project.id,
      name: "Bicycle room, imported",
      type: "chat_rooms",
    });
    await page.goto(`${server.url}/console/collections/items/import`);
    await page.getByLabel("E-mail").fill("ines@example.com");
    await page.getByLabel("Password").fill(server.password);
    await page.getByRole("button", { name: "Sign in", exact: true }).click();
    const sample = await readFile(SAMPLE, "utf8");
    await choose(page, "bicycle-room.csv", `${sample}2044,luz,,2001,2001,\n`);
    await page.getByRole("button", { name: "Choose the fields" }).click();
    for (const [name, column] of [
      ["Content", "turn_text"],
      ["Turn", "turn_id"],
      ["Author", "user_id"],
      ["Thread", "thread"],
      ["Sent at", "created"],
      ["In reply to", "reply_to_turn"],
    ] as const) {
      await expect(
        page.getByRole("combobox", { name, exact: true }),
      ).toHaveValue(column);
    }
    await expect(
      page.getByRole("combobox", { name: "In reply to: Found by" }),
    ).toHaveValue("Turn");
    await same(page, "Container", "Bicycle room, imported");
    await page.getByRole("button", { name: "Check the lines" }).click();
    await expect(page.getByText("43 records will be created")).toBeVisible();
    await expect(page.getByRole("row", { name: /^45 Content/ })).toBeVisible();
    await page.getByRole("button", { name: "Import 43 records" }).click();
    await expect(
      page.getByRole("heading", { name: "43 records are imported" }),
    ).toBeVisible();
    const filter = encodeURIComponent(`container == "${room.id}"`);
    const { items } = (await ines.call(
      "GET",
      `/records/items?filter=${filter}&limit=500&expand=parent`,
    )) as { items: Row[] };
    expect(items.map((item) => item["turn_id"])).toEqual(
      [...Array(43)].map((_, number) => 2001 + number),
    );
    const reply = items.find((item) => item["turn_id"] === 2007);
    expect(reply?.["expand"]).toMatchObject({ parent: { turn_id: 2005 } });
  } finally {
    await server.stop();
  }
});
