import { useQueries } from "@tanstack/react-query";
import type { AuditEntry } from "mainstay-client";

import { listRows } from "../../../api/records.ts";
import type { Row } from "../../../application/row.ts";
import { useConsole } from "../../../console.tsx";

/** What a list may ask for at once. */
const IDS_MAX = 100;

/** What the records are called that entries are about, as far as they are still there: one request a collection. */
export function useLabels(
  entries: readonly AuditEntry[],
): (entry: AuditEntry) => string | null {
  const { application, client } = useConsole();
  const wanted = new Map<string, Set<string>>();
  for (const { collection, record_id } of entries) {
    if (
      collection !== null &&
      record_id !== null &&
      application.collection(collection) !== undefined
    ) {
      const ids = wanted.get(collection) ?? new Set();
      ids.add(record_id);
      wanted.set(collection, ids);
    }
  }
  const asked = [...wanted].flatMap(([collection, all]) =>
    inParts([...all].sort()).map((ids) => ({ collection, ids })),
  );
  const found = useQueries({
    queries: asked.map(({ collection, ids }) => ({
      queryKey: ["labels", collection, ids],
      staleTime: 60_000,
      queryFn: async ({ signal }: { readonly signal: AbortSignal }) => {
        const list = ids.map((id) => JSON.stringify(id)).join(", ");
        const query = { filter: `id in [${list}]`, sort: [], expand: [] };
        const at = { cursor: null, limit: IDS_MAX, signal };
        return (await listRows(client, collection, query, at)).items;
      },
    })),
  });
  const rows = new Map<string, Row>(
    found.flatMap(({ data }) => (data ?? []).map((row) => [row.id, row])),
  );
  return ({ collection, record_id, payload }) => {
    const known = application.collection(collection ?? "");
    if (known === undefined || record_id === null) {
      return null;
    }
    const row = rows.get(record_id) ?? valuesOf(record_id, payload);
    return known.labelOf(row);
  };
}

/** A record that is gone is called as it was when it was written. */
function valuesOf(id: string, payload: AuditEntry["payload"]): Row {
  const { new: now, old: before } = payload as Record<string, object>;
  return { ...before, ...now, version: 0, id };
}

function inParts(ids: readonly string[]): readonly (readonly string[])[] {
  const parts: (readonly string[])[] = [];
  for (let at = 0; at < ids.length; at += IDS_MAX) {
    parts.push(ids.slice(at, at + IDS_MAX));
  }
  return parts;
}
