import { Checkbox, Code, Group, Stack, Text, TextInput } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import type { Setting, SettingList } from "mainstay-client";
import { useState } from "react";

import { useConsole } from "../../../console.tsx";
import { usePageTexts } from "../../../i18n/page-texts.ts";
import { Empty } from "../../../ui/empty.tsx";
import { Icon } from "../../../ui/icon.tsx";
import { DataTable } from "../parts/data-table.tsx";
import { Loaded } from "../parts/loaded.tsx";
import { Prose } from "../parts/prose.tsx";
import { texts } from "./texts.ts";

/** How the server is set, and what says so. */
export function SettingsView() {
  const say = usePageTexts(texts);
  const { client } = useConsole();
  const [search, setSearch] = useState("");
  const [isOnlySet, setOnlySet] = useState(false);
  const found = useQuery({
    queryKey: ["/settings"],
    queryFn: async ({ signal }) =>
      (await client.request("GET", "/settings", { signal })) as SettingList,
  });
  const matches = ({ name, description, source }: Setting) =>
    (!isOnlySet || source !== "default") &&
    `${name} ${description}`.toLowerCase().includes(search.toLowerCase());
  return (
    <Stack gap="md">
      <Text size="sm">{say("settingsText")}</Text>
      <Group gap="md">
        <TextInput
          type="search"
          aria-label={say("searchSettings")}
          placeholder={say("searchSettings")}
          leftSection={<Icon name="search" size={16} />}
          value={search}
          onChange={(event) => setSearch(event.currentTarget.value)}
        />
        <Checkbox
          label={say("onlyChanged")}
          checked={isOnlySet}
          onChange={(event) => setOnlySet(event.currentTarget.checked)}
        />
      </Group>
      <Loaded found={found}>
        {({ items }) => <SettingTable items={items.filter(matches)} />}
      </Loaded>
    </Stack>
  );
}

function SettingTable({ items }: { readonly items: readonly Setting[] }) {
  const say = usePageTexts(texts);
  if (items.length === 0) {
    return <Empty title={say("noSetting")} text={say("noSettingText")} />;
  }
  return (
    <DataTable
      label={say("tabs.settings")}
      items={items}
      keyOf={({ name }) => name}
      columns={[
        {
          title: say("setting"),
          cell: ({ name, description }) => (
            <>
              <Code>{name}</Code>
              <Text size="xs" c="dimmed" fw={400}>
                <Prose text={description} />
              </Text>
            </>
          ),
        },
        { title: say("value"), cell: (one) => <Value setting={one} /> },
        {
          title: say("source"),
          cell: ({ source, from, variable }) => (
            <>
              {say(`sources.${source}`)}
              <Text size="xs" c="dimmed">
                {from ?? say("setBy", { variable })}
              </Text>
            </>
          ),
        },
      ]}
    />
  );
}

function Value({ setting }: { readonly setting: Setting }) {
  const say = usePageTexts(texts);
  const { value, secret } = setting;
  const isEmpty =
    value === null ||
    value === "" ||
    (Array.isArray(value) && value.length === 0);
  if (isEmpty) {
    return (
      <Text component="span" size="sm" c="dimmed">
        {say("notSet")}
      </Text>
    );
  }
  if (secret) {
    return say("secret");
  }
  return (
    <Code>{typeof value === "string" ? value : JSON.stringify(value)}</Code>
  );
}
