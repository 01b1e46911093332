import { Button, Stack, Text, Title } from "@mantine/core";
import { MainstayError } from "mainstay-client";
import { useState } from "react";

import { usePageTexts } from "../../i18n/page-texts.ts";
import { FormFailure } from "../../ui/form-failure.tsx";
import { PasswordField } from "../../ui/password-field.tsx";
import { texts } from "./texts.ts";

/** Asks for the password of a link. */
export function PasswordForm(props: {
  readonly busy: boolean;
  readonly error: unknown;
  readonly onOpen: (password: string) => void;
}) {
  const { busy, error, onOpen } = props;
  const say = usePageTexts(texts);
  const [password, setPassword] = useState("");
  const isWrong =
    error instanceof MainstayError && error.code === "invalid_credentials";
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        if (!busy) {
          onOpen(password);
        }
      }}
    >
      <Stack gap="md" maw="24rem" mx="auto" mt="xl">
        <Title order={1} size="h3">
          {say("passwordTitle")}
        </Title>
        <Text size="sm" c="dimmed">
          {say("passwordText")}
        </Text>
        <PasswordField
          label={say("password")}
          autoComplete="off"
          autoFocus
          required
          error={isWrong ? say("wrong") : null}
          value={password}
          onChange={(event) => setPassword(event.currentTarget.value)}
        />
        {!isWrong && <FormFailure error={error} />}
        <Button type="submit" loading={busy} disabled={password === ""}>
          {say("open")}
        </Button>
      </Stack>
    </form>
  );
}
