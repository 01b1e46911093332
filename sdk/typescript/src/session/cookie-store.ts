import { Deadline } from "../deadline.js";
import { isObject } from "../decode.js";
import { Unauthenticated } from "../errors/unauthenticated.js";
import type { Http, HttpRequest } from "../http.js";
import type { SessionStore, StoredSession } from "./session-store.js";

const ASK_TIMEOUT_MS = 30_000;

/**
 * The session that the browser holds in a cookie, out of the reach of scripts: what is kept here is who
 * is signed in. It has no token, so there is nothing to send or to renew.
 */
export class CookieStore implements SessionStore {
  /** Tabs of a host share its cookie. */
  readonly lock = "mainstay.cookie";
  readonly #http: Http;
  /** Pages tell each other when somebody signs in or out. */
  readonly #tabs: BroadcastChannel | null;
  #watcher: () => void = () => {};
  /** Undefined while only the server knows. */
  #kept: StoredSession | null | undefined;
  #asked: Promise<StoredSession | null> | null = null;

  constructor(http: Http) {
    this.#http = http;
    this.#tabs =
      typeof document === "undefined"
        ? null
        : new BroadcastChannel(`${this.lock} ${http.base}`);
    this.#tabs?.addEventListener("message", () => this.#doubtHere());
  }

  /** Is told when another tab has changed the session, or the server does not take it. */
  watch(watcher: () => void): void {
    this.#watcher = watcher;
  }

  async load(): Promise<StoredSession | null> {
    if (this.#kept !== undefined) {
      return this.#kept;
    }
    this.#asked ??= this.#whoIsThere();
    const asked = this.#asked;
    try {
      const found = await asked;
      // Unless somebody has signed in or out in the meantime.
      if (this.#asked === asked) {
        this.#kept = found;
      }
    } finally {
      if (this.#asked === asked) {
        this.#asked = null;
      }
    }
    return this.load();
  }

  save(session: StoredSession | null): void {
    this.#kept = session;
    this.#asked = null;
    this.#tabs?.postMessage(null);
  }

  keep(userId: string): StoredSession {
    const session = sessionOf(userId);
    this.save(session);
    return session;
  }

  /** The server is asked anew who is signed in: what is kept was refused. */
  doubt(): void {
    this.#tabs?.postMessage(null);
    this.#doubtHere();
  }

  #doubtHere(): void {
    this.#kept = undefined;
    this.#asked = null;
    this.#watcher();
  }

  async #whoIsThere(): Promise<StoredSession | null> {
    try {
      const body = await this.#send({ method: "GET", path: "/auth/session" });
      const user = isObject(body) ? body["user"] : null;
      const id = isObject(user) ? user["id"] : null;
      return typeof id === "string" ? sessionOf(id) : null;
    } catch (error) {
      if (!(error instanceof Unauthenticated)) {
        throw error;
      }
      if (error.code === "invalid_token") {
        await this.#removeCookie();
      }
      return null;
    }
  }

  /** A cookie whose session has ended would be refused with every call. */
  async #removeCookie(): Promise<void> {
    try {
      await this.#send({ method: "POST", path: "/auth/sign-out" });
    } catch (error) {
      // The session has ended; what counts is what the answer does to the cookie.
      if (!(error instanceof Unauthenticated)) {
        throw error;
      }
    }
  }

  async #send(request: HttpRequest): Promise<unknown> {
    const deadline = new Deadline(ASK_TIMEOUT_MS, undefined);
    try {
      return (await this.#http.send(request, deadline.signal)).body;
    } finally {
      deadline.end();
    }
  }
}

function sessionOf(userId: string): StoredSession {
  return {
    accessToken: "",
    refreshToken: "",
    expiresAt: Number.POSITIVE_INFINITY,
    userId,
  };
}
