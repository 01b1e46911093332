import { Badge, Button, Code, Group, Text } from "@mantine/core";
import { notifications } from "@mantine/notifications";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import type { OAuthClient, OAuthClientList } from "mainstay-client";
import { useState } from "react";

import { useConsole } from "../../../console.tsx";
import { usePageTexts } from "../../../i18n/page-texts.ts";
import { Empty } from "../../../ui/empty.tsx";
import { Icon } from "../../../ui/icon.tsx";
import { AdminPage } from "../parts/admin-page.tsx";
import { Confirm, type Question } from "../parts/confirm.tsx";
import { DataTable } from "../parts/data-table.tsx";
import { Loaded } from "../parts/loaded.tsx";
import { RowMenu, type Act } from "../parts/row-menu.tsx";
import { SecretDialogue, type Secret } from "../parts/secret-dialogue.tsx";
import { texts as shared } from "../texts.ts";
import { ClientDialogue } from "./client-dialogue.tsx";
import { CLIENTS } from "./queries.ts";
import { texts } from "./texts.ts";

/** The programs that sign people in here. */
export function ClientsPage() {
  const say = usePageTexts(texts);
  const words = usePageTexts(shared);
  const { client } = useConsole();
  const queries = useQueryClient();
  /** The one in the dialogue; null for one that is about to be made. */
  const [edited, setEdited] = useState<OAuthClient | null | undefined>();
  const [secret, setSecret] = useState<Secret | null>(null);
  const [question, setQuestion] = useState<Question | null>(null);
  const found = useQuery({
    queryKey: CLIENTS,
    queryFn: async ({ signal }) =>
      (await client.request("GET", "/clients", { signal })) as OAuthClientList,
  });
  const tell = ({ id, name }: OAuthClient, value: string) =>
    setSecret({
      title: say("secretTitle", { name }),
      value,
      text: say("secretText", { id }),
    });

  function actsOf(one: OAuthClient): readonly Act[] {
    const { name } = one;
    const path = `/clients/${encodeURIComponent(one.id)}`;
    const ask = (act: "rotate" | "remove", run: () => Promise<void>): Act => ({
      label: say(act),
      isDangerous: true,
      run: () =>
        setQuestion({
          title: say(`${act}Title`, { name }),
          text: say(`${act}Text`),
          act: say(act),
          isDangerous: true,
          run,
        }),
    });
    const rotate = ask("rotate", async () => {
      const made = (await client.request("POST", `${path}/rotate-secret`)) as {
        readonly secret: string;
      };
      tell(one, made.secret);
    });
    const remove = ask("remove", async () => {
      await client.request("DELETE", path);
      await queries.invalidateQueries({ queryKey: CLIENTS });
      notifications.show({ message: say("removed", { name }) });
    });
    const edit = { label: say("edit"), run: () => setEdited(one) };
    return [edit, ...(one.confidential ? [rotate] : []), remove];
  }

  return (
    <AdminPage
      title={say("title")}
      text={say("text")}
      actions={
        <Button
          leftSection={<Icon name="plus" size={16} />}
          onClick={() => setEdited(null)}
        >
          {say("new")}
        </Button>
      }
    >
      <Loaded found={found}>
        {({ items }) =>
          items.length === 0 ? (
            <Empty title={say("empty")} text={say("emptyText")} />
          ) : (
            <DataTable
              label={say("title")}
              items={items}
              keyOf={({ id }) => id}
              columns={[
                {
                  title: say("name"),
                  cell: (one) => (
                    <>
                      {one.name}
                      <Text size="xs" c="dimmed" fw={400}>
                        {one.id}
                      </Text>
                    </>
                  ),
                },
                { title: say("kind"), cell: (one) => <Kinds client={one} /> },
                {
                  title: say("scopes"),
                  cell: ({ scopes }) => <Codes codes={scopes} />,
                },
                {
                  title: say("redirects"),
                  cell: ({ redirects }) => <Codes codes={redirects} />,
                },
              ]}
              acts={{
                title: words("acts"),
                of: (one) =>
                  one.declared ? null : (
                    <RowMenu name={one.name} acts={actsOf(one)} />
                  ),
              }}
            />
          )
        }
      </Loaded>
      {edited !== undefined && (
        <ClientDialogue
          edited={edited}
          onClose={() => setEdited(undefined)}
          onSecret={tell}
        />
      )}
      <SecretDialogue secret={secret} onClose={() => setSecret(null)} />
      <Confirm question={question} onClose={() => setQuestion(null)} />
    </AdminPage>
  );
}

function Codes({ codes }: { readonly codes: readonly string[] }) {
  return (
    <Group gap="3xs">
      {codes.map((code) => (
        <Code key={code}>{code}</Code>
      ))}
    </Group>
  );
}

function Kinds({ client }: { readonly client: OAuthClient }) {
  const say = usePageTexts(texts);
  return (
    <Group gap="3xs">
      {client.declared && (
        <Badge variant="default" title={say("declaredText")}>
          {say("declared")}
        </Badge>
      )}
      {client.own && <Badge variant="light">{say("own")}</Badge>}
      <Badge variant="default">
        {say(client.confidential ? "confidential" : "public")}
      </Badge>
    </Group>
  );
}
