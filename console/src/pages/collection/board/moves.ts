import type { Field } from "../../../application/application.ts";
import type { Json, Row } from "../../../application/row.ts";
import type { Change } from "../use-changing.ts";
import { keyOf, type Stack } from "./groups.ts";
import { place } from "./order.ts";

/** Where a card may be put down: in a column, in front of the card that has this number without it. */
export interface Spot {
  readonly key: string;
  readonly index: number;
}

export interface Sorting {
  /** The field by which people put cards in order; null where the list is sorted by something else. */
  readonly field: Field | null;
  readonly descending: boolean;
  /** The place of the last record that is loaded, where more follow. */
  readonly end: Json;
}

export function spotOf(stacks: readonly Stack[], id: string): Spot | null {
  for (const { key, rows } of stacks) {
    const index = rows.findIndex((row) => row.id === id);
    if (index >= 0) {
      return { key, index };
    }
  }
  return null;
}

/** What has to be written so that a card stands there; null where there is no room at all. */
export function changesFor(
  stacks: readonly Stack[],
  row: Row,
  spot: Spot,
  group: Field,
  sorting: Sorting,
): readonly Change[] | null {
  const stack = stacks.find(({ key }) => key === spot.key);
  if (stack === undefined) {
    return [];
  }
  const isSame = keyOf(row[group.name]) === spot.key;
  const into = isSame ? {} : { [group.name]: stack.value };
  const { field } = sorting;
  if (field === null) {
    return isSame ? [] : [{ row, values: into }];
  }
  const others = stack.rows.filter(({ id }) => id !== row.id);
  if (isSame && spotOf(stacks, row.id)?.index === spot.index) {
    return [];
  }
  const ahead = others.slice(0, spot.index);
  const behind = others.slice(spot.index);
  const [before, after] = sorting.descending
    ? [behind.toReversed(), ahead.toReversed()]
    : [ahead, behind];
  const limit = sorting.descending ? null : sorting.end;
  const found = place(
    field,
    before.map((one) => one[field.name] ?? null),
    after[0] === undefined ? limit : (after[0][field.name] ?? null),
  );
  if (found === null) {
    return null;
  }
  const pushed = before.slice(found.from).map((one, at) => ({
    row: one,
    values: { [field.name]: found.places[at] ?? null },
  }));
  const own = { ...into, [field.name]: found.places.at(-1) ?? null };
  return [...pushed, { row, values: own }];
}
