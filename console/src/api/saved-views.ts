import { useQuery, type QueryClient } from "@tanstack/react-query";

import type { Application, Collection } from "../application/application.ts";
import type { Json, Row } from "../application/row.ts";
import { useConsole } from "../console.tsx";
import type { CollectionSearch } from "../router.tsx";
import type { Values } from "./console-client.ts";
import { listRows } from "./records.ts";

/** The collection that `views = true` makes. */
export const VIEWS = "views";
const VIEWS_MAX = 500;
/** What of an address a view keeps beside its filter, sort and fields. */
const KEPT = ["group", "date", "span"] as const;

const KEY = [VIEWS] as const;

/** Does the application keep views? */
export function keepsViews(application: Application): boolean {
  return application.collection(VIEWS)?.about.made === true;
}

/** The saved views that this person has, their own and those that were shared with them. */
export function useSavedViews(): readonly Row[] {
  const { application, client } = useConsole();
  const found = useQuery({
    queryKey: KEY,
    enabled: keepsViews(application),
    queryFn: async ({ signal }) => {
      const query = { filter: "", sort: ["name"], expand: [] };
      const at = { cursor: null, limit: VIEWS_MAX, signal };
      return (await listRows(client, VIEWS, query, at)).items;
    },
  });
  return found.data ?? [];
}

export function viewsChanged(queries: QueryClient): Promise<void> {
  return queries.invalidateQueries({ queryKey: KEY });
}

/** The views of a collection. They know it by its first name. */
export function viewsOf(
  views: readonly Row[],
  collection: Collection,
): readonly Row[] {
  return views.filter(
    (view) => view["collection"] === collection.about.first_name,
  );
}

/** The address of a view. */
export function searchOf(view: Row): CollectionSearch {
  const options = optionsOf(view);
  const all = [
    ["saved", view.id],
    ["view", view["kind"] === "table" ? "" : view["kind"]],
    ["filter", view["filter"]],
    ["sort", view["sort"]],
    ["fields", view["fields"]],
    ...KEPT.map((name) => [name, options[name]] as const),
  ] as const;
  return Object.fromEntries(
    all.filter(([, text]) => typeof text === "string" && text !== ""),
  ) as CollectionSearch;
}

/** What a view keeps of how one looks at a collection. */
export function valuesOf(
  search: CollectionSearch,
  fields: readonly string[],
  options: Readonly<Record<string, Json>>,
): Values {
  const kept = KEPT.flatMap((name) => {
    const text = search[name];
    return text === undefined ? [] : [[name, text] as const];
  });
  return {
    kind: search.view ?? "table",
    filter: search.filter ?? null,
    sort: search.sort ?? null,
    fields: fields.join(","),
    options: { ...options, ...Object.fromEntries(kept) },
  };
}

/** Does the address show something else than the view that it was taken from? The day of a calendar does not count. */
export function differs(search: CollectionSearch, view: Row): boolean {
  const saved = searchOf(view);
  const names = ["view", "filter", "sort", "fields", ...KEPT] as const;
  return names.some((name) => (search[name] ?? "") !== (saved[name] ?? ""));
}

export function optionsOf(view: Row): Readonly<Record<string, Json>> {
  const options = view["options"];
  return typeof options === "object" &&
    options !== null &&
    !Array.isArray(options)
    ? (options as Readonly<Record<string, Json>>)
    : {};
}
