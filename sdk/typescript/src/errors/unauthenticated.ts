import { MainstayError } from "./mainstay-error.js";

/** Nobody is signed in, or no longer, or the credentials are wrong. */
export class Unauthenticated extends MainstayError {
  override readonly name = "Unauthenticated";
}
