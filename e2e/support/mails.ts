import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";

import type { Server } from "./server.ts";

const WAIT_MS = 15_000;

/** The link in the mail to an address that is for something, such as `reset`. Waits until the mail is sent. */
export async function linkTo(
  server: Server,
  address: string,
  kind: string,
): Promise<string> {
  const pattern = new RegExp(`http://\\S+#${kind}=[\\w-]+`);
  const end = Date.now() + WAIT_MS;
  for (;;) {
    for (const mail of await mailsTo(server, address)) {
      const found = pattern.exec(mail)?.[0];
      if (found !== undefined) {
        return found;
      }
    }
    if (Date.now() > end) {
      throw new Error(`there is no mail to ${address} with ${kind}`);
    }
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

async function mailsTo(
  server: Server,
  address: string,
): Promise<readonly string[]> {
  const folder = join(server.folder, "data/mail");
  const names = await readdir(folder).catch(() => []);
  const mails = names
    .filter((name) => name.endsWith(".eml"))
    .map(async (name) => readable(await readFile(join(folder, name), "utf8")));
  return (await Promise.all(mails)).filter((mail) =>
    mail.includes(`To: ${address}`),
  );
}

/** Without the line ends and signs of quoted-printable (RFC 2045, 6.7). */
function readable(mail: string): string {
  return mail
    .replaceAll(/=\r?\n/g, "")
    .replaceAll(/=([0-9A-F]{2})/g, (_, hex: string) =>
      String.fromCharCode(Number.parseInt(hex, 16)),
    );
}
