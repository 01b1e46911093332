import type { Decoder } from "../decoder.js";
import type { Grant } from "../grant.js";
import { endingOf } from "./ending.js";
import { OWNER_OF_KEY } from "../session/api-key-store.js";
import type { Dial, Ending, Wire, WireListener } from "./line.js";
import { messageOf, type ClientMessage } from "./messages.js";

const PROTOCOL = "mainstay.v1";
/** After this long without a word the server is asked whether it is still there. */
const QUIET_MS = 30_000;
/** For its answer, and for the beginning. */
const ANSWER_MS = 10_000;
/** Of no subscription: the server answers with a problem, which says that it is there. */
const ARE_YOU_THERE = { type: "broadcast", id: "?", data: null } as const;

/** The part of a WebSocket that the client uses. */
export interface WebSocketLike {
  addEventListener(type: "open" | "error", listener: () => void): void;
  addEventListener(
    type: "message",
    listener: (event: { readonly data: unknown }) => void,
  ): void;
  addEventListener(
    type: "close",
    listener: (event: { readonly reason: string }) => void,
  ): void;
  send(text: string): void;
  close(): void;
}

/** Such as the browser's `WebSocket`, or that of the package `ws`. */
export type WebSocketClass = new (
  url: string,
  protocols: string[],
) => WebSocketLike;

/** Dials over WebSocket. */
export function dialSocket(
  socketClass: WebSocketClass,
  url: string,
  decoder: Decoder,
  grant: Grant,
): Dial {
  return (token, user, listener) =>
    new SocketWire(
      new socketClass(url, [PROTOCOL]),
      decoder,
      { token, share: grant.current, user },
      listener,
    );
}

class SocketWire implements Wire {
  readonly #socket: WebSocketLike;
  readonly #decoder: Decoder;
  readonly #listener: WireListener;
  #timer: ReturnType<typeof setTimeout> | undefined;
  readonly #user: string | null;
  #isReady = false;

  constructor(
    socket: WebSocketLike,
    decoder: Decoder,
    who: {
      readonly token: string | null;
      readonly share: string | null;
      readonly user: string | null;
    },
    listener: WireListener,
  ) {
    this.#socket = socket;
    this.#decoder = decoder;
    this.#listener = listener;
    this.#user = who.user;
    socket.addEventListener("open", () => {
      const { token, share } = who;
      if (token === null && share === null) {
        // The server is ready with the first message, which is the first subscription.
        this.#ready(who.user);
      } else {
        this.#say({
          type: "authenticate",
          ...(token === null ? {} : { token }),
          ...(share === null ? {} : { share }),
        });
      }
    });
    socket.addEventListener("message", ({ data }) => this.#hear(data));
    socket.addEventListener("close", ({ reason }) => {
      this.#over(endingOf(reason));
    });
    socket.addEventListener("error", () => this.#over("later"));
    this.#await(ANSWER_MS);
  }

  send(message: ClientMessage): void {
    this.#say(message);
  }

  renew(accessToken: string): void {
    this.#say({ type: "authenticate", token: accessToken });
  }

  close(): void {
    clearTimeout(this.#timer);
    this.#socket.close();
  }

  #ready(user: string | null): void {
    if (!this.#isReady) {
      this.#isReady = true;
      this.#expectMore();
      this.#listener.up(user);
    }
  }

  #hear(data: unknown): void {
    this.#expectMore();
    let message;
    try {
      message = messageOf(this.#decoder, String(data));
    } catch {
      // What speaks there is no server of ours; perhaps something stands between.
      this.#over("later");
      return;
    }
    if (message === null || message.type === "closed") {
      return;
    }
    if (message.type === "ready") {
      // Whose key it is the server knows, and nobody has to here.
      this.#ready(this.#user === OWNER_OF_KEY ? OWNER_OF_KEY : message.user);
    } else if (message.id !== undefined) {
      this.#listener.told(message);
    } else if (message.code === "invalid_token") {
      this.#over("with_newer_token");
    }
  }

  /** Somebody is there. */
  #expectMore(): void {
    clearTimeout(this.#timer);
    if (this.#isReady) {
      this.#timer = setTimeout(() => {
        this.#say(ARE_YOU_THERE);
        this.#await(ANSWER_MS);
      }, QUIET_MS);
    }
  }

  #await(ms: number): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#over("later"), ms);
  }

  #say(message: object): void {
    try {
      this.#socket.send(JSON.stringify(message));
    } catch {
      // Not open yet or not any more; the end of it is told by itself.
    }
  }

  #over(ending: Ending): void {
    clearTimeout(this.#timer);
    this.#listener.over(ending);
  }
}
