import { Tabs } from "@mantine/core";
import { useNavigate, useSearch } from "@tanstack/react-router";

import { usePageTexts } from "../../../i18n/page-texts.ts";
import { AdminPage } from "../parts/admin-page.tsx";
import { HealthView } from "./health.tsx";
import { JobsView } from "./jobs.tsx";
import { MigrationsView } from "./migrations.tsx";
import { SettingsView } from "./settings.tsx";
import { texts } from "./texts.ts";

const VIEWS = {
  health: HealthView,
  jobs: JobsView,
  settings: SettingsView,
  migrations: MigrationsView,
} as const;
const TABS = Object.keys(VIEWS) as (keyof typeof VIEWS)[];

/** How the server is, what runs in it, and how it is set. */
export function ServerPage() {
  const say = usePageTexts(texts);
  const navigate = useNavigate();
  const { tab } = useSearch({ from: "/signed-in/administration/server" });
  const shown = TABS.find((one) => one === tab) ?? "health";
  const View = VIEWS[shown];
  return (
    <AdminPage title={say("title")} text={say("text")}>
      <Tabs
        value={shown}
        keepMounted={false}
        onChange={(next) =>
          void navigate({
            to: "/administration/server",
            search: next === null || next === "health" ? {} : { tab: next },
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
        <Tabs.Panel value={shown} pt="md">
          <View />
        </Tabs.Panel>
      </Tabs>
    </AdminPage>
  );
}
