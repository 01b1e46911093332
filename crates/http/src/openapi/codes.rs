//! Error codes for readers of the document: which come together, and what each means.

use mainstay_core::Code;

/// Any request can be answered with these.
pub(super) const EVERY_REQUEST: &[Code] = &[
    Code::UnknownParameter,
    Code::InvalidToken,
    Code::RateLimited,
    Code::Internal,
    Code::Overloaded,
    Code::Timeout,
    Code::Unavailable,
    Code::ShuttingDown,
];

/// What can be wrong with a body before its values are looked at.
pub(super) const BODY: &[Code] = &[
    Code::InvalidJson,
    Code::PayloadTooLarge,
    Code::UnsupportedMediaType,
];

/// What can be wrong with an `Idempotency-Key`.
pub(super) const KEYED: &[Code] = &[Code::InvalidParameter, Code::IdempotencyKeyReused];

/// The meaning of a code, for the description of an answer. `docs/api.md` says also what to do.
pub(super) fn meaning(code: Code) -> &'static str {
    match code {
        Code::ValidationFailed => "values that do not fit their fields; `errors` names them",
        Code::UnknownField => "a field that does not exist or cannot be set",
        Code::UnknownParameter => "a query parameter that does not exist",
        Code::InvalidParameter => "a query parameter or header with a bad value",
        Code::InvalidFilter => "the filter does not fit the collection; `detail` says where and why",
        Code::InvalidCursor => "not a cursor, or one of another list",
        Code::InvalidJson => "the body is not JSON, or not of the expected shape",
        Code::InvalidBatch => "a batch that has no such shape",
        Code::TooManyOperations => "a batch with too many operations; split it",
        Code::Unauthenticated => "nobody is signed in and the rule needs somebody",
        Code::InvalidToken => "the token is wrong or has run out, or its user is not active",
        Code::InvalidCredentials => "what was given to sign in with is wrong",
        Code::Forbidden => "the rule refuses this to the signed-in user",
        Code::SignUpDisabled => "the application makes no accounts on request",
        Code::MethodDisabled => {
            "nobody signs in to the application this way, or the user has to use their passkey"
        }
        Code::InvalidSecret => "the link or code is wrong, was used already, or has run out",
        Code::MailNotConfigured => "the server sends no mails",
        Code::CrossSiteRequest => "the session cookie came with a request that no page of this host made",
        Code::AddressRefused => "not from this address: the API key or administration is for other networks",
        Code::SecondFactorRequired => "the user must have a second factor and has none; set one up first",
        Code::FreshSignInRequired => {
            "send the current password, or sign in again: the session is too old for this"
        }
        Code::AccountNotLinked => "the provider's word does not lead to an account here; `detail` says why",
        Code::SetupDone => "there is an administrator already",
        Code::NotFound => "no such record, or not for the caller",
        Code::UnknownRoute => "no such path, or no such collection",
        Code::MethodNotAllowed => "the path does not know this method",
        Code::Conflict => "the record cannot be written as things stand; `detail` says why",
        Code::UniqueViolation => "another record has this value or combination; `errors` names the fields",
        Code::RelationViolation => {
            "the target of a relation is missing, deleted or not readable for the caller"
        }
        Code::CheckViolation => "a check of the collection fails; `detail` has its message",
        Code::Restricted => "other records point to this one and keep it from being deleted",
        Code::TooManyCascades => "the deletion would take too many records with it; delete in parts",
        Code::VersionMismatch => "the record has changed since it was read; read it again",
        Code::IdempotencyKeyReused => "the key belongs to another request; use a new one",
        Code::PayloadTooLarge => "the body is larger than the server takes",
        Code::UnsupportedMediaType => "the body is not `application/json`",
        Code::RateLimited => "more requests than the limit allows; wait as long as `Retry-After` says",
        Code::TooManyAttempts => "too many failed attempts; wait as long as `Retry-After` says",
        Code::Overloaded => "the server has too much to do; wait as long as `Retry-After` says",
        Code::Timeout => "the request took too long and was given up",
        Code::Unavailable => "the database cannot be reached; wait as long as `Retry-After` says",
        Code::ShuttingDown => "the server is being stopped; repeat",
        Code::Internal => "a fault of the server; report it with the `request_id`",
    }
}
