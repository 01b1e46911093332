import { Button, Skeleton, Stack } from "@mantine/core";
import { modals } from "@mantine/modals";
import { useQuery } from "@tanstack/react-query";
import {
  Link,
  useBlocker,
  useNavigate,
  useParams,
  useSearch,
} from "@tanstack/react-router";
import { useEffect, useRef } from "react";

import { expandOf, readRow } from "../../api/records.ts";
import type { Collection } from "../../application/application.ts";
import { useConsole } from "../../console.tsx";
import { usePageTexts } from "../../i18n/page-texts.ts";
import { FailureNote } from "../../ui/failure-note.tsx";
import { NotFoundPage } from "../../ui/not-found.tsx";
import { FollowButton } from "./follow.tsx";
import { useLiveRecord } from "./live-record.ts";
import { RecordTabs, TABS } from "./record-tabs.tsx";
import styles from "./record.module.css";
import { texts } from "./texts.ts";

/** One record on a page of its own, with an address that can be sent to others. */
export function RecordPage() {
  const { collection: name, id } = useParams({
    from: "/signed-in/collections/$collection/$id",
  });
  const { application } = useConsole();
  const collection = application.collection(name);
  return collection === undefined ? (
    <NotFoundPage />
  ) : (
    <OneRecord key={`${name}/${id}`} collection={collection} id={id} />
  );
}

function OneRecord(props: {
  readonly collection: Collection;
  readonly id: string;
}) {
  const { collection, id } = props;
  const { name } = collection;
  const say = usePageTexts(texts);
  const { client } = useConsole();
  const { tab } = useSearch({
    from: "/signed-in/collections/$collection/$id",
  });
  const navigate = useNavigate({ from: "/collections/$collection/$id" });
  const isDirty = useRef(false);
  useAskBeforeLeaving(isDirty);
  const found = useQuery({
    queryKey: ["record", name, id],
    queryFn: ({ signal }) =>
      readRow(client, name, id, expandOf(collection), signal),
  });
  useLiveRecord(collection, id);
  const row = found.data;
  const title = row === undefined ? collection.title : collection.labelOf(row);
  useEffect(() => {
    document.title = title;
  }, [title]);
  return (
    <section className={styles["page"]} aria-labelledby="record-title">
      <div className={styles["head"]}>
        <div className={styles["words"]}>
          <div className={styles["way"]}>
            <Link to="/collections/$collection" params={{ collection: name }}>
              {collection.title}
            </Link>
          </div>
          <h1 className={styles["title"]} id="record-title" dir="auto">
            {found.isPending ? <Skeleton height={28} width="14rem" /> : title}
          </h1>
        </div>
        {row !== undefined && <FollowButton collection={name} id={id} />}
      </div>
      {found.isPending ? (
        <Stack gap="md" role="status" aria-label={say("loading")}>
          <Skeleton height={36} />
          <Skeleton height={52} />
          <Skeleton height={52} />
          <Skeleton height={52} />
        </Stack>
      ) : found.isError ? (
        <Stack gap={0}>
          <FailureNote error={found.error} retry={() => void found.refetch()} />
          <Button
            variant="subtle"
            m="auto"
            component={Link}
            to="/collections/$collection"
            params={{ collection: name } as never}
          >
            {say("toList", { title: collection.title })}
          </Button>
        </Stack>
      ) : (
        <RecordTabs
          collection={collection}
          row={found.data}
          tab={TABS.find((one) => one === tab) ?? "details"}
          onTab={(next) =>
            void navigate({
              search: next === "details" ? {} : { tab: next },
              replace: true,
            })
          }
          onDirty={(now) => {
            isDirty.current = now;
          }}
          onDone={() =>
            void navigate({
              to: "/collections/$collection",
              params: { collection: name },
            })
          }
        />
      )}
    </section>
  );
}

/** What is typed is not lost by a press on a link. */
function useAskBeforeLeaving(isDirty: { readonly current: boolean }) {
  const say = usePageTexts(texts);
  useBlocker({
    enableBeforeUnload: () => isDirty.current,
    shouldBlockFn: async ({ current, next }) => {
      if (!isDirty.current || current.pathname === next.pathname) {
        return false;
      }
      return new Promise<boolean>((answer) => {
        modals.openConfirmModal({
          title: say("unsaved"),
          children: say("unsavedText"),
          labels: { confirm: say("leave"), cancel: say("stay") },
          confirmProps: { color: "red" },
          onConfirm: () => answer(false),
          onCancel: () => answer(true),
          onClose: () => answer(true),
        });
      });
    },
  });
}
