import type { Decoder } from "../decoder.js";
import { MainstayError } from "../errors/mainstay-error.js";
import { Unauthenticated } from "../errors/unauthenticated.js";
import { SHARE_HEADER, type Grant } from "../grant.js";
import type { Http } from "../http.js";
import { endingOf } from "./ending.js";
import { EventLines } from "./event-lines.js";
import type { Dial, Ending, Wire, WireListener } from "./line.js";
import { messageOf, type ClientMessage, type Subscribe } from "./messages.js";

/** The server says something every 15 seconds; whoever says nothing for two of these is gone. */
const SILENCE_MS = 35_000;
/** Subscriptions that begin together go into one stream. */
const GATHER_MS = 10;

/** Dials with event streams, where there is no WebSocket. */
export function dialStream(http: Http, decoder: Decoder, grant: Grant): Dial {
  return (token, user, listener) => {
    const who = { token, share: grant.current };
    const wire = new StreamWire(http, decoder, who, listener);
    // A stream is asked for with its subscriptions: so they come first.
    queueMicrotask(() => listener.up(user));
    return wire;
  };
}

class StreamWire implements Wire {
  readonly #http: Http;
  readonly #decoder: Decoder;
  readonly #listener: WireListener;
  readonly #wanted = new Map<string, Subscribe>();
  readonly #controller = new AbortController();
  readonly #share: string | null;
  #token: string | null;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #hasBegun = false;

  constructor(
    http: Http,
    decoder: Decoder,
    who: { readonly token: string | null; readonly share: string | null },
    listener: WireListener,
  ) {
    this.#http = http;
    this.#decoder = decoder;
    this.#token = who.token;
    this.#share = who.share;
    this.#listener = listener;
  }

  send(message: ClientMessage): void {
    if (message.type === "unsubscribe") {
      // What still comes for it finds nobody.
      this.#wanted.delete(message.id);
    } else if (message.type !== "subscribe") {
      const detail =
        "an event stream takes nothing from the client: this needs WebSocket";
      const { id } = message;
      this.#listener.told({ type: "problem", id, code: "unavailable", detail });
    } else if (this.#hasBegun) {
      // Another stream takes this one along; nothing is lost in between.
      this.#listener.over("at_once");
    } else {
      this.#wanted.set(message.id, message);
      clearTimeout(this.#timer);
      this.#timer = setTimeout(() => void this.#begin(), GATHER_MS);
    }
  }

  renew(accessToken: string): void {
    // A stream keeps its token to the end, and the next one has a newer one.
    this.#token = accessToken;
  }

  close(): void {
    clearTimeout(this.#timer);
    this.#controller.abort();
  }

  async #begin(): Promise<void> {
    if (this.#wanted.size === 0) {
      return;
    }
    this.#hasBegun = true;
    let ending: Ending = "later";
    try {
      ending = await this.#follow();
    } catch (error) {
      ending = this.#endingAfter(error);
    }
    clearTimeout(this.#timer);
    this.#listener.over(ending);
  }

  async #follow(): Promise<Ending> {
    const { signal } = this.#controller;
    const wanted = [...this.#wanted.values()];
    const subscribe = encodeURIComponent(JSON.stringify(wanted));
    const headers: Record<string, string> = { accept: "text/event-stream" };
    if (this.#token !== null) {
      headers["authorization"] = `Bearer ${this.#token}`;
    }
    if (this.#share !== null) {
      headers[SHARE_HEADER] = this.#share;
    }
    this.#expectMore();
    const path = `/realtime/events?subscribe=${subscribe}`;
    const body = await this.#http.stream(path, headers, signal);
    const lines = new EventLines();
    const reader = body.getReader();
    for (;;) {
      const { done, value } = await reader.read();
      if (done) {
        return "later";
      }
      this.#expectMore();
      for (const data of lines.take(value)) {
        const message = messageOf(this.#decoder, data);
        if (message?.type === "closed") {
          return endingOf(message.reason);
        }
        if (
          message !== null &&
          message.type !== "ready" &&
          message.id !== undefined
        ) {
          this.#listener.told(message);
        }
      }
    }
  }

  #endingAfter(error: unknown): Ending {
    if (error instanceof Unauthenticated) {
      return "with_newer_token";
    }
    const status = error instanceof MainstayError ? error.status : null;
    // The request itself is refused: asking again makes it no better.
    if (
      error instanceof MainstayError &&
      status !== null &&
      status >= 400 &&
      status < 429
    ) {
      for (const id of this.#wanted.keys()) {
        const { code, message: detail } = error;
        this.#listener.told({ type: "ended", id, code, detail });
      }
    }
    return "later";
  }

  #expectMore(): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#controller.abort(), SILENCE_MS);
  }
}
