import { Button, Stack } from "@mantine/core";
import { useRouteContext } from "@tanstack/react-router";
import { useState } from "react";

import { usePageTexts } from "../../i18n/page-texts.ts";
import { FormFailure } from "../../ui/form-failure.tsx";
import { PasswordField } from "../../ui/password-field.tsx";
import { PersonFields, usePersonDraft } from "../sign-in/person-fields.tsx";
import { texts as signInTexts } from "../sign-in/texts.ts";
import type { Enter } from "../sign-in/use-entering.ts";
import { texts } from "./texts.ts";
import { useLinkSubmit } from "./use-link-submit.ts";

/** Makes the account of somebody who was invited, and signs them in. */
export function InvitationForm(props: {
  readonly secret: string;
  readonly enter: Enter;
}) {
  const say = usePageTexts(texts);
  const sayEntry = usePageTexts(signInTexts);
  const { application, client } = useRouteContext({ from: "__root__" });
  const [password, setPassword] = useState("");
  const person = usePersonDraft(application);
  const submit = useLinkSubmit();

  async function accept() {
    const values = person.read();
    if (values !== null) {
      const answer = { ...values, token: props.secret, password };
      await props.enter(() => client.auth.acceptInvitation(answer));
    }
  }

  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        void submit.run(accept);
      }}
    >
      <Stack gap="sm">
        <PersonFields draft={person} error={submit.error} />
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
          {say("invitation.submit")}
        </Button>
      </Stack>
    </form>
  );
}
