import { Badge, Card, Code, Group, Text } from "@mantine/core";
import { notifications } from "@mantine/notifications";
import { useQueryClient } from "@tanstack/react-query";
import type { ApiKey } from "mainstay-client";
import { useTranslation } from "react-i18next";

import { useConsole } from "../../../console.tsx";
import { moment } from "../../../fields/shown.ts";
import { usePageTexts } from "../../../i18n/page-texts.ts";
import type { Question } from "../parts/confirm.tsx";
import { Facts } from "../parts/facts.tsx";
import { RowMenu } from "../parts/row-menu.tsx";
import { texts as shared } from "../texts.ts";
import { keysOf } from "./queries.ts";
import { texts } from "./texts.ts";

/** What is known of a key. */
export function KeyCard(props: {
  readonly apiKey: ApiKey;
  readonly onAsk: (question: Question) => void;
  readonly onSecret: (name: string, key: string) => void;
}) {
  const { apiKey, onAsk } = props;
  const { name } = apiKey;
  const say = usePageTexts(texts);
  const words = usePageTexts(shared);
  const { i18n } = useTranslation();
  const { client } = useConsole();
  const queries = useQueryClient();
  const reload = () =>
    queries.invalidateQueries({ queryKey: keysOf(apiKey.owner) });

  async function rotate() {
    const path = `/api-keys/${apiKey.id}/rotate`;
    const made = (await client.request("POST", path, { body: {} })) as {
      readonly key: string;
    };
    await reload();
    props.onSecret(name, made.key);
  }

  async function revoke() {
    await client.request("DELETE", `/api-keys/${apiKey.id}`);
    await reload();
    notifications.show({ message: say("done.keyRevoked", { name }) });
  }

  const when = (time: string) => moment(i18n.language, time);
  const used =
    apiKey.last_used_at === null
      ? say("neverUsed")
      : say("lastUsedAt", {
          when: when(apiKey.last_used_at),
          address: apiKey.last_address ?? "?",
        });
  const ask = (
    act: "rotate" | "revokeKey",
    isDangerous: boolean,
    run: () => Promise<void>,
  ) => ({
    label: say(act),
    isDangerous,
    run: () =>
      onAsk({
        title: say(`${act}Title`, { name }),
        text: say(`${act}Text`),
        act: say(act),
        isDangerous,
        run,
      }),
  });
  return (
    <Card withBorder padding="sm">
      <Group justify="space-between" wrap="nowrap" align="start">
        <Group gap="xs">
          <Text fw={600}>{name}</Text>
          {apiKey.replaced_by !== null && (
            <Badge variant="default">{say("replaced")}</Badge>
          )}
        </Group>
        <RowMenu
          name={name}
          acts={[
            ...(apiKey.replaced_by === null
              ? [ask("rotate", false, rotate)]
              : []),
            ask("revokeKey", true, revoke),
          ]}
        />
      </Group>
      <Facts
        facts={[
          [
            say("scopes"),
            apiKey.scopes.map((scope) => <Code key={scope}>{scope}</Code>),
          ],
          [say("networks"), apiKey.networks.join(", ") || say("everywhere")],
          [
            say("expires"),
            apiKey.expires_at === null
              ? words("never")
              : when(apiKey.expires_at),
          ],
          [say("lastUsed"), used],
        ]}
      />
    </Card>
  );
}
