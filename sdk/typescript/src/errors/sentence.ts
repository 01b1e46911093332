import { MainstayError } from "./mainstay-error.js";

/**
 * A sentence about an error, for the person in front of the screen. This is the one place that
 * makes them; what a person can do about it comes first.
 */
export function sentenceOf(error: unknown): string {
  if (!(error instanceof MainstayError)) {
    return "Something went wrong in this program.";
  }
  switch (error.code) {
    case "network_failed":
      return "The server cannot be reached. Check the connection and try again.";
    case "timed_out":
    case "timeout":
      return "The server took too long to answer. Try again.";
    case "rate_limited":
    case "overloaded":
    case "unavailable":
    case "shutting_down":
      return "The server is busy. Try again in a moment.";
    case "too_many_attempts":
      return "There were too many attempts. Wait a while and try again.";
    case "unauthenticated":
    case "invalid_token":
      return "Sign in to go on.";
    case "invalid_credentials":
      return "The address or the password is wrong.";
    case "second_factor_needed":
      return "Enter a code of your authenticator.";
    case "second_factor_required":
      return "Your account must have a second factor. Set one up.";
    case "fresh_sign_in_required":
      return "Enter your password once more to change this.";
    case "forbidden":
    case "address_refused":
      return "You are not allowed to do this.";
    case "not_found":
    case "unknown_route":
      return "This does not exist, or is not for you to see.";
    case "version_mismatch":
      return "Somebody else has changed this in the meantime. Load it again.";
    case "internal":
    case "unexpected_answer":
    case "unknown":
      return `The server did something unexpected.${reference(error)}`;
    default:
      return fieldSentences(error) || capitalised(error.message);
  }
}

function fieldSentences(error: MainstayError): string {
  return error.fields
    .map(({ field, message }) => `${field}: ${message}`)
    .join("; ");
}

function reference(error: MainstayError): string {
  return error.requestId === null
    ? ""
    : ` Quote ${error.requestId} when you ask for help.`;
}

function capitalised(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
