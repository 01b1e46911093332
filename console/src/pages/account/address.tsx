import {
  Badge,
  Button,
  Group,
  Skeleton,
  Stack,
  Text,
  TextInput,
} from "@mantine/core";
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
import { useAccount } from "./use-account.ts";

/** The address, whether it is confirmed, and another one in its place. */
export function AddressPart() {
  const say = usePageTexts(texts);
  const found = useAccount();
  return (
    <Part title={say("address.title")}>
      {found.isPending ? (
        <Skeleton height={72} />
      ) : found.isError ? (
        <FailureNote error={found.error} retry={() => void found.refetch()} />
      ) : (
        <Address account={found.data} />
      )}
    </Part>
  );
}

function Address({ account }: { readonly account: AccountState }) {
  const say = usePageTexts(texts);
  const { application, client } = useConsole();
  const [isOpen, setOpen] = useState(false);
  const [told, setTold] = useState("");
  const submit = useSubmit();
  const isConfirmed = account.verified_at !== null;
  const { mails } = application.about.auth;
  const email = account.email ?? "";
  return (
    <Stack gap="sm" align="start">
      <div>
        <Group gap="xs">
          <Text size="sm">{email}</Text>
          <Badge
            variant="default"
            size="sm"
            tt="none"
            color={isConfirmed ? "green" : "gray"}
          >
            {isConfirmed
              ? say("address.confirmed")
              : say("address.unconfirmed")}
          </Badge>
        </Group>
        <Text size="sm" role="status">
          {told}
        </Text>
      </div>
      <FormFailure error={submit.error} />
      {mails && !isOpen && (
        <Group gap="xs">
          {!isConfirmed && (
            <Button
              variant="default"
              loading={submit.busy}
              onClick={() =>
                void submit.run(async () => {
                  await client.account.requestVerification();
                  setTold(say("address.verifySent", { email }));
                })
              }
            >
              {say("address.verify")}
            </Button>
          )}
          {account.has_password && (
            <Button variant="default" onClick={() => setOpen(true)}>
              {say("address.change")}
            </Button>
          )}
        </Group>
      )}
      {mails && !account.has_password && (
        <Text size="sm" c="dimmed">
          {say("address.needsPassword")}
        </Text>
      )}
      {isOpen && (
        <AddressForm
          onSent={(sentTo) => {
            setTold(say("address.sent", { email: sentTo }));
            setOpen(false);
          }}
          onCancel={() => setOpen(false)}
        />
      )}
    </Stack>
  );
}

function AddressForm(props: {
  readonly onSent: (email: string) => void;
  readonly onCancel: () => void;
}) {
  const { t } = useTranslation();
  const say = usePageTexts(texts);
  const { client } = useConsole();
  const [email, setEmail] = useState("");
  const [password, setPassword] = useState("");
  const submit = useSubmit();
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        void submit.run(async () => {
          await client.account.requestAddressChange({ email, password });
          props.onSent(email);
        });
      }}
    >
      <Stack gap="sm">
        <TextInput
          label={say("address.new")}
          type="email"
          autoComplete="email"
          required
          autoFocus
          value={email}
          onChange={(event) => setEmail(event.currentTarget.value)}
        />
        <PasswordField
          label={say("password.current")}
          autoComplete="current-password"
          required
          value={password}
          onChange={(event) => setPassword(event.currentTarget.value)}
        />
        <FormFailure error={submit.error} />
        <Group gap="xs">
          <Button type="submit" loading={submit.busy}>
            {say("address.send")}
          </Button>
          <Button variant="default" onClick={props.onCancel}>
            {t("action.cancel")}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
