import { accept, mismatchOf } from "./decode.js";
import { errorFromProblem, errorFromStatus } from "./errors/from-problem.js";
import type { MainstayError } from "./errors/mainstay-error.js";
import { NetworkFailed } from "./errors/network-failed.js";
import { UnexpectedAnswer } from "./errors/unexpected-answer.js";
import { problemShape, type Problem } from "./generated/protocol.js";

/** The part of `fetch` that the client uses. */
export type Fetch = (url: string, init: RequestInit) => Promise<Response>;

/** One request. */
export interface HttpRequest {
  readonly method: "GET" | "POST" | "PUT" | "PATCH" | "DELETE";
  /** Below `/api/v1`, encoded. */
  readonly path: string;
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

/** A good answer; nothing is known of its body yet. */
export interface HttpAnswer {
  readonly headers: Headers;
  readonly body: unknown;
}

/** One exchange with the server: an answer, or one of the errors. */
export class Http {
  readonly #base: string;
  readonly #fetch: Fetch;

  constructor(url: string, fetch: Fetch) {
    this.#base = `${url.replace(/\/+$/, "")}/api/v1`;
    this.#fetch = fetch;
  }

  async send(request: HttpRequest, signal: AbortSignal): Promise<HttpAnswer> {
    const { response, text } = await this.#exchange(request, signal);
    if (!response.ok) {
      throw failureOf(response, text);
    }
    return {
      headers: response.headers,
      body: text === "" ? null : parse(response, text),
    };
  }

  /** Where the API is. */
  get base(): string {
    return this.#base;
  }

  /** An answer that does not end by itself. */
  async stream(
    path: string,
    headers: Readonly<Record<string, string>>,
    signal: AbortSignal,
  ): Promise<ReadableStream<Uint8Array>> {
    const response = await this.#fetch(this.#base + path, { headers, signal });
    if (!response.ok || response.body === null) {
      throw failureOf(response, await response.text());
    }
    return response.body;
  }

  async #exchange(
    request: HttpRequest,
    signal: AbortSignal,
  ): Promise<{ response: Response; text: string }> {
    const headers: Record<string, string> = { ...request.headers };
    const init: RequestInit = { method: request.method, headers, signal };
    if (request.body !== undefined) {
      headers["content-type"] = "application/json";
      init.body = JSON.stringify(request.body);
    }
    try {
      const response = await this.#fetch(this.#base + request.path, init);
      return { response, text: await response.text() };
    } catch (cause) {
      signal.throwIfAborted();
      const message =
        "the server cannot be reached, or the connection was lost on the way";
      throw new NetworkFailed({ code: "network_failed", message, cause });
    }
  }
}

function failureOf(response: Response, text: string): MainstayError {
  const requestId = response.headers.get("x-request-id");
  const retryAfterMs = retryAfterOf(response.headers);
  const type = response.headers.get("content-type") ?? "";
  if (!type.startsWith("application/problem+json")) {
    const { status } = response;
    const message = `the answer has the status ${status} and is not the server's own: look at what stands between`;
    const parts = { message, status, requestId, retryAfterMs };
    return errorFromStatus(status, { ...parts, code: "unknown" });
  }
  const body = parse(response, text);
  const problem: Problem = accept(
    body,
    mismatchOf(problemShape, body, () => null),
  );
  return errorFromProblem(problem, requestId, retryAfterMs);
}

function parse(response: Response, text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    const message =
      "the answer is not JSON: is the address that of a Mainstay server?";
    const requestId = response.headers.get("x-request-id");
    const { status } = response;
    throw new UnexpectedAnswer({ message, status, requestId, cause }, "");
  }
}

/** Seconds, or a date (RFC 9110, 10.2.3). */
function retryAfterOf(headers: Headers): number | null {
  const text = headers.get("retry-after");
  if (text === null) {
    return null;
  }
  const ms = /^\d+$/.test(text)
    ? Number(text) * 1000
    : Date.parse(text) - Date.now();
  return Number.isNaN(ms) ? null : Math.max(0, ms);
}
