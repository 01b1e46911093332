/** A condition that records of a list must meet. Make one with `filter` or with a list's own fields. */
export class Filter {
  readonly #text: string;

  /** The text is taken as it is: it must not hold what a stranger wrote. */
  private constructor(text: string) {
    this.#text = text;
  }

  /**
   * A filter whose whole text comes from elsewhere, such as a stored view. Never put values into a
   * text yourself: `filter` does it safely.
   */
  static fromText(text: string): Filter {
    return new Filter(text);
  }

  /** The expression. */
  get text(): string {
    return this.#text;
  }

  and(...others: readonly Filter[]): Filter {
    return this.#joined("&&", others);
  }

  or(...others: readonly Filter[]): Filter {
    return this.#joined("||", others);
  }

  not(): Filter {
    return new Filter(`!(${this.#text})`);
  }

  toString(): string {
    return this.#text;
  }

  #joined(operator: string, others: readonly Filter[]): Filter {
    const all = [this, ...others].map((one) => `(${one.#text})`);
    return new Filter(all.join(` ${operator} `));
  }
}
