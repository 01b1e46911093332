/** Chance that can be repeated: the seed is `MAINSTAY_SEED`, or a new one, and is printed. */
export class Chance {
  readonly seed: number;
  #state: number;

  constructor(name: string) {
    const given = process.env["MAINSTAY_SEED"];
    this.seed = given === undefined ? Date.now() % 2 ** 31 : Number(given);
    this.#state = this.seed;
    console.log(`${name}: MAINSTAY_SEED=${this.seed}`);
  }

  /** A number from 0 up to, but not with, the limit (mulberry32). */
  below(limit: number): number {
    this.#state = (this.#state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(this.#state ^ (this.#state >>> 15), 1 | this.#state);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed);
    return Math.floor((((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32) * limit);
  }

  of<T>(items: readonly T[]): T | undefined {
    return items[this.below(items.length)];
  }
}
