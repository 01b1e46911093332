/** An exact decimal inside a filter. */
export class Decimal {
  readonly #digits: string;

  constructor(digits: string) {
    if (!/^-?\d+(\.\d+)?$/.test(digits)) {
      throw new TypeError(
        `${JSON.stringify(digits)} is no decimal: write digits, such as "12.50"`,
      );
    }
    this.#digits = digits;
  }

  get digits(): string {
    return this.#digits;
  }
}

/** A decimal for a filter: `decimal("12.50")`. Records have decimals as texts, expressions as numbers. */
export function decimal(digits: string): Decimal {
  return new Decimal(digits);
}
