import { keepPreviousData, useQuery } from "@tanstack/react-query";

import { listRows, readRow, searchFilter } from "../../api/records.ts";
import type { Row } from "../../application/row.ts";
import { useConsole } from "../../console.tsx";
import { usePageTexts } from "../../i18n/page-texts.ts";
import { texts } from "./texts.ts";

const CHOICES = 8;

/** Whoever acted, as far as the reader may know them. */
export interface Actor {
  readonly kind: string;
  readonly id: string | null;
  readonly label?: string | null;
}

/** The name of whoever acted; an ellipsis until it is known. */
export function useActorName(actor: Actor): string {
  const say = usePageTexts(texts);
  const name = usePersonName(actor.label == null ? actor.id : null);
  if (actor.label != null) {
    return actor.label;
  }
  if (actor.id === null) {
    return say(
      actor.kind === "system" ? "history.by.system" : "history.by.anonymous",
    );
  }
  return name;
}

/** What somebody is called, as far as this person may see it; empty for nobody. */
export function usePersonName(id: string | null): string {
  const say = usePageTexts(texts);
  const { application, client, person } = useConsole();
  const users = application.collection("users");
  const found = useQuery({
    queryKey: ["record", "users", id],
    enabled: id !== null && id !== person.id,
    staleTime: Infinity,
    queryFn: ({ signal }) => readRow(client, "users", id ?? "", [], signal),
  });
  const row = id === person.id ? person : found.data;
  if (id === null) {
    return "";
  }
  if (row !== undefined && users !== undefined) {
    return users.labelOf(row);
  }
  return found.isError ? say("history.by.unknown") : "…";
}

/** People whose name or address has these words in it, of those that this person may see. */
export function usePeople(
  words: string,
  isWanted: boolean,
): readonly { readonly row: Row; readonly name: string }[] {
  const { application, client } = useConsole();
  const users = application.collection("users");
  const found = useQuery({
    queryKey: ["people", words],
    enabled: isWanted && users !== undefined,
    placeholderData: keepPreviousData,
    queryFn: async ({ signal }): Promise<readonly Row[]> => {
      if (users === undefined) {
        return [];
      }
      const query = {
        filter: searchFilter(users, words),
        sort: [],
        expand: [],
      };
      const at = { cursor: null, limit: CHOICES, signal };
      return (await listRows(client, users.name, query, at)).items;
    },
  });
  return users === undefined
    ? []
    : (found.data ?? []).map((row) => ({ row, name: users.labelOf(row) }));
}
