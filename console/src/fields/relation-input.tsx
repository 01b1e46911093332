import { MultiSelect, Select } from "@mantine/core";
import { useDebouncedValue } from "@mantine/hooks";
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { useState, type ReactNode } from "react";

import { listRows, searchFilter } from "../api/records.ts";
import type { Collection, Field } from "../application/application.ts";
import { related, relatedMany, type Row } from "../application/row.ts";
import { useConsole } from "../console.tsx";
import { usePageTexts } from "../i18n/page-texts.ts";
import type { Draft } from "./draft.ts";
import { texts } from "./texts.ts";

const CHOICES = 20;
const TYPING_MS = 200;

interface Props {
  readonly field: Field;
  readonly draft: Draft;
  readonly onChange: (draft: Draft) => void;
  readonly row: Row | null;
  readonly common: {
    readonly label?: string;
    readonly "aria-label"?: string;
    readonly description: ReactNode;
    readonly error: string | null;
    readonly disabled: boolean;
    readonly id?: string;
  };
}

/** Chooses the records that a relation leads to, by what they are called. */
export function RelationInput({ field, draft, onChange, row, common }: Props) {
  const say = usePageTexts(texts);
  const { application, client } = useConsole();
  const target = application.target(field);
  const [typed, setTyped] = useState("");
  const [words] = useDebouncedValue(typed, TYPING_MS);
  const [chosen, setChosen] = useState<readonly Row[]>([]);
  const found = useQuery({
    queryKey: ["choices", target?.name, words],
    enabled: target !== undefined && !common.disabled,
    placeholderData: keepPreviousData,
    queryFn: async ({ signal }) => {
      if (target === undefined) {
        return [];
      }
      const query = {
        filter: searchFilter(target, words),
        sort: [],
        expand: [],
      };
      const at = { cursor: null, limit: CHOICES, signal };
      return (await listRows(client, target.name, query, at)).items;
    },
  });

  const ids =
    typeof draft === "string"
      ? [draft]
      : draft === true || draft === false
        ? []
        : draft;
  const known = new Map<string, Row>();
  const before =
    row === null
      ? []
      : [related(row, field.name), ...relatedMany(row, field.name)];
  const given = useGiven(
    target,
    ids.filter((id) => id !== ""),
    row === null && chosen.length === 0,
  );
  for (const one of [...before, ...chosen, ...given, ...(found.data ?? [])]) {
    if (one !== null) {
      known.set(one.id, one);
    }
  }
  const shownIds = new Set([
    ...(found.data ?? []).map(({ id }) => id),
    ...ids.filter((id) => id !== ""),
  ]);
  const data = [...shownIds].map((id) => {
    const one = known.get(id);
    return {
      value: id,
      label:
        one === undefined || target === undefined
          ? id.slice(0, 8)
          : target.labelOf(one),
    };
  });
  const keep = (picked: readonly string[]) =>
    setChosen(picked.flatMap((id) => known.get(id) ?? []));
  const shared = {
    ...common,
    data,
    searchable: true,
    placeholder: say("chooseRecord"),
    nothingFoundMessage: say("noMatch"),
    // The server has searched already.
    filter: ({ options }: { options: never[] }) => options,
    onSearchChange: setTyped,
  };
  return field.many === true ? (
    <MultiSelect
      {...(shared as object)}
      value={[...ids]}
      onChange={(picked) => {
        keep(picked);
        onChange(picked);
      }}
    />
  ) : (
    <Select
      {...(shared as object)}
      clearable={!field.required}
      value={typeof draft === "string" && draft !== "" ? draft : null}
      onChange={(picked) => {
        keep(picked === null ? [] : [picked]);
        onChange(picked ?? "");
      }}
    />
  );
}

/** The records that a new one begins with, such as the column of a board: nobody has chosen them from a list. */
function useGiven(
  target: Collection | undefined,
  ids: readonly string[],
  isNew: boolean,
): readonly Row[] {
  const { client } = useConsole();
  const found = useQuery({
    queryKey: ["given", target?.name, ids],
    enabled: target !== undefined && isNew && ids.length > 0,
    queryFn: async ({ signal }) => {
      if (target === undefined) {
        return [];
      }
      const filter = `id in ${JSON.stringify(ids)}`;
      const query = { filter, sort: [], expand: [] };
      const at = { cursor: null, limit: ids.length, signal };
      return (await listRows(client, target.name, query, at)).items;
    },
  });
  return found.data ?? [];
}
