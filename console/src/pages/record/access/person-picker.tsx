import { Select } from "@mantine/core";
import { useDebouncedValue } from "@mantine/hooks";
import { useState } from "react";

import { usePageTexts } from "../../../i18n/page-texts.ts";
import { usePeople } from "../people.ts";
import { texts } from "./texts.ts";

const TYPING_MS = 200;
const ADDRESS = /^[^@\s]+@[^@\s]+$/;

/** Somebody with an account: one that is known, or one with an address. */
export type Picked =
  | { readonly user: string; readonly name: string }
  | { readonly email: string; readonly name: string };

interface Props {
  readonly picked: Picked | null;
  readonly onPick: (picked: Picked | null) => void;
  readonly fault: string | null;
  /** May somebody be named whom this person cannot see? */
  readonly withAddress: boolean;
}

export function PersonPicker({ picked, onPick, fault, withAddress }: Props) {
  const say = usePageTexts(texts);
  const [typed, setTyped] = useState("");
  const [words] = useDebouncedValue(typed.trim(), TYPING_MS);
  const people = usePeople(words, true);
  const isAddress = withAddress && ADDRESS.test(typed.trim());
  const known = new Map<string, Picked>(
    people.map(({ row, name }) => [row.id, { user: row.id, name }]),
  );
  if (isAddress) {
    const email = typed.trim();
    known.set(`address:${email}`, { email, name: email });
  }
  const value = picked === null ? null : keyOf(picked);
  if (picked !== null) {
    known.set(keyOf(picked), picked);
  }
  return (
    <Select
      label={say("person")}
      placeholder={say("personHint")}
      error={fault}
      searchable
      clearable
      value={value}
      data={[...known].map(([key, one]) => ({
        value: key,
        label: labelOf(one, people, say),
      }))}
      nothingFoundMessage={say("nobody")}
      // The server has searched already.
      filter={({ options }) => options}
      onSearchChange={setTyped}
      onChange={(key) => onPick(key === null ? null : (known.get(key) ?? null))}
    />
  );
}

function keyOf(picked: Picked): string {
  return "user" in picked ? picked.user : `address:${picked.email}`;
}

function labelOf(
  picked: Picked,
  people: ReturnType<typeof usePeople>,
  say: ReturnType<typeof usePageTexts<"access">>,
): string {
  if ("email" in picked) {
    return say("useAddress", { email: picked.email });
  }
  const found = people.find(({ row }) => row.id === picked.user);
  const email = found?.row["email"];
  return typeof email === "string" && email !== picked.name
    ? `${picked.name} (${email})`
    : picked.name;
}
