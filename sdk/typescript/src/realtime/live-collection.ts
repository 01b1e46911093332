import type { Decoder } from "../decoder.js";
import { fieldsBelow, type FilterFields } from "../filter/fields.js";
import { Filter } from "../filter/filter.js";
import type { CollectionName, SchemaTypes } from "../schema.js";
import type { FieldName, Selected } from "../selection.js";
import { recordEvent, type LiveEvent } from "./live-events.js";
import { LiveRecord, followWishOf, type FollowOptions } from "./live-record.js";
import type { Wish } from "./messages.js";
import { Subscription, type Exchange } from "./subscription.js";

/** Which records of a collection are followed. */
export interface LiveListOptions<
  S extends SchemaTypes,
  C extends CollectionName<S>,
  F extends FieldName<S, C>,
> extends FollowOptions<S, C, F> {
  /** As for a list; it cannot read `updated_at`. */
  readonly filter?:
    Filter | ((fields: FilterFields<S, C>) => Filter) | undefined;
}

/** The records of one collection as they change. */
export class LiveCollection<
  S extends SchemaTypes,
  C extends CollectionName<S>,
> {
  readonly #exchange: Exchange;
  readonly #decoder: Decoder;
  readonly #collection: C;

  /** @internal */
  constructor(exchange: Exchange, decoder: Decoder, collection: C) {
    this.#exchange = exchange;
    this.#decoder = decoder;
    this.#collection = collection;
  }

  /** Changes of all records that the list shows. */
  subscribe<const F extends FieldName<S, C> = never>(
    options: LiveListOptions<S, C, F>,
    handle: (event: LiveEvent<Selected<S, C, F, never>>) => void,
  ): Subscription {
    const { fields = [], filter } = options;
    const condition =
      typeof filter === "function" ? filter(fieldsBelow("")) : filter;
    const wish: Wish = {
      to: "records",
      collection: this.#collection,
      ...followWishOf(options),
      ...(condition === undefined ? {} : { filter: condition.text }),
    };
    return Subscription.begin(this.#exchange, wish, {
      read: (message) =>
        recordEvent<Selected<S, C, F, never>>(
          this.#decoder,
          this.#collection,
          { fields, expand: [] },
          message,
        ),
      handle,
    });
  }

  /** One record of it. */
  record(id: string): LiveRecord<S, C> {
    return new LiveRecord(this.#exchange, this.#decoder, this.#collection, id);
  }
}
