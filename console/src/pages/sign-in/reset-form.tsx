import { Anchor, Button, Stack, Text, TextInput } from "@mantine/core";
import { useRouteContext } from "@tanstack/react-router";
import { useState } from "react";
import { useTranslation } from "react-i18next";

import { FormFailure } from "../../ui/form-failure.tsx";
import { useSubmit } from "../../ui/use-submit.ts";

/** Asks for the mail with which a forgotten password is replaced. */
export function ResetForm({ back }: { readonly back: () => void }) {
  const { t } = useTranslation();
  const { client } = useRouteContext({ from: "__root__" });
  const [email, setEmail] = useState("");
  const [sent, setSent] = useState(false);
  const submit = useSubmit();
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        void submit.run(async () => {
          await client.account.requestPasswordReset(email);
          setSent(true);
        });
      }}
    >
      <Stack gap="sm">
        <Text size="sm" role="status">
          {sent ? t("signIn.resetSent", { email }) : t("signIn.resetText")}
        </Text>
        {!sent && (
          <>
            <TextInput
              label={t("signIn.email")}
              type="email"
              autoComplete="username"
              required
              autoFocus
              value={email}
              onChange={(event) => setEmail(event.currentTarget.value)}
            />
            <FormFailure error={submit.error} />
            <Button type="submit" loading={submit.busy} fullWidth>
              {t("signIn.resetSubmit")}
            </Button>
          </>
        )}
        <Anchor component="button" type="button" size="sm" onClick={back}>
          {t("action.back")}
        </Anchor>
      </Stack>
    </form>
  );
}
