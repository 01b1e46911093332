import type { Page } from "@playwright/test";

import type { Row, Server } from "./server.ts";

/** The page of a record, with one of its tabs open. */
export async function openRecord(
  page: Page,
  server: Server,
  collection: string,
  { id }: Pick<Row, "id">,
  tab?: string,
): Promise<void> {
  const search = tab === undefined ? "" : `?tab=${tab}`;
  await page.goto(
    `${server.url}/console/collections/${collection}/${id}${search}`,
  );
  await page.getByRole("tabpanel").waitFor();
}

/** Signs in on a page that asks for it, as one of the people of the seed. */
export async function fillSignIn(
  page: Page,
  server: Server,
  name: string,
): Promise<void> {
  await page.getByLabel("E-mail").fill(`${name}@example.com`);
  await page.getByLabel("Password").fill(server.password);
  await page.getByRole("button", { name: "Sign in", exact: true }).click();
}

/** Says yes in the dialogue that asks. */
export async function confirm(
  page: Page,
  title: string | RegExp,
  answer: string,
): Promise<void> {
  await page
    .getByRole("dialog", { name: title })
    .getByRole("button", { name: answer, exact: true })
    .click();
}
