import { linkTo } from "../support/mails.ts";
import { Person, Server } from "../support/server.ts";
import {
  expect,
  expectAccessible,
  signOut,
  test as base,
} from "../support/test.ts";

/** The to-do application with every way to sign in that takes a mail. */
const test = base.extend<object, { readonly server: Server }>({
  server: [
    async ({}, use) => {
      const server = await Server.start(["--seed"], "todo", {
        definition: '\nmethods = ["password", "email_code", "magic_link"]\n',
      });
      await server.setUp();
      await use(server);
      await server.stop();
    },
    { scope: "worker" },
  ],
});

const PASSWORD = "a long sentence is good";

test("an administrator sets up a new server and invites two annotators by mail, who sign in", async ({
  page,
}) => {
  const server = await Server.start([], "annotation", { definition: "" });
  try {
    const code = await server.setUpCode();
    await page.goto(`${server.url}/console/set-up#code=${code}`);
    await page.getByLabel("E-mail").fill("ada@example.org");
    await page.getByLabel("Password").fill(PASSWORD);
    await page.getByRole("button", { name: "Set up" }).click();
    await expect(page.getByRole("button", { name: /^Menu of/ })).toBeVisible();
    await signOut(page);
    const administrator = await Person.signedIn(
      server.url,
      "ada@example.org",
      PASSWORD,
    );
    for (const name of ["tom", "yuki"]) {
      const email = `${name}@example.org`;
      await administrator.call("POST", "/invitations", {
        email,
        fields: { role: "annotator" },
      });
      await page.goto(await linkTo(server, email, "invitation"));
      await expect(
        page.getByRole("heading", { name: "You are invited to Annotation" }),
      ).toBeVisible();
      // The secret does not stay where others could read it.
      await expect(page).toHaveURL(`${server.url}/console/link`);
      await page.getByLabel("User name").fill(name);
      await page.getByLabel("Password").fill(PASSWORD);
      await page.getByRole("button", { name: "Begin" }).click();
      await expect(
        page.getByRole("button", { name: `Menu of ${name}` }),
      ).toBeVisible();
      await signOut(page);
      await page.getByLabel("E-mail").fill(email);
      await page.getByLabel("Password").fill(PASSWORD);
      await page.getByRole("button", { name: "Sign in", exact: true }).click();
      await expect(
        page.getByRole("button", { name: `Menu of ${name}` }),
      ).toBeVisible();
      await signOut(page);
    }
  } finally {
    await server.stop();
  }
});

test("an invitation asks for what is missing, and confirms the address", async ({
  page,
  server,
}) => {
  const administrator = await server.as("ada");
  const email = "kim@example.org";
  await administrator.call("POST", "/invitations", { email });
  await page.goto(await linkTo(server, email, "invitation"));
  await page.getByLabel("Name").fill("x".repeat(101));
  await page.getByLabel("Password").fill(PASSWORD);
  await page.getByRole("button", { name: "Begin" }).click();
  await expect(page.getByText("At most 100 characters.")).toBeVisible();
  await expectAccessible(page);
  await page.getByLabel("Name").fill("Kim Sato");
  await page.getByRole("button", { name: "Begin" }).click();
  await expect(
    page.getByRole("button", { name: "Menu of Kim Sato" }),
  ).toBeVisible();
  await page.goto(`${server.url}/console/account`);
  await expect(page.getByText("Confirmed", { exact: true })).toBeVisible();
});

test("a forgotten password is replaced by a mail, once", async ({
  page,
  server,
}) => {
  await page.goto(`${server.url}/console/sign-in`);
  await page.getByRole("button", { name: "Forgot the password?" }).click();
  await page.getByLabel("E-mail").fill("lena@example.com");
  await page.getByRole("button", { name: "Send the link" }).click();
  await expect(page.getByText("a mail is on its way")).toBeVisible();
  const link = await linkTo(server, "lena@example.com", "reset");
  await page.goto(link);
  await expectAccessible(page);
  await page.getByLabel("Password").fill(PASSWORD);
  await page.getByRole("button", { name: "Set the password" }).click();
  await expect(
    page.getByRole("heading", { name: "Your password is set" }),
  ).toBeVisible();
  await expectAccessible(page);
  await page.getByRole("link", { name: "Sign in" }).click();
  await page.getByLabel("E-mail").fill("lena@example.com");
  await page.getByLabel("Password").fill(PASSWORD);
  await page.getByRole("button", { name: "Sign in", exact: true }).click();
  await expect(page.getByRole("navigation")).toBeVisible();

  await page.goto(link);
  await page.getByLabel("Password").fill("another long sentence");
  await page.getByRole("button", { name: "Set the password" }).click();
  await expect(page.getByRole("alert")).toContainText("was used already");
});

test("somebody signs up, confirms their address, and takes another one", async ({
  page,
  server,
}) => {
  await page.goto(`${server.url}/console/sign-in`);
  await page.getByRole("link", { name: "Make an account" }).click();
  await expectAccessible(page);
  await page.getByLabel("Name").fill("Ida Berg");
  await page.getByLabel("E-mail").fill("ida@example.org");
  await page.getByLabel("Password").fill(PASSWORD);
  await page.getByRole("button", { name: "Make the account" }).click();
  await expect(
    page.getByRole("button", { name: "Menu of Ida Berg" }),
  ).toBeVisible();

  await page.goto(await linkTo(server, "ida@example.org", "verify"));
  await page.getByRole("button", { name: "Confirm" }).click();
  await expect(
    page.getByRole("heading", { name: "Your address is confirmed" }),
  ).toBeVisible();
  await page.getByRole("link", { name: "Go on" }).click();

  await page.goto(`${server.url}/console/account`);
  await expect(page.getByText("Confirmed", { exact: true })).toBeVisible();
  await page.getByRole("button", { name: "Change the address" }).click();
  await page.getByLabel("New address").fill("ida.berg@example.org");
  await page.getByLabel("Current password").fill(PASSWORD);
  await page.getByRole("button", { name: "Send a link" }).click();
  await expect(page.getByText("A mail is on its way")).toBeVisible();
  await page.goto(await linkTo(server, "ida.berg@example.org", "address"));
  await page.getByRole("button", { name: "Confirm" }).click();
  await page.getByRole("link", { name: "Go on" }).click();
  await page.goto(`${server.url}/console/account`);
  await expect(page.getByText("ida.berg@example.org")).toBeVisible();
});

test("a link of a mail signs in", async ({ page, server }) => {
  await page.goto(`${server.url}/console/sign-in`);
  await page.getByLabel("E-mail").fill("omar@example.com");
  await page.getByRole("button", { name: "Send a link instead" }).click();
  await expect(
    page.getByRole("heading", { name: "Look at your mails" }),
  ).toBeVisible();
  await expectAccessible(page);
  await page.goto(await linkTo(server, "omar@example.com", "sign-in"));
  await page.getByRole("button", { name: "Sign in" }).click();
  await expect(
    page.getByRole("button", { name: "Menu of Omar Haddad" }),
  ).toBeVisible();
});

test("a page of links without a link says what to do", async ({
  page,
  server,
}) => {
  await page.goto(`${server.url}/console/link`);
  await expect(
    page.getByRole("heading", { name: "There is no link here" }),
  ).toBeVisible();
  await expectAccessible(page);
});
