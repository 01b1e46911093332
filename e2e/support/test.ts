import { expect, test as base, type Page } from "@playwright/test";

import { axeFaultsOf } from "./axe.ts";
import { Server } from "./server.ts";

/** A page of the console, and the server behind it. */
export const test = base.extend<
  { readonly quiet: void },
  { readonly server: Server }
>({
  server: [
    async ({}, use) => {
      const server = await Server.start();
      await server.setUp();
      await use(server);
      await server.stop();
    },
    { scope: "worker" },
  ],
  // What a browser complains about is a fault of the page, but for answers that a test asked for.
  quiet: [
    async ({ page }, use) => {
      const said: string[] = [];
      page.on("console", (message) => {
        const expected =
          /the server responded with a status of 4\d\d|ERR_INTERNET_DISCONNECTED/;
        if (message.type() === "error" && !expected.test(message.text())) {
          said.push(message.text());
        }
      });
      page.on("pageerror", (error) => said.push(String(error)));
      await use();
      expect(said).toEqual([]);
    },
    { auto: true },
  ],
});

export { expect };

/** Signs in on the page, as one of the people of the seed. */
export async function signIn(
  page: Page,
  server: Server,
  name = "nora",
): Promise<void> {
  await page.goto(`${server.url}/console/`);
  await page.getByLabel("E-mail").fill(`${name}@example.com`);
  await page.getByLabel("Password").fill(server.password);
  await page.getByRole("button", { name: "Sign in", exact: true }).click();
  await expect(page.getByRole("navigation")).toBeVisible();
}

/** Opens a page as one of the people of the seed, who has signed in before. */
export async function arrive(
  page: Page,
  server: Server,
  name: string,
  path: string,
): Promise<void> {
  const answer = await page.request.post(`${server.url}/api/v1/auth/sign-in`, {
    headers: { origin: server.url },
    data: {
      email: `${name}@example.com`,
      password: server.password,
      session: "cookie",
    },
  });
  expect(answer.status()).toBe(200);
  await page.goto(`${server.url}/console${path}`);
}

/** Signs out by the menu of the person. */
export async function signOut(page: Page): Promise<void> {
  await page.getByRole("button", { name: /^Menu of/ }).click();
  await page.getByRole("menuitem", { name: "Sign out" }).click();
  await expect(page.getByRole("heading", { name: /^Sign in/ })).toBeVisible();
}

/** Opens a collection by its name in the menu. */
export async function openCollection(page: Page, title: string) {
  await page
    .getByRole("navigation")
    .getByRole("link", { name: title, exact: true })
    .click();
  await expect(
    page.getByRole("heading", { name: title, level: 1 }),
  ).toBeVisible();
}

/** Fails for what a person with a screen reader, or with weak eyes, could not use. */
export async function expectAccessible(page: Page): Promise<void> {
  expect(await axeFaultsOf(page)).toEqual([]);
}
