import { Anchor, Button, Stack, Text, TextInput } from "@mantine/core";
import { useRouteContext } from "@tanstack/react-router";
import { useState } from "react";
import { useTranslation } from "react-i18next";

import { usePageTexts } from "../../i18n/page-texts.ts";
import { FormFailure } from "../../ui/form-failure.tsx";
import { useSubmit } from "../../ui/use-submit.ts";
import { texts } from "./texts.ts";

/** Asks for the mail with which a forgotten password is replaced. */
export function ResetForm({ back }: { readonly back: () => void }) {
  const { t } = useTranslation();
  const say = usePageTexts(texts);
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
          {sent ? say("resetSent", { email }) : say("resetText")}
        </Text>
        {!sent && (
          <>
            <TextInput
              label={say("email")}
              type="email"
              autoComplete="username"
              required
              autoFocus
              value={email}
              onChange={(event) => setEmail(event.currentTarget.value)}
            />
            <FormFailure error={submit.error} />
            <Button type="submit" loading={submit.busy} fullWidth>
              {say("resetSubmit")}
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
