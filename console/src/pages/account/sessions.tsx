import { Button, Skeleton, Stack } from "@mantine/core";
import { notifications } from "@mantine/notifications";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import type { OwnSession } from "mainstay-client";
import { useTranslation } from "react-i18next";

import { useConsole } from "../../console.tsx";
import { moment } from "../../fields/shown.ts";
import { usePageTexts } from "../../i18n/page-texts.ts";
import { FailureNote } from "../../ui/failure-note.tsx";
import { FormFailure } from "../../ui/form-failure.tsx";
import { useSubmit } from "../../ui/use-submit.ts";
import { ApplicationsPart } from "./applications.tsx";
import { Entries, Entry, Part } from "./part.tsx";
import { texts } from "./texts.ts";
import { SESSIONS } from "./use-account.ts";

/** Where the person is signed in, and which programs act for them. */
export function SessionsSection() {
  const say = usePageTexts(texts);
  const { client } = useConsole();
  const found = useQuery({
    queryKey: SESSIONS,
    queryFn: ({ signal }) => client.auth.sessions({ signal }),
  });
  return (
    <>
      <Part title={say("sessions.title")}>
        {found.isPending ? (
          <Stack gap="sm">
            <Skeleton height={56} />
            <Skeleton height={56} />
          </Stack>
        ) : found.isError ? (
          <FailureNote error={found.error} retry={() => void found.refetch()} />
        ) : (
          <Sessions sessions={found.data} />
        )}
      </Part>
      <ApplicationsPart />
    </>
  );
}

function Sessions(props: { readonly sessions: readonly OwnSession[] }) {
  const say = usePageTexts(texts);
  const { client } = useConsole();
  const queries = useQueryClient();
  const submit = useSubmit();
  return (
    <Stack gap="sm">
      <Entries>
        {props.sessions.map((session) => (
          <Session key={session.id} session={session} />
        ))}
      </Entries>
      <FormFailure error={submit.error} />
      {props.sessions.length > 1 && (
        <div>
          <Button
            variant="default"
            loading={submit.busy}
            onClick={() =>
              void submit.run(async () => {
                await client.auth.endOtherSessions();
                await queries.invalidateQueries({ queryKey: SESSIONS });
                notifications.show({ message: say("sessions.othersEnded") });
              })
            }
          >
            {say("sessions.endOthers")}
          </Button>
        </div>
      )}
    </Stack>
  );
}

function Session({ session }: { readonly session: OwnSession }) {
  const { i18n } = useTranslation();
  const say = usePageTexts(texts);
  const { client } = useConsole();
  const queries = useQueryClient();
  const submit = useSubmit();
  const device = session.device ?? say("sessions.unknown");
  const when = moment(i18n.language, session.last_used_at);
  const used = say("sessions.lastUsed", { when });
  return (
    <Entry
      title={session.current ? `${device} · ${say("sessions.this")}` : device}
      lines={[session.address === null ? used : `${used} · ${session.address}`]}
      actions={
        !session.current && (
          <>
            <Button
              variant="default"
              size="xs"
              loading={submit.busy}
              aria-label={say("sessions.endOf", { device })}
              onClick={() =>
                void submit.run(async () => {
                  await client.auth.endSession(session.id);
                  await queries.invalidateQueries({ queryKey: SESSIONS });
                  notifications.show({ message: say("sessions.ended") });
                })
              }
            >
              {say("sessions.end")}
            </Button>
            <FormFailure error={submit.error} />
          </>
        )
      }
    />
  );
}
