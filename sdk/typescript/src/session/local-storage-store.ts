import { isObject } from "../decode.js";
import type { SessionStore, StoredSession } from "./session-store.js";

/**
 * Keeps a session in the browser's `localStorage`, for all tabs of the origin. Every script of the
 * origin can read it.
 */
export function localStorageStore(key = "mainstay.session"): SessionStore {
  return {
    lock: key,
    load: () => read(localStorage.getItem(key)),
    save: (session) => {
      if (session === null) {
        localStorage.removeItem(key);
      } else {
        localStorage.setItem(key, JSON.stringify(session));
      }
    },
  };
}

/** What cannot be read is no session: somebody else may have written there. */
function read(text: string | null): StoredSession | null {
  try {
    const value: unknown = JSON.parse(text ?? "null");
    return isSession(value) ? value : null;
  } catch {
    return null;
  }
}

function isSession(value: unknown): value is StoredSession {
  return (
    isObject(value) &&
    typeof value["accessToken"] === "string" &&
    typeof value["refreshToken"] === "string" &&
    typeof value["expiresAt"] === "number" &&
    typeof value["userId"] === "string"
  );
}
