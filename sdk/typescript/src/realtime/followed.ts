import type { MainstayError } from "../errors/mainstay-error.js";
import { errorFromCode } from "../errors/from-problem.js";
import { Unavailable } from "../errors/unavailable.js";
import { Unauthenticated } from "../errors/unauthenticated.js";
import type { Subscribe, Told, Wish } from "./messages.js";

/** Who hears of one subscription. It does not throw. */
export interface Follower {
  /** It has begun, on this connection. */
  subscribed?(): void;
  told(message: Told): void;
  /** Nothing more comes. */
  ended(error: MainstayError): void;
}

/** One subscription over all its connections: how far it has come, and what was told twice. */
export class Followed {
  readonly id: string;
  /** Who it was begun for. */
  readonly user: string | null;
  readonly #wish: Wish;
  readonly #follower: Follower;
  /** The highest number that was told; null before the first. */
  #seq: number | null = null;
  /** The number that this connection was asked to begin behind. */
  #since: number | null = null;
  #isSubscribed = false;

  constructor(id: string, user: string | null, wish: Wish, follower: Follower) {
    this.id = id;
    this.user = user;
    this.#wish = wish;
    this.#follower = follower;
  }

  /** Does the server know of it, on this connection? */
  get isSubscribed(): boolean {
    return this.#isSubscribed;
  }

  /** Begins it anew on a connection. */
  subscribe(): Subscribe {
    this.#isSubscribed = false;
    this.#since = this.#wish.to === "presence" ? null : this.#seq;
    const since = this.#since === null ? {} : { since: this.#since };
    return { type: "subscribe", id: this.id, ...this.#wish, ...since };
  }

  down(): void {
    this.#isSubscribed = false;
  }

  /** Somebody else is signed in than when it began. */
  refuse(): void {
    const message =
      "somebody else is signed in than when this began, or nobody: begin it again";
    this.#follower.ended(
      new Unauthenticated({ code: "unauthenticated", message }),
    );
  }

  /** Gives what the message means for the subscription. */
  take(message: Told): "goes_on" | "try_later" | "is_over" {
    switch (message.type) {
      case "subscribed":
        this.#subscribed(message.seq, message);
        return "goes_on";
      case "event":
        // Never twice, whatever a server or another tab does.
        if (this.#seq === null || message.seq > this.#seq) {
          this.#seq = message.seq;
          this.#follower.told(message);
        }
        return "goes_on";
      case "reload":
        this.#reload(message.seq);
        this.#follower.told(message);
        return "goes_on";
      case "ended":
        return this.#end(message.code, message.detail);
      case "problem":
        // Before it has begun, this is the answer to `subscribe`.
        if (!this.#isSubscribed) {
          return this.#end(message.code, message.detail);
        }
        this.#follower.told(message);
        return "goes_on";
      default:
        this.#follower.told(message);
        return "goes_on";
    }
  }

  #subscribed(seq: number, message: Told): void {
    this.#isSubscribed = true;
    const isFirst = this.#seq === null;
    // After a `since` this is where the past ends, and the past is still to be told.
    this.#seq ??= seq;
    this.#follower.subscribed?.();
    if (isFirst) {
      this.#follower.told(message);
    }
  }

  /** A server that does not know the number that it was asked for counts anew. */
  #reload(seq: number): void {
    const countsAnew = this.#since !== null && seq < this.#since;
    this.#seq = countsAnew ? seq : Math.max(seq, this.#seq ?? 0);
  }

  #end(code: string, detail: string): "try_later" | "is_over" {
    const error = errorFromCode(code, detail);
    if (error instanceof Unavailable) {
      return "try_later";
    }
    this.#follower.ended(error);
    return "is_over";
  }
}
