import { isId } from "../decode.js";
import type { Decoder } from "../decoder.js";
import { NotFound } from "../errors/not-found.js";
import type { Json } from "../json.js";
import type { CollectionName, SchemaTypes } from "../schema.js";
import type { FieldName, Selected } from "../selection.js";
import { entryEvent, recordEvent } from "./live-events.js";
import type { EntryEvent, LiveEvent } from "./live-events.js";
import type { Wish } from "./messages.js";
import { Room, type RoomEvent } from "./room.js";
import { Subscription, type Exchange } from "./subscription.js";

/** How a record is followed. */
export interface FollowOptions<
  S extends SchemaTypes,
  C extends CollectionName<S>,
  F extends FieldName<S, C>,
> {
  /** Only these fields, and the id. */
  readonly fields?: readonly F[] | undefined;
  /** Changes of one record within this time become one event; 10,000 at most. */
  readonly coalesceMs?: number | undefined;
}

/** One record as it changes, and what happens around it. For those who may read it. */
export class LiveRecord<S extends SchemaTypes, C extends CollectionName<S>> {
  readonly #exchange: Exchange;
  readonly #decoder: Decoder;
  readonly #collection: C;
  readonly #id: string;

  /** @internal */
  constructor(exchange: Exchange, decoder: Decoder, collection: C, id: string) {
    if (!isId(id.toLowerCase())) {
      const message = `${JSON.stringify(id)} is no id of a record of ${collection}`;
      throw new NotFound({ code: "not_found", message });
    }
    this.#exchange = exchange;
    this.#decoder = decoder;
    this.#collection = collection;
    this.#id = id;
  }

  /** Its changes. */
  subscribe<const F extends FieldName<S, C> = never>(
    options: FollowOptions<S, C, F>,
    handle: (event: LiveEvent<Selected<S, C, F, never>>) => void,
  ): Subscription {
    const { fields = [] } = options;
    const wish = { ...this.#wish("records"), ...followWishOf(options) };
    const wanted = { fields, expand: [] };
    return Subscription.begin(this.#exchange, wish, {
      read: (message) =>
        recordEvent<Selected<S, C, F, never>>(
          this.#decoder,
          this.#collection,
          wanted,
          message,
        ),
      handle,
    });
  }

  /** Comments on it. */
  comments(handle: (event: EntryEvent) => void): Subscription {
    return this.#entries("comments", handle);
  }

  /** Who does what to it. */
  activity(handle: (event: EntryEvent) => void): Subscription {
    return this.#entries("activity", handle);
  }

  /** Enters the record's room, with a state that the others see: any JSON of 4,000 bytes at most. */
  room(state: Json | null, handle: (event: RoomEvent) => void): Room {
    return new Room(this.#exchange, this.#wish("presence"), state, handle);
  }

  #entries(
    to: "comments" | "activity",
    handle: (event: EntryEvent) => void,
  ): Subscription {
    return Subscription.begin(this.#exchange, this.#wish(to), {
      read: (message) => entryEvent(this.#decoder, message),
      handle,
    });
  }

  #wish(to: Wish["to"]): Wish {
    return { to, collection: this.#collection, record: this.#id };
  }
}

/** The options as the protocol has them. */
export function followWishOf(options: {
  readonly fields?: readonly string[] | undefined;
  readonly coalesceMs?: number | undefined;
}): Pick<Wish, "fields" | "coalesce_ms"> {
  const { fields = [], coalesceMs = 0 } = options;
  return {
    ...(fields.length > 0 ? { fields: fields.join(",") } : {}),
    ...(coalesceMs > 0 ? { coalesce_ms: coalesceMs } : {}),
  };
}
