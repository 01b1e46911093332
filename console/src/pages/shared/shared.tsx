import { Button, Skeleton, Stack, Text } from "@mantine/core";
import { useInfiniteQuery } from "@tanstack/react-query";

import { useConsole } from "../../console.tsx";
import { usePageTexts } from "../../i18n/page-texts.ts";
import { Empty } from "../../ui/empty.tsx";
import { FailureNote } from "../../ui/failure-note.tsx";
import styles from "../record/record.module.css";
import { SharedItems } from "./shared-items.tsx";
import { texts } from "./texts.ts";

const ITEMS = 50;

/** What others share with this person. */
export function SharedPage() {
  const say = usePageTexts(texts);
  const { client } = useConsole();
  const found = useInfiniteQuery({
    queryKey: ["shared"],
    queryFn: ({ pageParam, signal }) =>
      client.shares.withMe(
        { limit: ITEMS, ...(pageParam !== null && { cursor: pageParam }) },
        { signal },
      ),
    initialPageParam: null as string | null,
    getNextPageParam: (last) => last.nextCursor,
  });
  const items = found.data?.pages.flatMap((page) => page.items) ?? [];
  return (
    <section className={styles["page"]} aria-labelledby="shared-title">
      <h1 id="shared-title" className={styles["title"]}>
        {say("title")}
      </h1>
      <Text c="dimmed" size="sm">
        {say("text")}
      </Text>
      {found.isPending ? (
        <Stack gap="md" role="status" aria-label={say("loading")}>
          <Skeleton height={44} />
          <Skeleton height={44} />
        </Stack>
      ) : found.isError ? (
        <FailureNote error={found.error} retry={() => void found.refetch()} />
      ) : items.length === 0 ? (
        <Empty title={say("empty")} text={say("emptyText")} />
      ) : (
        <SharedItems items={items} />
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
