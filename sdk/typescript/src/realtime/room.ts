import { errorFromCode } from "../errors/from-problem.js";
import type { MainstayError } from "../errors/mainstay-error.js";
import { NetworkFailed } from "../errors/network-failed.js";
import type { Json } from "../json.js";
import type { Member, Told, Wish } from "./messages.js";
import { Subscription, type Ended, type Exchange } from "./subscription.js";

/** What somebody in a room hears. */
export type RoomEvent =
  /** Who else is here now; `members` of the room has it, too. */
  | { readonly event: "members"; readonly members: readonly Member[] }
  | {
      readonly event: "broadcast";
      readonly member: string;
      readonly user: string | null;
      readonly data: Json | null;
    }
  /** The server did not take a state or a broadcast. */
  | { readonly event: "problem"; readonly error: MainstayError }
  | Ended;

/** Who else is at a record, and what they say to each other. Nothing of it is kept. */
export class Room {
  readonly #members = new Map<string, Member>();
  readonly #subscription: Subscription;
  #member: string | null = null;
  #state: Json | null;

  /** @internal */
  constructor(
    exchange: Exchange,
    wish: Wish,
    state: Json | null,
    handle: (event: RoomEvent) => void,
  ) {
    this.#state = state;
    this.#subscription = Subscription.begin(exchange, wish, {
      read: (message) => this.#read(message),
      handle,
      begun: () => this.#sayState(),
    });
  }

  /** Everybody else in the room. */
  get members(): readonly Member[] {
    return [...this.#members.values()];
  }

  /** As who this client is in the room; null while it is not. Another one after each lost connection. */
  get member(): string | null {
    return this.#member;
  }

  /** What the others see of this client. It is said again after each lost connection. */
  setState(state: Json | null): void {
    this.#state = state;
    this.#sayState();
  }

  /** Says something to the others who are there at this moment. */
  broadcast(data: Json | null): void {
    if (!this.#subscription.say((id) => ({ type: "broadcast", id, data }))) {
      const message =
        "nobody in the room can be reached at the moment: try again when the members are told";
      throw new NetworkFailed({ code: "network_failed", message });
    }
  }

  /** Leaves. */
  stop(): void {
    this.#subscription.stop();
    this.#members.clear();
    this.#member = null;
  }

  #sayState(): void {
    const state = this.#state;
    if (state !== null || this.#member !== null) {
      this.#subscription.say((id) => ({ type: "presence", id, state }));
    }
  }

  #read(message: Told): RoomEvent | null {
    switch (message.type) {
      case "presence":
        this.#note(message);
        return { event: "members", members: this.members };
      case "broadcast": {
        const { member, user, data } = message;
        return { event: "broadcast", member, user, data };
      }
      case "problem": {
        const error = errorFromCode(message.code, message.detail);
        return { event: "problem", error };
      }
      default:
        return null;
    }
  }

  #note(message: Extract<Told, { type: "presence" }>): void {
    if (message.members !== undefined) {
      this.#members.clear();
      this.#member = message.member ?? null;
    }
    const { joined, changed, left, members = [] } = message;
    for (const one of [...members, joined, changed]) {
      if (one !== undefined) {
        this.#members.set(one.member, one);
      }
    }
    if (left !== undefined) {
      this.#members.delete(left);
    }
  }
}
