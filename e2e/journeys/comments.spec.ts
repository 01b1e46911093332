import { confirm, openRecord } from "../support/around.ts";
import { expect, expectAccessible, signIn, test } from "../support/test.ts";

test("people talk about a record: mentions, replies, reactions, and an end", async ({
  page,
  server,
}) => {
  const omar = await server.as("omar");
  const list = await omar.first("lists", 'name == "The shed"');
  await signIn(page, server);
  await openRecord(page, server, "lists", list, "comments");
  await expect(page.getByText("Nobody has said anything yet")).toBeVisible();
  const write = page.getByRole("textbox", { name: "Comment" });
  // By the keyboard alone: an @ offers people, and Control with Enter sends.
  await write.pressSequentially("Is the roof dry, @oma");
  await expect(page.getByRole("option", { name: /Omar Haddad/ })).toBeVisible();
  await expectAccessible(page);
  await page.keyboard.press("Enter");
  await expect(write).toHaveValue("Is the roof dry, @Omar Haddad ");
  await write.pressSequentially("or **not**?");
  await page.keyboard.press("Control+Enter");
  const thread = page.getByRole("tabpanel").getByRole("listitem").first();
  await expect(thread.getByText("@Omar Haddad")).toBeVisible();
  await expect(thread.locator("strong")).toHaveText("not");
  await expect(page.getByText("1 open thread")).toBeVisible();
  await expect(page.getByRole("button", { name: "Following" })).toHaveAttribute(
    "aria-pressed",
    "true",
  );

  // What others say appears, and what they are told.
  const path = `/records/lists/${list.id}/comments`;
  const { items } = (await omar.call("GET", path)) as {
    readonly items: readonly {
      readonly id: string;
      readonly mentions: string[];
    }[];
  };
  const [said] = items;
  expect(said?.mentions).toHaveLength(1);
  await omar.call("POST", path, { body: "Dry as dust.", parent: said?.id });
  const reply = page.getByRole("article", { name: "Omar Haddad" });
  await expect(reply.getByText("Dry as dust.")).toBeVisible();
  await expect
    .poll(async () => {
      const told = await omar.call("GET", "/notifications?limit=1");
      return (told as { items: { reason: string }[] }).items[0]?.reason;
    })
    .toBe("mentioned");

  await reply.getByRole("button", { name: "React" }).click();
  await page.getByRole("button", { name: "React with 👍" }).click();
  await expect(
    reply.getByRole("button", { name: "👍, 1 person" }),
  ).toHaveAttribute("aria-pressed", "true");
  await reply.getByRole("button", { name: "👍, 1 person" }).click();
  await expect(reply.getByRole("button", { name: /👍/ })).toBeHidden();

  const own = page.getByRole("article", { name: "Nora Lind" });
  await own.getByRole("button", { name: /More to do/ }).click();
  await page.getByRole("menuitem", { name: "Edit" }).click();
  const editor = page.getByRole("textbox", { name: "Edit the comment" });
  await expect(editor).toHaveValue("Is the roof dry, @Omar Haddad or **not**?");
  await editor.fill("Is the roof tight, @Omar Haddad?");
  await page.getByRole("button", { name: "Save" }).click();
  await expect(own.getByText("edited")).toBeVisible();
  await expect(own.getByText("@Omar Haddad")).toBeVisible();

  await page.getByRole("button", { name: "Resolve" }).click();
  await expect(page.getByText("Every thread is resolved")).toBeVisible();
  await page.getByRole("button", { name: "Show one resolved thread" }).click();
  await expect(page.getByText("Resolved by Nora Lind")).toBeVisible();
  await expectAccessible(page);
  await page.getByRole("button", { name: "Reopen" }).click();
  await expect(page.getByText("1 open thread")).toBeVisible();

  await own.getByRole("button", { name: /More to do/ }).click();
  await page.getByRole("menuitem", { name: "Delete" }).click();
  await confirm(page, "Delete the comment?", "Delete");
  await expect(page.getByText("This comment was deleted.")).toBeVisible();

  await page.getByRole("button", { name: "Following" }).click();
  await expect(
    page.getByRole("button", { name: "Follow", exact: true }),
  ).toHaveAttribute("aria-pressed", "false");
});
