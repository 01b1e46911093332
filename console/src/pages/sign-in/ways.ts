import type { ApplicationSignIn } from "mainstay-client";

/** The ways to sign in for which a mail is sent, where mails are sent at all. */
export function mailWaysOf(
  auth: ApplicationSignIn,
): readonly ("email_code" | "magic_link")[] {
  return auth.mails
    ? auth.methods.filter(
        (method) => method === "email_code" || method === "magic_link",
      )
    : [];
}
