import { Deadline } from "../deadline.js";
import type { Decoder } from "../decoder.js";
import { Unauthenticated } from "../errors/unauthenticated.js";
import type { Refresh } from "../generated/protocol.js";
import type { Http } from "../http.js";
import type { SchemaTypes } from "../schema.js";
import { ApiKeyStore } from "./api-key-store.js";
import { CookieStore } from "./cookie-store.js";
import type { SessionStore, StoredSession } from "./session-store.js";

/** A token that ends this soon is not sent any more: the request is on its way for a while. */
const MARGIN_MS = 5_000;

/** Tabs are processes of their own: what one has stored reaches another a moment later. */
const STORE_SETTLES_MS = 50;
/** How long a refresh may take; callers have their own deadlines beside it. */
const REFRESH_TIMEOUT_MS = 30_000;

type Answer = SchemaTypes["session"];

/** A refresh on its way, and the token that it replaces. */
interface Refreshing {
  readonly accessToken: string;
  readonly renewal: Promise<StoredSession>;
}

/**
 * The session of the client. However many calls need a new token at once, one refresh is made: a
 * refresh token works once, and the server ends the session of one that comes twice.
 */
export class Session {
  readonly #http: Http;
  readonly #decoder: Decoder;
  readonly #store: SessionStore;
  /** The store, where the browser holds the session. */
  readonly #cookie: CookieStore | null;
  readonly #watchers = new Set<() => void>();
  #refreshing: Refreshing | null = null;

  constructor(http: Http, decoder: Decoder, store: SessionStore) {
    this.#http = http;
    this.#decoder = decoder;
    this.#store = store;
    this.#cookie = store instanceof CookieStore ? store : null;
    this.#cookie?.watch(() => this.#tell());
  }

  /** Does the browser hold it, and send it along by itself? */
  get isCookie(): boolean {
    return this.#cookie !== null;
  }

  /** Where tabs share the session: the name of what they share. */
  get shared(): string | undefined {
    return this.#store.lock;
  }

  /** Is told whenever this client keeps another session or none any more; gives the way to end that. */
  watch(watcher: () => void): () => void {
    this.#watchers.add(watcher);
    return () => this.#watchers.delete(watcher);
  }

  /** Lets nobody sign in where a key is used. */
  refuseKey(): void {
    if (this.#store instanceof ApiKeyStore) {
      this.#store.save();
    }
  }

  async load(): Promise<StoredSession | null> {
    return this.#store.load();
  }

  /** The session whose access token to send, renewed when it has run out; null when nobody is signed in. */
  async current(): Promise<StoredSession | null> {
    const session = await this.#store.load();
    return session === null || session.expiresAt - Date.now() > MARGIN_MS
      ? session
      : this.renewed(session);
  }

  /** The session with a newer token than the one that was refused or has run out. */
  renewed(stale: StoredSession): Promise<StoredSession> {
    if (this.#store instanceof ApiKeyStore) {
      const message = "the server does not take the API key any more";
      return Promise.reject(
        new Unauthenticated({ code: "invalid_token", message }),
      );
    }
    if (this.#cookie !== null) {
      this.#cookie.doubt();
      const message = "the session has ended: sign in to go on";
      return Promise.reject(
        new Unauthenticated({ code: "invalid_token", message }),
      );
    }
    if (this.#refreshing?.accessToken === stale.accessToken) {
      return this.#refreshing.renewal;
    }
    const renewal = this.#locked(() => this.#refresh(stale)).finally(() => {
      if (this.#refreshing?.renewal === renewal) {
        this.#refreshing = null;
      }
    });
    this.#refreshing = { accessToken: stale.accessToken, renewal };
    return renewal;
  }

  async keep(answer: Answer): Promise<StoredSession> {
    const session = {
      accessToken: answer.access_token,
      refreshToken: answer.refresh_token,
      expiresAt: Date.now() + answer.expires_in * 1000,
      userId: answer.user.id,
    };
    await this.#save(session);
    return session;
  }

  /** The browser has the cookie of this user now. */
  keepCookie(userId: string): void {
    this.#cookie?.keep(userId);
    this.#tell();
  }

  /** The server does not take the cookie: asks who is signed in, which removes one that is of no use. */
  async askAnew(): Promise<void> {
    this.#cookie?.doubt();
    await this.#store.load();
  }

  async forget(): Promise<void> {
    await this.#save(null);
  }

  async #save(session: StoredSession | null): Promise<void> {
    await this.#store.save(session);
    this.#tell();
  }

  #tell(): void {
    for (const watcher of this.#watchers) {
      watcher();
    }
  }

  async #refresh(stale: StoredSession): Promise<StoredSession> {
    const session = await this.#ofSamePerson(stale);
    // Somebody was faster: an earlier call, or another tab.
    if (session.accessToken !== stale.accessToken) {
      return session;
    }
    try {
      const answer = await this.#exchange(session.refreshToken);
      const now = await this.#ofSamePerson(session);
      return now.refreshToken === session.refreshToken
        ? await this.keep(answer)
        : now;
    } catch (error) {
      const now = await this.#store.load();
      if (
        error instanceof Unauthenticated &&
        now?.refreshToken === session.refreshToken
      ) {
        await this.forget();
      }
      throw error;
    }
  }

  /** What is kept now. When somebody else has signed in, a call of the one before must not go out as theirs. */
  async #ofSamePerson(before: StoredSession): Promise<StoredSession> {
    const now = await this.#store.load();
    if (now?.userId !== before.userId) {
      const message =
        "whoever made the call has signed out in the meantime: sign in to go on";
      throw new Unauthenticated({ code: "unauthenticated", message });
    }
    return now;
  }

  async #exchange(refreshToken: string): Promise<Answer> {
    const body: Refresh = { refresh_token: refreshToken };
    const request = { method: "POST", path: "/auth/refresh", body } as const;
    const deadline = new Deadline(REFRESH_TIMEOUT_MS, undefined);
    try {
      // Whoever waits for it asks again after a failure that passes, as with any other call.
      const { body: answer } = await this.#http.send(request, deadline.signal);
      return this.#decoder.session(answer);
    } finally {
      deadline.end();
    }
  }

  /** One tab at a time, where tabs share the store and the browser has the Web Locks API. */
  async #locked<T>(work: () => Promise<T>): Promise<T> {
    const here: Partial<Navigator> | undefined =
      typeof navigator === "undefined" ? undefined : navigator;
    const locks = here?.locks;
    return this.#store.lock === undefined || locks === undefined
      ? work()
      : locks.request(`mainstay.refresh ${this.#store.lock}`, async () => {
          await new Promise((done) => setTimeout(done, STORE_SETTLES_MS));
          return work();
        });
  }
}
