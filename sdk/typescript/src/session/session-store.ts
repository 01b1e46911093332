/** What is kept of a session between calls. */
export interface StoredSession {
  readonly accessToken: string;
  /** Works once. */
  readonly refreshToken: string;
  /** Milliseconds since 1970, by the clock of this machine. */
  readonly expiresAt: number;
  readonly userId: string;
}

/** Where a session is kept. Methods may take their time. */
export interface SessionStore {
  /** The session that is kept now, perhaps by another tab. */
  load(): StoredSession | null | Promise<StoredSession | null>;
  save(session: StoredSession | null): void | Promise<void>;
  /** Where tabs share the store: the name of the lock that keeps them from refreshing at once. */
  readonly lock?: string;
}
