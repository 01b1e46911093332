import type { SessionStore, StoredSession } from "./session-store.js";

/** Keeps a session as long as the program runs. */
export function memoryStore(): SessionStore {
  let kept: StoredSession | null = null;
  return {
    load: () => kept,
    save: (session) => {
      kept = session;
    },
  };
}
