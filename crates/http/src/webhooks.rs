//! Webhooks over HTTP: a request into an operation, its outcome into an answer.

use axum::extract::RawQuery;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use mainstay_core::{Code, Problem, limits};
use mainstay_engine::records::parse_id;
use mainstay_engine::webhooks::{self, State};

use crate::answer::{self, Answer};
use crate::body::JsonBody;
use crate::error::HttpError;
use crate::parameters::{Parameters, Segments, refuse_parameters};
use crate::request::Caller;

pub(crate) async fn list_webhooks(caller: Caller, RawQuery(query): RawQuery) -> Answer {
    refuse_parameters(query.as_deref())?;
    Ok(answer::json(webhooks::list_webhooks(&caller.ctx).await?))
}

pub(crate) async fn create_webhook(caller: Caller, RawQuery(query): RawQuery, body: JsonBody) -> Answer {
    refuse_parameters(query.as_deref())?;
    let (id, created) = webhooks::create_webhook(&caller.ctx, body.object).await?;
    let mut response = with_status(StatusCode::CREATED, created);
    let location = HeaderValue::try_from(format!("/api/v1/webhooks/{id}")).expect("ids are ASCII");
    response.headers_mut().insert(header::LOCATION, location);
    Ok(response)
}

pub(crate) async fn read_webhook(
    caller: Caller,
    Segments(id): Segments<String>,
    RawQuery(query): RawQuery,
) -> Answer {
    refuse_parameters(query.as_deref())?;
    let id = parse_id(&id)?;
    Ok(answer::json(webhooks::read_webhook(&caller.ctx, id).await?))
}

pub(crate) async fn update_webhook(
    caller: Caller,
    Segments(id): Segments<String>,
    RawQuery(query): RawQuery,
    body: JsonBody,
) -> Answer {
    refuse_parameters(query.as_deref())?;
    let id = parse_id(&id)?;
    Ok(answer::json(
        webhooks::update_webhook(&caller.ctx, id, body.object).await?,
    ))
}

pub(crate) async fn delete_webhook(
    caller: Caller,
    Segments(id): Segments<String>,
    RawQuery(query): RawQuery,
) -> Answer {
    refuse_parameters(query.as_deref())?;
    webhooks::delete_webhook(&caller.ctx, parse_id(&id)?).await?;
    Ok(StatusCode::NO_CONTENT.into_response())
}

pub(crate) async fn rotate_webhook_secret(
    caller: Caller,
    Segments(id): Segments<String>,
    RawQuery(query): RawQuery,
    body: JsonBody,
) -> Answer {
    refuse_parameters(query.as_deref())?;
    let id = parse_id(&id)?;
    Ok(answer::json(
        webhooks::rotate_webhook_secret(&caller.ctx, id, body.object).await?,
    ))
}

pub(crate) async fn test_webhook(
    caller: Caller,
    Segments(id): Segments<String>,
    RawQuery(query): RawQuery,
) -> Answer {
    refuse_parameters(query.as_deref())?;
    let delivery = webhooks::test_webhook(&caller.ctx, parse_id(&id)?).await?;
    Ok(with_status(StatusCode::ACCEPTED, delivery))
}

pub(crate) async fn list_webhook_deliveries(
    caller: Caller,
    Segments(id): Segments<String>,
    RawQuery(query): RawQuery,
) -> Answer {
    let id = parse_id(&id)?;
    let mut parameters = Parameters::parse(query.as_deref())?;
    let limit = parameters.take_limit()?.unwrap_or(limits::PAGE_DEFAULT);
    let state = parameters
        .take_text("state")?
        .map(|state| parse_state(&state))
        .transpose()?;
    let cursor = parameters.take_text("cursor")?;
    let before = cursor
        .map(|cursor| cursor.parse().map_err(|_| no_cursor()))
        .transpose()?;
    parameters.finish()?;
    Ok(answer::json(
        webhooks::list_webhook_deliveries(&caller.ctx, id, state, before, limit).await?,
    ))
}

pub(crate) async fn resend_webhook_delivery(
    caller: Caller,
    Segments((id, delivery_id)): Segments<(String, String)>,
    RawQuery(query): RawQuery,
) -> Answer {
    refuse_parameters(query.as_deref())?;
    let (id, delivery_id) = (parse_id(&id)?, parse_id(&delivery_id)?);
    let delivery = webhooks::resend_webhook_delivery(&caller.ctx, id, delivery_id).await?;
    Ok(with_status(StatusCode::ACCEPTED, delivery))
}

fn parse_state(text: &str) -> Result<State, HttpError> {
    let message = "must be pending, delivered or failed";
    State::parse(text).ok_or_else(|| Problem::field(Code::InvalidParameter, "state", message).into())
}

fn no_cursor() -> HttpError {
    let detail = "the cursor is not one of this list: take `next_cursor` of the page before";
    Problem::new(Code::InvalidCursor, detail).into()
}

fn with_status(status: StatusCode, body: Vec<u8>) -> Response {
    let mut response = answer::json(body);
    *response.status_mut() = status;
    response
}
