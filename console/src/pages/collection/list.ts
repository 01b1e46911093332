import {
  useInfiniteQuery,
  type InfiniteData,
  type QueryClient,
} from "@tanstack/react-query";
import { useEffect, useMemo } from "react";

import type { ListQuery } from "../../api/console-client.ts";
import { listRows, PAGE_SIZE, type RowPage } from "../../api/records.ts";
import type { Collection } from "../../application/application.ts";
import type { Row } from "../../application/row.ts";
import { useConsole } from "../../console.tsx";
import type { Kind } from "./use-look.ts";

/** How a view asks for its records. */
export interface Paging {
  /** Records of one request. */
  readonly size: number;
  /** So many come without somebody scrolling to them: a board or a month that is half there misleads. */
  readonly ahead: number;
}

export const PAGES: Readonly<Record<Kind, Paging>> = {
  table: { size: PAGE_SIZE, ahead: PAGE_SIZE },
  gallery: { size: PAGE_SIZE, ahead: PAGE_SIZE },
  board: { size: 500, ahead: 1000 },
  calendar: { size: 500, ahead: 2000 },
};

type Pages = InfiniteData<RowPage, string | null>;

export interface List {
  readonly rows: readonly Row[];
  /** All that there are, as far as they were counted. */
  readonly count: number | null;
  readonly isPending: boolean;
  readonly isError: boolean;
  readonly error: unknown;
  readonly hasMore: boolean;
  readonly isLoadingMore: boolean;
  readonly loadMore: () => void;
  readonly refetch: () => Promise<unknown>;
}

export function listKey(collection: string, query?: ListQuery) {
  return query === undefined
    ? (["list", collection] as const)
    : (["list", collection, query] as const);
}

/** The records of a list as far as they have been scrolled to. */
export function useList(
  collection: Collection,
  query: ListQuery,
  paging: Paging,
): List {
  const { client } = useConsole();
  const found = useInfiniteQuery({
    queryKey: listKey(collection.name, query),
    queryFn: ({ pageParam, signal }) =>
      listRows(client, collection.name, query, {
        cursor: pageParam,
        limit: paging.size,
        signal,
      }),
    initialPageParam: null as string | null,
    getNextPageParam: (last) => last.next_cursor,
    // While a filter is typed the records of the one before stay.
    placeholderData: (before) => before,
  });
  const { data, fetchNextPage, isFetchingNextPage, hasNextPage } = found;
  const rows = useMemo(
    () => data?.pages.flatMap((page) => page.items) ?? [],
    [data],
  );
  const isAhead = rows.length >= paging.ahead;
  useEffect(() => {
    if (!isAhead && hasNextPage && !isFetchingNextPage) {
      void fetchNextPage();
    }
  }, [isAhead, hasNextPage, isFetchingNextPage, fetchNextPage]);
  return {
    rows,
    count: data?.pages[0]?.count ?? null,
    isPending: found.isPending,
    isError: found.isError,
    error: found.error,
    hasMore: hasNextPage,
    isLoadingMore: isFetchingNextPage,
    loadMore: () => {
      if (hasNextPage && !isFetchingNextPage) {
        void fetchNextPage();
      }
    },
    refetch: () => found.refetch(),
  };
}

/** Puts a record in the place of the one that lists have, so that two views of it never disagree. */
export function replaceInLists(
  queries: QueryClient,
  collection: string,
  id: string,
  next: (row: Row) => Row,
): void {
  changeLists(queries, collection, (items) =>
    items.map((row) => (row.id === id ? next(row) : row)),
  );
}

export function removeFromLists(
  queries: QueryClient,
  collection: string,
  ids: ReadonlySet<string>,
): void {
  changeLists(queries, collection, (items) =>
    items.filter((row) => !ids.has(row.id)),
  );
}

function changeLists(
  queries: QueryClient,
  collection: string,
  change: (items: readonly Row[]) => readonly Row[],
): void {
  queries.setQueriesData<Pages>(
    { queryKey: listKey(collection) },
    (data) =>
      data && {
        ...data,
        pages: data.pages.map((page) => {
          const items = change(page.items);
          const gone = page.items.length - items.length;
          return {
            ...page,
            items,
            ...(page.count !== undefined && { count: page.count - gone }),
          };
        }),
      },
  );
}
