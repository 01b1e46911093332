import { MainstayError } from "./mainstay-error.js";

/** Too many requests, or too many attempts to sign in: `retryAfterMs` says how long to wait. */
export class RateLimited extends MainstayError {
  override readonly name = "RateLimited";
}
