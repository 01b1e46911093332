import { Alert, Stack, Text } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import type { MigrationStatus } from "mainstay-client";
import { useTranslation } from "react-i18next";

import { useConsole } from "../../../console.tsx";
import { moment } from "../../../fields/shown.ts";
import { usePageTexts } from "../../../i18n/page-texts.ts";
import { CopyText } from "../parts/copy-text.tsx";
import { DataTable } from "../parts/data-table.tsx";
import { Loaded } from "../parts/loaded.tsx";
import { Part } from "./part.tsx";
import styles from "./server.module.css";
import { texts } from "./texts.ts";

/** Where the database stands beside the migrations of the application. */
export function MigrationsView() {
  const { client } = useConsole();
  const found = useQuery({
    queryKey: ["/migrations"],
    queryFn: async ({ signal }) =>
      (await client.request("GET", "/migrations", {
        signal,
      })) as MigrationStatus,
  });
  return (
    <Loaded found={found}>{(status) => <Status status={status} />}</Loaded>
  );
}

function Status({ status }: { readonly status: MigrationStatus }) {
  const say = usePageTexts(texts);
  const { fault, interrupted, pending } = status;
  const isFine = fault === null && interrupted === null && pending.length === 0;
  return (
    <Stack gap="xl">
      {status.development ? (
        <Alert p="sm">{say("development")}</Alert>
      ) : (
        isFine && <Text size="sm">{say("upToDate")}</Text>
      )}
      {fault !== null && (
        <Alert color="red" title={say("fault")}>
          {fault}
        </Alert>
      )}
      {interrupted !== null && (
        <Alert color="red" p="sm">
          {say("interrupted", { name: interrupted })}
        </Alert>
      )}
      {pending.length > 0 && (
        <Part title={say("pending")}>
          <Lines lines={pending} />
          <Text size="sm">{say("pendingText")}</Text>
          <CopyText value="mainstay migrate apply" label={say("command")} />
        </Part>
      )}
      <Some title={say("ahead")} lines={status.ahead} />
      <Some title={say("drift")} lines={status.drift} />
      <Some title={say("contract")} lines={status.contract} />
      {!status.development && <Applied applied={status.applied} />}
    </Stack>
  );
}

function Applied({ applied }: Pick<MigrationStatus, "applied">) {
  const say = usePageTexts(texts);
  const { i18n } = useTranslation();
  return (
    <Part title={say("applied")}>
      {applied.length === 0 ? (
        <Text size="sm">{say("noMigrations")}</Text>
      ) : (
        <DataTable
          label={say("applied")}
          items={[...applied].reverse()}
          keyOf={({ name }) => name}
          columns={[
            { title: say("migration"), cell: ({ name }) => name },
            {
              title: say("appliedAt"),
              cell: ({ applied_at: at }) => moment(i18n.language, at),
            },
          ]}
        />
      )}
    </Part>
  );
}

function Some(props: {
  readonly title: string;
  readonly lines: readonly string[];
}) {
  return (
    props.lines.length > 0 && (
      <Part title={props.title}>
        <Lines lines={props.lines} />
      </Part>
    )
  );
}

function Lines({ lines }: { readonly lines: readonly string[] }) {
  return (
    <ul className={styles["list"]}>
      {lines.map((line) => (
        <li key={line}>{line}</li>
      ))}
    </ul>
  );
}
