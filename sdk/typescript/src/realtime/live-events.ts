import type { Decoder, Wanted } from "../decoder.js";
import type { Json } from "../json.js";
import type { Shape } from "../shape.js";
import type { ReloadReason, Told } from "./messages.js";
import type { Ended } from "./subscription.js";

/** From here on everything is told: what is listed now misses nothing. Comes once. */
export interface Subscribed {
  readonly event: "subscribed";
  readonly seq: number;
}

/** List again: what is to be seen has changed as a whole, or too much to tell. */
export interface Reload {
  readonly event: "reload";
  readonly seq: number;
  readonly reason: ReloadReason;
}

/** A record that is there now. It may be newer than the change: put it in place of the one you have. */
export interface RecordPresent<R> {
  readonly event: "created" | "updated" | "restored" | "entered";
  /** Its place in the journal. */
  readonly seq: number;
  readonly record_id: string;
  readonly version: number;
  readonly record: R;
}

/** A record that is there no more, or no more for this person. */
export interface RecordGone {
  readonly event: "deleted" | "left";
  readonly seq: number;
  readonly record_id: string;
  readonly version: number;
}

/** What those who follow records hear. */
export type LiveEvent<R> =
  Subscribed | RecordPresent<R> | RecordGone | Reload | Ended;

/** An entry of the journal about a record. */
export interface LiveEntry {
  /** The kind of the entry. */
  readonly event: `${string}.${string}`;
  readonly seq: number;
  readonly record_id: string;
  readonly version: number | null;
  readonly at: string;
  readonly actor: { readonly kind: string; readonly id: string | null };
  /** What a comment's entry says; none in activity. */
  readonly payload?: Json | null;
}

/** What those who follow the comments or the activity of a record hear. */
export type EntryEvent = Subscribed | LiveEntry | Reload | Ended;

const RECORD: Shape = {
  members: { seq: "integer", record_id: "id", version: "integer" },
};
const ENTRY: Shape = {
  members: {
    seq: "integer",
    record_id: "id",
    version: "integer?",
    at: "datetime",
    actor: { members: { kind: "text", id: "id?" } },
  },
};

/** What a message means to one who follows records; null for what this client does not know. */
export function recordEvent<R>(
  decoder: Decoder,
  collection: string,
  wanted: Wanted,
  message: Told,
): LiveEvent<R> | null {
  if (message.type !== "event") {
    return commonEvent(message);
  }
  const { type: _, id: __, ...event } = message;
  switch (event.event) {
    case "created":
    case "updated":
    case "restored":
    case "entered": {
      const shape: Shape = { members: { record: "object" } };
      const { record }: { record: unknown } = decoder.shaped(shape, event);
      decoder.record(collection, record, wanted);
      return decoder.shaped(RECORD, event);
    }
    case "deleted":
    case "left":
      return decoder.shaped(RECORD, event);
    default:
      return null;
  }
}

/** What a message means to one who follows the entries about a record. */
export function entryEvent(
  decoder: Decoder,
  message: Told,
): Exclude<EntryEvent, Ended> | null {
  if (message.type !== "event") {
    return commonEvent(message);
  }
  const { type: _, id: __, ...event } = message;
  return decoder.shaped(ENTRY, event);
}

function commonEvent(message: Told): Subscribed | Reload | null {
  if (message.type === "subscribed") {
    return { event: "subscribed", seq: message.seq };
  }
  if (message.type === "reload") {
    const { seq, reason } = message;
    return { event: "reload", seq, reason };
  }
  return null;
}
