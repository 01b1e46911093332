import { Select } from "@mantine/core";
import { useDebouncedValue } from "@mantine/hooks";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";

import { listRows, searchFilter } from "../../../api/records.ts";
import { useConsole } from "../../../console.tsx";
import { usePerson } from "./use-person.ts";

const SHOWN = 20;

/** Chooses somebody with an account, by a part of the name or the address. */
export function PersonSelect(props: {
  readonly label: string;
  readonly placeholder: string;
  readonly description?: string;
  readonly value: string;
  readonly onChange: (id: string) => void;
}) {
  const { application, client } = useConsole();
  const [typed, setTyped] = useState("");
  const [search] = useDebouncedValue(typed, 200);
  const chosen = usePerson(props.value === "" ? null : props.value);
  const users = application.collection("users");
  // What the input shows of the chosen one is nothing to search for.
  const wanted = search === chosen ? "" : search;
  const found = useQuery({
    queryKey: ["people", "choice", wanted],
    enabled: users !== undefined,
    queryFn: ({ signal }) =>
      listRows(
        client,
        "users",
        {
          filter: users === undefined ? "" : searchFilter(users, wanted),
          sort: [],
          expand: [],
        },
        { cursor: null, limit: SHOWN, signal },
      ),
    placeholderData: (before) => before,
  });
  const people = (found.data?.items ?? []).map((row) => ({
    value: row.id,
    label: users?.labelOf(row) ?? row.id,
  }));
  const isListed = people.some(({ value }) => value === props.value);
  const data =
    props.value === "" || isListed
      ? people
      : [{ value: props.value, label: chosen }, ...people];
  return (
    <Select
      label={props.label}
      placeholder={props.placeholder}
      description={props.description}
      searchable
      clearable
      data={data}
      // The server has searched.
      filter={({ options }) => options}
      onSearchChange={setTyped}
      value={props.value === "" ? null : props.value}
      onChange={(id) => props.onChange(id ?? "")}
    />
  );
}
