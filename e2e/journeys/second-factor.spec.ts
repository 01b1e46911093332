import { addAuthenticator } from "../support/authenticator.ts";
import { Server } from "../support/server.ts";
import {
  arrive,
  expect,
  expectAccessible,
  signOut,
  test as base,
} from "../support/test.ts";
import { totp } from "../support/totp.ts";

/** A server with passkeys, which knows its own address. */
const test = base.extend<object, { readonly server: Server }>({
  server: [
    async ({}, use) => {
      const server = await Server.start(["--seed"], "todo", {
        definition: '\nmethods = ["password", "passkey"]\n',
      });
      await server.setUp();
      await use(server);
      await server.stop();
    },
    { scope: "worker" },
  ],
});

test("an authenticator is set up, asked for, replaced by a recovery code, and removed", async ({
  page,
  server,
}) => {
  await arrive(page, server, "nora", "/account/security");
  await page.getByRole("button", { name: "Set up an authenticator" }).click();
  const dialogue = page.getByRole("dialog");
  await expect(dialogue.getByRole("img", { name: /QR code/ })).toBeVisible();
  await expectAccessible(page);
  const typed = await dialogue.locator("pre").textContent();
  const secret = typed ?? "";
  const code = dialogue.getByLabel("Code that the app shows");
  await code.fill("000000");
  await dialogue.getByRole("button", { name: "Confirm" }).click();
  await expect(dialogue.getByRole("alert")).toBeVisible();
  await code.fill(totp(secret));
  await dialogue.getByRole("button", { name: "Confirm" }).click();

  await expect(
    dialogue.getByRole("heading", { name: "Recovery codes" }),
  ).toBeVisible();
  await expectAccessible(page);
  const codes = dialogue.getByRole("listitem");
  await expect(codes).toHaveCount(10);
  const recovery = (await codes.first().textContent()) ?? "";
  const download = page.waitForEvent("download");
  await dialogue.getByRole("button", { name: "Download" }).click();
  expect((await download).suggestedFilename()).toBe("todo-recovery-codes.txt");
  await dialogue.getByRole("button", { name: "I have kept them" }).click();
  await expect(page.getByText("10 recovery codes left")).toBeVisible();
  await expect(page.getByText(recovery)).toBeHidden();

  await signOut(page);
  await page.getByLabel("E-mail").fill("nora@example.com");
  await page.getByLabel("Password").fill(server.password);
  await page.getByRole("button", { name: "Sign in", exact: true }).click();
  await expectAccessible(page);
  // The code of the set-up is used up: the next one is taken already.
  await page.getByLabel("Code").fill(totp(secret, 1));
  await page.getByRole("button", { name: "Sign in", exact: true }).click();
  await expect(page.getByRole("navigation").first()).toBeVisible();

  await signOut(page);
  await page.getByLabel("E-mail").fill("nora@example.com");
  await page.getByLabel("Password").fill(server.password);
  await page.getByRole("button", { name: "Sign in", exact: true }).click();
  await page.getByRole("button", { name: "Use a recovery code" }).click();
  await page.getByLabel("Recovery code").fill(recovery);
  await page.getByRole("button", { name: "Sign in", exact: true }).click();
  await expect(page.getByRole("navigation").first()).toBeVisible();

  await page.goto(`${server.url}/console/account/security`);
  await expect(page.getByText("9 recovery codes left")).toBeVisible();
  await page.getByRole("button", { name: "Remove the authenticator" }).click();
  await page
    .getByRole("dialog")
    .getByRole("button", { name: "Remove the authenticator" })
    .click();
  await expect(
    page.getByRole("button", { name: "Set up an authenticator" }),
  ).toBeVisible();
});

test("a passkey is added, signs in, gets a name, and is removed", async ({
  page,
  server,
}) => {
  await addAuthenticator(page);
  await arrive(page, server, "omar", "/account/security");
  await page.getByRole("button", { name: "Add a passkey" }).click();
  await expect(page.getByText("Chrome on Linux")).toBeVisible();
  // The device has one already, and says so.
  await page.getByRole("button", { name: "Add a passkey" }).click();
  await expect(page.getByRole("alert").first()).toContainText(
    "has a passkey of this account already",
  );

  await signOut(page);
  await expectAccessible(page);
  await page.getByRole("button", { name: "Sign in with a passkey" }).click();
  await expect(page.getByRole("navigation").first()).toBeVisible();

  await page.goto(`${server.url}/console/account/security`);
  await expect(page.getByText("Last used")).toBeVisible();
  await page.getByRole("button", { name: "Rename: Chrome on Linux" }).click();
  await page.getByRole("dialog").getByLabel("Name").fill("Work laptop");
  await page.getByRole("dialog").getByRole("button", { name: "Save" }).click();
  await expect(page.getByText("Work laptop")).toBeVisible();
  await expectAccessible(page);
  await page.getByRole("button", { name: "Remove: Work laptop" }).click();
  await page
    .getByRole("dialog")
    .getByRole("button", { name: "Remove" })
    .click();
  await expect(page.getByText("You have none yet.")).toBeVisible();
});

test("whoever needs a second factor is led to it, and goes on with one", async ({
  page,
}) => {
  const server = await Server.start(["--seed"], "todo", {
    definition: '\nsecond_factor = "everyone"\n',
  });
  try {
    await server.setUp();
    await page.goto(`${server.url}/console/trash`);
    await page.getByLabel("E-mail").fill("nora@example.com");
    await page.getByLabel("Password").fill(server.password);
    await page.getByRole("button", { name: "Sign in", exact: true }).click();
    await expect(
      page.getByText("Your account needs a second factor"),
    ).toBeVisible();
    await expectAccessible(page);
    await page.getByRole("button", { name: "Set up an authenticator" }).click();
    const dialogue = page.getByRole("dialog");
    const secret = (await dialogue.locator("pre").textContent()) ?? "";
    await dialogue.getByLabel("Code that the app shows").fill(totp(secret));
    await dialogue.getByRole("button", { name: "Confirm" }).click();
    await dialogue.getByRole("button", { name: "I have kept them" }).click();
    await page.getByRole("link", { name: "Trash" }).click();
    await expect(page.getByRole("heading", { name: "Trash" })).toBeVisible();
  } finally {
    await server.stop();
  }
});
