//! Every public error code, once, without a word of HTTP.

use std::borrow::Cow;

/// A stable code that clients may branch on. `http` maps each to a status; `docs/api.md` explains each.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Code {
    ValidationFailed,
    UnknownField,
    UnknownParameter,
    InvalidParameter,
    InvalidFilter,
    InvalidCursor,
    InvalidJson,
    InvalidBatch,
    TooManyOperations,
    Unauthenticated,
    InvalidToken,
    InvalidCredentials,
    Forbidden,
    SignUpDisabled,
    MethodDisabled,
    InvalidSecret,
    MailNotConfigured,
    CrossSiteRequest,
    AddressRefused,
    SecondFactorRequired,
    FreshSignInRequired,
    AccountNotLinked,
    SetupDone,
    NotFound,
    UnknownRoute,
    MethodNotAllowed,
    Conflict,
    UniqueViolation,
    RelationViolation,
    CheckViolation,
    Restricted,
    TooManyCascades,
    VersionMismatch,
    IdempotencyKeyReused,
    PayloadTooLarge,
    UnsupportedMediaType,
    RateLimited,
    TooManyAttempts,
    Overloaded,
    Timeout,
    Unavailable,
    ShuttingDown,
    Internal,
}

impl Code {
    pub const ALL: [Self; 43] = [
        Self::ValidationFailed,
        Self::UnknownField,
        Self::UnknownParameter,
        Self::InvalidParameter,
        Self::InvalidFilter,
        Self::InvalidCursor,
        Self::InvalidJson,
        Self::InvalidBatch,
        Self::TooManyOperations,
        Self::Unauthenticated,
        Self::InvalidToken,
        Self::InvalidCredentials,
        Self::Forbidden,
        Self::SignUpDisabled,
        Self::MethodDisabled,
        Self::InvalidSecret,
        Self::MailNotConfigured,
        Self::CrossSiteRequest,
        Self::AddressRefused,
        Self::SecondFactorRequired,
        Self::FreshSignInRequired,
        Self::AccountNotLinked,
        Self::SetupDone,
        Self::NotFound,
        Self::UnknownRoute,
        Self::MethodNotAllowed,
        Self::Conflict,
        Self::UniqueViolation,
        Self::RelationViolation,
        Self::CheckViolation,
        Self::Restricted,
        Self::TooManyCascades,
        Self::VersionMismatch,
        Self::IdempotencyKeyReused,
        Self::PayloadTooLarge,
        Self::UnsupportedMediaType,
        Self::RateLimited,
        Self::TooManyAttempts,
        Self::Overloaded,
        Self::Timeout,
        Self::Unavailable,
        Self::ShuttingDown,
        Self::Internal,
    ];

    /// The code as the API spells it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::ValidationFailed => "validation_failed",
            Self::UnknownField => "unknown_field",
            Self::UnknownParameter => "unknown_parameter",
            Self::InvalidParameter => "invalid_parameter",
            Self::InvalidFilter => "invalid_filter",
            Self::InvalidCursor => "invalid_cursor",
            Self::InvalidJson => "invalid_json",
            Self::InvalidBatch => "invalid_batch",
            Self::TooManyOperations => "too_many_operations",
            Self::Unauthenticated => "unauthenticated",
            Self::InvalidToken => "invalid_token",
            Self::InvalidCredentials => "invalid_credentials",
            Self::Forbidden => "forbidden",
            Self::SignUpDisabled => "sign_up_disabled",
            Self::MethodDisabled => "method_disabled",
            Self::InvalidSecret => "invalid_secret",
            Self::MailNotConfigured => "mail_not_configured",
            Self::CrossSiteRequest => "cross_site_request",
            Self::AddressRefused => "address_refused",
            Self::SecondFactorRequired => "second_factor_required",
            Self::FreshSignInRequired => "fresh_sign_in_required",
            Self::AccountNotLinked => "account_not_linked",
            Self::SetupDone => "setup_done",
            Self::NotFound => "not_found",
            Self::UnknownRoute => "unknown_route",
            Self::MethodNotAllowed => "method_not_allowed",
            Self::Conflict => "conflict",
            Self::UniqueViolation => "unique_violation",
            Self::RelationViolation => "relation_violation",
            Self::CheckViolation => "check_violation",
            Self::Restricted => "restricted",
            Self::TooManyCascades => "too_many_cascades",
            Self::VersionMismatch => "version_mismatch",
            Self::IdempotencyKeyReused => "idempotency_key_reused",
            Self::PayloadTooLarge => "payload_too_large",
            Self::UnsupportedMediaType => "unsupported_media_type",
            Self::RateLimited => "rate_limited",
            Self::TooManyAttempts => "too_many_attempts",
            Self::Overloaded => "overloaded",
            Self::Timeout => "timeout",
            Self::Unavailable => "unavailable",
            Self::ShuttingDown => "shutting_down",
            Self::Internal => "internal",
        }
    }
}

/// What is wrong with one field of the input.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FieldError {
    /// The field as the client wrote it; for a batch or a nested value a path such as `operations[3].data.title`.
    pub field: String,
    pub code: Code,
    pub message: Cow<'static, str>,
}

/// A failure that a client may see: a code, a sentence that says what to do, and the fields at fault.
///
/// Causes that are not the client's business never enter it; they are logged where they happen.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{detail}")]
pub struct Problem {
    pub code: Code,
    pub detail: Cow<'static, str>,
    pub errors: Vec<FieldError>,
    /// Seconds after which trying again makes sense, where that is known.
    pub retry_after: Option<u32>,
}

impl Problem {
    pub fn new(code: Code, detail: impl Into<Cow<'static, str>>) -> Self {
        Self {
            code,
            detail: detail.into(),
            errors: Vec::new(),
            retry_after: None,
        }
    }

    /// The same, with the time after which trying again makes sense.
    #[must_use]
    pub fn retry_after_micros(self, micros: i64) -> Self {
        let seconds = micros.max(0).unsigned_abs().div_ceil(1_000_000).max(1);
        Self {
            retry_after: Some(u32::try_from(seconds).unwrap_or(u32::MAX)),
            ..self
        }
    }

    /// The input has these faults; all of them are told at once.
    pub fn validation(errors: Vec<FieldError>) -> Self {
        Self {
            code: Code::ValidationFailed,
            detail: "some fields are not valid; see `errors`".into(),
            errors,
            retry_after: None,
        }
    }

    /// One field is at fault.
    pub fn field(code: Code, field: impl Into<String>, message: impl Into<Cow<'static, str>>) -> Self {
        let message = message.into();
        let field = field.into();
        Self {
            code,
            detail: format!("{field}: {message}").into(),
            errors: vec![FieldError { field, code, message }],
            retry_after: None,
        }
    }

    pub fn not_found() -> Self {
        Self::new(Code::NotFound, "there is no such record, or you may not see it")
    }
}
