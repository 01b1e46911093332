import { Alert } from "@mantine/core";

import { useConsole } from "../../console.tsx";
import { usePageTexts } from "../../i18n/page-texts.ts";
import { PasskeysPart } from "./passkeys.tsx";
import { PasswordPart } from "./password.tsx";
import { SecondFactorPart } from "./second-factor.tsx";
import { texts } from "./texts.ts";
import { useLacksSecondFactor } from "./use-lacks-second-factor.ts";

/** How the person signs in: only the ways that the application has. */
export function SecuritySection() {
  const say = usePageTexts(texts);
  const { application } = useConsole();
  const { methods } = application.about.auth;
  const lacks = useLacksSecondFactor();
  return (
    <>
      {lacks && (
        <Alert color="orange" role="status">
          {say("factor.required")}
        </Alert>
      )}
      {!lacks && methods.includes("password") && <PasswordPart />}
      {methods.includes("passkey") && <PasskeysPart />}
      <SecondFactorPart />
    </>
  );
}
