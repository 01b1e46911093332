import { MainstayError } from "./mainstay-error.js";

/** The rules refuse this to whoever is signed in. */
export class Forbidden extends MainstayError {
  override readonly name = "Forbidden";
}
