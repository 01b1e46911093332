import type { Application } from "../application/application.ts";
import type { ConsoleClient } from "./console-client.ts";

/** The second factors of the person who is signed in, and whether they must set one up first. */
export function secondFactorQuery(
  client: ConsoleClient,
  application: Application,
) {
  return {
    queryKey: ["second-factor"],
    queryFn: async ({ signal }: { readonly signal?: AbortSignal }) => {
      const hasPasskeys = application.about.auth.methods.includes("passkey");
      const [own, passkeys] = await Promise.all([
        client.auth.secondFactor({ signal }),
        hasPasskeys ? client.auth.passkeys({ signal }) : [],
      ]);
      const isMissing =
        own.required && own.totp === null && passkeys.length === 0;
      return { own, passkeys, isMissing };
    },
  };
}
