import { useInfiniteQuery } from "@tanstack/react-query";

import { useConsole } from "../../../console.tsx";

interface Page<T> {
  readonly items: readonly T[];
  readonly next_cursor: string | null;
}

/** A list of the API that comes in pages, by its path and the parameters that are not empty. */
export function usePages<T>(
  path: string,
  parameters: Readonly<Record<string, string>>,
  /** After how many milliseconds what is shown is asked for again; 0 for never. */
  againAfter: (items: readonly T[]) => number = () => 0,
) {
  const { client } = useConsole();
  const query = queryOf(parameters);
  const found = useInfiniteQuery({
    queryKey: [path, query],
    queryFn: async ({ pageParam, signal }) => {
      const at = pageParam === null ? {} : { cursor: pageParam };
      const asked = queryOf({ ...parameters, limit: "50", ...at });
      return (await client.request("GET", `${path}?${asked}`, {
        signal,
      })) as Page<T>;
    },
    initialPageParam: null as string | null,
    getNextPageParam: (last) => last.next_cursor,
    refetchInterval: ({ state }) =>
      againAfter(state.data?.pages.flatMap(({ items }) => items) ?? []),
  });
  const items = found.data?.pages.flatMap((page) => page.items) ?? [];
  return { ...found, items };
}

/** Without those that are empty. */
export function queryOf(parameters: Readonly<Record<string, string>>): string {
  const given = Object.entries(parameters).filter(([, value]) => value !== "");
  return new URLSearchParams(given).toString();
}
