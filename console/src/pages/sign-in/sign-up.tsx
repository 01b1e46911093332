import { Anchor, Button, Stack, Text, TextInput } from "@mantine/core";
import { notifications } from "@mantine/notifications";
import { Link, useRouteContext } from "@tanstack/react-router";
import { useState } from "react";

import { usePageTexts } from "../../i18n/page-texts.ts";
import { FormFailure } from "../../ui/form-failure.tsx";
import { PasswordField } from "../../ui/password-field.tsx";
import { useSubmit } from "../../ui/use-submit.ts";
import { Entry } from "./entry.tsx";
import { PersonFields, usePersonDraft } from "./person-fields.tsx";
import { texts } from "./texts.ts";
import { useEntering } from "./use-entering.ts";

/** Makes an account, where the application lets anyone have one. */
export function SignUpPage() {
  const say = usePageTexts(texts);
  const { application } = useRouteContext({ from: "__root__" });
  const { auth } = application.about;
  const name = application.title;
  const isOpen = auth.sign_up && auth.methods.includes("password");
  return isOpen ? (
    <Entry title={say("signUpTitle", { name })}>
      <SignUpForm />
    </Entry>
  ) : (
    <Entry title={name}>
      <Stack gap="sm">
        <Text size="sm">{say("signUpClosed", { name })}</Text>
        <Anchor component={Link} to="/sign-in">
          {say("title")}
        </Anchor>
      </Stack>
    </Entry>
  );
}

function SignUpForm() {
  const say = usePageTexts(texts);
  const { application, client } = useRouteContext({ from: "__root__" });
  const [email, setEmail] = useState("");
  const [password, setPassword] = useState("");
  const person = usePersonDraft(application);
  const submit = useSubmit();
  // An account that was made a moment ago has no second factor.
  const enter = useEntering(undefined, () => undefined);

  async function signUp() {
    const values = person.read();
    if (values === null) {
      return;
    }
    await enter(() => client.auth.signUp({ ...values, email, password }));
    if (application.about.auth.mails) {
      notifications.show({ message: say("verifySent") });
    }
  }

  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        void submit.run(signUp);
      }}
    >
      <Stack gap="sm">
        <PersonFields draft={person} error={submit.error} />
        <TextInput
          label={say("email")}
          type="email"
          autoComplete="username"
          required
          value={email}
          onChange={(event) => setEmail(event.currentTarget.value)}
        />
        <PasswordField
          label={say("password")}
          description={say("passwordHint")}
          autoComplete="new-password"
          required
          minLength={8}
          value={password}
          onChange={(event) => setPassword(event.currentTarget.value)}
        />
        <FormFailure error={submit.error} />
        <Button type="submit" loading={submit.busy} fullWidth>
          {say("signUpSubmit")}
        </Button>
        <Anchor component={Link} to="/sign-in" size="sm">
          {say("haveAccount")}
        </Anchor>
      </Stack>
    </form>
  );
}
