import type { ErrorCode, Problem } from "../generated/protocol.js";
import { Conflict } from "./conflict.js";
import { Forbidden } from "./forbidden.js";
import { InvalidRequest } from "./invalid-request.js";
import type { ErrorParts, MainstayError } from "./mainstay-error.js";
import { NotFound } from "./not-found.js";
import { RateLimited } from "./rate-limited.js";
import { ServerFault } from "./server-fault.js";
import { Unauthenticated } from "./unauthenticated.js";
import { Unavailable } from "./unavailable.js";
import { ValidationFailed } from "./validation-failed.js";
import { VersionMismatch } from "./version-mismatch.js";

type ErrorClass = new (parts: ErrorParts) => MainstayError;

/** A code that the server gains and that is missing here breaks the build. */
const CLASSES: { readonly [C in ErrorCode]: ErrorClass } = {
  validation_failed: ValidationFailed,
  unknown_field: ValidationFailed,
  relation_violation: ValidationFailed,
  check_violation: ValidationFailed,
  unknown_parameter: InvalidRequest,
  invalid_parameter: InvalidRequest,
  invalid_filter: InvalidRequest,
  invalid_cursor: InvalidRequest,
  invalid_json: InvalidRequest,
  invalid_batch: InvalidRequest,
  invalid_secret: InvalidRequest,
  too_many_operations: InvalidRequest,
  method_not_allowed: InvalidRequest,
  payload_too_large: InvalidRequest,
  unsupported_media_type: InvalidRequest,
  idempotency_key_reused: InvalidRequest,
  unauthenticated: Unauthenticated,
  invalid_token: Unauthenticated,
  invalid_credentials: Unauthenticated,
  forbidden: Forbidden,
  sign_up_disabled: Forbidden,
  method_disabled: Forbidden,
  cross_site_request: Forbidden,
  address_refused: Forbidden,
  second_factor_required: Forbidden,
  fresh_sign_in_required: Forbidden,
  account_not_linked: Forbidden,
  not_found: NotFound,
  unknown_route: NotFound,
  conflict: Conflict,
  unique_violation: Conflict,
  restricted: Conflict,
  too_many_cascades: Conflict,
  setup_done: Conflict,
  version_mismatch: VersionMismatch,
  rate_limited: RateLimited,
  too_many_attempts: RateLimited,
  overloaded: Unavailable,
  timeout: Unavailable,
  unavailable: Unavailable,
  shutting_down: Unavailable,
  internal: ServerFault,
  mail_not_configured: ServerFault,
};

const CLASSES_BY_STATUS = new Map<number, ErrorClass>([
  [401, Unauthenticated],
  [403, Forbidden],
  [404, NotFound],
  [409, Conflict],
  [412, VersionMismatch],
  [422, ValidationFailed],
]);

/** Does this client know the code? A newer server may have more. */
function isKnown(code: string): code is ErrorCode {
  return Object.hasOwn(CLASSES, code);
}

/** The error for a problem of the server. */
export function errorFromProblem(
  problem: Problem,
  requestId: string | null,
  retryAfterMs: number | null,
): MainstayError {
  const { code, status, detail: message } = problem;
  const parts = { message, status, requestId, problem, retryAfterMs };
  return isKnown(code)
    ? new CLASSES[code]({ ...parts, code })
    : errorFromStatus(status, { ...parts, code: "unknown" });
}

/** The error for a code that came without a whole problem. */
export function errorFromCode(code: string, message: string): MainstayError {
  return isKnown(code)
    ? new CLASSES[code]({ message, code })
    : new InvalidRequest({ message, code: "unknown" });
}

/** The error for an answer that is not the server's own, such as that of a proxy. */
export function errorFromStatus(
  status: number,
  parts: ErrorParts,
): MainstayError {
  if (status === 429) {
    return new RateLimited({ ...parts, code: "rate_limited" });
  }
  const byStatus = CLASSES_BY_STATUS.get(status);
  if (byStatus !== undefined) {
    return new byStatus(parts);
  }
  if (status >= 502 && status <= 504) {
    return new Unavailable(parts);
  }
  return status >= 500 ? new ServerFault(parts) : new InvalidRequest(parts);
}
