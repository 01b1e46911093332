import { Button, Skeleton, Stack, Switch } from "@mantine/core";
import {
  keepPreviousData,
  useInfiniteQuery,
  useQueryClient,
} from "@tanstack/react-query";
import type { ActivityEntry, ActivityPage } from "mainstay-client";
import { useEffect, useState } from "react";
import { useTranslation } from "react-i18next";

import type { Collection } from "../../application/application.ts";
import type { Json, Row } from "../../application/row.ts";
import { useConsole } from "../../console.tsx";
import { moment, shownValue } from "../../fields/shown.ts";
import { usePageTexts } from "../../i18n/page-texts.ts";
import { Empty } from "../../ui/empty.tsx";
import { FailureNote } from "../../ui/failure-note.tsx";
import { useActorName } from "./people.ts";
import { RecordLink } from "./record-link.tsx";
import styles from "./record.module.css";
import { texts } from "./texts.ts";

const ENTRIES = 30;

/** What happened to a record, in sentences, the newest first. */
export function Activity(props: {
  readonly collection: Collection;
  readonly row: Row;
}) {
  const { collection, row } = props;
  const { name } = collection;
  const say = usePageTexts(texts);
  const { client } = useConsole();
  const [isTree, setTree] = useState(false);
  const found = useInfiniteQuery({
    queryKey: ["activity", name, row.id, { isTree }],
    queryFn: async ({ pageParam, signal }) => {
      const query = new URLSearchParams({
        limit: String(ENTRIES),
        tree: String(isTree),
        ...(pageParam !== null && { cursor: pageParam }),
      });
      const path = `/records/${name}/${row.id}/activity?${query}`;
      return (await client.request("GET", path, { signal })) as ActivityPage;
    },
    initialPageParam: null as string | null,
    getNextPageParam: (last) => last.next_cursor,
    placeholderData: keepPreviousData,
  });
  useLiveActivity(name, row.id);
  if (found.isPending) {
    return (
      <Stack gap="md" role="status" aria-label={say("loading")}>
        <Skeleton height={40} />
        <Skeleton height={40} />
        <Skeleton height={40} />
      </Stack>
    );
  }
  if (found.isError) {
    return (
      <FailureNote error={found.error} retry={() => void found.refetch()} />
    );
  }
  const entries = found.data.pages.flatMap(({ items }) => items);
  return (
    <Stack gap="sm">
      {collection.about.backs.length > 0 && (
        <Switch
          size="xs"
          label={say("activity.tree")}
          checked={isTree}
          onChange={(event) => setTree(event.currentTarget.checked)}
        />
      )}
      {entries.length === 0 ? (
        <Empty title={say("activity.none")} text={say("activity.noneText")} />
      ) : (
        <ol className={styles["list"]}>
          {entries.map((entry) => (
            <Entry key={entry.seq} entry={entry} here={row.id} />
          ))}
        </ol>
      )}
      {found.hasNextPage && (
        <Button
          variant="default"
          loading={found.isFetchingNextPage}
          onClick={() => void found.fetchNextPage()}
        >
          {say("activity.more")}
        </Button>
      )}
    </Stack>
  );
}

/** Those that there are sentences for; of newer ones the server's own, in English. */
const KINDS = [
  "record.created",
  "record.updated",
  "record.deleted",
  "record.restored",
  "record.purged",
  "comment.created",
  "comment.edited",
  "comment.deleted",
  "comment.resolved",
  "comment.reopened",
  "comment.reacted",
  "comment.unreacted",
  "share.created",
  "share.changed",
  "share.revoked",
  "share.expired",
  "share.opened",
  "share.refused",
  "version.saved",
  "version.restored",
  "version.removed",
] as const;

function Entry(props: {
  readonly entry: ActivityEntry;
  /** The record whose activity it is: it need not be named each time. */
  readonly here: string;
}) {
  const { entry } = props;
  const { i18n } = useTranslation();
  const say = usePageTexts(texts);
  const actor = useActorName(entry.actor);
  const kind = KINDS.find((one) => one === entry.kind);
  const isElsewhere = entry.record_id !== props.here;
  const { collection, record_id: id, label } = entry;
  return (
    <li className={styles["item"]}>
      <p className={styles["sentence"]}>
        {kind === undefined ? (
          entry.sentence
        ) : (
          <>
            <b>{actor}</b> {say(`activity.kinds.${keyOf(kind)}`)}
          </>
        )}
        {isElsewhere && collection !== null && id !== null && (
          <>
            {": "}
            <RecordLink
              collection={collection}
              id={id}
              className={styles["link"]}
            >
              {label || id.slice(0, 8)}
            </RecordLink>
          </>
        )}
      </p>
      {entry.erased ? (
        <p className={styles["quiet"]}>{say("history.erased")}</p>
      ) : (
        entry.kind === "record.updated" &&
        entry.fields.length > 0 && <Changes entry={entry} />
      )}
      <time className={styles["quiet"]} dateTime={entry.at}>
        {moment(i18n.language, entry.at)}
      </time>
    </li>
  );
}

function Changes({ entry }: { readonly entry: ActivityEntry }) {
  const { t, i18n } = useTranslation();
  const say = usePageTexts(texts);
  const { application } = useConsole();
  const collection = application.collection(entry.collection ?? "");
  const shown = (name: string, value: Json | undefined) => {
    const field = collection?.field(name);
    return field === undefined
      ? String(value ?? "")
      : shownValue({ language: i18n.language, t }, field, value);
  };
  return (
    <ul className={styles["changes"]}>
      {entry.fields.map(({ name, title, ...values }) => {
        const before = shown(name, values.old as Json);
        const after = shown(name, values.new as Json);
        return (
          <li key={name}>
            {before === ""
              ? say("activity.set", { title, after: after || "–" })
              : after === ""
                ? say("activity.emptied", { title })
                : say("activity.changed", { title, before, after })}
          </li>
        );
      })}
    </ul>
  );
}

type Kind = (typeof KINDS)[number];
type Key<K extends string> = K extends `${infer A}.${infer B}`
  ? `${A}_${B}`
  : never;

/** A dot divides the keys of texts. */
function keyOf(kind: Kind): Key<Kind> {
  return kind.replace(".", "_") as Key<Kind>;
}

function useLiveActivity(collection: string, id: string) {
  const { client } = useConsole();
  const queries = useQueryClient();
  useEffect(() => {
    const subscription = client.realtime
      .collection(collection)
      .record(id)
      .activity(({ event }) => {
        if (event !== "subscribed" && event !== "ended") {
          void queries.invalidateQueries({
            queryKey: ["activity", collection, id],
          });
        }
      });
    return () => subscription.stop();
  }, [client, queries, collection, id]);
}
