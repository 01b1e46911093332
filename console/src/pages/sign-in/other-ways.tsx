import { Button, Divider, Stack } from "@mantine/core";
import { useRouteContext } from "@tanstack/react-router";
import type { Application } from "mainstay-client";
import { useTranslation } from "react-i18next";

import { FormFailure } from "../../ui/form-failure.tsx";
import { useSubmit } from "../../ui/use-submit.ts";
import type { Enter } from "./sign-in.tsx";

interface Props {
  readonly auth: Application["auth"];
  readonly enter: Enter;
}

/** Passkeys, and providers elsewhere. */
export function OtherWays({ auth, enter }: Props) {
  const { t } = useTranslation();
  const { client } = useRouteContext({ from: "__root__" });
  const submit = useSubmit();
  const withPasskey = auth.methods.includes("passkey");
  if (!withPasskey && auth.providers.length === 0) {
    return null;
  }
  return (
    <Stack gap="sm">
      <Divider label={t("signIn.or")} />
      {withPasskey && (
        <Button
          variant="default"
          loading={submit.busy}
          onClick={() =>
            void submit.run(() => enter(() => client.auth.signInWithPasskey()))
          }
        >
          {t("signIn.passkey")}
        </Button>
      )}
      {auth.providers.map(({ name, title }) => (
        <Button
          key={name}
          variant="default"
          component="a"
          href={`/api/v1/auth/providers/${name}/sign-in?return_to=/console/`}
        >
          {t("signIn.provider", { name: title })}
        </Button>
      ))}
      <FormFailure error={submit.error} />
    </Stack>
  );
}
