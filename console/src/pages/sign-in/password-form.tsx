import { Anchor, Button, Group, Stack, TextInput } from "@mantine/core";
import { useRouteContext } from "@tanstack/react-router";
import type { SignInChallenge } from "mainstay-client";
import { useState } from "react";
import { useTranslation } from "react-i18next";

import { FormFailure } from "../../ui/form-failure.tsx";
import { PasswordField } from "../../ui/password-field.tsx";
import { useSubmit } from "../../ui/use-submit.ts";
import type { Enter } from "./sign-in.tsx";

interface Props {
  readonly methods: readonly string[];
  readonly enter: Enter;
  readonly sent: (email: string, challenge: SignInChallenge) => void;
  readonly forgot: () => void;
}

export function PasswordForm({ methods, enter, sent, forgot }: Props) {
  const { t } = useTranslation();
  const { client } = useRouteContext({ from: "__root__" });
  const [email, setEmail] = useState("");
  const [password, setPassword] = useState("");
  const submit = useSubmit();
  const withPassword = methods.includes("password");
  const withCode = methods.includes("code");

  const sendCode = () =>
    submit.run(async () => sent(email, await client.auth.requestCode(email)));

  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        void (withPassword
          ? submit.run(() =>
              enter(() => client.auth.signIn({ email, password })),
            )
          : sendCode());
      }}
    >
      <Stack gap="sm">
        <TextInput
          label={t("signIn.email")}
          type="email"
          name="email"
          autoComplete="username webauthn"
          required
          autoFocus
          value={email}
          onChange={(event) => setEmail(event.currentTarget.value)}
        />
        {withPassword && (
          <PasswordField
            label={t("signIn.password")}
            name="password"
            autoComplete="current-password"
            required
            value={password}
            onChange={(event) => setPassword(event.currentTarget.value)}
          />
        )}
        <FormFailure error={submit.error} />
        <Button type="submit" loading={submit.busy} fullWidth>
          {withPassword ? t("signIn.submit") : t("signIn.sendCode")}
        </Button>
        {withPassword && (
          <Group justify="space-between" gap="xs">
            <Anchor component="button" type="button" size="sm" onClick={forgot}>
              {t("signIn.forgot")}
            </Anchor>
            {withCode && email !== "" && (
              <Anchor
                component="button"
                type="button"
                size="sm"
                onClick={() => void sendCode()}
              >
                {t("signIn.sendCode")}
              </Anchor>
            )}
          </Group>
        )}
      </Stack>
    </form>
  );
}
