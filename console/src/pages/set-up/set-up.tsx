import { Anchor, Button, Stack, Text, TextInput } from "@mantine/core";
import { Link, useRouteContext, useRouter } from "@tanstack/react-router";
import { useState } from "react";

import { usePageTexts } from "../../i18n/page-texts.ts";
import { FormFailure } from "../../ui/form-failure.tsx";
import { PasswordField } from "../../ui/password-field.tsx";
import { useSubmit } from "../../ui/use-submit.ts";
import { Entry } from "../sign-in/entry.tsx";
import { texts } from "../sign-in/texts.ts";

/** Makes the first administrator of a new server. */
export function SetUpPage() {
  const say = usePageTexts(texts);
  const { application, client } = useRouteContext({ from: "__root__" });
  const router = useRouter();
  const name = application.title;
  const [code, setCode] = useState(codeOfAddress);
  const [email, setEmail] = useState("");
  const [password, setPassword] = useState("");
  const submit = useSubmit();
  const isDone = application.about.auth.set_up;

  async function setUp() {
    await client.auth.setUp({ code, email, password });
    // The application is asked for anew: it has an administrator now.
    location.replace(router.buildLocation({ to: "/" }).href);
  }

  return (
    <Entry title={say("setUp.title", { name })}>
      {isDone ? (
        <Stack gap="sm">
          <Text size="sm">{say("setUp.done", { name })}</Text>
          <Anchor component={Link} to="/sign-in">
            {say("title")}
          </Anchor>
        </Stack>
      ) : (
        <form
          onSubmit={(event) => {
            event.preventDefault();
            void submit.run(setUp);
          }}
        >
          <Stack gap="sm">
            <Text size="sm">{say("setUp.text")}</Text>
            <TextInput
              label={say("setUp.code")}
              required
              autoComplete="off"
              value={code}
              onChange={(event) => setCode(event.currentTarget.value.trim())}
            />
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
              {say("setUp.submit")}
            </Button>
            <Anchor component={Link} to="/sign-in" size="sm">
              {say("haveAccount")}
            </Anchor>
          </Stack>
        </form>
      )}
    </Entry>
  );
}

/** The address that the server prints has the code behind `#`, which is sent to nobody. */
function codeOfAddress(): string {
  return new URLSearchParams(location.hash.slice(1)).get("code") ?? "";
}
