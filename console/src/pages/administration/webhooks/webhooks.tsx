import { Button, Code, Text, UnstyledButton } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useNavigate, useSearch } from "@tanstack/react-router";
import type { Webhook, WebhookList } from "mainstay-client";
import { useState } from "react";

import { useConsole } from "../../../console.tsx";
import { usePageTexts } from "../../../i18n/page-texts.ts";
import { Empty } from "../../../ui/empty.tsx";
import { Icon } from "../../../ui/icon.tsx";
import { AdminPage } from "../parts/admin-page.tsx";
import { DataTable } from "../parts/data-table.tsx";
import { Loaded } from "../parts/loaded.tsx";
import { StateBadge } from "../parts/state-badge.tsx";
import { NewWebhookDialogue } from "./new-webhook.tsx";
import { WEBHOOKS } from "./queries.ts";
import { texts } from "./texts.ts";
import { WebhookDrawer } from "./webhook-drawer.tsx";
import styles from "./webhooks.module.css";

/** Who is told what happens. */
export function WebhooksPage() {
  const say = usePageTexts(texts);
  const { client } = useConsole();
  const navigate = useNavigate();
  const { webhook: openId } = useSearch({
    from: "/signed-in/administration/webhooks",
  });
  const [isMaking, setMaking] = useState(false);
  const found = useQuery({
    queryKey: WEBHOOKS,
    queryFn: async ({ signal }) =>
      (await client.request("GET", "/webhooks", { signal })) as WebhookList,
  });
  const open = (id: string | null) =>
    void navigate({
      to: "/administration/webhooks",
      search: id === null ? {} : { webhook: id },
    });
  const opened = found.data?.items.find(({ id }) => id === openId);
  return (
    <AdminPage
      title={say("title")}
      text={say("text")}
      actions={
        <Button
          leftSection={<Icon name="plus" size={16} />}
          onClick={() => setMaking(true)}
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
            <WebhookTable items={items} onOpen={open} />
          )
        }
      </Loaded>
      <NewWebhookDialogue opened={isMaking} onClose={() => setMaking(false)} />
      {opened !== undefined && (
        <WebhookDrawer webhook={opened} onClose={() => open(null)} />
      )}
    </AdminPage>
  );
}

function WebhookTable(props: {
  readonly items: readonly Webhook[];
  readonly onOpen: (id: string) => void;
}) {
  const say = usePageTexts(texts);
  const { application } = useConsole();
  const titleOf = (name: string) => application.collection(name)?.title ?? name;
  return (
    <DataTable
      label={say("title")}
      items={props.items}
      keyOf={({ id }) => id}
      columns={[
        {
          title: say("url"),
          cell: ({ id, url, description }) => (
            <>
              <UnstyledButton
                className={styles["name"] ?? ""}
                aria-label={say("open", { name: url })}
                onClick={() => props.onOpen(id)}
              >
                {url}
              </UnstyledButton>
              {description !== "" && (
                <Text size="sm" c="dimmed" fw={400}>
                  {description}
                </Text>
              )}
            </>
          ),
        },
        {
          title: say("kinds"),
          cell: ({ kinds }) => (
            <span className={styles["kinds"]}>
              {kinds.map((kind) => (
                <Code key={kind}>{kind}</Code>
              ))}
            </span>
          ),
        },
        {
          title: say("collections"),
          cell: ({ collections }) =>
            collections.map(titleOf).join(", ") || say("allCollections"),
        },
        {
          title: say("state"),
          cell: (webhook) => <WebhookState webhook={webhook} />,
        },
        {
          title: say("waiting"),
          cell: ({ pending }) => say("waiting", { count: pending }),
        },
      ]}
    />
  );
}

function WebhookState({ webhook }: { readonly webhook: Webhook }) {
  const say = usePageTexts(texts);
  if (!webhook.enabled) {
    return <StateBadge tone="plain">{say("off")}</StateBadge>;
  }
  return webhook.failing_since === null ? (
    <StateBadge tone="good">{say("on")}</StateBadge>
  ) : (
    <StateBadge tone="bad">{say("failing")}</StateBadge>
  );
}
