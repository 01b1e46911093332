import { Server } from "../support/server.ts";
import { confirm, fillSignIn, openRecord } from "../support/around.ts";
import { expect, expectAccessible, signIn, test } from "../support/test.ts";

const PASSWORD = "four words are a password";

test("a visitor comes by a link, comments, and loses access when it is revoked", async ({
  page,
  server,
  browser,
}) => {
  const nora = await server.as("nora");
  const list = await nora.first("lists", 'name == "Morning opening"');
  await signIn(page, server);
  await openRecord(page, server, "lists", list, "access");
  await page.getByRole("button", { name: "Make a link" }).click();
  const form = page.getByRole("form", { name: "Make a link" });
  await form.getByRole("combobox", { name: "May" }).click();
  await page.getByRole("option", { name: "Comment", exact: true }).click();
  await form.getByRole("textbox", { name: "Password" }).fill(PASSWORD);
  await form.getByLabel("How often it may be opened").fill("20");
  await form.getByLabel("Title").fill("For the baker");
  await expectAccessible(page);
  await form.getByRole("button", { name: "Make a link" }).click();
  const link = await page
    .getByRole("textbox", { name: "Link", exact: true })
    .inputValue();
  await page.getByRole("button", { name: "Done" }).click();
  const share = page.getByRole("listitem").filter({ hasText: "For the baker" });
  await expect(share).toContainText("opened 0 of 20 times · with a password");

  const context = await browser.newContext();
  const visitor = await context.newPage();
  await visitor.goto(link);
  await visitor.getByRole("textbox", { name: "Password" }).fill("a wrong one");
  await visitor.getByRole("button", { name: "Open" }).click();
  await expect(visitor.getByText("The password is wrong.")).toBeVisible();
  await expectAccessible(visitor);
  await visitor.getByRole("textbox", { name: "Password" }).fill(PASSWORD);
  await visitor.getByRole("button", { name: "Open" }).click();
  await expect(
    visitor.getByRole("heading", { name: "Morning opening" }),
  ).toBeVisible();
  await expect(visitor.getByLabel("Name")).toBeDisabled();
  await expect(visitor.getByRole("tab", { name: "Access" })).toHaveCount(0);
  await expectAccessible(visitor);

  // What belongs to the list is there, too.
  await visitor.getByRole("tab", { name: "Related" }).click();
  await visitor.getByRole("link", { name: "Feed the rye starter" }).click();
  await expect(
    visitor.getByRole("heading", { name: "Feed the rye starter" }),
  ).toBeVisible();
  await visitor.getByRole("link", { name: "Back to Morning opening" }).click();

  // Who comments has a name.
  await visitor.getByRole("tab", { name: "Comments" }).click();
  await visitor
    .getByRole("tabpanel")
    .getByRole("link", { name: "Sign in" })
    .click();
  await fillSignIn(visitor, server, "gus");
  await expect(visitor.getByText("This link has a password")).toBeVisible();
  await visitor.getByRole("textbox", { name: "Password" }).fill(PASSWORD);
  await visitor.getByRole("button", { name: "Open" }).click();
  await visitor.getByRole("tab", { name: "Comments" }).click();
  await visitor
    .getByRole("textbox", { name: "Comment" })
    .fill("The oven is **hot**.");
  await visitor.getByRole("button", { name: "Comment", exact: true }).click();
  await expect(visitor.getByText("The oven is hot.")).toBeVisible();

  await page.getByRole("tab", { name: "Activity" }).click();
  await expect(page.getByText("Gus Perkins commented")).toBeVisible();

  await page.getByRole("tab", { name: "Access" }).click();
  await share.getByRole("button", { name: "Revoke" }).click();
  await confirm(page, /Revoke access/, "Revoke");
  await expect(
    visitor.getByText("This link does not work any more"),
  ).toBeVisible();
  await expectAccessible(visitor);
  await visitor.reload();
  await expect(
    visitor.getByText("This link does not work any more"),
  ).toBeVisible();
  await context.close();
});

test("a record is shared with somebody, who is told, edits it and loses it again", async ({
  page,
  server,
  browser,
}) => {
  const nora = await server.as("nora");
  const list = await nora.first("lists", 'name == "Orders this week"');
  await signIn(page, server);
  await openRecord(page, server, "lists", list, "access");
  await page.getByRole("button", { name: "Share", exact: true }).click();
  const form = page.getByRole("form", { name: "Share" });
  await form.getByRole("combobox", { name: "Person" }).fill("gus");
  await page.getByRole("option", { name: /Gus Perkins/ }).click();
  await form.getByRole("combobox", { name: "May" }).click();
  await page.getByRole("option", { name: "Edit", exact: true }).click();
  await form.getByRole("button", { name: "Share" }).click();
  const share = page.getByRole("listitem").filter({ hasText: "Gus Perkins" });
  await expect(share).toBeVisible();

  const context = await browser.newContext();
  const other = await context.newPage();
  await signIn(other, server, "gus");
  await expect(
    other.getByRole("region", { name: "Shared with you" }),
  ).toContainText("Orders this week");
  await other.getByRole("link", { name: "Shared with you" }).click();
  await expectAccessible(other);
  await other
    .getByRole("main")
    .getByRole("link", { name: "Orders this week" })
    .click();
  await other.getByLabel("Name").fill("Orders of the week");
  await other.getByRole("button", { name: "Save" }).click();
  await expect(other.getByText("Saved", { exact: true })).toBeVisible();
  await expect(
    page.getByRole("heading", { name: "Orders of the week" }),
  ).toBeVisible();

  // What concerns somebody waits for them behind the bell, and leads to the record.
  await other.getByRole("button", { name: /Notifications, 1 unread/ }).click();
  await other.getByRole("link", { name: /Nora Lind shared “Orders/ }).click();
  await expect(
    other.getByRole("button", { name: "Notifications", exact: true }),
  ).toBeVisible();

  await share.getByRole("button", { name: "Revoke" }).click();
  await confirm(page, /Revoke access: Gus/, "Revoke");
  await expect(other.getByText(/This does not exist/)).toBeVisible();
  await context.close();
});

test("members are added, get another role, are removed, and leave", async ({
  page,
  browser,
}) => {
  const server = await Server.start(["--seed"], "../e2e/apps/clubs");
  try {
    await server.setUp();
    const ida = await server.as("ida");
    const club = await ida.create("clubs", { name: "Chess" });
    await signIn(page, server, "ida");
    await openRecord(page, server, "clubs", club, "access");
    const members = page.getByRole("region", { name: "Members" });
    await expect(members.getByText("Ida Berg (you)")).toBeVisible();
    await members.getByRole("combobox", { name: "Person" }).fill("ben");
    await page.getByRole("option", { name: /Ben Okoro/ }).click();
    await members.getByRole("button", { name: "Add" }).click();
    const role = members.getByRole("combobox", { name: "Role of Ben Okoro" });
    await expect(role).toHaveValue("reader");
    await expectAccessible(page);
    await role.click();
    await page.getByRole("option", { name: "manager" }).click();
    await expect(page.getByText("Ben Okoro is manager now")).toBeVisible();

    // Somebody has to own it.
    await members.getByRole("button", { name: "Leave" }).click();
    await confirm(page, "Leave Chess?", "Leave");
    await expect(members.getByRole("alert")).toBeVisible();

    const context = await browser.newContext();
    const other = await context.newPage();
    await signIn(other, server, "ben");
    await openRecord(other, server, "clubs", club, "access");
    await other.getByRole("button", { name: "Leave" }).click();
    await confirm(other, "Leave Chess?", "Leave");
    await expect(other.getByText("You have left Chess")).toBeVisible();
    await expect(
      other.getByRole("heading", { name: "Clubs", level: 1 }),
    ).toBeVisible();
    await context.close();
  } finally {
    // An open page would complain that its server has gone.
    await page.close();
    await server.stop();
  }
});
