//! Keys of other services over HTTP.

use axum::extract::RawQuery;
use axum::http::StatusCode;
use axum::response::IntoResponse;
use mainstay_engine::external_keys;
use mainstay_engine::records::parse_id;

use crate::answer::{self, Answer};
use crate::api_keys::made;
use crate::body::JsonBody;
use crate::parameters::{Segments, refuse_parameters};
use crate::request::Caller;
use crate::sessions::signed_in;

pub(crate) async fn list_external_keys(caller: Caller, RawQuery(query): RawQuery) -> Answer {
    refuse_parameters(query.as_deref())?;
    Ok(answer::json(
        external_keys::list_external_keys(&caller.ctx).await?,
    ))
}

pub(crate) async fn add_external_key(caller: Caller, RawQuery(query): RawQuery, body: JsonBody) -> Answer {
    refuse_parameters(query.as_deref())?;
    let identity = signed_in(&caller)?;
    let (id, added) = external_keys::add_external_key(&caller.ctx, identity, &body.object).await?;
    Ok(made(&format!("/api/v1/external-keys/{id}"), added))
}

pub(crate) async fn rotate_external_key(
    caller: Caller,
    Segments(id): Segments<String>,
    RawQuery(query): RawQuery,
    body: JsonBody,
) -> Answer {
    refuse_parameters(query.as_deref())?;
    let identity = signed_in(&caller)?;
    let rotated = external_keys::rotate_external_key(&caller.ctx, identity, parse_id(&id)?, &body.object);
    let (id, successor) = rotated.await?;
    Ok(made(&format!("/api/v1/external-keys/{id}"), successor))
}

pub(crate) async fn remove_external_key(
    caller: Caller,
    Segments(id): Segments<String>,
    RawQuery(query): RawQuery,
) -> Answer {
    refuse_parameters(query.as_deref())?;
    let identity = signed_in(&caller)?;
    external_keys::remove_external_key(&caller.ctx, identity, parse_id(&id)?).await?;
    Ok(StatusCode::NO_CONTENT.into_response())
}
