import { MainstayError } from "./mainstay-error.js";

/** A fault of the server; its log has more under `requestId`. */
export class ServerFault extends MainstayError {
  override readonly name = "ServerFault";
}
