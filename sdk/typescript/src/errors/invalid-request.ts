import { MainstayError } from "./mainstay-error.js";

/** The request makes no sense to the server: a mistake of the program that sent it. */
export class InvalidRequest extends MainstayError {
  override readonly name = "InvalidRequest";
}
