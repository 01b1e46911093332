import { Anchor, Select, Text } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useNavigate, useSearch } from "@tanstack/react-router";
import { useMemo } from "react";

import { ORIGIN } from "../../../api/console-client.ts";
import { useConsole } from "../../../console.tsx";
import { usePageTexts } from "../../../i18n/page-texts.ts";
import { AdminPage } from "../parts/admin-page.tsx";
import { Loaded } from "../parts/loaded.tsx";
import styles from "./api.module.css";
import { chaptersOf, type Document } from "./document.ts";
import { OperationView } from "./operation-view.tsx";
import { texts } from "./texts.ts";

/** What can be asked of the server, with examples that run. */
export function ApiPage() {
  const say = usePageTexts(texts);
  const { client } = useConsole();
  const found = useQuery({
    queryKey: ["/openapi.json"],
    staleTime: Infinity,
    queryFn: async ({ signal }) =>
      (await client.request("GET", "/openapi.json", { signal })) as Document,
  });
  return (
    <AdminPage
      title={say("title")}
      text={say("text")}
      actions={
        <Anchor size="sm" href={`${ORIGIN}/api/v1/openapi.json`}>
          {say("whole")}
        </Anchor>
      }
    >
      <Loaded found={found}>
        {(document) => <Chapters document={document} />}
      </Loaded>
    </AdminPage>
  );
}

function Chapters({ document }: { readonly document: Document }) {
  const say = usePageTexts(texts);
  const navigate = useNavigate();
  const { part } = useSearch({ from: "/signed-in/administration/api" });
  const chapters = useMemo(() => chaptersOf(document), [document]);
  const shown = chapters.find(({ name }) => name === part) ?? chapters[0];
  return (
    <>
      <Select
        label={say("chapter")}
        searchable
        allowDeselect={false}
        maw="20rem"
        data={chapters.map(({ name, title }) => ({
          value: name,
          label: title,
        }))}
        value={shown?.name ?? null}
        onChange={(next) =>
          void navigate({
            to: "/administration/api",
            search: next === null ? {} : { part: next },
          })
        }
      />
      {shown !== undefined && (
        <div key={shown.name}>
          <h2 className={styles["chapter"]}>{shown.title}</h2>
          {shown.text !== "" && <Text size="sm">{shown.text}</Text>}
          <div className={styles["operations"]}>
            {shown.operations.map((operation) => (
              <OperationView key={operation.id} operation={operation} />
            ))}
          </div>
        </div>
      )}
    </>
  );
}
