import { useQuery } from "@tanstack/react-query";

import { readRow } from "../../../api/records.ts";
import { useConsole } from "../../../console.tsx";

/** What somebody is called, or the beginning of their id while that is not known. */
export function usePerson(id: string | null): string {
  const { application, client, person } = useConsole();
  const users = application.collection("users");
  const found = useQuery({
    queryKey: ["record", "users", id],
    enabled: id !== null && id !== person.id,
    staleTime: 60_000,
    retry: false,
    queryFn: ({ signal }) => readRow(client, "users", id ?? "", [], signal),
  });
  const row = id === person.id ? person : found.data;
  return row === undefined
    ? (id ?? "").slice(0, 8)
    : (users?.labelOf(row) ?? row.id);
}
