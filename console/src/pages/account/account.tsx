import { Anchor, Button, Group, Skeleton, Stack, Text } from "@mantine/core";
import { notifications } from "@mantine/notifications";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useState, type ReactNode } from "react";
import { useTranslation } from "react-i18next";

import { useConsole } from "../../console.tsx";
import { moment } from "../../fields/shown.ts";
import { FailureNote } from "../../ui/failure-note.tsx";
import { FormFailure } from "../../ui/form-failure.tsx";
import { PasswordField } from "../../ui/password-field.tsx";
import { useSubmit } from "../../ui/use-submit.ts";
import { RecordForm } from "../record/record-form.tsx";
import styles from "./account.module.css";

const KEY = ["sessions"];

/** The person's own account. */
export function AccountPage() {
  const { t } = useTranslation();
  const { application, person } = useConsole();
  const users = application.collection("users");
  const hasPassword = application.about.auth.methods.includes("password");
  return (
    <div className={styles["page"]}>
      <h1 className={styles["title"]}>{t("account.title")}</h1>
      <Text c="dimmed">{String(person["email"] ?? "")}</Text>
      {users !== undefined && users.writable.length > 0 && (
        <Part title={t("account.profile")}>
          <RecordForm
            collection={users}
            row={person}
            onDirty={() => undefined}
            onDone={() => undefined}
          />
        </Part>
      )}
      {hasPassword && (
        <Part title={t("account.password")}>
          <PasswordChange />
        </Part>
      )}
      <Part title={t("account.security")}>
        <Stack gap="xs" align="start">
          <Text size="sm">{t("account.securityText")}</Text>
          <Anchor href="/account">{t("account.openSecurity")}</Anchor>
        </Stack>
      </Part>
      <Part title={t("account.sessions")}>
        <Sessions />
      </Part>
    </div>
  );
}

function Part(props: { readonly title: string; readonly children: ReactNode }) {
  return (
    <section className={styles["part"]}>
      <h2 className={styles["heading"]}>{props.title}</h2>
      {props.children}
    </section>
  );
}

function PasswordChange() {
  const { t } = useTranslation();
  const { client } = useConsole();
  const queries = useQueryClient();
  const submit = useSubmit();
  const [current, setCurrent] = useState("");
  const [next, setNext] = useState("");
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        void submit.run(async () => {
          await client.auth.changePassword({
            current_password: current,
            password: next,
          });
          setCurrent("");
          setNext("");
          void queries.invalidateQueries({ queryKey: KEY });
          notifications.show({ message: t("account.passwordChanged") });
        });
      }}
    >
      <Stack gap="sm" align="start">
        <PasswordField
          label={t("account.currentPassword")}
          autoComplete="current-password"
          required
          w="100%"
          value={current}
          onChange={(event) => setCurrent(event.currentTarget.value)}
        />
        <PasswordField
          label={t("account.newPassword")}
          description={t("account.passwordHint")}
          autoComplete="new-password"
          required
          minLength={8}
          w="100%"
          value={next}
          onChange={(event) => setNext(event.currentTarget.value)}
        />
        <FormFailure error={submit.error} />
        <Button type="submit" loading={submit.busy}>
          {t("account.changePassword")}
        </Button>
      </Stack>
    </form>
  );
}

function Sessions() {
  const { t, i18n } = useTranslation();
  const { client } = useConsole();
  const queries = useQueryClient();
  const submit = useSubmit();
  const found = useQuery({
    queryKey: KEY,
    queryFn: ({ signal }) => client.auth.sessions({ signal }),
  });
  if (found.isPending) {
    return (
      <Stack gap="sm">
        <Skeleton height={40} />
        <Skeleton height={40} />
      </Stack>
    );
  }
  if (found.isError) {
    return (
      <FailureNote error={found.error} retry={() => void found.refetch()} />
    );
  }
  const after = async (work: Promise<void>) => {
    await work;
    await queries.invalidateQueries({ queryKey: KEY });
  };
  return (
    <Stack gap="sm" align="start">
      <ul className={styles["sessions"]}>
        {found.data.map((session) => (
          <li key={session.id} className={styles["session"]}>
            <div>
              <Text size="sm" fw={550}>
                {session.device}
                {session.current && ` · ${t("account.thisSession")}`}
              </Text>
              <Text size="sm" c="dimmed">
                {t("account.lastUsed", {
                  when: moment(i18n.language, session.last_used_at),
                })}
                {session.address !== null && ` · ${session.address}`}
              </Text>
            </div>
            {!session.current && (
              <Button
                variant="default"
                size="xs"
                loading={submit.busy}
                onClick={() =>
                  void submit.run(() =>
                    after(client.auth.endSession(session.id)),
                  )
                }
              >
                {t("account.endSession")}
              </Button>
            )}
          </li>
        ))}
      </ul>
      <FormFailure error={submit.error} />
      {found.data.length > 1 && (
        <Group>
          <Button
            variant="default"
            loading={submit.busy}
            onClick={() =>
              void submit.run(async () => {
                await after(client.auth.endOtherSessions());
                notifications.show({ message: t("account.othersEnded") });
              })
            }
          >
            {t("account.endOthers")}
          </Button>
        </Group>
      )}
    </Stack>
  );
}
