import type { Ending } from "./line.js";

/** What a closed connection means, by the reason that the server gives for it. */
export function endingOf(reason: string): Ending {
  switch (reason) {
    case "authentication_failed":
    case "token_expired":
    case "signed_out":
      return "with_newer_token";
    case "rights_changed":
      return "at_once";
    default:
      return "later";
  }
}
