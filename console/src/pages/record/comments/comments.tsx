import { Anchor, Button, Group, Skeleton, Stack, Text } from "@mantine/core";
import { useInfiniteQuery, useQueryClient } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useEffect, useState } from "react";

import type { Collection } from "../../../application/application.ts";
import type { Row } from "../../../application/row.ts";
import { useConsole } from "../../../console.tsx";
import { usePageTexts } from "../../../i18n/page-texts.ts";
import { Empty } from "../../../ui/empty.tsx";
import { FailureNote } from "../../../ui/failure-note.tsx";
import { commentsKey, listComments, useCommentCalls } from "./calls.ts";
import styles from "./comments.module.css";
import { Composer } from "./composer.tsx";
import { texts } from "./texts.ts";
import { Thread } from "./thread.tsx";

interface Props {
  readonly collection: Collection;
  readonly row: Row;
}

/** What people say about a record. */
export function Comments({ collection, row }: Props) {
  const say = usePageTexts(texts);
  const { person, link } = useConsole();
  const { name } = collection;
  const calls = useCommentCalls(name, row.id);
  const [withResolved, setWithResolved] = useState(false);
  const open = useThreads(name, row.id, false, true);
  const resolved = useThreads(name, row.id, true, withResolved);
  useLiveComments(name, row.id);
  if (open.isPending) {
    return (
      <Stack gap="md" role="status" aria-label={say("loading")}>
        <Skeleton height={92} />
        <Skeleton height={92} />
      </Stack>
    );
  }
  if (open.isError) {
    return <FailureNote error={open.error} retry={() => void open.refetch()} />;
  }
  const totals = open.data.pages[0]?.totals ?? { threads: 0, open: 0 };
  const settled = totals.threads - totals.open;
  const threads = [
    ...open.data.pages.flatMap(({ items }) => items),
    ...(withResolved
      ? (resolved.data?.pages.flatMap(({ items }) => items) ?? [])
      : []),
  ];
  const lists = withResolved ? [open, resolved] : [open];
  const more = lists.find((list) => list.hasNextPage) ?? null;
  const isSignedIn = person.id !== "";
  const mayWrite = isSignedIn && link?.level !== "read";
  return (
    <Stack gap="md">
      <Group justify="space-between" gap="xs" mih="1.75rem">
        <Text size="sm" c="dimmed" role="status">
          {totals.threads > 0 && say("open", { count: totals.open })}
        </Text>
        {settled > 0 && (
          <Button
            size="compact-sm"
            variant="subtle"
            aria-expanded={withResolved}
            loading={withResolved && resolved.isPending}
            onClick={() => setWithResolved(!withResolved)}
          >
            {withResolved
              ? say("hideResolved")
              : say("showResolved", { count: settled })}
          </Button>
        )}
      </Group>
      {threads.length === 0 ? (
        <Empty
          title={settled > 0 ? say("allResolved") : say("empty")}
          text={settled > 0 ? say("allResolvedText") : say("emptyText")}
        />
      ) : (
        <ol className={styles["threads"]}>
          {threads.map((thread) => (
            <Thread
              key={thread.id}
              collection={collection}
              thread={thread}
              calls={calls}
              mayWrite={mayWrite}
            />
          ))}
        </ol>
      )}
      {more !== null && (
        <Button
          variant="default"
          loading={more.isFetchingNextPage}
          onClick={() => void more.fetchNextPage()}
        >
          {say("next")}
        </Button>
      )}
      {mayWrite ? (
        <Composer
          label={say("write")}
          send={say("send")}
          onSend={(body) => calls.add({ body })}
        />
      ) : isSignedIn || link?.level === "read" ? (
        <Text size="sm" c="dimmed">
          {say("notYou")}
        </Text>
      ) : (
        <Text size="sm">
          {say("signIn")}{" "}
          <Anchor
            component={Link}
            to="/sign-in"
            search={{ to: "/share" } as never}
          >
            {say("signInAction")}
          </Anchor>
        </Text>
      )}
    </Stack>
  );
}

function useThreads(
  collection: string,
  id: string,
  isResolved: boolean,
  isWanted: boolean,
) {
  const { client } = useConsole();
  return useInfiniteQuery({
    queryKey: [...commentsKey(collection, id), { isResolved }],
    enabled: isWanted,
    queryFn: ({ pageParam, signal }) =>
      listComments(
        client,
        { collection, id },
        { cursor: pageParam, isResolved, signal },
      ),
    initialPageParam: null as string | null,
    getNextPageParam: (last) => last.next_cursor,
  });
}

/** What others say appears. */
function useLiveComments(collection: string, id: string) {
  const { client } = useConsole();
  const queries = useQueryClient();
  useEffect(() => {
    const subscription = client.realtime
      .collection(collection)
      .record(id)
      .comments(({ event }) => {
        if (event !== "subscribed" && event !== "ended") {
          void queries.invalidateQueries({
            queryKey: commentsKey(collection, id),
          });
        }
      });
    return () => subscription.stop();
  }, [client, queries, collection, id]);
}
