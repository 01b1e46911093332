import { Anchor, Stack, Text } from "@mantine/core";
import { Link, useRouteContext, useSearch } from "@tanstack/react-router";
import type { SecondFactorNeeded, SignInChallenge } from "mainstay-client";
import { useState } from "react";

import { usePageTexts } from "../../i18n/page-texts.ts";
import { CodeForm } from "./code-form.tsx";
import { Entry } from "./entry.tsx";
import { LinkSent } from "./link-sent.tsx";
import { OtherWays } from "./other-ways.tsx";
import { PasswordForm } from "./password-form.tsx";
import { ResetForm } from "./reset-form.tsx";
import { SecondFactorForm } from "./second-factor-form.tsx";
import { texts } from "./texts.ts";
import { useEntering } from "./use-entering.ts";
import { mailWaysOf } from "./ways.ts";

/** How far somebody has come on their way in. */
type Step =
  | { readonly at: "start" }
  | {
      readonly at: "code";
      readonly sent: SignInChallenge;
      readonly email: string;
    }
  | { readonly at: "link"; readonly email: string }
  | { readonly at: "second-factor"; readonly needed: SecondFactorNeeded }
  | { readonly at: "reset" };

export function SignInPage() {
  const say = usePageTexts(texts);
  const { application } = useRouteContext({ from: "__root__" });
  const { to } = useSearch({ from: "/sign-in" });
  const [step, setStep] = useState<Step>({ at: "start" });
  const enter = useEntering(to, (needed) =>
    setStep({ at: "second-factor", needed }),
  );
  const back = () => setStep({ at: "start" });
  const { auth } = application.about;
  const hasForm =
    auth.methods.includes("password") || mailWaysOf(auth).length > 0;
  switch (step.at) {
    case "code":
      return (
        <Entry title={say("codeTitle")}>
          <CodeForm
            email={step.email}
            sent={step.sent}
            enter={enter}
            back={back}
          />
        </Entry>
      );
    case "link":
      return (
        <Entry title={say("linkTitle")}>
          <LinkSent email={step.email} back={back} />
        </Entry>
      );
    case "second-factor":
      return (
        <Entry title={say("secondFactor")}>
          <SecondFactorForm needed={step.needed} enter={enter} back={back} />
        </Entry>
      );
    case "reset":
      return (
        <Entry title={say("resetTitle")}>
          <ResetForm back={back} />
        </Entry>
      );
    case "start":
      return (
        <Entry title={say("to", { name: application.title })}>
          <Stack gap="md">
            {hasForm && (
              <PasswordForm
                auth={auth}
                enter={enter}
                codeSent={(email, sent) => setStep({ at: "code", email, sent })}
                linkSent={(email) => setStep({ at: "link", email })}
                forgot={() => setStep({ at: "reset" })}
              />
            )}
            <OtherWays auth={auth} enter={enter} to={to} isFirst={!hasForm} />
            {auth.sign_up && auth.methods.includes("password") && (
              <Text size="sm">
                <Anchor component={Link} to="/sign-up" inherit>
                  {say("signUpLink")}
                </Anchor>
              </Text>
            )}
          </Stack>
        </Entry>
      );
  }
}
