import { MultiSelect, Select } from "@mantine/core";
import { useDebouncedValue } from "@mantine/hooks";
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { lazy, Suspense, useState, type ReactNode } from "react";

import { listRows, searchFilter } from "../api/records.ts";
import type { Collection, Field } from "../application/application.ts";
import { related, relatedMany, type Row } from "../application/row.ts";
import { mayEver, useConsole } from "../console.tsx";
import { usePageTexts } from "../i18n/page-texts.ts";
import type { Draft } from "./draft.ts";
import { texts } from "./texts.ts";

// The form of a record has relations again: it comes when it is needed.
const MakeRecord = lazy(async () => ({
  default: (await import("../pages/record/make-record.tsx")).MakeRecord,
}));

/** Stands among the choices for one that is not there yet. */
const MAKE = "make";
const CHOICES = 20;
const TYPING_MS = 200;

interface Props {
  readonly field: Field;
  readonly draft: Draft;
  readonly onChange: (draft: Draft) => void;
  readonly row: Row | null;
  /** May a record be made that is not there yet? */
  readonly withNew?: boolean;
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
export function RelationInput(props: Props) {
  const { field, draft, onChange, row, common, withNew = false } = props;
  const say = usePageTexts(texts);
  const here = useConsole();
  const { application, client } = here;
  const [isMaking, setMaking] = useState(false);
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
  const mayMake =
    withNew &&
    target !== undefined &&
    !target.about.made &&
    target.name !== "users" &&
    mayEver(here, target.name, "create");
  const choices =
    mayMake && !common.disabled
      ? [
          ...data,
          { value: MAKE, label: say("makeNew", { title: target.title }) },
        ]
      : data;
  const keep = (picked: readonly string[]) =>
    setChosen(picked.flatMap((id) => known.get(id) ?? []));
  const shared = {
    ...common,
    data: choices,
    searchable: true,
    placeholder: say("chooseRecord"),
    nothingFoundMessage: say("noMatch"),
    // The server has searched already.
    filter: ({ options }: { options: never[] }) => options,
    onSearchChange: setTyped,
  };
  const take = (picked: readonly string[]) => {
    if (picked.includes(MAKE)) {
      setMaking(true);
      return;
    }
    keep(picked);
    onChange(field.many === true ? picked : (picked[0] ?? ""));
  };
  return (
    <>
      {field.many === true ? (
        <MultiSelect {...(shared as object)} value={[...ids]} onChange={take} />
      ) : (
        <Select
          {...(shared as object)}
          clearable={!field.required}
          value={typeof draft === "string" && draft !== "" ? draft : null}
          onChange={(picked) => take(picked === null ? [] : [picked])}
        />
      )}
      {isMaking && target !== undefined && (
        <Suspense fallback={null}>
          <MakeRecord
            collection={target}
            onClose={() => setMaking(false)}
            onMade={(made) => {
              setMaking(false);
              setChosen((now) => [...now, made]);
              onChange(field.many === true ? [...ids, made.id] : made.id);
            }}
          />
        </Suspense>
      )}
    </>
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
