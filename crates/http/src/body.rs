//! Request bodies: JSON objects, and forms, within the size limit.

use std::collections::BTreeMap;
use std::sync::Arc;

use axum::extract::{FromRequest, Request};
use axum::http::{HeaderMap, header};
use bytes::Bytes;
use http_body_util::{BodyExt, Limited};
use mainstay_core::limits::FORM_BYTES_MAX;
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
        require_type(request.headers(), "application/json")?;
        let bytes = read_body(request, app.options.body_bytes_max).await?;
        let object = serde_json::from_slice(&bytes).map_err(|error| explain(&error))?;
        Ok(Self { object, bytes })
    }
}

async fn read_body(request: Request, limit: usize) -> Result<Bytes, HttpError> {
    match Limited::new(request.into_body(), limit).collect().await {
        Ok(body) => Ok(body.to_bytes()),
        Err(error) if error.is::<http_body_util::LengthLimitError>() => {
            let detail = format!("the body is larger than {limit} bytes; send less at a time");
            Err(Problem::new(Code::PayloadTooLarge, detail).into())
        }
        Err(_) => Err(Problem::new(Code::InvalidJson, "the body ended too early").into()),
    }
}

/// What a form has sent, each field once; `None` when one came twice.
pub(crate) struct FormBody(pub(crate) Option<BTreeMap<String, String>>);

impl FromRequest<Arc<App>> for FormBody {
    type Rejection = HttpError;

    async fn from_request(request: Request, _: &Arc<App>) -> Result<Self, HttpError> {
        require_type(request.headers(), "application/x-www-form-urlencoded")?;
        Ok(Self(form_fields(&read_body(request, FORM_BYTES_MAX).await?)))
    }
}

/// The fields of a form or a query; `None` when one came twice, or is no text.
pub(crate) fn form_fields(text: &[u8]) -> Option<BTreeMap<String, String>> {
    let mut fields = BTreeMap::new();
    for (name, value) in form_urlencoded::parse(text) {
        let is_text = !value.contains(['\0', '\u{fffd}']);
        if !is_text || fields.insert(name.into_owned(), value.into_owned()).is_some() {
            return None;
        }
    }
    Some(fields)
}

fn require_type(headers: &HeaderMap, wanted: &str) -> Result<(), HttpError> {
    let given = headers
        .get(header::CONTENT_TYPE)
        .and_then(|value| value.to_str().ok())
        .unwrap_or("");
    let essence = given.split(';').next().unwrap_or("").trim();
    if essence.eq_ignore_ascii_case(wanted) {
        return Ok(());
    }
    let detail = format!("send the body as `Content-Type: {wanted}`");
    Err(Problem::new(Code::UnsupportedMediaType, detail).into())
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
