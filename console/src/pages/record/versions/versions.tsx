import { Button, Skeleton, Stack, Text } from "@mantine/core";
import { useInfiniteQuery } from "@tanstack/react-query";
import type { TreeVersionPage } from "mainstay-client";

import type { Collection } from "../../../application/application.ts";
import type { Row } from "../../../application/row.ts";
import { mayEver, useConsole } from "../../../console.tsx";
import { usePageTexts } from "../../../i18n/page-texts.ts";
import { Empty } from "../../../ui/empty.tsx";
import { FailureNote } from "../../../ui/failure-note.tsx";
import styles from "../record.module.css";
import { SaveVersion } from "./save-version.tsx";
import { texts } from "./texts.ts";
import { VersionItem } from "./version-item.tsx";

const VERSIONS = 20;

export function versionsKey(collection: string, id: string) {
  return ["versions", collection, id] as const;
}

/** Named versions of a record with everything that belongs to it. */
export function Versions(props: {
  readonly collection: Collection;
  readonly row: Row;
}) {
  const { collection, row } = props;
  const say = usePageTexts(texts);
  const here = useConsole();
  const path = `/records/${collection.name}/${row.id}/versions`;
  const found = useInfiniteQuery({
    queryKey: versionsKey(collection.name, row.id),
    queryFn: async ({ pageParam, signal }) => {
      const query = new URLSearchParams({
        limit: String(VERSIONS),
        ...(pageParam !== null && { cursor: pageParam }),
      });
      const answer = await here.client.request("GET", `${path}?${query}`, {
        signal,
      });
      return answer as TreeVersionPage;
    },
    initialPageParam: null as string | null,
    getNextPageParam: (last) => last.next_cursor,
  });
  const maySave = mayEver(here, collection.name, "update");
  const versions = found.data?.pages.flatMap(({ items }) => items) ?? [];
  return (
    <Stack gap="md">
      <Text size="sm" c="dimmed">
        {say("about")}
      </Text>
      {maySave && <SaveVersion collection={collection} row={row} />}
      {found.isPending ? (
        <Stack gap="md" role="status" aria-label={say("loading")}>
          <Skeleton height={56} />
          <Skeleton height={56} />
        </Stack>
      ) : found.isError ? (
        <FailureNote error={found.error} retry={() => void found.refetch()} />
      ) : versions.length === 0 ? (
        <Empty title={say("empty")} text={say("emptyText")} />
      ) : (
        <ol className={styles["list"]}>
          {versions.map((version) => (
            <VersionItem
              key={version.id}
              collection={collection}
              row={row}
              version={version}
            />
          ))}
        </ol>
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
    </Stack>
  );
}
