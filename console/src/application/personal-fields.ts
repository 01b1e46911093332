import type { Application, Field } from "./application.ts";

/** What every user has, and nobody changes by saving their own record: the address takes a mail, the others an administrator. */
const OF_ACCOUNTS: ReadonlySet<string> = new Set([
  "email",
  "administrator",
  "active",
]);

/** The fields that an application gives to people, as far as they set them themselves. */
export function personalFields(application: Application): readonly Field[] {
  const users = application.collection("users");
  return (users?.writable ?? []).filter(({ name }) => !OF_ACCOUNTS.has(name));
}
