import { backoffOf, type RetryOptions } from "../retry.js";
import { Followed, type Follower } from "./followed.js";
import type { Line, LineListener } from "./line.js";
import type { ClientMessage, Told, Wish } from "./messages.js";

/** How long the line stays open for nobody: a page that changes ends some subscriptions and begins others. */
const LINGER_MS = 1_000;

/** All subscriptions of a client, over one line that is open while there are any. */
export class Switchboard implements LineListener {
  readonly #open: (listener: LineListener) => Line;
  readonly #retry: RetryOptions;
  readonly #followed = new Map<string, Followed>();
  readonly #timers = new Set<ReturnType<typeof setTimeout>>();
  #line: Line | null = null;
  #isUp = false;
  #user: string | null = null;
  #next = 1;
  #refused = 0;

  constructor(open: (listener: LineListener) => Line, retry: RetryOptions) {
    this.#open = open;
    this.#retry = retry;
  }

  /** Begins a subscription of whoever is signed in. */
  follow(user: string | null, wish: Wish, follower: Follower): Followed {
    const followed = new Followed(String(this.#next), user, wish, follower);
    this.#next += 1;
    this.#followed.set(followed.id, followed);
    this.#line ??= this.#open(this);
    if (this.#isUp) {
      this.#begin(followed);
    }
    return followed;
  }

  /** Ends a subscription; nothing more is told of it. */
  unfollow(followed: Followed): void {
    if (!this.#followed.delete(followed.id)) {
      return;
    }
    this.say({ type: "unsubscribe", id: followed.id });
    if (this.#followed.size === 0) {
      this.#later(LINGER_MS, () => this.#closeIfIdle());
    }
  }

  /** Says something if somebody hears it. */
  say(message: ClientMessage): boolean {
    if (this.#isUp) {
      this.#line?.send(message);
    }
    return this.#isUp;
  }

  sessionChanged(): void {
    this.#line?.sessionChanged();
  }

  /** Another line takes the place of this one, since what is asked for with it has changed. */
  redial(): void {
    const line = this.#line;
    if (line !== null) {
      this.#line = null;
      line.close();
      this.down();
      this.#line = this.#open(this);
    }
  }

  /** Ends everything. */
  stop(): void {
    this.#followed.clear();
    this.#closeIfIdle();
  }

  up(user: string | null): void {
    this.#isUp = true;
    this.#user = user;
    for (const followed of [...this.#followed.values()]) {
      this.#begin(followed);
    }
  }

  down(): void {
    this.#isUp = false;
    for (const followed of this.#followed.values()) {
      followed.down();
    }
  }

  told(message: Told): void {
    const followed = this.#followed.get(message.id);
    if (followed === undefined) {
      return;
    }
    const then = followed.take(message);
    if (then === "is_over") {
      this.unfollow(followed);
    } else if (then === "try_later") {
      this.#later(backoffOf(this.#retry, this.#refused), () => {
        if (this.#isUp && this.#followed.has(followed.id)) {
          this.#begin(followed);
        }
      });
      this.#refused += 1;
    } else {
      this.#refused = 0;
    }
  }

  #begin(followed: Followed): void {
    if (followed.user === this.#user) {
      this.say(followed.subscribe());
    } else {
      this.#followed.delete(followed.id);
      followed.refuse();
    }
  }

  #closeIfIdle(): void {
    if (this.#followed.size > 0) {
      return;
    }
    for (const timer of this.#timers) {
      clearTimeout(timer);
    }
    this.#timers.clear();
    const line = this.#line;
    this.#line = null;
    this.#isUp = false;
    line?.close();
  }

  #later(ms: number, work: () => void): void {
    const timer = setTimeout(() => {
      this.#timers.delete(timer);
      work();
    }, ms);
    this.#timers.add(timer);
  }
}
