import { Button, Text } from "@mantine/core";
import { modals } from "@mantine/modals";
import { notifications } from "@mantine/notifications";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import type {
  ConnectedApplication,
  ConnectedApplicationList,
} from "mainstay-client";
import { useTranslation } from "react-i18next";

import { useConsole } from "../../console.tsx";
import { moment } from "../../fields/shown.ts";
import { usePageTexts } from "../../i18n/page-texts.ts";
import { FailureNote } from "../../ui/failure-note.tsx";
import { FormFailure } from "../../ui/form-failure.tsx";
import { useSubmit } from "../../ui/use-submit.ts";
import { Entries, Entry, Part } from "./part.tsx";
import { texts } from "./texts.ts";
import { useScopeWords } from "./use-scope-words.ts";
import { SESSIONS } from "./use-account.ts";

const APPLICATIONS = ["applications"];

/** Programs that the person has let in; nothing where there are none. */
export function ApplicationsPart() {
  const say = usePageTexts(texts);
  const { client } = useConsole();
  const found = useQuery({
    queryKey: APPLICATIONS,
    queryFn: async ({ signal }) => {
      const path = "/auth/applications";
      const answer = await client.request("GET", path, { signal });
      return (answer as ConnectedApplicationList).items;
    },
  });
  if (found.isError) {
    return (
      <FailureNote error={found.error} retry={() => void found.refetch()} />
    );
  }
  if (found.isPending || found.data.length === 0) {
    return null;
  }
  return (
    <Part title={say("applications.title")} text={say("applications.text")}>
      <Entries>
        {found.data.map((one) => (
          <Connected key={one.client} application={one} />
        ))}
      </Entries>
    </Part>
  );
}

function Connected(props: { readonly application: ConnectedApplication }) {
  const { i18n, t } = useTranslation();
  const say = usePageTexts(texts);
  const { client } = useConsole();
  const queries = useQueryClient();
  const submit = useSubmit();
  const sayScopes = useScopeWords();
  const { name, own, agreed_at, last_used_at, scopes } = props.application;
  const when = (at: string) => ({ when: moment(i18n.language, at) });

  async function disconnect() {
    const id = encodeURIComponent(props.application.client);
    await client.request("DELETE", `/auth/applications/${id}`);
    await queries.invalidateQueries({ queryKey: APPLICATIONS });
    await queries.invalidateQueries({ queryKey: SESSIONS });
    notifications.show({ message: say("applications.disconnected", { name }) });
  }

  const ask = () =>
    modals.openConfirmModal({
      title: say("applications.disconnectTitle", { name }),
      children: <Text size="sm">{say("applications.disconnectText")}</Text>,
      labels: {
        confirm: say("applications.disconnect"),
        cancel: t("action.cancel"),
      },
      confirmProps: { color: "red" },
      onConfirm: () => void submit.run(disconnect),
    });

  return (
    <Entry
      title={name}
      lines={[
        sayScopes(scopes),
        ...(own ? [say("applications.own")] : []),
        ...(agreed_at === null
          ? []
          : [say("applications.agreed", when(agreed_at))]),
        ...(last_used_at === null
          ? []
          : [say("applications.used", when(last_used_at))]),
      ]}
      actions={
        <>
          <Button
            variant="default"
            size="xs"
            loading={submit.busy}
            aria-label={say("applications.disconnectOf", { name })}
            onClick={ask}
          >
            {say("applications.disconnect")}
          </Button>
          <FormFailure error={submit.error} />
        </>
      }
    />
  );
}
