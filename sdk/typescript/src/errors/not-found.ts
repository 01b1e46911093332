import { MainstayError } from "./mainstay-error.js";

/** There is no such record, or not for the caller. */
export class NotFound extends MainstayError {
  override readonly name = "NotFound";
}
