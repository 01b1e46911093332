import { Tabs } from "@mantine/core";
import { useNavigate, useSearch } from "@tanstack/react-router";

import { usePageTexts } from "../../../i18n/page-texts.ts";
import { AdminPage } from "../parts/admin-page.tsx";
import { Invitations } from "./invitations.tsx";
import { People } from "./people.tsx";
import { ServiceAccounts } from "./service-accounts.tsx";
import { texts } from "./texts.ts";

const TABS = ["people", "invitations", "services"] as const;
type Tab = (typeof TABS)[number];

/** Everybody with an account, those who are invited, and programs. */
export function UsersPage() {
  const say = usePageTexts(texts);
  const navigate = useNavigate();
  const { tab } = useSearch({ from: "/signed-in/administration/users" });
  const shown = TABS.find((one) => one === tab) ?? "people";
  return (
    <AdminPage title={say("title")} text={say("text")}>
      <Tabs
        value={shown}
        keepMounted={false}
        onChange={(next) =>
          void navigate({
            to: "/administration/users",
            search: next === null || next === "people" ? {} : { tab: next },
          })
        }
      >
        <Tabs.List>
          {TABS.map((one) => (
            <Tabs.Tab key={one} value={one}>
              {say(`tabs.${one}`)}
            </Tabs.Tab>
          ))}
        </Tabs.List>
        <Tabs.Panel value={"people" satisfies Tab} pt="md">
          <People />
        </Tabs.Panel>
        <Tabs.Panel value={"invitations" satisfies Tab} pt="md">
          <Invitations />
        </Tabs.Panel>
        <Tabs.Panel value={"services" satisfies Tab} pt="md">
          <ServiceAccounts />
        </Tabs.Panel>
      </Tabs>
    </AdminPage>
  );
}
