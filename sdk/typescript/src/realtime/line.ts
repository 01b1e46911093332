import type { ClientMessage, Told } from "./messages.js";

/** Who hears what comes over a line. */
export interface LineListener {
  /** The line is open, for this user. The other side knows of no subscription yet. */
  up(user: string | null): void;
  told(message: Told): void;
  /** Whatever was subscribed is not any more. */
  down(): void;
}

/** A way to the server that comes back by itself when it breaks. */
export interface Line {
  /** Only while it is up. */
  send(message: ClientMessage): void;
  /** Another token is kept, or another person's. */
  sessionChanged(): void;
  close(): void;
}

/** What to do after a connection has ended: dial again a little later, at once, or with another token. */
export type Ending = "later" | "at_once" | "with_newer_token";

/** Who hears what comes over one connection. */
export interface WireListener {
  up(user: string | null): void;
  told(message: Told): void;
  /** Nothing more comes. */
  over(ending: Ending): void;
}

/** One connection, as long as it lasts. */
export interface Wire {
  send(message: ClientMessage): void;
  /** Gives the server a newer token of the same session. */
  renew(accessToken: string): void;
  /** Nobody listens any more. */
  close(): void;
}

/** Begins a connection with a token, or without one. */
export type Dial = (
  accessToken: string | null,
  user: string | null,
  listener: WireListener,
) => Wire;
