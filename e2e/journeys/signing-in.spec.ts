import { expect, expectAccessible, signIn, test } from "../support/test.ts";
import { Server } from "../support/server.ts";

test("a new server is set up, and leads to its home page", async ({ page }) => {
  const server = await Server.start([]);
  try {
    await page.goto(`${server.url}/console/`);
    await expect(
      page.getByRole("heading", { name: "Set up To-do" }),
    ).toBeVisible();
    await expectAccessible(page);
    await page.getByLabel("Set-up code").fill("wrong");
    await page.getByLabel("E-mail").fill("ada@example.org");
    await page.getByLabel("Password").fill("correct horse battery");
    await page.getByRole("button", { name: "Set up" }).click();
    await expect(page.getByRole("alert")).toBeVisible();
    await page.getByLabel("Set-up code").fill(await server.setUpCode());
    await page.getByRole("button", { name: "Set up" }).click();
    await expect(
      page.getByRole("heading", { name: "To-do", exact: true }),
    ).toBeVisible();
    await page.goto(`${server.url}/console/set-up`);
    await expect(page.getByText("To-do is set up already.")).toBeVisible();
  } finally {
    await server.stop();
  }
});

test("a person signs in where they wanted to go, and out", async ({
  page,
  server,
}) => {
  await page.goto(`${server.url}/console/collections/labels`);
  await expect(
    page.getByRole("heading", { name: "Sign in to To-do" }),
  ).toBeVisible();
  await expectAccessible(page);
  await page.getByLabel("E-mail").fill("nora@example.com");
  await page.getByLabel("Password").fill("not the password");
  await page.getByRole("button", { name: "Sign in", exact: true }).click();
  await expect(page.getByRole("alert")).toContainText(
    "The address or the password is wrong.",
  );
  await page.getByLabel("Password").fill(server.password);
  await page.getByRole("button", { name: "Sign in", exact: true }).click();
  await expect(
    page.getByRole("heading", { name: "Labels", level: 1 }),
  ).toBeVisible();
  // No script can read the session, and it outlives the page.
  expect(await page.evaluate("document.cookie")).toBe("");
  await page.reload();
  await expect(
    page.getByRole("heading", { name: "Labels", level: 1 }),
  ).toBeVisible();
  await page.getByRole("button", { name: "Menu of Nora" }).click();
  await page.getByRole("menuitem", { name: "Sign out" }).click();
  await expect(
    page.getByRole("heading", { name: "Sign in to To-do" }),
  ).toBeVisible();
  await page.goto(`${server.url}/console/trash`);
  await expect(
    page.getByRole("heading", { name: "Sign in to To-do" }),
  ).toBeVisible();
});

test("an address of another site is not where signing in leads", async ({
  page,
  server,
}) => {
  await page.goto(`${server.url}/console/sign-in?to=//example.org/`);
  await page.getByLabel("E-mail").fill("nora@example.com");
  await page.getByLabel("Password").fill(server.password);
  await page.getByRole("button", { name: "Sign in", exact: true }).click();
  await expect(page.getByRole("navigation")).toBeVisible();
  expect(new URL(page.url()).host).toBe(new URL(server.url).host);
});

test("the language and the colours are chosen, and stay", async ({
  page,
  server,
}) => {
  await signIn(page, server);
  await page.getByRole("button", { name: "Menu of Nora" }).click();
  await page.getByRole("menuitemradio", { name: "Deutsch" }).click();
  await page.getByRole("menuitemradio", { name: "Dunkel" }).click();
  await page.keyboard.press("Escape");
  await expect(
    page.getByRole("link", { name: "Papierkorb" }).first(),
  ).toBeVisible();
  await page.reload();
  await expect(page.locator("html")).toHaveAttribute("lang", "de");
  await expect(page.locator("html")).toHaveAttribute(
    "data-mantine-color-scheme",
    "dark",
  );
});
