import type { Deadline } from "./deadline.js";
import { MainstayError } from "./errors/mainstay-error.js";

/** How often a request that may be repeated is repeated, and how long to wait in between. */
export interface RetryOptions {
  /** After the first try; 0 for never. */
  readonly retriesMax: number;
  /** Before the first repetition; twice as long before each one after it. */
  readonly delayMs: number;
  readonly delayMaxMs: number;
}

/** Half a minute of patience in all. */
export const RETRY_DEFAULTS: RetryOptions = {
  retriesMax: 3,
  delayMs: 200,
  delayMaxMs: 10_000,
};

/** Tries until it works, until a failure is not one that passes, or until patience ends. */
export async function withRetries<T>(
  options: RetryOptions,
  deadline: Deadline,
  attempt: () => Promise<T>,
): Promise<T> {
  for (let retries = 0; ; retries += 1) {
    try {
      return await attempt();
    } catch (error) {
      if (retries >= options.retriesMax || !passes(error)) {
        throw error;
      }
      await deadline.sleep(delayOf(options, retries, error));
    }
  }
}

/** Is it a failure that the same request may not meet the next time? */
function passes(error: unknown): error is MainstayError {
  if (!(error instanceof MainstayError)) {
    return false;
  }
  const { code, status } = error;
  // The database needs too long for it: asking again makes it worse.
  if (code === "timeout") {
    return false;
  }
  return (
    code === "network_failed" ||
    status === 429 ||
    (status !== null && status >= 502 && status <= 504)
  );
}

/** What the server asks for; else longer each time, with chance so that clients do not come back all at once. */
function delayOf(
  options: RetryOptions,
  retries: number,
  error: MainstayError,
): number {
  return Math.max(error.retryAfterMs ?? 0, backoffOf(options, retries));
}

/** How long to wait after so many failures in a row and one more. */
export function backoffOf(options: RetryOptions, failures: number): number {
  const longest = Math.min(options.delayMaxMs, options.delayMs * 2 ** failures);
  return longest * (0.5 + Math.random() / 2);
}
