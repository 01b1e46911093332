//! The only table from code to status, and the one shape of every failure (RFC 9457).

use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use mainstay_core::{Code, Problem};
use mainstay_engine::Failure;
use serde_json::{Value as Json, json};

/// The status of a code.
pub fn status_of(code: Code) -> StatusCode {
    match code {
        Code::UnknownParameter
        | Code::InvalidParameter
        | Code::InvalidFilter
        | Code::InvalidCursor
        | Code::InvalidJson
        | Code::InvalidBatch
        | Code::TooManyOperations
        | Code::InvalidSecret => StatusCode::BAD_REQUEST,
        Code::Unauthenticated | Code::InvalidToken | Code::InvalidCredentials => StatusCode::UNAUTHORIZED,
        Code::Forbidden
        | Code::SignUpDisabled
        | Code::MethodDisabled
        | Code::CrossSiteRequest
        | Code::AddressRefused
        | Code::SecondFactorRequired
        | Code::FreshSignInRequired
        | Code::AccountNotLinked => StatusCode::FORBIDDEN,
        Code::NotFound | Code::UnknownRoute => StatusCode::NOT_FOUND,
        Code::MethodNotAllowed => StatusCode::METHOD_NOT_ALLOWED,
        Code::Conflict
        | Code::UniqueViolation
        | Code::Restricted
        | Code::TooManyCascades
        | Code::SetupDone => StatusCode::CONFLICT,
        Code::VersionMismatch => StatusCode::PRECONDITION_FAILED,
        Code::PayloadTooLarge => StatusCode::PAYLOAD_TOO_LARGE,
        Code::UnsupportedMediaType => StatusCode::UNSUPPORTED_MEDIA_TYPE,
        Code::ValidationFailed
        | Code::UnknownField
        | Code::RelationViolation
        | Code::CheckViolation
        | Code::IdempotencyKeyReused => StatusCode::UNPROCESSABLE_ENTITY,
        Code::RateLimited | Code::TooManyAttempts => StatusCode::TOO_MANY_REQUESTS,
        Code::Overloaded | Code::Timeout | Code::Unavailable | Code::ShuttingDown => {
            StatusCode::SERVICE_UNAVAILABLE
        }
        Code::MailNotConfigured => StatusCode::NOT_IMPLEMENTED,
        Code::Internal => StatusCode::INTERNAL_SERVER_ERROR,
    }
}

/// Seconds after which trying again makes sense, where nothing better is known.
const RETRY_AFTER_SECONDS: u32 = 1;

/// A failure on its way out. The request id is added where the answer leaves, so that none goes without.
#[derive(Debug)]
pub(crate) struct HttpError(pub(crate) Problem);

impl From<Problem> for HttpError {
    fn from(problem: Problem) -> Self {
        Self(problem)
    }
}

impl From<Failure> for HttpError {
    /// A cause that the client may not see is logged here, once, with its whole chain.
    fn from(failure: Failure) -> Self {
        if let Failure::Internal(cause) = &failure {
            tracing::error!(error = cause as &dyn std::error::Error, "a request failed inside");
        }
        Self(failure.problem())
    }
}

impl IntoResponse for HttpError {
    fn into_response(self) -> Response {
        let status = status_of(self.0.code);
        // The body is written by `finish` in `request`, which knows the request id.
        let mut response = (status, ()).into_response();
        let headers = response.headers_mut();
        let is_for_a_time = matches!(
            status,
            StatusCode::SERVICE_UNAVAILABLE | StatusCode::TOO_MANY_REQUESTS
        );
        if is_for_a_time {
            let seconds = self.0.retry_after.unwrap_or(RETRY_AFTER_SECONDS);
            headers.insert(header::RETRY_AFTER, HeaderValue::from(seconds));
        }
        if status == StatusCode::UNAUTHORIZED {
            let challenge = match self.0.code {
                Code::InvalidToken => r#"Bearer realm="mainstay", error="invalid_token""#,
                _ => r#"Bearer realm="mainstay""#,
            };
            headers.insert(header::WWW_AUTHENTICATE, HeaderValue::from_static(challenge));
        }
        response.extensions_mut().insert(Unwritten(self.0));
        response
    }
}

/// A problem whose body is still to be written.
#[derive(Debug, Clone)]
pub(crate) struct Unwritten(pub(crate) Problem);

/// The problem as RFC 9457 writes it.
pub(crate) fn problem_json(problem: &Problem, request_id: Option<&str>) -> Json {
    let status = status_of(problem.code);
    let errors: Vec<Json> = problem
        .errors
        .iter()
        .map(|error| json!({"field": error.field, "code": error.code.as_str(), "message": error.message}))
        .collect();
    let mut json = json!({
        "type": "about:blank",
        "title": status.canonical_reason().unwrap_or("Error"),
        "status": status.as_u16(),
        "detail": problem.detail,
        "code": problem.code.as_str(),
        "errors": errors,
    });
    if let Some(request_id) = request_id {
        json["request_id"] = Json::from(request_id);
    }
    json
}
