import { MainstayError } from "./mainstay-error.js";

/** The server cannot answer at the moment. */
export class Unavailable extends MainstayError {
  override readonly name = "Unavailable";
}
