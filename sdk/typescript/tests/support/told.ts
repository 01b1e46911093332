/** What a handler was told, for tests that wait for some of it. */
export class Told<E> {
  readonly all: E[] = [];
  #taken = 0;
  #wake: () => void = () => {};

  readonly hear = (event: E): void => {
    this.all.push(event);
    this.#wake();
  };

  /** The next one that was not taken yet. */
  async next(): Promise<E> {
    await this.until(() => this.all.length > this.#taken);
    const event = this.all[this.#taken];
    this.#taken += 1;
    if (event === undefined) {
      throw new Error("there is none");
    }
    return event;
  }

  /** Waits until it holds. */
  async until(holds: () => boolean): Promise<void> {
    const end = Date.now() + 20_000;
    while (!holds()) {
      if (Date.now() > end) {
        const last = JSON.stringify(this.all.slice(-3));
        throw new Error(
          `never told; ${this.all.length} so far, at last ${last}`,
        );
      }
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, 1_000);
        this.#wake = () => {
          clearTimeout(timer);
          resolve();
        };
      });
    }
  }
}
