//! Query parameters and headers into typed values; what is not known is an error.

use axum::extract::{FromRequestParts, Path};
use axum::http::request::Parts;
use axum::http::{HeaderMap, header};
use mainstay_core::{Code, Problem, limits};
use mainstay_engine::records::IdempotencyKey;
use serde::de::DeserializeOwned;

use crate::error::HttpError;

/// The parts of the path that stand for something. What cannot be decoded is not there.
pub(crate) struct Segments<T>(pub(crate) T);

impl<S: Send + Sync, T: DeserializeOwned + Send> FromRequestParts<S> for Segments<T> {
    type Rejection = HttpError;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, HttpError> {
        match Path::<T>::from_request_parts(parts, state).await {
            Ok(Path(segments)) => Ok(Self(segments)),
            Err(_) => Err(Problem::not_found().into()),
        }
    }
}

/// The parameters of one request, taken out one by one.
pub(crate) struct Parameters(Vec<(String, String)>);

impl Parameters {
    pub(crate) fn parse(query: Option<&str>) -> Result<Self, HttpError> {
        let mut pairs: Vec<(String, String)> = Vec::new();
        for (name, value) in form_urlencoded::parse(query.unwrap_or("").as_bytes()) {
            if pairs.iter().any(|(known, _)| *known == name) {
                let message = "is given twice";
                return Err(Problem::field(Code::InvalidParameter, name.into_owned(), message).into());
            }
            if value.contains('\0') || value.contains('\u{fffd}') {
                let message = "holds characters that cannot be";
                return Err(Problem::field(Code::InvalidParameter, name.into_owned(), message).into());
            }
            pairs.push((name.into_owned(), value.into_owned()));
        }
        Ok(Self(pairs))
    }

    pub(crate) fn take(&mut self, name: &str) -> Option<String> {
        let position = self.0.iter().position(|(known, _)| known == name)?;
        Some(self.0.swap_remove(position).1)
    }

    /// A text; an empty one is an error, because it is most likely a mistake.
    pub(crate) fn take_text(&mut self, name: &str) -> Result<Option<String>, HttpError> {
        match self.take(name) {
            Some(text) if text.trim().is_empty() => Err(Problem::field(
                Code::InvalidParameter,
                name,
                "is empty: give it a value or leave it out",
            )
            .into()),
            other => Ok(other),
        }
    }

    pub(crate) fn take_bool(&mut self, name: &str) -> Result<bool, HttpError> {
        match self.take(name).as_deref() {
            None | Some("false") => Ok(false),
            Some("true") => Ok(true),
            Some(_) => Err(Problem::field(Code::InvalidParameter, name, "must be true or false").into()),
        }
    }

    /// True, false, or not said.
    pub(crate) fn take_choice(&mut self, name: &str) -> Result<Option<bool>, HttpError> {
        if self.0.iter().any(|(known, _)| known == name) {
            return self.take_bool(name).map(Some);
        }
        Ok(None)
    }

    /// The number of records on a page.
    pub(crate) fn take_limit(&mut self) -> Result<Option<u32>, HttpError> {
        let Some(text) = self.take("limit") else {
            return Ok(None);
        };
        let limit = text
            .parse()
            .ok()
            .filter(|limit| (1..=limits::PAGE_MAX).contains(limit));
        let message = || format!("must be a number from 1 to {}", limits::PAGE_MAX);
        limit
            .map(Some)
            .ok_or_else(|| Problem::field(Code::InvalidParameter, "limit", message()).into())
    }

    /// A version of a record.
    pub(crate) fn take_version(&mut self, name: &str) -> Result<Option<i64>, HttpError> {
        let version = self
            .take(name)
            .map(|text| text.parse().ok().filter(|version| *version > 0));
        match version {
            None => Ok(None),
            Some(Some(version)) => Ok(Some(version)),
            Some(None) => {
                let message = "must be the version of the record: a whole number from 1 on";
                Err(Problem::field(Code::InvalidParameter, name, message).into())
            }
        }
    }

    /// Refuses what nobody took.
    pub(crate) fn finish(self) -> Result<(), HttpError> {
        match self.0.into_iter().next() {
            None => Ok(()),
            Some((name, _)) => {
                let message = "is not a parameter of this route; /docs lists those there are";
                Err(Problem::field(Code::UnknownParameter, name, message).into())
            }
        }
    }
}

/// For routes that take no parameters.
pub(crate) fn refuse_parameters(query: Option<&str>) -> Result<(), HttpError> {
    Parameters::parse(query)?.finish()
}

/// The version of `If-Match: "3"`; `*` asks for nothing that is not so anyway.
pub(crate) fn if_match(headers: &HeaderMap) -> Result<Option<i64>, HttpError> {
    let Some(value) = headers.get(header::IF_MATCH) else {
        return Ok(None);
    };
    let text = value.to_str().unwrap_or("").trim();
    if text == "*" {
        return Ok(None);
    }
    let version = text
        .strip_prefix('"')
        .and_then(|text| text.strip_suffix('"'))
        .and_then(|text| text.parse().ok());
    let message = "must be the ETag of the record, such as \"3\"";
    version
        .map(Some)
        .ok_or_else(|| Problem::field(Code::InvalidParameter, "If-Match", message).into())
}

/// Does the client already have this version (`If-None-Match`)?
pub(crate) fn has_version(headers: &HeaderMap, version: i64) -> bool {
    let Some(value) = headers
        .get(header::IF_NONE_MATCH)
        .and_then(|value| value.to_str().ok())
    else {
        return false;
    };
    let etag = format!("\"{version}\"");
    value
        .split(',')
        .any(|given| given.trim().trim_start_matches("W/") == etag)
}

/// The client's key for doing a write once, bound to what is asked.
pub(crate) fn idempotency_key(
    headers: &HeaderMap,
    method: &str,
    path: &str,
    body: &[u8],
) -> Result<Option<IdempotencyKey>, HttpError> {
    let Some(value) = headers.get("idempotency-key") else {
        return Ok(None);
    };
    let text = value.to_str().unwrap_or("").trim();
    // The draft writes the key as a quoted string; plain ones are common.
    let key = text
        .strip_prefix('"')
        .and_then(|text| text.strip_suffix('"'))
        .unwrap_or(text);
    if key.is_empty() || key.len() > limits::IDEMPOTENCY_KEY_CHARACTERS_MAX {
        let message = format!(
            "must have 1 to {} characters",
            limits::IDEMPOTENCY_KEY_CHARACTERS_MAX
        );
        return Err(Problem::field(Code::InvalidParameter, "Idempotency-Key", message).into());
    }
    let mut digest = ring::digest::Context::new(&ring::digest::SHA256);
    let condition = headers
        .get(header::IF_MATCH)
        .map_or(&b""[..], |value| value.as_bytes());
    for part in [method.as_bytes(), path.as_bytes(), condition, body] {
        digest.update(&(part.len() as u64).to_be_bytes());
        digest.update(part);
    }
    Ok(Some(IdempotencyKey {
        key: key.to_owned(),
        fingerprint: digest.finish().as_ref().to_vec(),
    }))
}

/// A write without a body and without parameters, with the client's key for doing it once.
pub(crate) struct Once(pub(crate) Option<IdempotencyKey>);

impl<S: Send + Sync> FromRequestParts<S> for Once {
    type Rejection = HttpError;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, HttpError> {
        refuse_parameters(parts.uri.query())?;
        let key = idempotency_key(&parts.headers, parts.method.as_str(), parts.uri.path(), b"")?;
        Ok(Self(key))
    }
}
