import { Anchor, Skeleton, Stack, Text, Title } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { Link, useRouteContext } from "@tanstack/react-router";
import { MainstayError, NotFound, ValidationFailed } from "mainstay-client";
import { useState, type ReactNode } from "react";

import type { Row } from "../../application/row.ts";
import { usePageTexts } from "../../i18n/page-texts.ts";
import { Providers } from "../../layout/providers.tsx";
import { FailureNote } from "../../ui/failure-note.tsx";
import styles from "./share.module.css";
import { LinkedRecord } from "./linked-record.tsx";
import { PasswordForm } from "./password-form.tsx";
import { texts } from "./texts.ts";
import { useToken } from "./token.ts";

/** Before a grant ends the link is opened again. */
const AHEAD_MS = 60_000;
/** Nobody is signed in: what visitors write stands in nobody's name. */
const NOBODY: Row = { id: "", version: 0 };

/** What somebody sees who came by a link: the record that it leads to, and nothing else. */
export function SharePage() {
  const say = usePageTexts(texts);
  const { client, application } = useRouteContext({ from: "__root__" });
  const token = useToken();
  const [password, setPassword] = useState<string>();
  const me = useQuery({
    queryKey: ["me-or-nobody"],
    queryFn: async (): Promise<Row> => (await client.auth.user()) ?? NOBODY,
  });
  const opened = useQuery({
    queryKey: ["link", token, password],
    enabled: token !== "" && me.isSuccess,
    // Each opening is counted.
    staleTime: Infinity,
    refetchOnReconnect: false,
    refetchInterval: ({ state }) =>
      state.status === "success" ? untilAnew(state.data?.expires_at) : false,
    queryFn: () => client.shares.open(token, password),
  });
  const person = me.data ?? NOBODY;
  const { error } = opened;

  let content: ReactNode;
  if (token === "") {
    content = (
      <Note title={say("incompleteTitle")} text={say("incompleteText")} />
    );
  } else if (error instanceof NotFound) {
    content = <Note title={say("endedTitle")} text={say("endedText")} />;
  } else if (isAboutPassword(error) || (password !== undefined && error)) {
    content = (
      <PasswordForm
        busy={opened.isFetching}
        // That one is needed is no failure of whoever sees it first.
        error={password === undefined ? null : error}
        onOpen={(given) => {
          setPassword(given);
          if (given === password) {
            void opened.refetch();
          }
        }}
      />
    );
  } else if (me.isError || error !== null) {
    content = (
      <FailureNote
        error={me.error ?? error}
        retry={() => void (me.isError ? me.refetch() : opened.refetch())}
      />
    );
  } else if (opened.data === undefined) {
    content = (
      <Stack gap="md" role="status" aria-label={say("opening")}>
        <Skeleton height={28} width="14rem" />
        <Skeleton height={52} />
        <Skeleton height={52} />
      </Stack>
    );
  } else {
    content = <LinkedRecord opened={opened.data} person={person} />;
  }
  return (
    <Providers>
      <div className={styles["page"]}>
        <header className={styles["bar"]}>
          <span className={styles["title"]}>{application.title}</span>
          {person.id === "" ? (
            <Anchor
              component={Link}
              to="/sign-in"
              search={{ to: "/share" } as never}
            >
              {say("signIn")}
            </Anchor>
          ) : (
            <Anchor component={Link} to="/">
              {say("console")}
            </Anchor>
          )}
        </header>
        <main className={styles["main"]}>
          <div className={styles["content"]}>{content}</div>
        </main>
      </div>
    </Providers>
  );
}

/** In the place of what is not, or no more, to be seen. */
export function Note(props: { readonly title: string; readonly text: string }) {
  return (
    <Stack gap="xs" align="center" ta="center" p="xl" role="status">
      <Title order={1} size="h4">
        {props.title}
      </Title>
      <Text c="dimmed" size="sm" maw="28rem">
        {props.text}
      </Text>
    </Stack>
  );
}

function isAboutPassword(error: unknown): boolean {
  return (
    (error instanceof ValidationFailed &&
      error.fields.some(({ field }) => field === "password")) ||
    (error instanceof MainstayError && error.code === "invalid_credentials")
  );
}

/** A grant of the last minute ends with its share, and is not opened anew before. */
function untilAnew(end: string | undefined): number | false {
  if (end === undefined) {
    return false;
  }
  const left = Date.parse(end) - Date.now();
  return left > 2 * AHEAD_MS ? left - AHEAD_MS : Math.max(left, 0) + 1000;
}
