import { MainstayError } from "./mainstay-error.js";

/** No answer: the server cannot be reached, or the connection was lost. */
export class NetworkFailed extends MainstayError {
  override readonly name = "NetworkFailed";
}
