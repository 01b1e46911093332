import { Button, Group, Stack } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import type { ServiceAccount, ServiceAccountList } from "mainstay-client";
import { useState } from "react";
import { useTranslation } from "react-i18next";

import { useConsole } from "../../../console.tsx";
import { moment } from "../../../fields/shown.ts";
import { usePageTexts } from "../../../i18n/page-texts.ts";
import { Empty } from "../../../ui/empty.tsx";
import { Icon } from "../../../ui/icon.tsx";
import { DataTable } from "../parts/data-table.tsx";
import { Loaded } from "../parts/loaded.tsx";
import { StateBadge } from "../parts/state-badge.tsx";
import { texts as shared } from "../texts.ts";
import { KeysDrawer } from "./keys-drawer.tsx";
import { NewService } from "./new-service.tsx";
import { SERVICES } from "./queries.ts";
import { texts } from "./texts.ts";

/** The users that are programs. */
export function ServiceAccounts() {
  const say = usePageTexts(texts);
  const words = usePageTexts(shared);
  const { i18n } = useTranslation();
  const { client } = useConsole();
  const [isMaking, setMaking] = useState(false);
  const [open, setOpen] = useState<ServiceAccount | null>(null);
  const found = useQuery({
    queryKey: SERVICES,
    queryFn: async ({ signal }) =>
      (await client.request("GET", "/service-accounts", {
        signal,
      })) as ServiceAccountList,
  });
  return (
    <Stack gap="md">
      <Group justify="end">
        <Button
          leftSection={<Icon name="plus" size={16} />}
          onClick={() => setMaking(true)}
        >
          {say("newService")}
        </Button>
      </Group>
      <Loaded found={found}>
        {({ items }) =>
          items.length === 0 ? (
            <Empty title={say("noServices")} text={say("noServicesText")} />
          ) : (
            <DataTable
              label={say("tabs.services")}
              items={items}
              keyOf={({ id }) => id}
              columns={[
                { title: say("email"), cell: ({ email }) => email },
                {
                  title: say("state"),
                  cell: ({ active }) =>
                    active ? (
                      say("active")
                    ) : (
                      <StateBadge tone="bad">{say("inactive")}</StateBadge>
                    ),
                },
                {
                  title: say("since"),
                  cell: (one) => moment(i18n.language, one.created_at),
                },
              ]}
              acts={{
                title: words("acts"),
                of: (one) => (
                  <Button
                    variant="default"
                    size="xs"
                    aria-label={say("keysOf", { name: one.email })}
                    onClick={() => setOpen(one)}
                  >
                    {say("keys")}
                  </Button>
                ),
              }}
            />
          )
        }
      </Loaded>
      {isMaking && (
        <NewService
          onClose={() => setMaking(false)}
          onMade={(made) => {
            setMaking(false);
            setOpen(made);
          }}
        />
      )}
      {open !== null && (
        <KeysDrawer account={open} onClose={() => setOpen(null)} />
      )}
    </Stack>
  );
}
