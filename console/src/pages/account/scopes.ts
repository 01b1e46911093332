export const ACTIONS = [
  "read",
  "create",
  "update",
  "delete",
  "comment",
] as const;
export type Action = (typeof ACTIONS)[number];

/** How much a key may do, before anybody looks at single collections. */
export const ACCESSES = ["readAll", "all", "admin", "some"] as const;
export type Access = (typeof ACCESSES)[number];

/** The scopes of a choice; none where nothing is chosen yet. */
export function scopesOf(
  access: Access,
  chosen: ReadonlySet<string>,
): readonly string[] {
  switch (access) {
    case "readAll":
      return ["*:read"];
    case "all":
      return ["*:*"];
    case "admin":
      return ["admin"];
    case "some":
      return [...chosen];
  }
}

/** Lines with a network each; empty ones are none. */
export function networksOf(text: string): readonly string[] {
  return text
    .split(/[\n,]/)
    .map((line) => line.trim())
    .filter((line) => line !== "");
}

const DAY_MS = 86_400_000;

/** When a key ends that works for so many days; null for never. */
export function endAfter(days: number | null, now: Date): string | null {
  return days === null
    ? null
    : new Date(now.getTime() + days * DAY_MS).toISOString();
}

/** Scopes by what they are for, in the order in which they stand. */
export function byCollection(
  scopes: readonly string[],
): ReadonlyMap<string, readonly string[]> {
  const found = new Map<string, string[]>();
  for (const scope of scopes) {
    const [collection = "", action = ""] = scope.split(":");
    found.set(collection, [...(found.get(collection) ?? []), action]);
  }
  return found;
}
