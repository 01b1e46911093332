/** Which records are selected: single ones, or all that a list has but for some. */
export interface Selection {
  readonly all: boolean;
  /** The single ones; where all are selected, those that are not. */
  readonly ids: ReadonlySet<string>;
  /** The filter of the list of which all are selected: with another one it would be others. */
  readonly filter: string;
}

export const NOTHING: Selection = { all: false, ids: new Set(), filter: "" };

export function selectionOf(ids: Iterable<string>): Selection {
  return { ...NOTHING, ids: new Set(ids) };
}

export function allOf(filter: string): Selection {
  return { all: true, ids: new Set(), filter };
}

export function isSelected({ all, ids }: Selection, id: string): boolean {
  return ids.has(id) !== all;
}

export function toggled(selection: Selection, id: string): Selection {
  const ids = new Set(selection.ids);
  if (!ids.delete(id)) {
    ids.add(id);
  }
  return { ...selection, ids };
}

/** How many they are, of so many that the list has. */
export function sizeOf({ all, ids }: Selection, count: number): number {
  return all ? Math.max(count - ids.size, 0) : ids.size;
}
