import { Button, Group, Skeleton, Stack, Text } from "@mantine/core";
import { notifications } from "@mantine/notifications";
import { useInfiniteQuery, useQueryClient } from "@tanstack/react-query";
import type { TrashItem as Item, TrashPage as Trash } from "mainstay-client";
import { useTranslation } from "react-i18next";

import { useConsole } from "../../console.tsx";
import { moment } from "../../fields/shown.ts";
import { usePageTexts } from "../../i18n/page-texts.ts";
import { Empty } from "../../ui/empty.tsx";
import { FailureNote } from "../../ui/failure-note.tsx";
import { FormFailure } from "../../ui/form-failure.tsx";
import { useSubmit } from "../../ui/use-submit.ts";
import { listKey } from "../collection/list.ts";
import { texts } from "./texts.ts";
import styles from "./trash.module.css";

const ITEMS = 50;

/** What was deleted and may be brought back by this person. */
export function TrashPage() {
  const say = usePageTexts(texts);
  const { client } = useConsole();
  const found = useInfiniteQuery({
    queryKey: ["trash"],
    queryFn: async ({ pageParam, signal }) => {
      const cursor =
        pageParam === null ? "" : `&cursor=${encodeURIComponent(pageParam)}`;
      const path = `/trash?limit=${ITEMS}${cursor}`;
      return (await client.request("GET", path, { signal })) as Trash;
    },
    initialPageParam: null as string | null,
    getNextPageParam: (last) => last.next_cursor,
  });
  const items = found.data?.pages.flatMap((page) => page.items) ?? [];
  return (
    <section className={styles["page"]} aria-labelledby="trash-title">
      <h1 id="trash-title" className={styles["title"]}>
        {say("title")}
      </h1>
      <Text c="dimmed" size="sm">
        {say("text")}
      </Text>
      {found.isPending ? (
        <Stack gap="md" mt="lg">
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
            <TrashItem key={`${item.collection}/${item.id}`} item={item} />
          ))}
        </ul>
      )}
      {found.hasNextPage && (
        <Button
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

function TrashItem({ item }: { readonly item: Item }) {
  const { t, i18n } = useTranslation();
  const say = usePageTexts(texts);
  const { client, application } = useConsole();
  const queries = useQueryClient();
  const submit = useSubmit();
  const title =
    application.collection(item.collection)?.title ?? item.collection;

  async function restore() {
    await client.records(item.collection).restore(item.id);
    await queries.invalidateQueries({ queryKey: ["trash"] });
    await queries.invalidateQueries({ queryKey: listKey(item.collection) });
    notifications.show({
      message: say("restored", { record: item.label }),
    });
  }

  return (
    <li className={styles["item"]}>
      <Group justify="space-between" wrap="nowrap">
        <div className={styles["words"]}>
          <Text truncate fw={550} dir="auto">
            {item.label}
          </Text>
          <Text size="sm" c="dimmed">
            {title} ·{" "}
            {say("deletedAt", {
              when: moment(i18n.language, item.deleted_at),
            })}
          </Text>
        </div>
        <Button
          variant="default"
          loading={submit.busy}
          onClick={() => void submit.run(restore)}
        >
          {t("action.restore")}
        </Button>
      </Group>
      <FormFailure error={submit.error} />
    </li>
  );
}
