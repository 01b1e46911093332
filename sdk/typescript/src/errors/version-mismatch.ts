import { MainstayError } from "./mainstay-error.js";

/** The record was changed by somebody else since it was read: read it again, and decide. */
export class VersionMismatch extends MainstayError {
  override readonly name = "VersionMismatch";
}
