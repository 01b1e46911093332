import { Select } from "@mantine/core";
import { useDebouncedValue } from "@mantine/hooks";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";

import { listRows, searchFilter } from "../../../api/records.ts";
import { useConsole } from "../../../console.tsx";

const SHOWN = 30;

/** Chooses a record, by a part of what it is called. */
export function RecordSelect(props: {
  readonly collection: string;
  readonly label: string;
  readonly placeholder: string;
  /** Where nothing matches. */
  readonly nothing: string;
  readonly value: string;
  readonly onChange: (id: string) => void;
}) {
  const { application, client } = useConsole();
  const collection = application.collection(props.collection);
  const [typed, setTyped] = useState("");
  const [chosen, setChosen] = useState<{
    readonly value: string;
    readonly label: string;
  } | null>(null);
  const [search] = useDebouncedValue(typed, 200);
  const wanted = search === chosen?.label ? "" : search;
  const found = useQuery({
    queryKey: ["choice", props.collection, wanted],
    enabled: collection !== undefined,
    queryFn: ({ signal }) =>
      listRows(
        client,
        props.collection,
        {
          filter:
            collection === undefined ? "" : searchFilter(collection, wanted),
          sort: [],
          expand: [],
        },
        { cursor: null, limit: SHOWN, signal },
      ),
    placeholderData: (before) => before,
  });
  const records = (found.data?.items ?? []).map((row) => ({
    value: row.id,
    label: collection?.labelOf(row) ?? row.id,
  }));
  const isListed = records.some(({ value }) => value === props.value);
  return (
    <Select
      label={props.label}
      placeholder={props.placeholder}
      nothingFoundMessage={props.nothing}
      searchable
      data={chosen === null || isListed ? records : [chosen, ...records]}
      // The server has searched.
      filter={({ options }) => options}
      onSearchChange={setTyped}
      value={props.value === "" ? null : props.value}
      onChange={(id, option) => {
        setChosen(
          id === null || option === null
            ? null
            : { value: id, label: option.label },
        );
        props.onChange(id ?? "");
      }}
    />
  );
}
