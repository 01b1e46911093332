import { useLocalStorage } from "@mantine/hooks";
import { useMemo } from "react";

import type { Collection, Field } from "../../application/application.ts";

const SHOWN_AT_FIRST = 7;
const WIDTH_MIN = 72;
const WIDTHS: Readonly<Record<string, number>> = {
  boolean: 110,
  date: 130,
  datetime: 180,
  integer: 110,
  number: 120,
  decimal: 120,
  select: 130,
  relation: 180,
};
const WIDTH_OTHERS = 240;

/** What a person chose of a table's columns. Kept in this browser. */
interface Choice {
  readonly fields: readonly string[] | null;
  readonly widths: Readonly<Record<string, number>>;
}

const NO_CHOICE: Choice = { fields: null, widths: {} };

export interface Column {
  readonly field: Field;
  /** Pixels. */
  readonly width: number;
}

export interface Columns {
  readonly shown: readonly Column[];
  readonly isShown: (name: string) => boolean;
  readonly toggle: (name: string) => void;
  readonly resize: (name: string, width: number) => void;
}

export function useColumns(collection: Collection): Columns {
  const [choice, setChoice] = useLocalStorage<Choice>({
    key: `mainstay.columns.${collection.name}`,
    defaultValue: NO_CHOICE,
    getInitialValueInEffect: false,
  });
  return useMemo(() => {
    const names = choice.fields ?? namesAtFirst(collection);
    const shown = inOrder(collection)
      .filter(({ name }) => names.includes(name))
      .map((field) => ({
        field,
        width: choice.widths[field.name] ?? WIDTHS[field.type] ?? WIDTH_OTHERS,
      }));
    return {
      shown,
      isShown: (name) => names.includes(name),
      toggle: (name) =>
        setChoice({
          ...choice,
          fields: names.includes(name)
            ? names.filter((one) => one !== name)
            : [...names, name],
        }),
      resize: (name, width) =>
        setChoice((now) => ({
          ...now,
          widths: { ...now.widths, [name]: Math.max(WIDTH_MIN, width) },
        })),
    };
  }, [collection, choice, setChoice]);
}

/** What a record is called by comes first. */
export function inOrder(collection: Collection): readonly Field[] {
  const inLabel = collection.about.label.flatMap((part) =>
    "field" in part ? (collection.field(part.field) ?? []) : [],
  );
  return [...new Set([...inLabel, ...collection.visible])].filter(
    ({ hidden }) => !hidden,
  );
}

function namesAtFirst(collection: Collection): readonly string[] {
  const short = inOrder(collection).filter(
    (field) =>
      !field.system &&
      field.type !== "json" &&
      field.multiline !== true &&
      field.many !== true,
  );
  const names = short.slice(0, SHOWN_AT_FIRST).map(({ name }) => name);
  return [...names, "updated_at"];
}
