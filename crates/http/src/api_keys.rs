//! API keys and service accounts over HTTP.

use axum::extract::RawQuery;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use mainstay_engine::auth;
use mainstay_engine::records::parse_id;

use crate::answer::{self, Answer};
use crate::body::JsonBody;
use crate::parameters::{Parameters, Segments, refuse_parameters};
use crate::request::Caller;
use crate::sessions::signed_in;

pub(crate) async fn list_api_keys(caller: Caller, RawQuery(query): RawQuery) -> Answer {
    let mut parameters = Parameters::parse(query.as_deref())?;
    let owner = parameters.take_text("owner")?;
    let owner = owner.map(|id| parse_id(&id)).transpose()?;
    parameters.finish()?;
    Ok(answer::json(auth::list_api_keys(&caller.ctx, owner).await?))
}

pub(crate) async fn create_api_key(caller: Caller, RawQuery(query): RawQuery, body: JsonBody) -> Answer {
    refuse_parameters(query.as_deref())?;
    let identity = signed_in(&caller)?;
    let (id, created) = auth::create_api_key(&caller.ctx, identity, &body.object).await?;
    Ok(made(&format!("/api/v1/api-keys/{id}"), created))
}

pub(crate) async fn rotate_api_key(
    caller: Caller,
    Segments(id): Segments<String>,
    RawQuery(query): RawQuery,
    body: JsonBody,
) -> Answer {
    refuse_parameters(query.as_deref())?;
    let identity = signed_in(&caller)?;
    let rotated = auth::rotate_api_key(&caller.ctx, identity, parse_id(&id)?, &body.object);
    let (id, created) = rotated.await?;
    Ok(made(&format!("/api/v1/api-keys/{id}"), created))
}

pub(crate) async fn revoke_api_key(
    caller: Caller,
    Segments(id): Segments<String>,
    RawQuery(query): RawQuery,
) -> Answer {
    refuse_parameters(query.as_deref())?;
    let identity = signed_in(&caller)?;
    auth::revoke_api_key(&caller.ctx, identity, parse_id(&id)?).await?;
    Ok(StatusCode::NO_CONTENT.into_response())
}

pub(crate) async fn list_service_accounts(caller: Caller, RawQuery(query): RawQuery) -> Answer {
    refuse_parameters(query.as_deref())?;
    Ok(answer::json(auth::list_service_accounts(&caller.ctx).await?))
}

pub(crate) async fn create_service_account(
    caller: Caller,
    RawQuery(query): RawQuery,
    body: JsonBody,
) -> Answer {
    refuse_parameters(query.as_deref())?;
    let (id, created) = auth::create_service_account(&caller.ctx, body.object).await?;
    Ok(made(&format!("/api/v1/records/users/{id}"), created))
}

pub(crate) fn made(location: &str, body: Vec<u8>) -> Response {
    let mut response = answer::json(body);
    *response.status_mut() = StatusCode::CREATED;
    let location = HeaderValue::try_from(location).expect("ids are ASCII");
    response.headers_mut().insert(header::LOCATION, location);
    response
}
