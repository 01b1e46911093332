//! Named versions of trees over HTTP.

use axum::extract::RawQuery;
use axum::http::{HeaderMap, StatusCode, Uri};
use mainstay_core::{Code, Problem};
use mainstay_engine::records::{self, CompareQuery, With, parse_id};
use serde_json::Value as Json;

use crate::answer::{self, Answer};
use crate::body::{JsonBody, refuse_unknown, take_text};
use crate::error::HttpError;
use crate::parameters::{Once, Parameters, Segments, idempotency_key, refuse_parameters};
use crate::request::Caller;

pub(crate) async fn list_versions(
    caller: Caller,
    Segments((collection, id)): Segments<(String, String)>,
    RawQuery(query): RawQuery,
) -> Answer {
    let collection = caller.ctx.collection(&collection)?.id;
    let id = parse_id(&id)?;
    let mut parameters = Parameters::parse(query.as_deref())?;
    let limit = parameters.take_limit()?;
    let cursor = parameters.take_text("cursor")?;
    parameters.finish()?;
    let listed = records::list_versions(&caller.ctx, collection, id, limit, cursor.as_deref());
    Ok(answer::json(listed.await?))
}

pub(crate) async fn save_version(
    caller: Caller,
    Segments((name, id)): Segments<(String, String)>,
    uri: Uri,
    headers: HeaderMap,
    body: JsonBody,
) -> Answer {
    refuse_parameters(uri.query())?;
    let collection = caller.ctx.collection(&name)?.id;
    let id = parse_id(&id)?;
    let key = idempotency_key(&headers, "POST", uri.path(), &body.bytes)?;
    let mut object = body.object;
    let title = take_text(&mut object, "name")?;
    let description = match object.remove("description") {
        None | Some(Json::Null) => String::new(),
        Some(Json::String(text)) => text,
        Some(_) => {
            return Err(Problem::field(Code::ValidationFailed, "description", "must be a text").into());
        }
    };
    refuse_unknown(&object)?;
    let saved = records::save_version(&caller.ctx, collection, id, title, description, key).await?;
    let mut response = answer::outcome(saved, &name);
    *response.status_mut() = StatusCode::CREATED;
    Ok(response)
}

pub(crate) async fn read_tree_version(
    caller: Caller,
    Segments((collection, id, version)): Segments<(String, String, String)>,
    uri: Uri,
) -> Answer {
    refuse_parameters(uri.query())?;
    let collection = caller.ctx.collection(&collection)?.id;
    let (id, version) = (parse_id(&id)?, parse_id(&version)?);
    Ok(answer::json(
        records::read_tree_version(&caller.ctx, collection, id, version).await?,
    ))
}

pub(crate) async fn compare_tree(
    caller: Caller,
    Segments((collection, id, version)): Segments<(String, String, String)>,
    RawQuery(query): RawQuery,
) -> Answer {
    let collection = caller.ctx.collection(&collection)?.id;
    let (id, version) = (parse_id(&id)?, parse_id(&version)?);
    let mut parameters = Parameters::parse(query.as_deref())?;
    let with = parameters.take_text("with")?;
    let limit = parameters.take_limit()?;
    let cursor = parameters.take_text("cursor")?;
    parameters.finish()?;
    let query = CompareQuery {
        with: with.as_deref().map_or(Ok(With::Now), read_with)?,
        limit,
        cursor,
    };
    Ok(answer::json(
        records::compare_tree(&caller.ctx, collection, id, version, &query).await?,
    ))
}

fn read_with(text: &str) -> Result<With, HttpError> {
    if text == "now" {
        return Ok(With::Now);
    }
    let message = "must be `now` or the id of another version of the record";
    let id = text.parse();
    id.map(With::Version)
        .map_err(|_| Problem::field(Code::InvalidParameter, "with", message).into())
}

pub(crate) async fn restore_version(
    caller: Caller,
    Segments((name, id, version)): Segments<(String, String, String)>,
    Once(key): Once,
) -> Answer {
    let collection = caller.ctx.collection(&name)?.id;
    let (id, version) = (parse_id(&id)?, parse_id(&version)?);
    let restored = records::restore_version(&caller.ctx, collection, id, version, key).await?;
    Ok(answer::outcome(restored, &name))
}

pub(crate) async fn remove_version(
    caller: Caller,
    Segments((name, id, version)): Segments<(String, String, String)>,
    Once(key): Once,
) -> Answer {
    let collection = caller.ctx.collection(&name)?.id;
    let (id, version) = (parse_id(&id)?, parse_id(&version)?);
    let removed = records::remove_version(&caller.ctx, collection, id, version, key).await?;
    Ok(answer::outcome(removed, &name))
}
