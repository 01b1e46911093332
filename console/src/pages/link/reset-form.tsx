import { Button, Stack } from "@mantine/core";
import { useRouteContext } from "@tanstack/react-router";
import { useState } from "react";

import { usePageTexts } from "../../i18n/page-texts.ts";
import { FormFailure } from "../../ui/form-failure.tsx";
import { PasswordField } from "../../ui/password-field.tsx";
import { texts as signInTexts } from "../sign-in/texts.ts";
import { texts } from "./texts.ts";
import { useLinkSubmit } from "./use-link-submit.ts";

/** Sets a password in the place of one that is forgotten. */
export function ResetForm(props: {
  readonly secret: string;
  readonly onDone: () => void;
}) {
  const say = usePageTexts(texts);
  const sayEntry = usePageTexts(signInTexts);
  const { client } = useRouteContext({ from: "__root__" });
  const [password, setPassword] = useState("");
  const submit = useLinkSubmit();
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        void submit.run(async () => {
          const reset = { token: props.secret, password };
          await client.account.resetPassword(reset);
          props.onDone();
        });
      }}
    >
      <Stack gap="sm">
        <PasswordField
          label={sayEntry("password")}
          description={sayEntry("passwordHint")}
          autoComplete="new-password"
          required
          minLength={8}
          value={password}
          onChange={(event) => setPassword(event.currentTarget.value)}
        />
        <FormFailure error={submit.error} />
        <Button type="submit" loading={submit.busy}>
          {say("reset.submit")}
        </Button>
      </Stack>
    </form>
  );
}
