import { Anchor, Skeleton, Stack, Text } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { Link, useRouteContext, useSearch } from "@tanstack/react-router";
import {
  Forbidden,
  NotFound,
  Unauthenticated,
  type OpenedShare,
} from "mainstay-client";
import { useMemo } from "react";

import { expandOf, readRow } from "../../api/records.ts";
import type { Collection } from "../../application/application.ts";
import type { Row } from "../../application/row.ts";
import { ConsoleProvider, useConsole } from "../../console.tsx";
import { usePageTexts } from "../../i18n/page-texts.ts";
import { FailureNote } from "../../ui/failure-note.tsx";
import { useLiveRecord } from "../record/live-record.ts";
import { RecordTabs } from "../record/record-tabs.tsx";
import recordStyles from "../record/record.module.css";
import { Note } from "./share.tsx";
import { texts } from "./texts.ts";

/** The record of a link, or one that belongs to it. */
export function LinkedRecord(props: {
  readonly opened: OpenedShare;
  readonly person: Row;
}) {
  const { opened, person } = props;
  const { application, client } = useRouteContext({ from: "__root__" });
  const { level } = opened;
  const here = useMemo(
    () => ({ application, client, person, link: { level } }),
    [application, client, person, level],
  );
  const shared = application.collection(opened.collection);
  return (
    <ConsoleProvider value={here}>
      {shared !== undefined && <Shown opened={opened} shared={shared} />}
    </ConsoleProvider>
  );
}

function Shown(props: {
  readonly opened: OpenedShare;
  readonly shared: Collection;
}) {
  const { opened, shared } = props;
  const say = usePageTexts(texts);
  const { application } = useConsole();
  const search = useSearch({ from: "/share" });
  const root = useRecord(shared, opened.record_id);
  const inner = application.collection(search.collection ?? "");
  if (root.isError && isOver(root.error)) {
    return <Note title={say("endedTitle")} text={say("endedText")} />;
  }
  if (root.isError) {
    return <FailureNote error={root.error} retry={() => void root.refetch()} />;
  }
  if (root.data === undefined) {
    return (
      <Stack gap="md" role="status" aria-label={say("opening")}>
        <Skeleton height={28} width="14rem" />
        <Skeleton height={52} />
        <Skeleton height={52} />
      </Stack>
    );
  }
  const isInner =
    inner !== undefined &&
    search.record !== undefined &&
    search.record !== opened.record_id;
  return isInner ? (
    <>
      <div>
        <Anchor component={Link} to="/share" size="sm">
          ← {say("back", { title: shared.labelOf(root.data) })}
        </Anchor>
      </div>
      <Inner collection={inner} id={search.record} />
    </>
  ) : (
    <>
      <Head collection={shared} row={root.data} />
      <Text size="sm" c="dimmed">
        {say(`levels.${opened.level}`)}
      </Text>
      <Tabs collection={shared} row={root.data} />
    </>
  );
}

function Inner(props: {
  readonly collection: Collection;
  readonly id: string;
}) {
  const { collection, id } = props;
  const say = usePageTexts(texts);
  const found = useRecord(collection, id);
  if (found.isPending) {
    return <Skeleton height={120} />;
  }
  if (found.isError) {
    return isOver(found.error) ? (
      <Note title={say("goneTitle")} text={say("endedText")} />
    ) : (
      <FailureNote error={found.error} retry={() => void found.refetch()} />
    );
  }
  return (
    <>
      <Head collection={collection} row={found.data} />
      <Tabs collection={collection} row={found.data} />
    </>
  );
}

interface OfRow {
  readonly collection: Collection;
  readonly row: Row;
}

function Head({ collection, row }: OfRow) {
  return (
    <div>
      <span className={recordStyles["quiet"]}>{collection.title}</span>
      <h1 className={recordStyles["title"]} dir="auto">
        {collection.labelOf(row)}
      </h1>
    </div>
  );
}

function Tabs({ collection, row }: OfRow) {
  return (
    <RecordTabs
      key={row.id}
      collection={collection}
      row={row}
      onDirty={() => undefined}
      onDone={() => undefined}
    />
  );
}

function useRecord(collection: Collection, id: string) {
  const { client } = useConsole();
  const { name } = collection;
  useLiveRecord(collection, id);
  return useQuery({
    queryKey: ["record", name, id],
    queryFn: ({ signal }) =>
      readRow(client, name, id, expandOf(collection), signal),
  });
}

/** Nothing is to be seen by this link any more. */
function isOver(error: unknown): boolean {
  return (
    error instanceof NotFound ||
    error instanceof Forbidden ||
    error instanceof Unauthenticated
  );
}
