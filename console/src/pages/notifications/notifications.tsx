import {
  Button,
  Group,
  Skeleton,
  Stack,
  Switch,
  Text,
  VisuallyHidden,
} from "@mantine/core";
import {
  keepPreviousData,
  useInfiniteQuery,
  useQueryClient,
} from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import type { Notification, NotificationPage } from "mainstay-client";
import { useEffect, useState } from "react";
import { useTranslation } from "react-i18next";

import { useConsole } from "../../console.tsx";
import { moment } from "../../fields/shown.ts";
import { usePageTexts } from "../../i18n/page-texts.ts";
import { COUNT_KEY } from "../../layout/bell.tsx";
import { Empty } from "../../ui/empty.tsx";
import { FailureNote } from "../../ui/failure-note.tsx";
import { FormFailure } from "../../ui/form-failure.tsx";
import { useSubmit } from "../../ui/use-submit.ts";
import styles from "./notifications.module.css";
import { texts } from "./texts.ts";

const ITEMS = 20;
const KEY = ["notifications", "list"] as const;

/** What happened to records that concern this person. */
export function NotificationsPanel({ onGo }: { readonly onGo: () => void }) {
  const say = usePageTexts(texts);
  const { client } = useConsole();
  const queries = useQueryClient();
  const submit = useSubmit();
  const [isUnread, setUnread] = useState(false);
  const found = useInfiniteQuery({
    queryKey: [...KEY, { isUnread }],
    placeholderData: keepPreviousData,
    queryFn: async ({ pageParam, signal }) => {
      const query = new URLSearchParams({
        limit: String(ITEMS),
        unread: String(isUnread),
        ...(pageParam !== null && { cursor: pageParam }),
      });
      const path = `/notifications?${query}`;
      return (await client.request("GET", path, {
        signal,
      })) as NotificationPage;
    },
    initialPageParam: null as string | null,
    getNextPageParam: (last) => last.next_cursor,
  });
  // What is shown here is as new as the count beside the bell.
  useEffect(() => {
    void queries.invalidateQueries({ queryKey: COUNT_KEY });
  }, [queries, found.dataUpdatedAt]);

  async function markRead(body: { readonly ids?: readonly string[] }) {
    await client.request("POST", "/notifications/read", { body });
    await queries.invalidateQueries({ queryKey: ["notifications"] });
  }

  const items = found.data?.pages.flatMap((page) => page.items) ?? [];
  return (
    <section className={styles["panel"]} aria-labelledby="notifications-title">
      <Group justify="space-between" gap="xs">
        <h2 id="notifications-title" className={styles["title"]}>
          {say("title")}
        </h2>
        <Button
          size="compact-sm"
          variant="subtle"
          loading={submit.busy}
          disabled={items.every(({ read_at }) => read_at !== null)}
          onClick={() => void submit.run(() => markRead({}))}
        >
          {say("readAll")}
        </Button>
      </Group>
      <Switch
        size="xs"
        label={say("unread")}
        checked={isUnread}
        onChange={(event) => setUnread(event.currentTarget.checked)}
      />
      <FormFailure error={submit.error} />
      {found.isPending ? (
        <Stack gap="xs" role="status" aria-label={say("loading")}>
          <Skeleton height={44} />
          <Skeleton height={44} />
          <Skeleton height={44} />
        </Stack>
      ) : found.isError ? (
        <FailureNote error={found.error} retry={() => void found.refetch()} />
      ) : items.length === 0 ? (
        <Empty title={say("empty")} text={say("emptyText")} />
      ) : (
        <ul className={styles["items"]}>
          {items.map((item) => (
            <Item
              key={item.id}
              item={item}
              onGo={() => {
                onGo();
                if (item.read_at === null) {
                  void markRead({ ids: [item.id] });
                }
              }}
            />
          ))}
        </ul>
      )}
      {found.hasNextPage && (
        <Button
          size="xs"
          variant="default"
          loading={found.isFetchingNextPage}
          onClick={() => void found.fetchNextPage()}
        >
          {say("more")}
        </Button>
      )}
    </section>
  );
}

function Item(props: {
  readonly item: Notification;
  readonly onGo: () => void;
}) {
  const { item, onGo } = props;
  const { i18n } = useTranslation();
  const say = usePageTexts(texts);
  const who =
    item.actor === null ? say("server") : (item.actor.label ?? say("somebody"));
  const isUnread = item.read_at === null;
  return (
    <li>
      <Link
        to="/collections/$collection/$id"
        params={{ collection: item.collection, id: item.record_id }}
        search={item.comment_id === null ? {} : { tab: "comments" }}
        className={styles["item"] ?? ""}
        data-unread={isUnread}
        onClick={onGo}
      >
        <Text size="sm" component="span" dir="auto">
          {isUnread && <VisuallyHidden>{say("isNew")} </VisuallyHidden>}
          {say(`reasons.${item.reason}`, { who, label: item.label })}
        </Text>
        <time className={styles["when"]} dateTime={item.at}>
          {moment(i18n.language, item.at)}
        </time>
      </Link>
    </li>
  );
}
