import { Anchor, Button, Group, Stack, Text, TextInput } from "@mantine/core";
import { useRouteContext } from "@tanstack/react-router";
import type { SecondFactorNeeded } from "mainstay-client";
import { useState } from "react";
import { useTranslation } from "react-i18next";

import { usePageTexts } from "../../i18n/page-texts.ts";
import { FormFailure } from "../../ui/form-failure.tsx";
import { useSubmit } from "../../ui/use-submit.ts";
import { texts } from "./texts.ts";
import type { Enter } from "./use-entering.ts";

interface Props {
  readonly needed: Pick<SecondFactorNeeded, "challenge">;
  readonly enter: Enter;
  readonly back: () => void;
}

export function SecondFactorForm({ needed, enter, back }: Props) {
  const { t } = useTranslation();
  const say = usePageTexts(texts);
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
        {!byRecovery && <Text size="sm">{say("secondFactorText")}</Text>}
        <TextInput
          key={String(byRecovery)}
          label={byRecovery ? say("recoveryCode") : say("code")}
          autoComplete={byRecovery ? "off" : "one-time-code"}
          inputMode={byRecovery ? "text" : "numeric"}
          required
          autoFocus
          value={code}
          onChange={(event) => setCode(event.currentTarget.value.trim())}
        />
        <FormFailure error={submit.error} />
        <Button type="submit" loading={submit.busy} fullWidth>
          {say("submit")}
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
            {byRecovery ? say("useAuthenticator") : say("recovery")}
          </Anchor>
          <Anchor component="button" type="button" size="sm" onClick={back}>
            {t("action.back")}
          </Anchor>
        </Group>
      </Stack>
    </form>
  );
}
