import { MainstayError } from "mainstay-client";
import type { TFunction } from "i18next";

/** A failure that has its sentence already, in the words of the page where it happened. */
export class Sentence extends Error {}

/** What a failure says to a person. This is the only place that makes sentences of errors. */
export interface Told {
  readonly text: string;
  /** Leads to the request in the server's log. */
  readonly reference: string | null;
  /** May the same thing work a moment later? */
  readonly passes: boolean;
}

export function told(t: TFunction, error: unknown): Told {
  if (isMissingPart(error)) {
    return tell(t("failure.codes.network"), true);
  }
  if (error instanceof Sentence) {
    return tell(error.message);
  }
  if (!(error instanceof MainstayError)) {
    return {
      text: t("failure.codes.unexpected"),
      reference: null,
      passes: true,
    };
  }
  switch (error.code) {
    case "network_failed":
      return tell(t("failure.codes.network"), true);
    case "timed_out":
    case "timeout":
      return tell(t("failure.codes.slow"), true);
    case "rate_limited":
    case "overloaded":
    case "unavailable":
    case "shutting_down":
      return tell(t("failure.codes.busy"), true);
    case "too_many_attempts":
      return tell(t("failure.codes.attempts"));
    case "unauthenticated":
    case "invalid_token":
      return tell(t("failure.codes.signIn"));
    case "invalid_credentials":
      return tell(t("failure.codes.credentials"));
    case "forbidden":
    case "address_refused":
      return tell(t("failure.codes.forbidden"));
    case "not_found":
      return tell(t("failure.codes.missing"));
    case "version_mismatch":
      return tell(t("failure.codes.changed"));
    case "internal":
    case "unexpected_answer":
    case "unknown":
      return {
        text: t("failure.codes.unexpected"),
        reference: error.requestId,
        passes: true,
      };
    default:
      return tell(fieldSentences(error) || capitalised(error.message));
  }
}

function tell(text: string, passes = false): Told {
  return { text, reference: null, passes };
}

/** Did a script or a style of the console itself not arrive? */
export function isMissingPart(error: unknown): boolean {
  return (
    error instanceof Error &&
    /Unable to preload|dynamically imported module|module script/.test(
      error.message,
    )
  );
}

/** What is wrong with each field, by its name; what belongs to no field stands under an empty name. */
export function fieldFailures(error: unknown): ReadonlyMap<string, string> {
  const found = new Map<string, string>();
  if (error instanceof MainstayError) {
    for (const { field, message } of error.fields) {
      const name = field.split(/[.[]/, 1)[0] ?? "";
      if (!found.has(name)) {
        found.set(name, capitalised(message));
      }
    }
  }
  return found;
}

function fieldSentences(error: MainstayError): string {
  return error.fields
    .map(({ field, message }) => `${field}: ${message}`)
    .join("; ");
}

function capitalised(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
