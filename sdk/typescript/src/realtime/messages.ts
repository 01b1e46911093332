import { isObject } from "../decode.js";
import type { Decoder } from "../decoder.js";
import type { Json } from "../json.js";
import type { Shape, Shapes } from "../shape.js";

/** What a subscription asks for. */
export interface Wish {
  readonly to: "records" | "comments" | "activity" | "presence";
  readonly collection: string;
  readonly record?: string;
  readonly filter?: string;
  readonly fields?: string;
  readonly coalesce_ms?: number;
}

/** The message that begins a subscription. */
export interface Subscribe extends Wish {
  readonly type: "subscribe";
  readonly id: string;
  readonly since?: number;
}

/** What a client says, but for who it is: that is the connection's own business. */
export type ClientMessage =
  | Subscribe
  | { readonly type: "unsubscribe"; readonly id: string }
  | {
      readonly type: "presence";
      readonly id: string;
      readonly state: Json | null;
    }
  | {
      readonly type: "broadcast";
      readonly id: string;
      readonly data: Json | null;
    };

/** Somebody in a room: one subscription, so that a person with two tabs is there twice. */
export interface Member {
  readonly member: string;
  /** Null for somebody who is not signed in. */
  readonly user: string | null;
  /** What the member says of itself. */
  readonly state: Json | null;
}

/** Why a list has to be read again. */
export type ReloadReason =
  "visibility_changed" | "too_far_behind" | "definition_changed";

/** What the server says about one subscription. What an event holds besides is for the subscription to check. */
export type Told =
  | {
      readonly type: "subscribed";
      readonly id: string;
      readonly seq: number;
    }
  | {
      readonly type: "event";
      readonly id: string;
      readonly seq: number;
      readonly event: string;
    }
  | {
      readonly type: "reload";
      readonly id: string;
      readonly seq: number;
      readonly reason: ReloadReason;
    }
  | {
      readonly type: "ended";
      readonly id: string;
      readonly code: string;
      readonly detail: string;
    }
  | {
      readonly type: "presence";
      readonly id: string;
      readonly member?: string;
      readonly members?: readonly Member[];
      readonly joined?: Member;
      readonly changed?: Member;
      readonly left?: string;
    }
  | {
      readonly type: "broadcast";
      readonly id: string;
      readonly member: string;
      readonly user: string | null;
      readonly data: Json | null;
    }
  | {
      readonly type: "problem";
      readonly id: string;
      readonly code: string;
      readonly detail: string;
    };

/** What the server says about the connection. */
export type Aside =
  | { readonly type: "ready"; readonly user: string | null }
  | {
      readonly type: "problem";
      readonly id?: undefined;
      readonly code: string;
      readonly detail: string;
    }
  | {
      readonly type: "closed";
      readonly code: number;
      readonly reason: string;
    };

export type ServerMessage = Told | Aside;

const member: Shape = {
  members: { member: "id", user: "id?", state: "json?" },
};

const SHAPES: ReadonlyMap<string, Shapes> = new Map<string, Shapes>([
  ["ready", { user: "id?" }],
  ["subscribed", { id: "text", seq: "integer" }],
  ["event", { id: "text", seq: "integer", event: "text" }],
  ["reload", { id: "text", seq: "integer", reason: "text" }],
  ["ended", { id: "text", code: "text", detail: "text" }],
  [
    "presence",
    {
      id: "text",
      "member?": "id",
      "members?": { list: member },
      "joined?": member,
      "changed?": member,
      "left?": "id",
    },
  ],
  ["broadcast", { id: "text", member: "id", user: "id?", data: "json?" }],
  ["problem", { "id?": "text", code: "text", detail: "text" }],
  ["closed", { code: "integer", reason: "text" }],
]);

/** A message of the server; null for one of a type that this client does not know. */
export function messageOf(
  decoder: Decoder,
  text: string,
): ServerMessage | null {
  let value: unknown = null;
  try {
    value = JSON.parse(text);
  } catch {
    // Refused below, as what is no message.
  }
  const type = isObject(value) ? value["type"] : undefined;
  if (typeof type !== "string") {
    return decoder.shaped({ members: { type: "text" } }, value);
  }
  const members = SHAPES.get(type);
  return members === undefined ? null : decoder.shaped({ members }, value);
}
