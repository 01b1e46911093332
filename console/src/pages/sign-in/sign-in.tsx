import { Stack } from "@mantine/core";
import { useQueryClient } from "@tanstack/react-query";
import { useRouteContext, useRouter, useSearch } from "@tanstack/react-router";
import { SecondFactorNeeded, type SignInChallenge } from "mainstay-client";
import { useState } from "react";
import { useTranslation } from "react-i18next";

import type { Row } from "../../application/row.ts";
import { CodeForm } from "./code-form.tsx";
import { Entry } from "./entry.tsx";
import { OtherWays } from "./other-ways.tsx";
import { PasswordForm } from "./password-form.tsx";
import { ResetForm } from "./reset-form.tsx";
import { SecondFactorForm } from "./second-factor-form.tsx";

/** How far somebody has come on their way in. */
type Step =
  | { readonly at: "start" }
  | {
      readonly at: "code";
      readonly sent: SignInChallenge;
      readonly email: string;
    }
  | { readonly at: "second-factor"; readonly needed: SecondFactorNeeded }
  | { readonly at: "reset" };

export function SignInPage() {
  const { t } = useTranslation();
  const { application } = useRouteContext({ from: "__root__" });
  const [step, setStep] = useState<Step>({ at: "start" });
  const enter = useEntering(setStep);
  const { auth } = application.about;
  switch (step.at) {
    case "code":
      return (
        <Entry title={t("signIn.codeTitle")}>
          <CodeForm
            email={step.email}
            sent={step.sent}
            enter={enter}
            back={() => setStep({ at: "start" })}
          />
        </Entry>
      );
    case "second-factor":
      return (
        <Entry title={t("signIn.secondFactor")}>
          <SecondFactorForm
            needed={step.needed}
            enter={enter}
            back={() => setStep({ at: "start" })}
          />
        </Entry>
      );
    case "reset":
      return (
        <Entry title={t("signIn.resetTitle")}>
          <ResetForm back={() => setStep({ at: "start" })} />
        </Entry>
      );
    case "start":
      return (
        <Entry title={t("signIn.to", { name: application.title })}>
          <Stack gap="md">
            <PasswordForm
              methods={auth.methods}
              enter={enter}
              sent={(email, sent) => setStep({ at: "code", email, sent })}
              forgot={() => setStep({ at: "reset" })}
            />
            <OtherWays auth={auth} enter={enter} />
          </Stack>
        </Entry>
      );
  }
}

/** Runs a way of signing in, and leads to where the person wanted to go. */
export type Enter = (way: () => Promise<Row>) => Promise<void>;

function useEntering(setStep: (step: Step) => void): Enter {
  const { to } = useSearch({ from: "/sign-in" });
  const router = useRouter();
  const queries = useQueryClient();
  return async (way) => {
    try {
      const person = await way();
      queries.clear();
      queries.setQueryData(["me"], person);
      // Only paths of the console itself: another address could be anybody's.
      const path = to?.startsWith("/") && !to.startsWith("//") ? to : "/";
      await router.navigate({ href: path, replace: true });
    } catch (error) {
      if (!(error instanceof SecondFactorNeeded)) {
        throw error;
      }
      setStep({ at: "second-factor", needed: error });
    }
  };
}
