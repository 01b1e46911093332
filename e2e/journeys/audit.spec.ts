import { expect, expectAccessible, signIn, test } from "../support/test.ts";

test("the audit says who changed what, and is narrowed and exported", async ({
  page,
  server,
}) => {
  const omar = await server.as("omar");
  const todo = await omar.first("todos", "completed == false");
  const before = String(todo["title"]);
  await omar.update("todos", todo.id, { title: "Sweep the yard" });

  await signIn(page, server, "ada");
  await page.getByRole("link", { name: "Audit" }).click();
  const entries = page.getByRole("list", { name: "Audit" });
  const signedIn = entries.getByText("ada@example.com signed in");
  await expect(signedIn.first()).toBeVisible();
  await expectAccessible(page);

  await page.getByRole("combobox", { name: "Who" }).fill("omar");
  await page.getByRole("option", { name: "Omar Haddad" }).click();
  await expect(page).toHaveURL(/actor=/);
  await page.getByRole("combobox", { name: "What" }).fill("record.updated");
  await page.keyboard.press("Enter");
  const changed = entries.getByText("Omar Haddad changed Sweep the yard");
  await expect(changed).toBeVisible();
  await expect(signedIn.first()).toBeHidden();
  await changed.click();
  const changes = page.getByRole("table", { name: "What changed" });
  await expect(changes.getByRole("deletion")).toHaveText(before);
  await expect(changes.getByRole("insertion")).toHaveText("Sweep the yard");
  await expectAccessible(page);
  await page.reload();
  await expect(changed).toBeVisible();

  const download = page.waitForEvent("download");
  await page.getByRole("link", { name: "Export as CSV" }).click();
  const file = await (await download).createReadStream();
  const parts: Buffer[] = [];
  for await (const part of file) {
    parts.push(part as Buffer);
  }
  const csv = Buffer.concat(parts).toString();
  expect(csv).toContain("record.updated");
  expect(csv).not.toContain("auth.signed_in");

  await page.getByText("Seals").click();
  await expect(page.getByText(/mainstay audit verify --key/)).toBeVisible();
  await expectAccessible(page);
});
