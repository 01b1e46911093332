import { Alert, Select, Stack, Tabs } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useNavigate, useSearch } from "@tanstack/react-router";
import type { ApplicationDefinition } from "mainstay-client";

import { useConsole } from "../../../console.tsx";
import { usePageTexts } from "../../../i18n/page-texts.ts";
import { AdminPage } from "../parts/admin-page.tsx";
import { Loaded } from "../parts/loaded.tsx";
import { CollectionView } from "./collection-view.tsx";
import { Diagram } from "./diagram.tsx";
import { FileEditor } from "./file-editor.tsx";
import { texts } from "./texts.ts";

const TABS = ["diagram", "collections", "file"] as const;

/** What the application is made of. */
export function DefinitionPage() {
  const say = usePageTexts(texts);
  const { client } = useConsole();
  const found = useQuery({
    queryKey: ["/definition"],
    queryFn: async ({ signal }) =>
      (await client.request("GET", "/definition", {
        signal,
      })) as ApplicationDefinition,
  });
  return (
    <AdminPage title={say("title")} text={say("text")}>
      <Loaded found={found}>
        {(definition) => <Views definition={definition} />}
      </Loaded>
    </AdminPage>
  );
}

function Views(props: { readonly definition: ApplicationDefinition }) {
  const { definition } = props;
  const say = usePageTexts(texts);
  const navigate = useNavigate();
  const search = useSearch({ from: "/signed-in/administration/definition" });
  const tab = TABS.find((one) => one === search.tab) ?? "diagram";
  const { collections } = definition;
  const shown =
    collections.find(({ name }) => name === search.collection) ??
    collections.find(({ made_by }) => made_by === null);
  const go = (next: { readonly tab?: string; readonly collection?: string }) =>
    void navigate({ to: "/administration/definition", search: next });
  if (shown === undefined) {
    return null;
  }
  return (
    <Tabs
      value={tab}
      keepMounted={false}
      onChange={(next) =>
        go({ ...search, ...(next !== null && { tab: next }) })
      }
    >
      <Tabs.List>
        {TABS.map((one) => (
          <Tabs.Tab key={one} value={one}>
            {say(`tabs.${one}`)}
          </Tabs.Tab>
        ))}
      </Tabs.List>
      <Tabs.Panel value={tab} pt="md">
        {tab === "diagram" ? (
          <Diagram
            definition={definition}
            onOpen={(collection) => go({ tab: "collections", collection })}
          />
        ) : (
          <Stack gap="md">
            <Select
              label={say("collection")}
              searchable
              allowDeselect={false}
              maw="20rem"
              data={collections.map(({ name, title }) => ({
                value: name,
                label: title,
              }))}
              value={shown.name}
              onChange={(name) => go({ tab, collection: name ?? shown.name })}
            />
            {tab === "collections" ? (
              <CollectionView collection={shown} />
            ) : (
              <>
                {!definition.writable && (
                  <Alert p="sm">{say("readOnly")}</Alert>
                )}
                <FileEditor
                  key={shown.name}
                  definition={definition}
                  collection={shown}
                />
              </>
            )}
          </Stack>
        )}
      </Tabs.Panel>
    </Tabs>
  );
}
