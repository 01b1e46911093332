import { Anchor, Button, Group, Stack, Text, TextInput } from "@mantine/core";
import { useRouteContext } from "@tanstack/react-router";
import type { SecondFactorNeeded } from "mainstay-client";
import { useState } from "react";
import { useTranslation } from "react-i18next";

import { FormFailure } from "../../ui/form-failure.tsx";
import { useSubmit } from "../../ui/use-submit.ts";
import type { Enter } from "./sign-in.tsx";

interface Props {
  readonly needed: SecondFactorNeeded;
  readonly enter: Enter;
  readonly back: () => void;
}

export function SecondFactorForm({ needed, enter, back }: Props) {
  const { t } = useTranslation();
  const { client } = useRouteContext({ from: "__root__" });
  const [byRecovery, setByRecovery] = useState(false);
  const [code, setCode] = useState("");
  const submit = useSubmit();
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        const shown = byRecovery ? { recoveryCode: code } : { code };
        void submit.run(() =>
          enter(() => client.auth.completeSignIn(needed, shown)),
        );
      }}
    >
      <Stack gap="sm">
        {!byRecovery && <Text size="sm">{t("signIn.secondFactorText")}</Text>}
        <TextInput
          key={String(byRecovery)}
          label={byRecovery ? t("signIn.recoveryCode") : t("signIn.code")}
          autoComplete={byRecovery ? "off" : "one-time-code"}
          inputMode={byRecovery ? "text" : "numeric"}
          required
          autoFocus
          value={code}
          onChange={(event) => setCode(event.currentTarget.value.trim())}
        />
        <FormFailure error={submit.error} />
        <Button type="submit" loading={submit.busy} fullWidth>
          {t("signIn.submit")}
        </Button>
        <Group justify="space-between" gap="xs">
          <Anchor
            component="button"
            type="button"
            size="sm"
            onClick={() => {
              setByRecovery(!byRecovery);
              setCode("");
              submit.clear();
            }}
          >
            {byRecovery ? t("signIn.useAuthenticator") : t("signIn.recovery")}
          </Anchor>
          <Anchor component="button" type="button" size="sm" onClick={back}>
            {t("action.back")}
          </Anchor>
        </Group>
      </Stack>
    </form>
  );
}
