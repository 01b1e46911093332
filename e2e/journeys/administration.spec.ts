import { expect, expectAccessible, signIn, test } from "../support/test.ts";

test("an administrator invites somebody by a link, and makes them an administrator", async ({
  page,
  server,
  browser,
}) => {
  await signIn(page, server, "ada");
  const navigation = page.getByRole("navigation");
  await navigation.getByRole("link", { name: "Accounts" }).click();
  await expect(page.getByRole("table", { name: "Accounts" })).toBeVisible();
  await expectAccessible(page);

  await page.getByRole("button", { name: "Invite" }).click();
  const dialogue = page.getByRole("dialog", { name: "Invite somebody" });
  await dialogue
    .getByRole("textbox", { name: "E-mail" })
    .fill("ines@example.com");
  await expectAccessible(page);
  await dialogue.getByRole("button", { name: "Invite" }).click();
  const told = page.getByRole("dialog", { name: /Link for ines/ });
  const link = (await told.locator("code").textContent()) ?? "";
  expect(link).toContain("#invitation=");
  // It is shown once: a key that is hit by accident does not take it away.
  await page.keyboard.press("Escape");
  await expect(told).toBeVisible();
  await told.getByRole("button", { name: "I have copied it" }).click();
  await expect(told).toBeHidden();

  await page.getByRole("tab", { name: "Invitations" }).click();
  await expect(page).toHaveURL(/tab=invitations/);
  const invitation = page.getByRole("row", { name: /ines@example.com/ });
  await expect(invitation).toBeVisible();
  await expectAccessible(page);

  // Whoever has the link is in.
  const token = link.split("#invitation=")[1];
  const other = await browser.newContext();
  const accepted = await other.request.post(
    `${server.url}/api/v1/auth/accept-invitation`,
    { data: { token, password: server.password, name: "Ines Weber" } },
  );
  expect(accepted.status()).toBe(201);
  await other.close();

  await page.getByRole("tab", { name: "People" }).click();
  await page.getByRole("searchbox", { name: "Search people" }).fill("ines");
  await expect(page.getByText("1 person")).toBeVisible();
  const person = page.getByRole("row", { name: /Ines Weber/ });
  await expect(person).toBeVisible();
  await person.getByRole("button", { name: "Actions for Ines" }).click();
  await page.getByRole("menuitem", { name: "Make administrator" }).click();
  const asked = page.getByRole("dialog", { name: /Make Ines Weber/ });
  await expectAccessible(page);
  await asked.getByRole("button", { name: "Make administrator" }).click();
  await expect(asked).toBeHidden();
  await expect(person.getByText("Administrator")).toBeVisible();
});

test("somebody is signed out everywhere, deactivated, and their account deleted", async ({
  page,
  server,
}) => {
  const ada = await server.as("ada");
  const email = "leaving@example.com";
  const made = await ada.create("users", { email, name: "Lea Ving" });
  await signIn(page, server, "ada");
  await page.goto(`${server.url}/console/administration/users`);
  const person = page.getByRole("row", { name: /Lea Ving/ });
  const act = async (name: string) => {
    await person.getByRole("button", { name: "Actions for Lea Ving" }).click();
    await page.getByRole("menuitem", { name }).click();
    const asked = page.getByRole("dialog", { name: /Lea Ving.*\?/ });
    await asked.getByRole("button", { name }).click();
    await expect(asked).toBeHidden();
  };
  await act("Sign out everywhere");
  await act("Deactivate");
  await expect(person.getByText("Deactivated")).toBeVisible();
  await act("Activate");
  await expect(person.getByText("Active", { exact: true })).toBeVisible();
  await act("Delete account");
  await expect(person).toBeHidden();
  const left = (await ada.first("users", `id == "${made.id}"`))["email"];
  expect(left).toMatch(/@deleted\.invalid$/);
});

test("a service account gets a key, which works until it is revoked", async ({
  page,
  server,
}) => {
  await signIn(page, server, "ada");
  await page.goto(`${server.url}/console/administration/users?tab=services`);
  await page.getByRole("button", { name: "New service account" }).click();
  const making = page.getByRole("dialog", { name: "New service account" });
  await making.getByLabel("E-mail").fill("importer@example.org");
  await making.getByLabel("Name").fill("Importer");
  await making.getByRole("button", { name: "Create" }).click();
  const drawer = page.getByRole("dialog", { name: /Keys of importer/ });
  await drawer.getByRole("button", { name: "New key" }).click();
  const form = drawer.getByRole("form", { name: "New key" });
  await form.getByLabel("Name").fill("Nightly");
  await form.getByRole("combobox", { name: "Scopes" }).fill("labels:read");
  await page.keyboard.press("Enter");
  await page.keyboard.press("Tab");
  await expectAccessible(page);
  await form.getByRole("button", { name: "New key" }).click();
  const told = page.getByRole("dialog", { name: "The key Nightly" });
  const key = (await told.locator("code").textContent()) ?? "";
  await told.getByRole("button", { name: "I have copied it" }).click();
  const ask = async () =>
    (
      await fetch(`${server.url}/api/v1/records/labels`, {
        headers: { authorization: `Bearer ${key}` },
      })
    ).status;
  expect(await ask()).toBe(200);

  await drawer.getByRole("button", { name: "Actions for Nightly" }).click();
  await page.getByRole("menuitem", { name: "Revoke" }).click();
  const asked = page.getByRole("dialog", { name: "Revoke the key Nightly?" });
  await asked.getByRole("button", { name: "Revoke" }).click();
  await expect(drawer.getByText("No keys yet")).toBeVisible();
  expect(await ask()).toBe(401);
});

test("a client that signs people in is registered and gets another secret", async ({
  page,
  server,
}) => {
  await signIn(page, server, "ada");
  await page.goto(`${server.url}/console/administration/clients`);
  await expect(page.getByText("No clients yet")).toBeVisible();
  await page.getByRole("button", { name: "New client" }).click();
  const dialogue = page.getByRole("dialog", { name: "New client" });
  await dialogue.getByLabel("Name").fill("Time tracker");
  const redirects = dialogue.getByRole("combobox", { name: "Leads back to" });
  await redirects.fill("https://time.example.org/back");
  await redirects.press("Enter");
  await expectAccessible(page);
  await dialogue.getByRole("button", { name: "Create" }).click();
  const told = page.getByRole("dialog", { name: "Secret of Time tracker" });
  const first = (await told.locator("code").textContent()) ?? "";
  await told.getByRole("button", { name: "I have copied it" }).click();

  const row = page.getByRole("row", { name: /Time tracker/ });
  await row.getByRole("button", { name: "Actions for Time tracker" }).click();
  await page.getByRole("menuitem", { name: "Replace the secret" }).click();
  const asked = page.getByRole("dialog", { name: /Replace the secret of/ });
  await asked.getByRole("button", { name: "Replace the secret" }).click();
  await expect(told.locator("code")).not.toHaveText(first);
  await told.getByRole("button", { name: "I have copied it" }).click();
  await expectAccessible(page);
  await row.getByRole("button", { name: "Actions for Time tracker" }).click();
  await page.getByRole("menuitem", { name: "Remove" }).click();
  await page
    .getByRole("dialog", { name: "Remove Time tracker?" })
    .getByRole("button", { name: "Remove" })
    .click();
  await expect(page.getByText("No clients yet")).toBeVisible();
});

test("there is no administration for those who are no administrators", async ({
  page,
  server,
}) => {
  await signIn(page, server);
  await expect(page.getByText("Administration")).toBeHidden();
  await page.goto(`${server.url}/console/administration/users`);
  await expect(page.getByText("There is nothing here")).toBeVisible();
});
