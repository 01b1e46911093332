import { useLocalStorage } from "@mantine/hooks";
import { useMemo } from "react";

import { optionsOf, useSavedViews } from "../../api/saved-views.ts";
import type { Collection, Field } from "../../application/application.ts";
import type { Row } from "../../application/row.ts";
import { orderField } from "./board/order.ts";
import type { Look } from "./use-look.ts";

const SHOWN_AT_FIRST = 7;
export const WIDTH_MIN = 72;
export const WIDTH_MAX = 800;
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
/** Of the boxes in front of the rows; `2.5rem`. */
export const CHECK_WIDTH = 40;

/** What a person chose of a table's columns. Kept in this browser, for each collection and each saved view. */
export interface Choice {
  readonly fields: readonly string[] | null;
  readonly widths: Readonly<Record<string, number>>;
  /** Those that stay when the others are scrolled away. */
  readonly pinned?: readonly string[];
}

const NO_CHOICE: Choice = { fields: null, widths: {} };

export interface Column {
  readonly field: Field;
  /** Pixels. */
  readonly width: number;
  /** Pixels from the edge at which the column stays; null for one that is scrolled away. */
  readonly pinnedAt: number | null;
}

export interface Columns {
  /** The pinned ones first. */
  readonly shown: readonly Column[];
  readonly choice: Choice;
  readonly isShown: (name: string) => boolean;
  readonly toggle: (name: string) => void;
  readonly resize: (name: string, width: number) => void;
  readonly pin: (name: string) => void;
}

export function useColumns(collection: Collection, look: Look): Columns {
  const { saved, fields } = look.search;
  const view = useSavedViews().find(({ id }) => id === saved);
  const [own, setOwn] = useLocalStorage<Choice | null>({
    key: ["mainstay.columns", collection.name, saved]
      .filter((part) => part !== undefined)
      .join("."),
    defaultValue: null,
    getInitialValueInEffect: false,
  });
  // Until the person chooses otherwise, a saved view has the widths with which it was saved.
  const kept = useMemo(() => keptIn(view), [view]);
  const choice = own ?? kept;
  const { show } = look;
  return useMemo(() => {
    const names =
      fields?.split(",") ?? choice.fields ?? namesAtFirst(collection);
    const pinned = choice.pinned ?? [];
    return {
      shown: columnsOf(collection, names, choice),
      choice,
      isShown: (name) => names.includes(name),
      toggle: (name) => {
        const next = names.includes(name)
          ? names.filter((one) => one !== name)
          : [...names, name];
        // Where the address says which, it goes on to say so.
        if (fields === undefined) {
          setOwn({ ...choice, fields: next });
        } else {
          show({ fields: next.join(",") });
        }
      },
      resize: (name, width) =>
        setOwn((now) => ({
          ...(now ?? kept),
          widths: {
            ...(now ?? kept).widths,
            [name]: Math.min(Math.max(WIDTH_MIN, width), WIDTH_MAX),
          },
        })),
      pin: (name) =>
        setOwn({
          ...choice,
          pinned: pinned.includes(name)
            ? pinned.filter((one) => one !== name)
            : [...pinned, name],
        }),
    };
  }, [collection, choice, kept, setOwn, fields, show]);
}

function keptIn(view: Row | undefined): Choice {
  const { widths, pinned } = view === undefined ? {} : optionsOf(view);
  return {
    fields: null,
    widths:
      typeof widths === "object" && widths !== null && !Array.isArray(widths)
        ? (widths as Record<string, number>)
        : NO_CHOICE.widths,
    pinned: Array.isArray(pinned) ? pinned.map(String) : [],
  };
}

function columnsOf(
  collection: Collection,
  names: readonly string[],
  { widths, pinned = [] }: Choice,
): readonly Column[] {
  const shown = inOrder(collection).filter(({ name }) => names.includes(name));
  const isPinned = ({ name }: Field) => pinned.includes(name);
  let edge = CHECK_WIDTH;
  return [
    ...shown.filter(isPinned),
    ...shown.filter((field) => !isPinned(field)),
  ].map((field) => {
    const width = widths[field.name] ?? WIDTHS[field.type] ?? WIDTH_OTHERS;
    const pinnedAt = isPinned(field) ? edge : null;
    edge += width;
    return { field, width, pinnedAt };
  });
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
  const place = orderField(collection);
  const short = inOrder(collection).filter(
    (field) =>
      !field.system &&
      field !== place &&
      field.type !== "json" &&
      field.multiline !== true &&
      field.many !== true,
  );
  const names = short.slice(0, SHOWN_AT_FIRST).map(({ name }) => name);
  return [...names, "updated_at"];
}
