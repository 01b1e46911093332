//! The past of a record over HTTP: its changes, its versions, and the way back to one.

use axum::extract::RawQuery;
use axum::http::{HeaderMap, Uri};
use mainstay_core::{Code, Problem};
use mainstay_engine::records::{self, parse_id};
use serde_json::Value as Json;

use crate::answer::{self, Answer};
use crate::body::{JsonBody, refuse_unknown};
use crate::error::HttpError;
use crate::parameters::{Parameters, Segments, idempotency_key, if_match, refuse_parameters};
use crate::request::Caller;

pub(crate) async fn record_history(
    caller: Caller,
    Segments((collection, id)): Segments<(String, String)>,
    RawQuery(query): RawQuery,
) -> Answer {
    let collection = caller.ctx.collection(&collection)?.id;
    let id = parse_id(&id)?;
    let mut parameters = Parameters::parse(query.as_deref())?;
    let limit = parameters
        .take_limit()?
        .unwrap_or(mainstay_core::limits::PAGE_DEFAULT);
    let below = parameters
        .take_text("cursor")?
        .map(|cursor| parse_history_cursor(&cursor))
        .transpose()?;
    parameters.finish()?;
    Ok(answer::json(
        records::record_history(&caller.ctx, collection, id, below, limit).await?,
    ))
}

fn parse_history_cursor(cursor: &str) -> Result<i64, HttpError> {
    cursor.parse().map_err(|_| {
        Problem::new(
            Code::InvalidCursor,
            "the cursor is not one of this history: take `next_cursor` of the page before",
        )
        .into()
    })
}

pub(crate) async fn read_version(
    caller: Caller,
    Segments((collection, id, version)): Segments<(String, String, String)>,
    uri: Uri,
) -> Answer {
    refuse_parameters(uri.query())?;
    let collection = caller.ctx.collection(&collection)?.id;
    let (id, version) = (parse_id(&id)?, parse_version(&version)?);
    Ok(answer::json(
        records::read_version(&caller.ctx, collection, id, version).await?,
    ))
}

pub(crate) async fn compare_versions(
    caller: Caller,
    Segments((collection, id)): Segments<(String, String)>,
    RawQuery(query): RawQuery,
) -> Answer {
    let collection = caller.ctx.collection(&collection)?.id;
    let id = parse_id(&id)?;
    let mut parameters = Parameters::parse(query.as_deref())?;
    let from = parameters.take_version("from")?;
    let to = parameters.take_version("to")?;
    parameters.finish()?;
    let from = from.ok_or_else(|| Problem::field(Code::InvalidParameter, "from", "is required"))?;
    Ok(answer::json(
        records::compare_versions(&caller.ctx, collection, id, from, to).await?,
    ))
}

pub(crate) async fn put_back_version(
    caller: Caller,
    Segments((name, id, version)): Segments<(String, String, String)>,
    uri: Uri,
    headers: HeaderMap,
    body: JsonBody,
) -> Answer {
    refuse_parameters(uri.query())?;
    let collection = caller.ctx.collection(&name)?.id;
    let (id, version) = (parse_id(&id)?, parse_version(&version)?);
    let if_version = if_match(&headers)?;
    let key = idempotency_key(&headers, "POST", uri.path(), &body.bytes)?;
    let mut object = body.object;
    let fields = object.remove("fields").map(read_fields).transpose()?;
    refuse_unknown(&object)?;
    let put_back = records::put_back_version(&caller.ctx, collection, id, version, fields, if_version, key);
    Ok(answer::outcome(put_back.await?, &name))
}

fn read_fields(json: Json) -> Result<Vec<String>, HttpError> {
    let refuse = || {
        Problem::field(
            Code::ValidationFailed,
            "fields",
            "must be a list of names of fields",
        )
    };
    let Json::Array(names) = json else {
        return Err(refuse().into());
    };
    let names = names.into_iter().map(|name| match name {
        Json::String(name) => Ok(name),
        _ => Err(HttpError::from(refuse())),
    });
    names.collect()
}

/// A version that is no number is not there.
fn parse_version(text: &str) -> Result<i64, HttpError> {
    text.parse().map_err(|_| Problem::not_found().into())
}
