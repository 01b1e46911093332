import { arrive, expect, expectAccessible, test } from "../support/test.ts";

test("people change what is known of them", async ({ page, server }) => {
  await arrive(page, server, "zoe", "/account");
  const name = page.getByLabel("Name");
  await expect(name).toHaveValue(/Zoe/);
  await expectAccessible(page);
  await name.fill("Zoe Marshall");
  await page.getByRole("button", { name: "Save" }).click();
  await expect(
    page.getByRole("button", { name: "Menu of Zoe Marshall" }),
  ).toBeVisible();
  await expect(page.getByRole("button", { name: "Save" })).toBeDisabled();
});

test("people see where they are signed in, and sign out there", async ({
  page,
  server,
}) => {
  const elsewhere = await server.as("lena");
  await arrive(page, server, "lena", "/account/sessions");
  await expect(page.getByText("This session")).toBeVisible();
  await expectAccessible(page);
  const there = page.getByRole("button", { name: /^Sign out there: node/ });
  await there.click();
  await expect(there).toBeHidden();
  await expect(elsewhere.call("GET", "/auth/me")).rejects.toThrow();
});

test("a password is changed by whoever knows it", async ({ page, server }) => {
  await arrive(page, server, "zoe", "/account/security");
  const change = page.getByRole("button", { name: "Change the password" });
  await change.click();
  await page.getByLabel("Current password").fill("not the password");
  await page.getByLabel("New password").fill("a long sentence is good");
  await change.click();
  await expect(page.getByRole("alert").first()).toBeVisible();
  await expectAccessible(page);
  await page.getByLabel("Current password").fill(server.password);
  await change.click();
  await expect(page.getByText("The password is changed.")).toBeVisible();
  await expect(server.as("zoe")).rejects.toThrow();
});

test("keys for programs are made, replaced and revoked", async ({
  page,
  server,
}) => {
  await arrive(page, server, "omar", "/account/keys");
  await page.getByRole("button", { name: "New key" }).click();
  const dialogue = page.getByRole("dialog");
  await dialogue.getByLabel("Name").fill("Nightly export");
  await dialogue.getByLabel("Choose").check();
  await dialogue.getByRole("button", { name: "Make the key" }).click();
  await expect(dialogue.getByRole("alert")).toContainText("at least one");
  await expectAccessible(page);
  const lists = dialogue.getByRole("group", { name: "Lists" });
  await lists.getByLabel("read").check();
  await dialogue.getByRole("button", { name: "Make the key" }).click();

  const secret = page.getByRole("group", { name: "Key" });
  await expect(secret).toHaveText(/^mk_[a-z2-7]{64}$/);
  const key = (await secret.textContent()) ?? "";
  const headers = { authorization: `Bearer ${key}` };
  const read = async (collection: string) =>
    (await fetch(`${server.url}/api/v1/records/${collection}`, { headers }))
      .status;
  expect(await read("lists")).toBe(200);
  expect(await read("labels")).toBe(403);
  await page.getByRole("button", { name: "I have kept it" }).click();
  await expect(page.getByText("Lists: read")).toBeVisible();
  await expect(page.getByText(key)).toBeHidden();

  await page.getByRole("button", { name: "Replace Nightly export" }).click();
  await dialogue.getByRole("button", { name: "Replace" }).click();
  await expect(secret).toHaveText(/^mk_/);
  expect(await secret.textContent()).not.toBe(key);
  await page.getByRole("button", { name: "I have kept it" }).click();
  // The one before works on for a while.
  expect(await read("lists")).toBe(200);
  await expect(page.getByText("Replaced", { exact: true })).toBeVisible();
  await expectAccessible(page);

  const revoke = page.getByRole("button", { name: "Revoke Nightly export" });
  await expect(revoke).toHaveCount(2);
  await revoke.first().click();
  await dialogue.getByRole("button", { name: "Revoke" }).click();
  await expect(revoke).toHaveCount(1);
  await expect.poll(() => read("lists")).toBe(401);
});

test("keys of other services are kept, and never shown again", async ({
  page,
  server,
}) => {
  await arrive(page, server, "omar", "/account/keys");
  await page.getByRole("button", { name: "Add a key" }).click();
  const dialogue = page.getByRole("dialog");
  await dialogue.getByLabel("Service").fill("mapbox");
  await dialogue.getByLabel(/^Key/).fill("sk.eyJ1IjoiYWRhIn0.b1a2");
  await dialogue.getByRole("button", { name: "Keep it" }).click();
  await expect(page.getByText("mapbox · …b1a2")).toBeVisible();
  await expect(page.getByText("sk.eyJ1")).toHaveCount(0);
  await page.getByRole("button", { name: "Remove the key of mapbox" }).click();
  await dialogue.getByRole("button", { name: "Remove" }).click();
  await expect(page.getByText("mapbox · …b1a2")).toBeHidden();
});

test("an account is deleted behind its password", async ({ page, server }) => {
  await arrive(page, server, "lena", "/account");
  await page.getByRole("button", { name: "Delete my account" }).click();
  const dialogue = page.getByRole("dialog");
  const password = dialogue.getByLabel("Current password");
  await password.fill("not the password");
  await dialogue.getByRole("button", { name: "Delete it for good" }).click();
  await expect(dialogue.getByRole("alert")).toBeVisible();
  await expectAccessible(page);
  await password.fill(server.password);
  await dialogue.getByRole("button", { name: "Delete it for good" }).click();
  await expect(
    page.getByRole("heading", { name: "Sign in to To-do" }),
  ).toBeVisible();
  await expect(server.as("lena")).rejects.toThrow();
});

test("every part of the account can be used in every theme", async ({
  page,
  server,
}) => {
  for (const theme of ["Dark", "High contrast"]) {
    await arrive(page, server, "omar", "/account/display");
    await page.getByLabel(theme).check();
    const sections = page.getByRole("navigation", { name: "Account" });
    for (const section of ["Keys", "Signing in", "Sessions", "Profile"]) {
      await sections.getByRole("link", { name: section }).click();
      await expect(page.getByRole("heading", { level: 2 })).not.toHaveCount(0);
      await expectAccessible(page);
    }
  }
});
