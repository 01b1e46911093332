import { TimedOut } from "./errors/timed-out.js";

/** Ends a call when its time is up or when the caller gives it up, whichever comes first. */
export class Deadline {
  readonly #controller = new AbortController();
  readonly #caller: AbortSignal | undefined;
  readonly #timer: ReturnType<typeof setTimeout>;

  constructor(timeoutMs: number, caller: AbortSignal | undefined) {
    this.#caller = caller;
    const message = `the server has not answered within ${timeoutMs} ms: ask for less, or give the call more time with \`timeoutMs\``;
    this.#timer = setTimeout(() => {
      this.#controller.abort(new TimedOut({ code: "timed_out", message }));
    }, timeoutMs);
    caller?.addEventListener("abort", this.#giveUp);
    if (caller?.aborted === true) {
      this.#giveUp();
    }
  }

  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  /** Waits for what others may wait for too: it goes on when this call ends. */
  async until<T>(shared: Promise<T>): Promise<T> {
    const { signal } = this;
    let end = (): void => {};
    const ended = new Promise<never>((_, reject) => {
      end = () => {
        // What the caller gave as a reason is passed on as it is, as `fetch` does.
        reject(signal.reason);
      };
      signal.addEventListener("abort", end);
      if (signal.aborted) {
        end();
      }
    });
    try {
      return await Promise.race([shared, ended]);
    } finally {
      signal.removeEventListener("abort", end);
    }
  }

  async sleep(ms: number): Promise<void> {
    let timer: ReturnType<typeof setTimeout> | undefined;
    try {
      await this.until(
        new Promise((resolve) => {
          timer = setTimeout(resolve, ms);
        }),
      );
    } finally {
      clearTimeout(timer);
    }
  }

  end(): void {
    clearTimeout(this.#timer);
    this.#caller?.removeEventListener("abort", this.#giveUp);
  }

  readonly #giveUp = (): void => {
    this.#controller.abort(this.#caller?.reason);
  };
}
