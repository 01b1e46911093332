import { createHmac } from "node:crypto";
import { createServer, type IncomingHttpHeaders } from "node:http";
import type { AddressInfo } from "node:net";

import { Server } from "../support/server.ts";
import { expect, expectAccessible, signIn, test } from "../support/test.ts";

interface Message {
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

/** A program that webhooks are sent to; it answers what it is told to. */
class Receiver {
  readonly messages: Message[] = [];
  status = 204;
  readonly #server = createServer((request, response) => {
    const parts: Buffer[] = [];
    request.on("data", (part: Buffer) => parts.push(part));
    request.on("end", () => {
      const body = Buffer.concat(parts).toString();
      this.messages.push({ headers: request.headers, body });
      response.statusCode = this.status;
      response.end(this.status === 204 ? "" : "the index is away");
    });
  });

  async start(): Promise<string> {
    await new Promise<void>((done) =>
      this.#server.listen(0, "127.0.0.1", done),
    );
    const { port } = this.#server.address() as AddressInfo;
    return `http://127.0.0.1:${port}/hooks`;
  }

  stop() {
    this.#server.close();
  }
}

/** Is the message from whoever has the secret? */
function isSigned({ headers, body }: Message, secret: string): boolean {
  const key = Buffer.from(secret.replace("whsec_", ""), "base64");
  const text = `${headers["webhook-id"]}.${headers["webhook-timestamp"]}.${body}`;
  const signature = createHmac("sha256", key).update(text).digest("base64");
  return String(headers["webhook-signature"])
    .split(" ")
    .includes(`v1,${signature}`);
}

test("a webhook is made, tested, fails, is sent again and gets another secret", async ({
  page,
}) => {
  const receiver = new Receiver();
  const url = await receiver.start();
  const server = await Server.start(["--seed"], "todo", null, {
    MAINSTAY_WEBHOOKS__ALLOW_PRIVATE_ADDRESSES: "true",
  });
  try {
    await server.setUp();
    await signIn(page, server, "ada");
    await page.getByRole("link", { name: "Webhooks" }).click();
    await expect(page.getByText("No webhooks yet")).toBeVisible();
    await expectAccessible(page);
    await page.getByRole("button", { name: "New webhook" }).click();
    const making = page.getByRole("dialog", { name: "New webhook" });
    await making.getByLabel("Address").fill(url);
    await making.getByLabel("What it is for").fill("Search index");
    await making.getByRole("button", { name: "Create" }).click();
    const told = page.getByRole("dialog", { name: /Secret of/ });
    const secret = (await told.locator("code").textContent()) ?? "";
    await told.getByRole("button", { name: "I have copied it" }).click();

    await page.getByRole("button", { name: `Open ${url}` }).click();
    const drawer = page.getByRole("dialog", { name: url });
    await expect(drawer.getByText("No messages yet")).toBeVisible();
    await drawer.getByRole("button", { name: "Send a test" }).click();
    const delivery = drawer
      .getByRole("listitem")
      .filter({ hasText: "webhook" });
    await expect(delivery.getByText("Delivered")).toBeVisible();
    const [test] = receiver.messages;
    expect(test !== undefined && isSigned(test, secret)).toBe(true);
    await expectAccessible(page);

    // What fails says why, and can be sent again once the receiver is well.
    receiver.status = 410;
    const ada = await server.as("ada");
    const label = await ada.first("labels", "true");
    await ada.update("labels", label.id, { name: "Quite urgent" });
    const failed = drawer
      .getByRole("listitem")
      .filter({ hasText: "record.updated" });
    await drawer.getByRole("button", { name: "Close" }).click();
    await page.getByRole("button", { name: `Open ${url}` }).click();
    await expect(failed.getByText("Failed")).toBeVisible();
    await expect(failed.getByText("the index is away")).toBeVisible();
    await page.reload();
    await expect(drawer.getByText(/The server switched it off/)).toBeVisible();
    await expectAccessible(page);

    receiver.status = 204;
    await drawer.getByRole("button", { name: "Switch on" }).click();
    await expect(drawer.getByText(/switched it off/)).toBeHidden();
    await failed.getByRole("button", { name: "Send again" }).click();
    await expect(failed.getByText("Delivered")).toBeVisible();

    await drawer.getByRole("combobox", { name: "Which deliveries" }).click();
    await page.getByRole("option", { name: "Failed" }).click();
    await expect(drawer.getByText("There are none of these")).toBeVisible();

    await drawer.getByRole("button", { name: /Actions for/ }).click();
    await page.getByRole("menuitem", { name: "Replace the secret" }).click();
    await page
      .getByRole("dialog", { name: /Replace the secret of/ })
      .getByRole("button", { name: "Replace the secret" })
      .click();
    await expect(told.locator("code")).not.toHaveText(secret);
    await expect(told.getByText(/signs too until/)).toBeVisible();
  } finally {
    await server.stop();
    receiver.stop();
  }
});
