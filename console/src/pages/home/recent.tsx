import { useQuery } from "@tanstack/react-query";
import { Filter, filter } from "mainstay-client";
import { useTranslation } from "react-i18next";

import { listRows } from "../../api/records.ts";
import { useConsole, type Console } from "../../console.tsx";
import { moment } from "../../fields/shown.ts";
import { usePageTexts } from "../../i18n/page-texts.ts";
import { RecordItems } from "./record-items.tsx";
import { texts } from "./texts.ts";

const ITEMS = 4;
/** Entries that are looked at: several may be about one record. */
const ENTRIES = 50;

/** An entry of the person's own activity, as far as it is used here. */
interface Act {
  readonly kind: string;
  readonly at: string;
  readonly collection: string | null;
  readonly record_id: string | null;
}

interface RecentRecord {
  readonly collection: string;
  readonly id: string;
  readonly at: string;
  readonly label: string;
}

/** The records that the person made or changed last. */
export function Recent() {
  const say = usePageTexts(texts);
  const { i18n } = useTranslation();
  const here = useConsole();
  const found = useQuery({
    queryKey: ["recent", here.person.id],
    queryFn: ({ signal }) => readRecent(here, signal),
  });
  const items = found.data?.map(({ collection, id, at, label }) => ({
    key: id,
    collection,
    id,
    label,
    about: `${here.application.collection(collection)?.title ?? collection} · ${moment(i18n.language, at)}`,
  }));
  return (
    <RecordItems
      id="home-recent"
      title={say("recent")}
      none={say("recentNone")}
      items={items ?? (found.isError ? [] : null)}
    />
  );
}

async function readRecent(
  { application, client }: Console,
  signal: AbortSignal,
): Promise<readonly RecentRecord[]> {
  const path = `/auth/activity?kind=record.*&limit=${ENTRIES}`;
  const { items } = (await client.request("GET", path, { signal })) as {
    readonly items: readonly Act[];
  };
  const last = new Map<string, Act & { readonly record_id: string }>();
  for (const act of items) {
    const { collection, record_id } = act;
    const about = application.collection(collection ?? "")?.about;
    if (record_id !== null && about?.made === false && !last.has(record_id)) {
      last.set(record_id, { ...act, record_id });
    }
  }
  const acts = [...last.values()].slice(0, ITEMS * 2);
  const labels = new Map<string, string>();
  await Promise.all(
    [...new Set(acts.map(({ collection }) => collection ?? ""))].map(
      async (name) => {
        const collection = application.collection(name);
        const ids = acts
          .filter((act) => act.collection === name)
          .map((act) => act.record_id);
        const condition = filter`${Filter.fromText("id")} in ${ids}`;
        const query = { filter: condition.text, sort: [], expand: [] };
        const at = { cursor: null, limit: ids.length, count: false, signal };
        // Somebody who may change records need not be able to list them.
        const page = await listRows(client, name, query, at).catch(() => null);
        for (const row of page?.items ?? []) {
          labels.set(row.id, collection?.labelOf(row) ?? row.id);
        }
      },
    ),
  );
  return acts
    .flatMap(({ collection, record_id, at }) => {
      const label = labels.get(record_id);
      return label === undefined || collection === null
        ? []
        : [{ collection, id: record_id, at, label }];
    })
    .slice(0, ITEMS);
}
