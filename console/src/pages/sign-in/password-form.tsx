import { Anchor, Button, Group, Stack, TextInput } from "@mantine/core";
import { useRouteContext } from "@tanstack/react-router";
import type { ApplicationSignIn, SignInChallenge } from "mainstay-client";
import { useRef, useState } from "react";

import { usePageTexts } from "../../i18n/page-texts.ts";
import { FormFailure } from "../../ui/form-failure.tsx";
import { PasswordField } from "../../ui/password-field.tsx";
import { useSubmit } from "../../ui/use-submit.ts";
import { texts } from "./texts.ts";
import type { Enter } from "./use-entering.ts";
import { mailWaysOf } from "./ways.ts";

interface Props {
  readonly auth: ApplicationSignIn;
  readonly enter: Enter;
  readonly codeSent: (email: string, challenge: SignInChallenge) => void;
  readonly linkSent: (email: string) => void;
  readonly forgot: () => void;
}

/** An address, with a password or with a mail to it. */
export function PasswordForm(props: Props) {
  const { auth, enter, codeSent, linkSent, forgot } = props;
  const say = usePageTexts(texts);
  const { client } = useRouteContext({ from: "__root__" });
  const [email, setEmail] = useState("");
  const [password, setPassword] = useState("");
  const address = useRef<HTMLInputElement>(null);
  const submit = useSubmit();
  const withPassword = auth.methods.includes("password");
  const mailWays = mailWaysOf(auth);

  const send = (way: (typeof mailWays)[number]) =>
    submit.run(async () => {
      if (way === "email_code") {
        codeSent(email, await client.auth.requestCode(email));
      } else {
        await client.auth.requestLink(email);
        linkSent(email);
      }
    });
  const [first] = mailWays;
  const others = withPassword ? mailWays : mailWays.slice(1);
  const submitText = withPassword
    ? say("submit")
    : first === "magic_link"
      ? say("sendLink")
      : say("sendCode");
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        if (withPassword) {
          void submit.run(() =>
            enter(() => client.auth.signIn({ email, password })),
          );
        } else if (first !== undefined) {
          void send(first);
        }
      }}
    >
      <Stack gap="sm">
        <TextInput
          ref={address}
          label={say("email")}
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
            label={say("password")}
            name="password"
            autoComplete="current-password"
            required
            value={password}
            onChange={(event) => setPassword(event.currentTarget.value)}
          />
        )}
        <FormFailure error={submit.error} />
        <Button type="submit" loading={submit.busy} fullWidth>
          {submitText}
        </Button>
        <Group justify="space-between" gap="xs">
          {withPassword && auth.mails && (
            <Anchor component="button" type="button" size="sm" onClick={forgot}>
              {say("forgot")}
            </Anchor>
          )}
          {others.map((way) => (
            <Anchor
              key={way}
              component="button"
              type="button"
              size="sm"
              onClick={() => {
                // The browser says what is missing of the address.
                if (address.current?.reportValidity() === true) {
                  void send(way);
                }
              }}
            >
              {way === "email_code"
                ? say("sendCodeInstead")
                : say("sendLinkInstead")}
            </Anchor>
          ))}
        </Group>
      </Stack>
    </form>
  );
}
