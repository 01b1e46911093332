import { Anchor, Button, Stack, Text, TextInput } from "@mantine/core";
import { useRouteContext } from "@tanstack/react-router";
import type { SignInChallenge } from "mainstay-client";
import { useState } from "react";
import { useTranslation } from "react-i18next";

import { usePageTexts } from "../../i18n/page-texts.ts";
import { FormFailure } from "../../ui/form-failure.tsx";
import { useSubmit } from "../../ui/use-submit.ts";
import { texts } from "./texts.ts";
import type { Enter } from "./use-entering.ts";

interface Props {
  readonly email: string;
  readonly sent: SignInChallenge;
  readonly enter: Enter;
  readonly back: () => void;
}

/** The code that came by mail. */
export function CodeForm({ email, sent, enter, back }: Props) {
  const { t } = useTranslation();
  const say = usePageTexts(texts);
  const { client } = useRouteContext({ from: "__root__" });
  const [code, setCode] = useState("");
  const submit = useSubmit();
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        const { challenge } = sent;
        void submit.run(() =>
          enter(() => client.auth.signInWithCode({ challenge, code })),
        );
      }}
    >
      <Stack gap="sm">
        <Text size="sm">{say("codeSent", { email })}</Text>
        <TextInput
          label={say("code")}
          autoComplete="one-time-code"
          inputMode="numeric"
          required
          autoFocus
          value={code}
          onChange={(event) => setCode(event.currentTarget.value.trim())}
        />
        <FormFailure error={submit.error} />
        <Button type="submit" loading={submit.busy} fullWidth>
          {say("submit")}
        </Button>
        <Anchor component="button" type="button" size="sm" onClick={back}>
          {t("action.back")}
        </Anchor>
      </Stack>
    </form>
  );
}
