/** So long the page may be held at a time. */
const HELD_MS = 12;

/** Does steps until there are none, and lets the page go on in between. */
export async function inSlices(
  steps: Iterator<unknown>,
  signal: AbortSignal,
): Promise<void> {
  for (let until = performance.now() + HELD_MS; ;) {
    if (steps.next().done === true) {
      return;
    }
    if (performance.now() > until) {
      await new Promise((go) => setTimeout(go));
      signal.throwIfAborted();
      until = performance.now() + HELD_MS;
    }
  }
}

/** Parts of a list whose members are few enough, and together light enough, for one request. */
export function* parts<T>(
  list: readonly T[],
  max: { readonly count: number; readonly weight: number },
  weightOf: (one: T) => number,
): Generator<readonly T[]> {
  let part: T[] = [];
  let weight = 0;
  for (const one of list) {
    const more = weightOf(one);
    if (
      part.length > 0 &&
      (part.length === max.count || weight + more > max.weight)
    ) {
      yield part;
      part = [];
      weight = 0;
    }
    part.push(one);
    weight += more;
  }
  if (part.length > 0) {
    yield part;
  }
}
