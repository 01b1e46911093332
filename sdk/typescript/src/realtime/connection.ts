import { Unauthenticated } from "../errors/unauthenticated.js";
import { backoffOf, type RetryOptions } from "../retry.js";
import type { Session } from "../session/session.js";
import type { StoredSession } from "../session/session-store.js";
import type { Dial, Ending, Line, LineListener, Wire } from "./line.js";
import type { ClientMessage } from "./messages.js";

/** How long before its end a token is renewed at the latest; `Session` renews what ends this soon. */
const RENEW_BEFORE_MS = 4_000;
const RENEW_EVERY_MS = { min: 1_000, max: 3_600_000 };

/** Dials, and dials again when the connection ends, for whoever is signed in at that moment. */
export class Connection implements Line {
  readonly #dial: Dial;
  readonly #session: Session;
  readonly #retry: RetryOptions;
  readonly #listener: LineListener;
  #wire: Wire | null = null;
  /** Ends the current connection. */
  #hangUp: (ending: Ending) => void = () => {};
  /** The session whose token the server has. */
  #known: StoredSession | null = null;
  #renewal: ReturnType<typeof setTimeout> | undefined;
  #wake: () => void = () => {};
  #closed = false;

  constructor(
    dial: Dial,
    session: Session,
    retry: RetryOptions,
    listener: LineListener,
  ) {
    this.#dial = dial;
    this.#session = session;
    this.#retry = retry;
    this.#listener = listener;
    globalThis.addEventListener?.("online", this.#online);
    void this.#run();
  }

  send(message: ClientMessage): void {
    this.#wire?.send(message);
  }

  sessionChanged(): void {
    void this.#followSession();
  }

  close(): void {
    this.#closed = true;
    globalThis.removeEventListener?.("online", this.#online);
    this.#hangUp("at_once");
    this.#wake();
  }

  async #run(): Promise<void> {
    let failures = 0;
    let stale: StoredSession | null = null;
    while (!this.#closed) {
      let ending: Ending = "later";
      const began = Date.now();
      try {
        const session = await this.#sessionAfter(stale);
        stale = null;
        ending = await this.#converse(session);
        stale = ending === "with_newer_token" ? session : null;
      } catch {
        // No token could be had: the server cannot be reached at the moment.
      }
      // A connection that lived for a while was a good one.
      if (Date.now() - began > this.#retry.delayMaxMs) {
        failures = 0;
      }
      if (ending !== "at_once" && !this.#closed) {
        await this.#sleep(backoffOf(this.#retry, failures));
        failures += 1;
      }
    }
  }

  /** The session to dial with: a newer one than the one that the server did not take. */
  async #sessionAfter(
    stale: StoredSession | null,
  ): Promise<StoredSession | null> {
    try {
      return stale === null
        ? await this.#session.current()
        : await this.#session.renewed(stale);
    } catch (error) {
      if (error instanceof Unauthenticated) {
        return this.#session.load();
      }
      throw error;
    }
  }

  /** Gives how the connection ended. */
  #converse(session: StoredSession | null): Promise<Ending> {
    if (this.#closed) {
      return Promise.resolve("at_once");
    }
    return new Promise((resolve) => {
      let isUp = false;
      let isOver = false;
      const over = (ending: Ending): void => {
        if (isOver) {
          return;
        }
        isOver = true;
        clearTimeout(this.#renewal);
        this.#wire?.close();
        this.#wire = null;
        if (isUp) {
          this.#listener.down();
        }
        resolve(ending);
      };
      this.#hangUp = over;
      this.#known = session;
      // With a cookie there is none: the browser sends it along.
      const token = session?.accessToken || null;
      this.#wire = this.#dial(token, session?.userId ?? null, {
        up: (user) => {
          if (!isOver) {
            isUp = true;
            this.#listener.up(user);
          }
        },
        told: (message) => {
          if (!isOver) {
            this.#listener.told(message);
          }
        },
        over,
      });
      this.#scheduleRenewal(session);
      // Somebody may have signed in or out since the session was read.
      this.sessionChanged();
    });
  }

  #scheduleRenewal(session: StoredSession | null): void {
    clearTimeout(this.#renewal);
    if (session === null) {
      return;
    }
    const left = session.expiresAt - RENEW_BEFORE_MS - Date.now();
    this.#renewal = setTimeout(
      () => void this.#renew(),
      Math.min(Math.max(left, RENEW_EVERY_MS.min), RENEW_EVERY_MS.max),
    );
  }

  async #renew(): Promise<void> {
    try {
      await this.#session.current();
    } catch {
      // The server ends the connection when the token has run out, and says why.
      return;
    }
    await this.#followSession();
  }

  async #followSession(): Promise<void> {
    const known = this.#known;
    let session;
    try {
      session = await this.#session.load();
    } catch {
      // The server cannot be asked now; when it can, the connection is dialled anew or ended.
      return;
    }
    if (this.#wire === null || known !== this.#known) {
      return;
    }
    if (session?.userId !== known?.userId) {
      this.#hangUp("at_once");
    } else if (session !== null) {
      if (session.accessToken !== known?.accessToken) {
        this.#wire.renew(session.accessToken);
      }
      this.#known = session;
      this.#scheduleRenewal(session);
    }
  }

  #sleep(ms: number): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, ms);
      this.#wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }

  readonly #online = (): void => {
    this.#wake();
  };
}
