//! Successes into answers.

use axum::body::Body;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use mainstay_engine::records::{Outcome, OutcomeKind};

use crate::error::HttpError;

pub(crate) type Answer = Result<Response, HttpError>;

/// A JSON body with status 200.
pub(crate) fn json(body: impl Into<Body>) -> Response {
    let mut response = Response::new(body.into());
    response
        .headers_mut()
        .insert(header::CONTENT_TYPE, HeaderValue::from_static("application/json"));
    response
}

/// A record with its version as `ETag`.
pub(crate) fn record(body: Vec<u8>, version: i64) -> Response {
    let mut response = json(body);
    response.headers_mut().insert(header::ETAG, etag(version));
    response
}

/// The client has this version already.
pub(crate) fn not_modified(version: i64) -> Response {
    let mut response = StatusCode::NOT_MODIFIED.into_response();
    response.headers_mut().insert(header::ETAG, etag(version));
    response
}

/// What a write of a record gave.
pub(crate) fn outcome(outcome: Outcome, collection: &str) -> Response {
    let location = outcome
        .record
        .filter(|_| outcome.kind == OutcomeKind::Created)
        .map(|(id, _)| format!("/api/v1/records/{collection}/{id}"));
    let mut response = written(outcome);
    if let Some(location) = location {
        response.headers_mut().insert(
            header::LOCATION,
            HeaderValue::try_from(location).expect("names and ids are ASCII"),
        );
    }
    response
}

/// What a write gave that has no address of its own.
pub(crate) fn written(outcome: Outcome) -> Response {
    let status = status_of_outcome(outcome.kind);
    let mut response = if outcome.kind == OutcomeKind::Removed {
        status.into_response()
    } else {
        let mut response = json(outcome.body);
        *response.status_mut() = status;
        response
    };
    let headers = response.headers_mut();
    if let Some((_, version)) = outcome.record
        && outcome.kind != OutcomeKind::Removed
    {
        headers.insert(header::ETAG, etag(version));
    }
    if outcome.replayed {
        headers.insert("idempotency-replayed", HeaderValue::from_static("true"));
    }
    response
}

pub(crate) fn status_of_outcome(kind: OutcomeKind) -> StatusCode {
    match kind {
        OutcomeKind::Created => StatusCode::CREATED,
        OutcomeKind::Changed => StatusCode::OK,
        OutcomeKind::Removed => StatusCode::NO_CONTENT,
    }
}

fn etag(version: i64) -> HeaderValue {
    HeaderValue::try_from(format!("\"{version}\"")).expect("digits in quotes are ASCII")
}
