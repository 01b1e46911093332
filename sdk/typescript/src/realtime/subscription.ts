import { MainstayError } from "../errors/mainstay-error.js";
import type { Session } from "../session/session.js";
import type { Followed } from "./followed.js";
import type { ClientMessage, Told, Wish } from "./messages.js";
import type { Switchboard } from "./switchboard.js";

/** What a subscription is made with. */
export interface Exchange {
  readonly switchboard: Switchboard;
  readonly session: Session;
}

/** The end of a subscription: nothing more comes. Subscribe again, if the error is one that passes. */
export interface Ended {
  readonly event: "ended";
  readonly error: MainstayError;
}

/** How a subscription tells its own handler. */
interface Hearing<E> {
  /** What the message means to the handler; null for nothing. May throw what does not fit the schema. */
  readonly read: (message: Told) => E | Ended | null;
  readonly handle: (event: E | Ended) => void;
  /** It has begun, on another connection too. */
  readonly begun?: () => void;
}

/** Something that is followed. */
export class Subscription {
  readonly #exchange: Exchange;
  #followed: Followed | null = null;
  #hasStopped = false;

  private constructor(exchange: Exchange) {
    this.#exchange = exchange;
  }

  /** @internal */
  static begin<E>(
    exchange: Exchange,
    wish: Wish,
    hearing: Hearing<E>,
  ): Subscription {
    const subscription = new Subscription(exchange);
    void subscription.#begin(wish, hearing);
    return subscription;
  }

  /** Nothing more is told from now on. */
  stop(): void {
    this.#hasStopped = true;
    if (this.#followed !== null) {
      this.#exchange.switchboard.unfollow(this.#followed);
    }
  }

  /** @internal Says something about it to the server; false when nobody hears it. */
  say(messageOf: (id: string) => ClientMessage): boolean {
    return (
      !this.#hasStopped &&
      this.#followed !== null &&
      this.#followed.isSubscribed &&
      this.#exchange.switchboard.say(messageOf(this.#followed.id))
    );
  }

  async #begin<E>(wish: Wish, hearing: Hearing<E>): Promise<void> {
    const { switchboard, session } = this.#exchange;
    // It is for whoever is signed in now, and never goes on for somebody else.
    let user: string | null;
    try {
      user = (await session.load())?.userId ?? null;
    } catch (error) {
      // Only the server knows who is signed in, and it cannot be asked.
      if (!(error instanceof MainstayError)) {
        throw error;
      }
      this.#end(hearing, error);
      return;
    }
    if (this.#hasStopped) {
      return;
    }
    this.#followed = switchboard.follow(user, wish, {
      subscribed: () => hearing.begun?.(),
      told: (message) => this.#hear(hearing, message),
      ended: (error) => this.#end(hearing, error),
    });
  }

  #hear<E>(hearing: Hearing<E>, message: Told): void {
    let event: E | Ended | null = null;
    try {
      event = hearing.read(message);
    } catch (error) {
      this.stop();
      if (!(error instanceof MainstayError)) {
        throw error;
      }
      tell(hearing.handle, { event: "ended", error });
    }
    if (event !== null && !this.#hasStopped) {
      tell(hearing.handle, event);
    }
  }

  #end<E>(hearing: Hearing<E>, error: MainstayError): void {
    if (!this.#hasStopped) {
      this.#hasStopped = true;
      tell(hearing.handle, { event: "ended", error });
    }
  }
}

/** What a handler throws is the program's: it must not keep others from hearing. */
function tell<E>(handle: (event: E) => void, event: E): void {
  try {
    handle(event);
  } catch (error) {
    queueMicrotask(() => {
      throw error;
    });
  }
}
