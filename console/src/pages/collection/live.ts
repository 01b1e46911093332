import { useQueryClient } from "@tanstack/react-query";
import { Filter, type LiveEvent } from "mainstay-client";
import { useEffect, useMemo, useState } from "react";

import type { ListQuery } from "../../api/console-client.ts";
import { readRow } from "../../api/records.ts";
import type { Collection } from "../../application/application.ts";
import type { Row } from "../../application/row.ts";
import { useConsole } from "../../console.tsx";
import {
  listKey,
  removeFromLists,
  replaceInLists,
  type List,
  type Paging,
} from "./list.ts";

/** Lists of one page are asked for again so long after a change, with what else has changed until then. */
const GATHER_MS = 150;

const NONE: ReadonlySet<string> = new Set();

/** Records that have come since a list was asked for. */
interface Come {
  readonly query: ListQuery;
  readonly ids: ReadonlySet<string>;
}

export interface Live {
  /** Records that have come since the list was asked for. */
  readonly fresh: number;
  readonly showFresh: () => void;
}

/** Keeps a list as it is on the server: others' changes appear, without moving what one is looking at. */
export function useLiveList(
  collection: Collection,
  query: ListQuery,
  list: List,
  paging: Paging,
): Live {
  const { client } = useConsole();
  const queries = useQueryClient();
  const [come, setCome] = useState<Come>({ query, ids: NONE });
  const { name } = collection;

  useEffect(() => {
    const known = (id: string) =>
      queries
        .getQueriesData<{ pages: { items: readonly Row[] }[] }>({
          queryKey: listKey(name, query),
        })
        .some(([, data]) =>
          data?.pages.some(({ items }) => items.some((row) => row.id === id)),
        );

    async function take(id: string) {
      // The event has no related records: they are read along with it.
      const row = await readRow(client, name, id, query.expand).catch(
        () => null,
      );
      if (row !== null) {
        replaceInLists(queries, name, id, (now) =>
          row.version >= now.version ? row : now,
        );
        queries.setQueryData<Row>(["record", name, id], (now) =>
          now === undefined || row.version >= now.version ? row : now,
        );
      }
    }

    const handle = (event: LiveEvent<Row>) => {
      switch (event.event) {
        case "created":
        case "restored":
        case "entered":
        case "updated":
          if (known(event.record_id)) {
            void take(event.record_id);
          } else {
            setCome((now) => ({
              query,
              ids: new Set([
                ...(now.query === query ? now.ids : NONE),
                event.record_id,
              ]),
            }));
          }
          break;
        case "deleted":
        case "left":
          removeFromLists(queries, name, new Set([event.record_id]));
          break;
        case "reload":
          void queries.invalidateQueries({ queryKey: listKey(name) });
          break;
      }
    };
    const subscription = client.realtime.collection(name).subscribe(
      query.filter === "" ? {} : { filter: Filter.fromText(query.filter) },
      // Which fields there are is known only at run time.
      handle as never,
    );
    return () => subscription.stop();
  }, [client, queries, name, query]);

  const { rows, hasMore } = list;
  const fresh = come.query === query ? come.ids : NONE;
  const unseen = useMemo(() => {
    const seen = new Set(rows.map(({ id }) => id));
    return [...fresh].filter((id) => !seen.has(id)).length;
  }, [fresh, rows]);
  const isShort = !hasMore && rows.length <= paging.ahead;

  // A short list shows what is new at once. In a long one it would move what one is looking at.
  useEffect(() => {
    if (unseen === 0 || !isShort) {
      return undefined;
    }
    const timer = setTimeout(
      () => void queries.invalidateQueries({ queryKey: listKey(name, query) }),
      GATHER_MS,
    );
    return () => clearTimeout(timer);
  }, [unseen, isShort, queries, name, query]);

  return {
    fresh: isShort ? 0 : unseen,
    showFresh: () => {
      setCome({ query, ids: NONE });
      void queries.invalidateQueries({ queryKey: listKey(name, query) });
    },
  };
}
