import { useQueryClient } from "@tanstack/react-query";
import { NotFound } from "mainstay-client";
import { useEffect } from "react";

import { expandOf, readRow } from "../../api/records.ts";
import type { Collection } from "../../application/application.ts";
import type { Row } from "../../application/row.ts";
import { useConsole } from "../../console.tsx";

/** Keeps one record as it is on the server; a record that is gone is asked for once more, which says so. */
export function useLiveRecord(collection: Collection, id: string): void {
  const { client } = useConsole();
  const queries = useQueryClient();
  useEffect(() => {
    const { name } = collection;
    const key = ["record", name, id];
    const take = async () => {
      const row = await readRow(client, name, id, expandOf(collection));
      queries.setQueryData<Row>(key, (now) =>
        now === undefined || row.version >= now.version ? row : now,
      );
    };
    const look = () => queries.resetQueries({ queryKey: key, exact: true });
    try {
      const subscription = client.realtime
        .collection(name)
        .record(id)
        .subscribe({}, (told) => {
          switch (told.event) {
            case "deleted":
            case "left":
              void look();
              break;
            case "ended":
              if (told.error instanceof NotFound) {
                void look();
              }
              break;
            case "subscribed":
              break;
            default:
              void take().catch(look);
          }
        });
      return () => subscription.stop();
    } catch (error) {
      // An address that leads nowhere has nothing to follow: the page says so itself.
      if (error instanceof NotFound) {
        return undefined;
      }
      throw error;
    }
  }, [client, queries, collection, id]);
}
