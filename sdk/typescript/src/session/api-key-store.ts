import { InvalidRequest } from "../errors/invalid-request.js";
import type { SessionStore, StoredSession } from "./session-store.js";

/** In the place of a user: whose key it is only the server knows. */
export const OWNER_OF_KEY = "owner of the API key";

/** An API key in the place of a session: it is never renewed, and nobody signs in or out. */
export class ApiKeyStore implements SessionStore {
  readonly #session: StoredSession;

  constructor(apiKey: string) {
    this.#session = {
      accessToken: apiKey,
      refreshToken: "",
      expiresAt: Number.POSITIVE_INFINITY,
      userId: OWNER_OF_KEY,
    };
  }

  load(): StoredSession {
    return this.#session;
  }

  save(): never {
    const message =
      "this client uses an API key: make another client for somebody who signs in";
    throw new InvalidRequest({ code: "invalid_parameter", message });
  }
}
