import type { ErrorCode, FieldError, Problem } from "../generated/protocol.js";

/** What the client itself says went wrong. `unknown` is a code of a server newer than the client. */
export type ClientCode =
  | "network_failed"
  | "second_factor_needed"
  | "timed_out"
  | "unexpected_answer"
  | "unknown";

/** What every error of the client is made from. */
export interface ErrorParts {
  readonly code: ErrorCode | ClientCode;
  readonly message: string;
  readonly status?: number | null;
  readonly requestId?: string | null;
  readonly problem?: Problem | null;
  readonly retryAfterMs?: number | null;
  readonly cause?: unknown;
}

/** Every failure of a call, except that of its own `AbortSignal`. Branch on `code` or on the class. */
export abstract class MainstayError extends Error {
  abstract override readonly name: string;
  /** Does not change from version to version. */
  readonly code: ErrorCode | ClientCode;
  /** The status of the answer; null when there was none. */
  readonly status: number | null;
  /** Leads to the request in the server's log. */
  readonly requestId: string | null;
  /** The server's own words; null when the failure is not its. */
  readonly problem: Problem | null;
  /** How long the server asks to wait before the next try. */
  readonly retryAfterMs: number | null;

  constructor(parts: ErrorParts) {
    super(parts.message, { cause: parts.cause });
    this.code = parts.code;
    this.status = parts.status ?? null;
    this.requestId = parts.requestId ?? null;
    this.problem = parts.problem ?? null;
    this.retryAfterMs = parts.retryAfterMs ?? null;
  }

  /** What is wrong with each field of the request. */
  get fields(): readonly FieldError[] {
    return this.problem?.errors ?? [];
  }
}
