import type { Page } from "@playwright/test";

import { Server, type Row } from "../support/server.ts";
import { openRecord } from "../support/around.ts";
import { expect, signIn, test } from "../support/test.ts";

/** What a page would run that puts it into itself as it is. Each would set `ran`, open a dialogue or ask elsewhere. */
const TEXTS = [
  "<script>globalThis.ran=1</script>",
  '"><script>globalThis.ran=2</script>',
  "'><img src=x onerror=globalThis.ran=3>",
  "<svg/onload=globalThis.ran=4>",
  "</title></textarea></style><script>globalThis.ran=5</script>",
  '<a href="javascript:globalThis.ran=6">here</a>',
  "[here](javascript:globalThis.ran=7)",
  "<iframe srcdoc='<script>parent.ran=8</script>'>",
  "<img src=https://evil.invalid/x.png>",
  "{{constructor.constructor('globalThis.ran=9')()}} $t(app.home) {{count}}",
  "javascript:globalThis.ran=10//",
  '<details open ontoggle=alert(11)>"`${alert(12)}`',
];
const EVE = "<img src=x onerror=globalThis.ran=1>Eve";

/** Fails for anything that ran, and for anything that was asked of somebody else. */
async function watch(page: Page, server: Server) {
  const seen: string[] = [];
  page.on("dialog", (dialog) => {
    seen.push(`dialogue: ${dialog.message()}`);
    void dialog.dismiss();
  });
  page.on("request", (request) => {
    const url = new URL(request.url());
    if (
      url.origin !== server.url &&
      !["data:", "blob:"].includes(url.protocol)
    ) {
      seen.push(`request: ${request.url()}`);
    }
  });
  return async () => {
    const ran = await page.evaluate(() => "ran" in globalThis);
    expect({ ran, seen }).toEqual({ ran: false, seen: [] });
  };
}

test("texts that mean harm are shown as they were typed, and nothing runs", async ({
  page,
}) => {
  const server = await Server.start(["--seed"], "../e2e/apps/clubs");
  try {
    await server.setUp();
    const eve = await server.as("eve");
    const me = (await eve.call("GET", "/auth/me")) as Row;
    const notes: Row[] = [];
    for (const text of TEXTS) {
      const values = { line: text, page: text, place: { street: text } };
      const note = await eve.create("notes", values);
      notes.push(note);
    }
    const [first] = notes;
    if (first === undefined) {
      throw new Error("there are texts");
    }
    for (const text of TEXTS) {
      const path = `/records/notes/${first.id}/comments`;
      await eve.call("POST", path, {
        body: `${text} @[${text.replaceAll(/[[\]]/g, "")}](${me.id})`,
      });
    }
    await eve.update("notes", first.id, { line: TEXTS[2], page: TEXTS[1] });
    await eve.update("notes", first.id, { line: TEXTS[0], page: TEXTS[0] });

    const expectInert = await watch(page, server);
    await signIn(page, server, "eve");
    await page.goto(`${server.url}/console/collections/notes`);
    for (const text of TEXTS) {
      await expect(
        page.getByRole("gridcell", { name: text, exact: true }).first(),
      ).toBeVisible();
    }
    await expectInert();

    await openRecord(page, server, "notes", first);
    await expect(page.getByLabel("Line")).toHaveValue(TEXTS[0] ?? "");
    await page.getByText("Preview").click();
    await expect(page.getByRole("tabpanel")).toContainText(TEXTS[0] ?? "");
    await expectInert();
    for (const tab of ["comments", "activity", "history", "access", "json"]) {
      await openRecord(page, server, "notes", first, tab);
      const panel = page.getByRole("tabpanel");
      if (tab === "comments") {
        for (const text of TEXTS) {
          await expect(panel).toContainText(text);
        }
        await expect(
          panel.getByRole("article", { name: EVE }).first(),
        ).toBeVisible();
      } else if (tab === "json") {
        await expect(panel).toContainText(JSON.stringify(TEXTS[0]));
      } else if (tab !== "access") {
        await expect(panel).toContainText(TEXTS[2] ?? "");
        await expect(panel).toContainText(EVE);
      }
      await expectInert();
    }

    // What is wrong with a filter, an address that leads nowhere, and the palette.
    const filter = encodeURIComponent(`line == ${TEXTS[2]}`);
    await page.goto(`${server.url}/console/collections/notes?filter=${filter}`);
    await expect(
      page.getByText(/The filter is not right/).first(),
    ).toBeVisible();
    await expectInert();
    // With a dot it would be asked for as a file.
    const path = TEXTS.find((text) => !text.includes(".")) ?? "";
    await page.goto(
      `${server.url}/console/collections/${encodeURIComponent(path)}`,
    );
    await expect(page.getByText("There is nothing here")).toBeVisible();
    await expectInert();
    await page.keyboard.press("Control+k");
    for (const text of TEXTS) {
      await page.getByPlaceholder(/Type a collection/).fill(text);
      await expect(page.getByText("Searching…")).toBeHidden();
    }
    await expectInert();

    await eve.call("POST", "/batch", {
      mode: "all_or_nothing",
      operations: notes.map(({ id }) => ({
        op: "delete",
        collection: "notes",
        id,
      })),
    });
    await page.goto(`${server.url}/console/trash`);
    for (const text of TEXTS) {
      await expect(
        page.getByRole("main").getByText(text, { exact: true }),
      ).toBeVisible();
    }
    await expectInert();
  } finally {
    // An open page would complain that its server has gone.
    await page.close();
    await server.stop();
  }
});
