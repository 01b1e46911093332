//! Request bodies: JSON objects within the size limit.

use std::sync::Arc;

use axum::extract::{FromRequest, Request};
use axum::http::{HeaderMap, header};
use bytes::Bytes;
use http_body_util::{BodyExt, Limited};
use mainstay_core::{Code, Problem};
use serde_json::{Map, Value as Json};

use crate::error::HttpError;
use crate::router::App;

/// A JSON object, with the bytes that it was read from.
pub(crate) struct JsonBody {
    pub(crate) object: Map<String, Json>,
    pub(crate) bytes: Bytes,
}

impl FromRequest<Arc<App>> for JsonBody {
    type Rejection = HttpError;

    async fn from_request(request: Request, app: &Arc<App>) -> Result<Self, HttpError> {
        require_json(request.headers())?;
        let limit = app.options.body_bytes_max;
        let bytes = match Limited::new(request.into_body(), limit).collect().await {
            Ok(body) => body.to_bytes(),
            Err(error) if error.is::<http_body_util::LengthLimitError>() => {
                let detail = format!("the body is larger than {limit} bytes; send less at a time");
                return Err(Problem::new(Code::PayloadTooLarge, detail).into());
            }
            Err(_) => return Err(Problem::new(Code::InvalidJson, "the body ended too early").into()),
        };
        let object = serde_json::from_slice(&bytes).map_err(|error| explain(&error))?;
        Ok(Self { object, bytes })
    }
}

fn require_json(headers: &HeaderMap) -> Result<(), HttpError> {
    let given = headers
        .get(header::CONTENT_TYPE)
        .and_then(|value| value.to_str().ok())
        .unwrap_or("");
    let essence = given.split(';').next().unwrap_or("").trim();
    if essence.eq_ignore_ascii_case("application/json") {
        return Ok(());
    }
    Err(Problem::new(
        Code::UnsupportedMediaType,
        "send the body as `Content-Type: application/json`",
    )
    .into())
}

fn explain(error: &serde_json::Error) -> HttpError {
    let detail = if error.is_data() {
        "the body must be a JSON object".to_owned()
    } else {
        format!(
            "the body is not JSON: line {}, column {}",
            error.line(),
            error.column()
        )
    };
    Problem::new(Code::InvalidJson, detail).into()
}

/// A required text of a body; what is left over afterwards is refused by [`refuse_unknown`].
pub(crate) fn take_text(object: &mut Map<String, Json>, name: &str) -> Result<String, HttpError> {
    match object.remove(name) {
        Some(Json::String(text)) => Ok(text),
        Some(_) => Err(Problem::field(Code::ValidationFailed, name, "must be a text").into()),
        None => Err(Problem::field(Code::ValidationFailed, name, "is required").into()),
    }
}

pub(crate) fn refuse_unknown(object: &Map<String, Json>) -> Result<(), HttpError> {
    match object.keys().next() {
        None => Ok(()),
        Some(name) => Err(Problem::field(
            Code::UnknownField,
            name.as_str(),
            "is not known here: leave it out",
        )
        .into()),
    }
}
