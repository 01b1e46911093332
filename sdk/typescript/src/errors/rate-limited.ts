import { MainstayError } from "./mainstay-error.js";

/** Too many requests. */
export class RateLimited extends MainstayError {
  override readonly name = "RateLimited";
}
