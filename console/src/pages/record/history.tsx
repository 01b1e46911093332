import { Button, Group, Skeleton, Stack, Text } from "@mantine/core";
import { notifications } from "@mantine/notifications";
import { useInfiniteQuery, useQueryClient } from "@tanstack/react-query";
import type { HistoryEntry } from "mainstay-client";
import { useTranslation } from "react-i18next";

import { expandOf, readRow } from "../../api/records.ts";
import type { Collection } from "../../application/application.ts";
import type { Json, Row } from "../../application/row.ts";
import { mayEver, useConsole } from "../../console.tsx";
import { moment, shownValue } from "../../fields/shown.ts";
import { usePageTexts } from "../../i18n/page-texts.ts";
import { Empty } from "../../ui/empty.tsx";
import { FailureNote } from "../../ui/failure-note.tsx";
import { FormFailure } from "../../ui/form-failure.tsx";
import { useSubmit } from "../../ui/use-submit.ts";
import { replaceInLists } from "../collection/list.ts";
import styles from "./history.module.css";
import { useActorName } from "./people.ts";
import { texts } from "./texts.ts";

interface Props {
  readonly collection: Collection;
  readonly row: Row;
}

/** Who changed what and when, the newest first; each version can be put back. */
export function History({ collection, row }: Props) {
  const say = usePageTexts(texts);
  const { client } = useConsole();
  const { name } = collection;
  const found = useInfiniteQuery({
    queryKey: ["history", name, row.id],
    queryFn: ({ pageParam, signal }) =>
      client.records(name).history(row.id, {
        limit: 20,
        signal,
        ...(pageParam !== null && { cursor: pageParam }),
      }),
    initialPageParam: null as string | null,
    getNextPageParam: (last) => last.next_cursor,
  });
  if (found.isPending) {
    return (
      <Stack gap="md">
        <Skeleton height={48} />
        <Skeleton height={48} />
      </Stack>
    );
  }
  if (found.isError) {
    return (
      <FailureNote error={found.error} retry={() => void found.refetch()} />
    );
  }
  const entries = found.data.pages.flatMap(({ items }) => items);
  if (entries.length === 0) {
    return <Empty title={say("tabs.history")} text={say("history.none")} />;
  }
  return (
    <Stack gap="lg">
      <ol className={styles["entries"]}>
        {entries.map((entry) => (
          <Entry
            key={entry.seq}
            entry={entry}
            collection={collection}
            row={row}
          />
        ))}
      </ol>
      {found.hasNextPage && (
        <Button
          variant="default"
          loading={found.isFetchingNextPage}
          onClick={() => void found.fetchNextPage()}
        >
          {say("history.more")}
        </Button>
      )}
    </Stack>
  );
}

const VERBS = {
  "record.created": "history.created",
  "record.updated": "history.updated",
  "record.deleted": "history.deleted",
  "record.restored": "history.restored",
  "record.purged": "history.purged",
} as const;

function Entry(props: Props & { readonly entry: HistoryEntry }) {
  const { entry, collection, row } = props;
  const { i18n } = useTranslation();
  const say = usePageTexts(texts);
  const here = useConsole();
  const author = useActorName(entry.actor);
  const queries = useQueryClient();
  const submit = useSubmit();
  const { name } = collection;

  async function putBack(version: number) {
    const path = `/records/${name}/${row.id}/history/${version}/put-back`;
    await here.client.request("POST", path, {
      body: {},
      headers: { "if-match": `"${row.version}"` },
    });
    const saved = await readRow(
      here.client,
      name,
      row.id,
      expandOf(collection),
    );
    queries.setQueryData(["record", name, row.id], saved);
    replaceInLists(queries, name, row.id, () => saved);
    await queries.invalidateQueries({ queryKey: ["history", name, row.id] });
    notifications.show({ message: say("history.putBackDone", { version }) });
  }

  const isPast = entry.version !== null && entry.version < row.version;
  return (
    <li className={styles["entry"]}>
      <Group justify="space-between" gap="xs" wrap="nowrap" align="start">
        <div>
          <Text size="sm">
            <b>{author}</b> {say(VERBS[entry.kind])}
          </Text>
          <Text size="xs" c="dimmed">
            <time dateTime={entry.at}>{moment(i18n.language, entry.at)}</time>
          </Text>
        </div>
        {isPast && mayEver(here, name, "update") && (
          <Button
            variant="default"
            size="compact-xs"
            loading={submit.busy}
            onClick={() => void submit.run(() => putBack(entry.version ?? 0))}
          >
            {say("history.putBack", { version: entry.version })}
          </Button>
        )}
      </Group>
      <FormFailure error={submit.error} />
      {entry.erased === true && (
        <Text size="sm" c="dimmed">
          {say("history.erased")}
        </Text>
      )}
      {entry.kind === "record.updated" && (
        <Changes collection={collection} entry={entry} />
      )}
    </li>
  );
}

function Changes(props: {
  readonly collection: Collection;
  readonly entry: HistoryEntry;
}) {
  const { t, i18n } = useTranslation();
  const say = usePageTexts(texts);
  const { collection, entry } = props;
  const names = Object.keys(entry.new ?? {}).filter(
    (name) => collection.field(name)?.system === false,
  );
  const text = (name: string, values: HistoryEntry["new"]) => {
    const field = collection.field(name);
    return field === undefined
      ? ""
      : shownValue(
          { language: i18n.language, t },
          field,
          (values?.[name] ?? null) as Json,
        );
  };
  return (
    <dl className={styles["changes"]}>
      {names.map((name) => (
        <div key={name}>
          <dt>{collection.field(name)?.title ?? name}</dt>
          <dd>
            <del>{text(name, entry.old) || say("conflict.empty")}</del>{" "}
            <ins>{text(name, entry.new) || say("conflict.empty")}</ins>
          </dd>
        </div>
      ))}
    </dl>
  );
}
