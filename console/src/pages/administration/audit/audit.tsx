import { Button, Stack } from "@mantine/core";
import { useNavigate, useSearch } from "@tanstack/react-router";
import type { AuditEntry } from "mainstay-client";
import { useTranslation } from "react-i18next";

import { ORIGIN } from "../../../api/console-client.ts";
import { usePageTexts } from "../../../i18n/page-texts.ts";
import { Empty } from "../../../ui/empty.tsx";
import { AdminPage } from "../parts/admin-page.tsx";
import { Loaded } from "../parts/loaded.tsx";
import { MorePages } from "../parts/more-pages.tsx";
import { queryOf, usePages } from "../parts/use-pages.ts";
import styles from "./audit.module.css";
import { Entry } from "./entry.tsx";
import { Filters } from "./filters.tsx";
import { Seals } from "./seals.tsx";
import { texts } from "./texts.ts";
import { useLabels } from "./use-labels.ts";

/** What of the audit is shown. */
export interface AuditSearch {
  readonly actor?: string;
  readonly collection?: string;
  readonly record?: string;
  readonly kind?: string;
  readonly from?: string;
  readonly to?: string;
  readonly request?: string;
}

/** Everything that happened, the newest first. */
export function AuditPage() {
  const say = usePageTexts(texts);
  const search: AuditSearch = useSearch({
    from: "/signed-in/administration/audit",
  });
  const navigate = useNavigate();
  const narrow = (next: AuditSearch) =>
    void navigate({ to: "/administration/audit", search: next });
  const parameters: Readonly<Record<string, string>> = { ...search };
  const found = usePages<AuditEntry>("/audit", parameters);
  const exported = (format: string) =>
    `${ORIGIN}/api/v1/audit/export?${queryOf({ format, ...parameters })}`;
  return (
    <AdminPage
      title={say("title")}
      text={say("text")}
      actions={
        <>
          <Button
            component="a"
            variant="default"
            href={exported("csv")}
            download
          >
            {say("csv")}
          </Button>
          <Button
            component="a"
            variant="default"
            href={exported("jsonl")}
            download
          >
            {say("jsonLines")}
          </Button>
        </>
      }
    >
      <Seals />
      <Filters search={search} onNarrow={narrow} />
      <Loaded found={found}>
        {() =>
          found.items.length > 0 ? (
            <Entries
              entries={found.items}
              onNarrow={(more) => narrow({ ...search, ...more })}
            />
          ) : Object.keys(search).length > 0 ? (
            <Empty title={say("noMatch")} text={say("noMatchText")} />
          ) : (
            <Empty title={say("empty")} text={say("emptyText")} />
          )
        }
      </Loaded>
      <MorePages found={found} />
    </AdminPage>
  );
}

function Entries(props: {
  readonly entries: readonly AuditEntry[];
  readonly onNarrow: (more: AuditSearch) => void;
}) {
  const { i18n } = useTranslation();
  const say = usePageTexts(texts);
  const labelOf = useLabels(props.entries);
  return (
    <Stack gap={0}>
      <ol className={styles["entries"]} aria-label={say("title")}>
        {props.entries.map((entry) => (
          <Entry
            key={entry.seq}
            entry={entry}
            label={labelOf(entry)}
            language={i18n.language}
            onNarrow={props.onNarrow}
          />
        ))}
      </ol>
    </Stack>
  );
}
