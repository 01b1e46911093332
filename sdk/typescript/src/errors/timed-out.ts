import { MainstayError } from "./mainstay-error.js";

/** No answer in time. */
export class TimedOut extends MainstayError {
  override readonly name = "TimedOut";
}
