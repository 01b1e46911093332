import type { RulePart } from "mainstay-client";

/** A piece of an expression that belongs to one part of it. */
export interface Segment {
  readonly text: string;
  /** The innermost condition around it; null between conditions. */
  readonly part: RulePart | null;
}

/** Cuts an expression where another condition begins or ends. */
export function segmentsOf(
  text: string,
  tree: RulePart | null,
): readonly Segment[] {
  const owners = new Array<RulePart | null>(text.length).fill(null);
  if (tree !== null) {
    own(tree, owners);
  }
  const segments: Segment[] = [];
  let start = 0;
  for (let at = 1; at <= text.length; at += 1) {
    if (at === text.length || owners[at] !== owners[start]) {
      segments.push({
        text: text.slice(start, at),
        part: owners[start] ?? null,
      });
      start = at;
    }
  }
  return segments;
}

/** Parts stand within the one that they belong to, so the last to take a place is the innermost. */
function own(part: RulePart, owners: (RulePart | null)[]): void {
  const { start, end, truth, kind } = part;
  const joins = kind === "and" || kind === "or" || kind === "not";
  if (truth !== null && !joins && start !== null && end !== null) {
    owners.fill(part, start, end);
  }
  for (const one of part.parts) {
    own(one, owners);
  }
}
