import type { Decoder } from "../decoder.js";
import type { Grant } from "../grant.js";
import type { Http } from "../http.js";
import type { RetryOptions } from "../retry.js";
import type { CollectionName, SchemaTypes } from "../schema.js";
import type { Session } from "../session/session.js";
import { Connection } from "./connection.js";
import type { Line, LineListener } from "./line.js";
import { LiveCollection } from "./live-collection.js";
import { dialSocket, type WebSocketClass } from "./socket-wire.js";
import type { Exchange } from "./subscription.js";
import { dialStream } from "./stream-wire.js";
import { Switchboard } from "./switchboard.js";
import { TabLine, canShareTabs } from "./tab-line.js";

interface RealtimeParts {
  readonly http: Http;
  readonly session: Session;
  readonly grant: Grant;
  readonly decoder: Decoder;
  readonly retry: RetryOptions;
  /** Null for event streams. */
  readonly webSocket: WebSocketClass | null;
}

/** What happens on the server, as it happens. One connection serves all subscriptions, and all tabs of a browser. */
export class Realtime<S extends SchemaTypes> {
  readonly #parts: RealtimeParts;
  readonly #switchboard: Switchboard;
  /** @internal */
  readonly exchange: Exchange;

  /** @internal */
  constructor(parts: RealtimeParts) {
    this.#parts = parts;
    const open = (listener: LineListener): Line => this.#open(listener);
    this.#switchboard = new Switchboard(open, parts.retry);
    const { session, grant } = parts;
    this.exchange = { switchboard: this.#switchboard, session };
    session.watch(() => this.#switchboard.sessionChanged());
    grant.watch(() => this.#switchboard.redial());
  }

  /** The records of a collection. */
  collection<C extends CollectionName<S>>(collection: C): LiveCollection<S, C> {
    return new LiveCollection(this.exchange, this.#parts.decoder, collection);
  }

  /** Ends all subscriptions and closes the connection. */
  stop(): void {
    this.#switchboard.stop();
  }

  #open(listener: LineListener): Line {
    const { http, session, grant, decoder, retry, webSocket } = this.#parts;
    if (webSocket === null) {
      const dial = dialStream(http, decoder, grant);
      return new Connection(dial, session, retry, listener);
    }
    const url = `${http.base.replace(/^http/, "ws")}/realtime`;
    const dial = dialSocket(webSocket, url, decoder, grant);
    const open = (inner: LineListener): Line =>
      new Connection(dial, session, retry, inner);
    // A link is open in one tab alone: what it shows is not for the others.
    const isShared = session.shared !== undefined && grant.current === null;
    return isShared && canShareTabs()
      ? new TabLine(
          `mainstay.realtime.1 ${url} ${session.shared}`,
          open,
          listener,
        )
      : open(listener);
  }
}
