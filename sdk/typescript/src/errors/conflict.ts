import { MainstayError } from "./mainstay-error.js";

/** The write does not go together with what is stored, such as a value that must be unique. */
export class Conflict extends MainstayError {
  override readonly name = "Conflict";
}
