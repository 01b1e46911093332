import { useDebouncedValue } from "@mantine/hooks";
import { keepPreviousData, useQuery } from "@tanstack/react-query";

import { useConsole } from "../console.tsx";
import { findRecords, WORDS_MIN, type FoundRecord } from "./find-records.ts";

const TYPING_MS = 250;

/** The records that are called what somebody types, a moment after the last letter. */
export function useFoundRecords(typed: string): {
  readonly records: readonly FoundRecord[];
  readonly isSearching: boolean;
  readonly isError: boolean;
} {
  const here = useConsole();
  const [words] = useDebouncedValue(typed.trim(), TYPING_MS);
  const enabled = words.length >= WORDS_MIN;
  const found = useQuery({
    queryKey: ["search", words],
    enabled,
    // What was found a moment ago may have another name by now.
    gcTime: 10_000,
    placeholderData: keepPreviousData,
    queryFn: ({ signal }) => findRecords(here, words, signal),
  });
  return {
    records: enabled ? (found.data ?? []) : [],
    isSearching: words !== typed.trim() || (enabled && found.isFetching),
    isError: enabled && found.isError,
  };
}
