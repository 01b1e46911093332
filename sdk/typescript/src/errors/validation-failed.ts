import { MainstayError } from "./mainstay-error.js";

/** Values that do not fit their fields; `fields` names them. */
export class ValidationFailed extends MainstayError {
  override readonly name = "ValidationFailed";
}
