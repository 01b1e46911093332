/** A relation between two collections. */
export interface Edge {
  readonly from: string;
  readonly field: string;
  readonly to: string;
}
export interface Box {
  readonly name: string;
  readonly x: number;
  readonly y: number;
}
export interface Layout {
  readonly boxes: readonly Box[];
  readonly width: number;
  readonly height: number;
}

export const BOX_WIDTH = 190;
export const BOX_HEIGHT = 56;
const GAP_X = 90;
const GAP_Y = 28;
const EDGE = 16;
/** How often the rows of a column are put nearer to what they belong to. */
const TURNS = 4;

/**
 * Columns from left to right: what leads to nothing stands left, and everything right of what it leads to. Within a
 * column, boxes stand near the middle of those that they are joined with (the barycentre method of Sugiyama).
 */
export function layOut(
  names: readonly string[],
  edges: readonly Edge[],
): Layout {
  const ranks = ranksOf(names, edges);
  const columns: string[][] = [];
  for (const name of names) {
    (columns[ranks.get(name) ?? 0] ??= []).push(name);
  }
  for (let turn = 0; turn < TURNS; turn += 1) {
    for (const column of columns) {
      sortByNeighbours(column, columns, edges);
    }
  }
  const tallest = Math.max(0, ...columns.map((column) => column.length));
  const height = 2 * EDGE + tallest * (BOX_HEIGHT + GAP_Y) - GAP_Y;
  const boxes = columns.flatMap((column, at) => {
    const free = (tallest - column.length) * (BOX_HEIGHT + GAP_Y);
    return column.map((name, row) => ({
      name,
      x: EDGE + at * (BOX_WIDTH + GAP_X),
      y: EDGE + free / 2 + row * (BOX_HEIGHT + GAP_Y),
    }));
  });
  const width = 2 * EDGE + columns.length * (BOX_WIDTH + GAP_X) - GAP_X;
  return { boxes, width: Math.max(width, 0), height: Math.max(height, 0) };
}

/** How far each is from those that lead to nothing. A way back to where one came from is left out. */
function ranksOf(
  names: readonly string[],
  edges: readonly Edge[],
): ReadonlyMap<string, number> {
  const ranks = new Map<string, number>();
  const under = new Set<string>();
  const rankOf = (name: string): number => {
    const known = ranks.get(name);
    if (known !== undefined) {
      return known;
    }
    under.add(name);
    let rank = 0;
    for (const { from, to } of edges) {
      if (from === name && !under.has(to) && names.includes(to)) {
        rank = Math.max(rank, rankOf(to) + 1);
      }
    }
    under.delete(name);
    ranks.set(name, rank);
    return rank;
  };
  names.forEach(rankOf);
  return ranks;
}

function sortByNeighbours(
  column: string[],
  columns: readonly (readonly string[])[],
  edges: readonly Edge[],
) {
  const middle = new Map(
    column.map((name, row) => {
      const rows = edges
        .filter(({ from, to }) => from !== to && (from === name || to === name))
        .map(({ from, to }) => rowOf(from === name ? to : from, columns))
        .filter((one) => one !== null);
      const sum = rows.reduce((total, one) => total + one, 0);
      return [name, rows.length === 0 ? row : sum / rows.length];
    }),
  );
  column.sort((a, b) => (middle.get(a) ?? 0) - (middle.get(b) ?? 0));
}

function rowOf(
  name: string,
  columns: readonly (readonly string[])[],
): number | null {
  for (const column of columns) {
    const row = column.indexOf(name);
    if (row >= 0) {
      return row - column.length / 2;
    }
  }
  return null;
}
