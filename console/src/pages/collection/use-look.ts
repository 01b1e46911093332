import { useNavigate, useSearch } from "@tanstack/react-router";
import { useMemo } from "react";

import type { CollectionSearch } from "../../router.tsx";

/** The ways to look at records. */
export const KINDS = ["table", "board", "calendar", "gallery"] as const;
export type Kind = (typeof KINDS)[number];

/** What the address says of a collection, so that it can be kept and handed on. */
export interface Look {
  readonly search: CollectionSearch;
  readonly kind: Kind;
  /** Changes parts of the address; an empty text takes a part away. */
  readonly show: (
    changes: CollectionSearch,
    history?: "replace" | "push",
  ) => void;
}

export function useLook(): Look {
  const search = useSearch({ from: "/signed-in/collections/$collection" });
  const navigate = useNavigate({ from: "/collections/$collection" });
  return useMemo(
    () => ({
      search,
      kind: KINDS.find((one) => one === search.view) ?? "table",
      show: (changes, history = "replace") =>
        void navigate({
          search: (now) => changed(now as CollectionSearch, changes),
          replace: history === "replace",
        }),
    }),
    [search, navigate],
  );
}

function changed(
  now: CollectionSearch,
  changes: CollectionSearch,
): CollectionSearch {
  const all = Object.entries({ ...now, ...changes });
  return Object.fromEntries(all.filter(([, text]) => text !== ""));
}
