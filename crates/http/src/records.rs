//! Records over HTTP: a request into an operation, its outcome into an answer.

use axum::extract::RawQuery;
use axum::http::{HeaderMap, Uri};
use mainstay_engine::records::{self, ListQuery, ReadQuery, parse_id};

use crate::answer::{self, Answer};
use crate::body::JsonBody;
use crate::parameters::{
    Once, Parameters, Segments, has_version, idempotency_key, if_match, refuse_parameters,
};
use crate::request::Caller;

pub(crate) async fn list_records(
    caller: Caller,
    Segments(collection): Segments<String>,
    RawQuery(query): RawQuery,
) -> Answer {
    let collection = caller.ctx.collection(&collection)?.id;
    let mut parameters = Parameters::parse(query.as_deref())?;
    let query = ListQuery {
        filter: parameters.take_text("filter")?,
        sort: parameters.take_text("sort")?,
        fields: parameters.take_text("fields")?,
        expand: parameters.take_text("expand")?,
        limit: parameters.take_limit()?,
        cursor: parameters.take_text("cursor")?,
        count: parameters.take_bool("count")?,
        deleted: parameters.take_bool("deleted")?,
    };
    parameters.finish()?;
    Ok(answer::json(
        records::list_records(&caller.ctx, collection, &query).await?,
    ))
}

pub(crate) async fn create_record(
    caller: Caller,
    Segments(name): Segments<String>,
    uri: Uri,
    headers: HeaderMap,
    body: JsonBody,
) -> Answer {
    refuse_parameters(uri.query())?;
    let collection = caller.ctx.collection(&name)?.id;
    let key = idempotency_key(&headers, "POST", uri.path(), &body.bytes)?;
    let outcome = records::create_record(&caller.ctx, collection, body.object, key).await?;
    Ok(answer::outcome(outcome, &name))
}

pub(crate) async fn read_record(
    caller: Caller,
    Segments((collection, id)): Segments<(String, String)>,
    headers: HeaderMap,
    RawQuery(query): RawQuery,
) -> Answer {
    let collection = caller.ctx.collection(&collection)?.id;
    let id = parse_id(&id)?;
    let mut parameters = Parameters::parse(query.as_deref())?;
    let query = ReadQuery {
        fields: parameters.take_text("fields")?,
        expand: parameters.take_text("expand")?,
    };
    parameters.finish()?;
    let (body, version) = records::read_record(&caller.ctx, collection, id, &query).await?;
    if has_version(&headers, version) && query == ReadQuery::default() {
        return Ok(answer::not_modified(version));
    }
    Ok(answer::record(body, version))
}

pub(crate) async fn update_record(
    caller: Caller,
    Segments((name, id)): Segments<(String, String)>,
    uri: Uri,
    headers: HeaderMap,
    body: JsonBody,
) -> Answer {
    refuse_parameters(uri.query())?;
    let collection = caller.ctx.collection(&name)?.id;
    let id = parse_id(&id)?;
    let version = if_match(&headers)?;
    let key = idempotency_key(&headers, "PATCH", uri.path(), &body.bytes)?;
    let outcome = records::update_record(&caller.ctx, collection, id, version, body.object, key).await?;
    Ok(answer::outcome(outcome, &name))
}

pub(crate) async fn delete_record(
    caller: Caller,
    Segments((name, id)): Segments<(String, String)>,
    Once(key): Once,
    headers: HeaderMap,
) -> Answer {
    let collection = caller.ctx.collection(&name)?.id;
    let id = parse_id(&id)?;
    let outcome = records::delete_record(&caller.ctx, collection, id, if_match(&headers)?, key).await?;
    Ok(answer::outcome(outcome, &name))
}

pub(crate) async fn restore_record(
    caller: Caller,
    Segments((name, id)): Segments<(String, String)>,
    Once(key): Once,
) -> Answer {
    let collection = caller.ctx.collection(&name)?.id;
    let outcome = records::restore_record(&caller.ctx, collection, parse_id(&id)?, key).await?;
    Ok(answer::outcome(outcome, &name))
}
