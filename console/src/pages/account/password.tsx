import { Button, Group, Skeleton, Stack, Text } from "@mantine/core";
import { notifications } from "@mantine/notifications";
import { useQueryClient } from "@tanstack/react-query";
import type { AccountState } from "mainstay-client";
import { useState } from "react";
import { useTranslation } from "react-i18next";

import { useConsole } from "../../console.tsx";
import { usePageTexts } from "../../i18n/page-texts.ts";
import { FailureNote } from "../../ui/failure-note.tsx";
import { FormFailure } from "../../ui/form-failure.tsx";
import { PasswordField } from "../../ui/password-field.tsx";
import { useSubmit } from "../../ui/use-submit.ts";
import { Part } from "./part.tsx";
import { texts } from "./texts.ts";
import { SESSIONS, useAccount } from "./use-account.ts";

export function PasswordPart() {
  const say = usePageTexts(texts);
  const found = useAccount();
  return (
    <Part title={say("password.title")}>
      {found.isPending ? (
        <Skeleton height={60} />
      ) : found.isError ? (
        <FailureNote error={found.error} retry={() => void found.refetch()} />
      ) : found.data.has_password ? (
        <OwnPassword />
      ) : (
        <NoPassword account={found.data} />
      )}
    </Part>
  );
}

function OwnPassword() {
  const say = usePageTexts(texts);
  const [isOpen, setOpen] = useState(false);
  return isOpen ? (
    <PasswordForm onDone={() => setOpen(false)} />
  ) : (
    <div>
      <Button variant="default" onClick={() => setOpen(true)}>
        {say("password.change")}
      </Button>
    </div>
  );
}

function PasswordForm({ onDone }: { readonly onDone: () => void }) {
  const { t } = useTranslation();
  const say = usePageTexts(texts);
  const { client } = useConsole();
  const queries = useQueryClient();
  const submit = useSubmit();
  const [current, setCurrent] = useState("");
  const [next, setNext] = useState("");

  async function change() {
    await client.auth.changePassword({
      current_password: current,
      password: next,
    });
    void queries.invalidateQueries({ queryKey: SESSIONS });
    notifications.show({ message: say("password.changed") });
    onDone();
  }

  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        void submit.run(change);
      }}
    >
      <Stack gap="sm">
        <PasswordField
          label={say("password.current")}
          autoComplete="current-password"
          required
          autoFocus
          value={current}
          onChange={(event) => setCurrent(event.currentTarget.value)}
        />
        <PasswordField
          label={say("password.new")}
          description={say("password.hint")}
          autoComplete="new-password"
          required
          minLength={8}
          value={next}
          onChange={(event) => setNext(event.currentTarget.value)}
        />
        <FormFailure error={submit.error} />
        <Group gap="xs">
          <Button type="submit" loading={submit.busy}>
            {say("password.change")}
          </Button>
          <Button variant="default" onClick={onDone}>
            {t("action.cancel")}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}

/** Somebody who came by a provider, a mail or a passkey sets their first password with a link. */
function NoPassword({ account }: { readonly account: AccountState }) {
  const say = usePageTexts(texts);
  const { application, client } = useConsole();
  const [told, setTold] = useState("");
  const submit = useSubmit();
  const { email } = account;
  return (
    <Stack gap="sm" align="start">
      <div>
        <Text size="sm">{say("password.none")}</Text>
        <Text size="sm" role="status">
          {told}
        </Text>
      </div>
      <FormFailure error={submit.error} />
      {application.about.auth.mails && email !== null && told === "" && (
        <Button
          variant="default"
          loading={submit.busy}
          onClick={() =>
            void submit.run(async () => {
              await client.account.requestPasswordReset(email);
              setTold(say("password.sent", { email }));
            })
          }
        >
          {say("password.send")}
        </Button>
      )}
    </Stack>
  );
}
