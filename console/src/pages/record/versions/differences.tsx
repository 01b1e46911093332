import { Button, Skeleton, Stack, Text } from "@mantine/core";
import { useInfiniteQuery } from "@tanstack/react-query";
import type { TreeComparison } from "mainstay-client";
import { useTranslation } from "react-i18next";

import type { Json } from "../../../application/row.ts";
import { useConsole } from "../../../console.tsx";
import { shownValue } from "../../../fields/shown.ts";
import { usePageTexts } from "../../../i18n/page-texts.ts";
import { FailureNote } from "../../../ui/failure-note.tsx";
import historyStyles from "../history.module.css";
import styles from "../record.module.css";
import { texts } from "./texts.ts";

type Difference = TreeComparison["items"][number];

const WORDS = { added: "added", removed: "gone", changed: "changed" } as const;

/** What is not as it was in a version, record by record. */
export function Differences({ path }: { readonly path: string }) {
  const say = usePageTexts(texts);
  const { client } = useConsole();
  const found = useInfiniteQuery({
    queryKey: ["version-differences", path],
    // What is there now changes at any time.
    gcTime: 0,
    queryFn: async ({ pageParam, signal }) => {
      const query = new URLSearchParams({
        with: "now",
        ...(pageParam !== null && { cursor: pageParam }),
      });
      const answer = await client.request("GET", `${path}/compare?${query}`, {
        signal,
      });
      return answer as TreeComparison;
    },
    initialPageParam: null as string | null,
    getNextPageParam: (last) => last.next_cursor,
  });
  if (found.isPending) {
    return <Skeleton height={48} mt="xs" />;
  }
  if (found.isError) {
    return (
      <FailureNote error={found.error} retry={() => void found.refetch()} />
    );
  }
  const items = found.data.pages.flatMap((page) => page.items);
  return (
    <section aria-label={say("difference")}>
      {items.length === 0 && !found.hasNextPage ? (
        <Text size="sm" mt="xs" role="status">
          {say("same")}
        </Text>
      ) : (
        <Stack gap="sm" mt="sm">
          {items.map((item) => (
            <OneDifference key={item.id} item={item} />
          ))}
        </Stack>
      )}
      {found.hasNextPage && (
        <Button
          mt="xs"
          size="compact-sm"
          variant="default"
          loading={found.isFetchingNextPage}
          onClick={() => void found.fetchNextPage()}
        >
          {say("moreDifferences")}
        </Button>
      )}
    </section>
  );
}

function OneDifference({ item }: { readonly item: Difference }) {
  const { t, i18n } = useTranslation();
  const say = usePageTexts(texts);
  const { application } = useConsole();
  const collection = application.collection(item.collection);
  const title = collection?.title ?? item.collection;
  const text = (name: string, value: Json) => {
    const field = collection?.field(name);
    const shown =
      field === undefined
        ? String(value ?? "")
        : shownValue({ language: i18n.language, t }, field, value);
    return shown || "–";
  };
  return (
    <div className={historyStyles["entry"]}>
      <Text size="sm">
        <span className={styles["quiet"]}>{say(WORDS[item.change])}:</span>{" "}
        <b>{item.label || say("withoutName", { collection: title })}</b>{" "}
        <span className={styles["quiet"]}>{title}</span>
      </Text>
      {item.change === "changed" && (
        <dl className={historyStyles["changes"]}>
          {item.fields.map(({ field, ...values }) => (
            <div key={field}>
              <dt>{collection?.field(field)?.title ?? field}</dt>
              <dd>
                <del>{text(field, values.old)}</del>{" "}
                <ins>{text(field, values.new)}</ins>
              </dd>
            </div>
          ))}
        </dl>
      )}
    </div>
  );
}
