import { Deadline } from "./deadline.js";
import { Unauthenticated } from "./errors/unauthenticated.js";
import { SHARE_HEADER, type Grant } from "./grant.js";
import type { Http, HttpAnswer, HttpRequest } from "./http.js";
import { Position } from "./position.js";
import { withRetries, type RetryOptions } from "./retry.js";
import type { Session } from "./session/session.js";
import type { StoredSession } from "./session/session-store.js";

/** What every call takes. */
export interface CallOptions {
  /** Gives the call up. */
  readonly signal?: AbortSignal | undefined;
  /** For the whole call with its repetitions. */
  readonly timeoutMs?: number | undefined;
}

/**
 * May a request be sent again? A `read` changes nothing; a `write` gets a key by which the server
 * knows it again; anything else is sent `once`.
 */
export type Repetition = "read" | "write" | "once";

interface ApiOptions {
  readonly timeoutMs: number;
  readonly retry: RetryOptions;
  readonly anyReplica: boolean;
}

/** Calls of the API: with the session's token, repeated where that is safe, seeing what was written before. */
export class Api {
  readonly #http: Http;
  readonly #session: Session;
  readonly #grant: Grant;
  readonly #options: ApiOptions;
  readonly #position: Position;

  constructor(http: Http, session: Session, grant: Grant, options: ApiOptions) {
    this.#http = http;
    this.#session = session;
    this.#grant = grant;
    this.#options = options;
    this.#position = new Position(options.anyReplica);
  }

  /** A call for whoever is signed in. */
  async call(
    request: HttpRequest,
    repetition: Repetition,
    options: CallOptions = {},
  ): Promise<HttpAnswer> {
    const prepared = this.#prepare(request, repetition);
    return this.#within(repetition, options, async (deadline) => {
      const answer = await this.#sendSigned(prepared, deadline);
      this.#position.reached(answer.headers);
      return answer;
    });
  }

  /** A call without a token, for signing in: the server refuses an old one even there. */
  async callUnsigned(
    request: HttpRequest,
    options: CallOptions = {},
  ): Promise<HttpAnswer> {
    this.#session.refuseKey();
    return this.#within("once", options, async (deadline) => {
      const answer = await this.#sendUnsigned(request, deadline);
      this.#position.reached(answer.headers);
      return answer;
    });
  }

  async #sendUnsigned(
    request: HttpRequest,
    deadline: Deadline,
  ): Promise<HttpAnswer> {
    try {
      return await this.#http.send(request, deadline.signal);
    } catch (error) {
      if (!this.#session.isCookie || !isRefused(error)) {
        throw error;
      }
      // The cookie of a session that has ended would be in the way of the next one.
      await deadline.until(this.#session.askAnew());
      return this.#http.send(request, deadline.signal);
    }
  }

  async #within<T>(
    repetition: Repetition,
    options: CallOptions,
    attempt: (deadline: Deadline) => Promise<T>,
  ): Promise<T> {
    const timeoutMs = options.timeoutMs ?? this.#options.timeoutMs;
    const deadline = new Deadline(timeoutMs, options.signal);
    try {
      deadline.signal.throwIfAborted();
      return repetition === "once"
        ? await attempt(deadline)
        : await withRetries(this.#options.retry, deadline, () =>
            attempt(deadline),
          );
    } finally {
      deadline.end();
    }
  }

  #prepare(request: HttpRequest, repetition: Repetition): HttpRequest {
    const headers: Record<string, string> = { ...request.headers };
    if (repetition === "read") {
      Object.assign(headers, this.#position.headers());
    } else if (repetition === "write" && this.#options.retry.retriesMax > 0) {
      headers["idempotency-key"] = newKey();
    }
    return { ...request, headers };
  }

  /** With the session's token, and once more with a newer one when the server does not take it. */
  async #sendSigned(
    request: HttpRequest,
    deadline: Deadline,
  ): Promise<HttpAnswer> {
    if (this.#session.isCookie) {
      return this.#sendWithCookie(request, deadline);
    }
    const session = await deadline.until(this.#session.current());
    try {
      return await this.#send(request, session, deadline);
    } catch (error) {
      if (!isRefused(error) || session === null) {
        throw error;
      }
      const newer = await deadline.until(this.#session.renewed(session));
      return this.#send(request, newer, deadline);
    }
  }

  /** The browser sends the cookie along. When the server does not take it, nobody is signed in any more. */
  async #sendWithCookie(
    request: HttpRequest,
    deadline: Deadline,
  ): Promise<HttpAnswer> {
    try {
      return await this.#send(request, null, deadline);
    } catch (error) {
      if (
        error instanceof Unauthenticated &&
        (error.code === "invalid_token" || error.code === "unauthenticated")
      ) {
        await deadline.until(this.#session.askAnew());
      }
      throw error;
    }
  }

  #send(
    request: HttpRequest,
    session: StoredSession | null,
    deadline: Deadline,
  ): Promise<HttpAnswer> {
    const authorization =
      session === null
        ? {}
        : { authorization: `Bearer ${session.accessToken}` };
    const grant = this.#grant.current;
    const share = grant === null ? {} : { [SHARE_HEADER]: grant };
    const headers = { ...request.headers, ...authorization, ...share };
    return this.#http.send({ ...request, headers }, deadline.signal);
  }
}

/** Does the server not take the session? */
function isRefused(error: unknown): boolean {
  return error instanceof Unauthenticated && error.code === "invalid_token";
}

/** 128 bits of chance; `randomUUID` is not there on pages without TLS. */
function newKey(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join(
    "",
  );
}
