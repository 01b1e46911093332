import { expect, expectAccessible, signIn, test } from "../support/test.ts";

test("a rule is tried with a person and a record, in force and as a draft", async ({
  page,
  server,
}) => {
  const nora = await server.as("nora");
  const label = await nora.first("labels", "true");
  await signIn(page, server, "ada");
  const address = `${server.url}/console/administration/rules`;
  await page.goto(`${address}?collection=labels&rule=update`);
  const expression = page.getByRole("textbox", { name: "Expression" });
  await expect(expression).toContainText("record.workspace");
  const choose = async (name: string, option: string) => {
    await page.getByRole("combobox", { name, exact: true }).fill(option);
    await page.getByRole("option", { name: option }).first().click();
  };
  // As a person writes: what `fill` does has the browser put styles into the text, which the policy refuses.
  const write = async (text: string) => {
    await expression.click();
    await page.keyboard.press("Control+a");
    await page.keyboard.press("Delete");
    await page.keyboard.type(text);
  };
  const test = page.getByRole("button", { name: "Test", exact: true });
  const steps = page.getByRole("list", { name: "What was asked" });
  const own = steps.locator("li").filter({ hasText: "Rule update" }).first();

  await choose("As", "Nora Lind");
  await choose("Record", String(label["name"]));
  await test.click();
  await expect(page.getByText("✓ Allowed")).toBeVisible();
  await expect(own.getByText("lets it pass")).toBeVisible();
  await expectAccessible(page);

  // What refused says so in words, not by colour alone.
  // Other journeys may give her another last name.
  await choose("As", "Zoe");
  await test.click();
  await expect(page.getByText("✗ Not allowed")).toBeVisible();
  await expect(page.getByText(/the record does not exist/)).toBeVisible();
  await expect(steps.getByText(/→ false.*decided/).first()).toBeVisible();

  // A text that is not in force is checked while it is written, and tried.
  await write("record.zzz == auth.id");
  await expect(page.getByRole("status").getByText(/zzz/)).toBeVisible();
  await write("record.");
  await page.keyboard.press("Control+End");
  await page.keyboard.press("Control+Space");
  await expect(page.getByRole("option", { name: /colour/ })).toBeVisible();
  await page.keyboard.press("Escape");
  await write("auth.id == null");
  await expect(page.getByText("This text is not in force")).toBeVisible();
  await choose("As", "Nora Lind");
  await test.click();
  await expect(page.getByText("✗ Not allowed")).toBeVisible();
  await expect(own.getByText("not in force yet")).toBeVisible();
});

test("the definition is seen as a diagram and as tables, and what a change does before it is saved", async ({
  page,
  server,
}) => {
  await signIn(page, server, "ada");
  await page.getByRole("link", { name: "Definition" }).click();
  await expect(page.getByRole("region", { name: /relations/ })).toBeVisible();
  await expectAccessible(page);
  await page.getByRole("button", { name: /^Labels \d/ }).focus();
  await page.keyboard.press("Enter");
  const fields = page.getByRole("table", { name: "Fields" });
  await expect(fields.getByText("colour", { exact: true })).toBeVisible();
  await expectAccessible(page);

  await page.getByRole("tab", { name: "File" }).click();
  const file = page.getByRole("textbox", { name: /collections\/labels.toml/ });
  await file.focus();
  await page.keyboard.press("Control+End");
  await page.keyboard.insertText('\n[fields.note]\ntype = "txt"\n');
  await page.getByRole("button", { name: "See what it changes" }).click();
  await expect(page.getByText(/Line \d+: .*txt/)).toBeVisible();
  await expectAccessible(page);
  await page.getByRole("button", { name: "Back to the file" }).click();
  await expect(page.getByText("Nothing is changed.")).toBeVisible();
  await file.focus();
  await page.keyboard.press("Control+End");
  await page.keyboard.insertText('\n[fields.note]\ntype = "text"\n');
  await page.getByRole("button", { name: "See what it changes" }).click();
  await expect(page.getByText(/What it makes of the database/)).toBeVisible();
  await expect(page.getByRole("button", { name: "Save" })).toBeVisible();
});

test("the server tells how it is, what runs in it and how it is set", async ({
  page,
  server,
}) => {
  await signIn(page, server, "ada");
  await page.goto(`${server.url}/console/administration/server`);
  await expect(page.getByRole("table", { name: "Parts" })).toBeVisible();
  await expectAccessible(page);
  await page.getByRole("tab", { name: "Jobs" }).click();
  await expect(page.getByRole("table", { name: "Work by time" })).toBeVisible();
  await page.getByRole("tab", { name: "Settings" }).click();
  const listen = page.getByRole("row", { name: /server\.listen/ });
  await expect(listen.getByText("Flag")).toBeVisible();
  await expectAccessible(page);
  await page.getByRole("tab", { name: "Migrations" }).click();
  await expect(page.getByText(/This server is for development/)).toBeVisible();
});
