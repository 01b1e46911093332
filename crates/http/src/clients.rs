//! Clients that sign people in here, and those that a user has let in, over the API.

use axum::extract::RawQuery;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::IntoResponse;
use mainstay_engine::auth::{self, Application};
use serde_json::{Value as Json, json};

use crate::answer::{self, Answer};
use crate::body::JsonBody;
use crate::parameters::{Segments, refuse_parameters};
use crate::request::Caller;
use crate::sessions::signed_in;

pub(crate) async fn list_clients(caller: Caller, RawQuery(query): RawQuery) -> Answer {
    refuse_parameters(query.as_deref())?;
    Ok(answer::json(auth::list_clients(&caller.ctx).await?))
}

pub(crate) async fn create_client(caller: Caller, RawQuery(query): RawQuery, body: JsonBody) -> Answer {
    refuse_parameters(query.as_deref())?;
    let (id, created) = auth::create_client(&caller.ctx, body.object).await?;
    let mut response = answer::json(created);
    *response.status_mut() = StatusCode::CREATED;
    let location = HeaderValue::try_from(format!("/api/v1/clients/{id}")).expect("ids are ASCII");
    response.headers_mut().insert(header::LOCATION, location);
    Ok(response)
}

pub(crate) async fn update_client(
    caller: Caller,
    Segments(id): Segments<String>,
    RawQuery(query): RawQuery,
    body: JsonBody,
) -> Answer {
    refuse_parameters(query.as_deref())?;
    Ok(answer::json(
        auth::update_client(&caller.ctx, &id, body.object).await?,
    ))
}

pub(crate) async fn rotate_client_secret(
    caller: Caller,
    Segments(id): Segments<String>,
    RawQuery(query): RawQuery,
) -> Answer {
    refuse_parameters(query.as_deref())?;
    Ok(answer::json(auth::rotate_client_secret(&caller.ctx, &id).await?))
}

pub(crate) async fn remove_client(
    caller: Caller,
    Segments(id): Segments<String>,
    RawQuery(query): RawQuery,
) -> Answer {
    refuse_parameters(query.as_deref())?;
    auth::remove_client(&caller.ctx, &id).await?;
    Ok(StatusCode::NO_CONTENT.into_response())
}

pub(crate) async fn list_applications(caller: Caller, RawQuery(query): RawQuery) -> Answer {
    refuse_parameters(query.as_deref())?;
    signed_in(&caller)?;
    let applications = auth::list_applications(&caller.ctx).await?;
    let items: Vec<Json> = applications.iter().map(application_json).collect();
    Ok(answer::json(json!({ "items": items }).to_string()))
}

pub(crate) async fn disconnect_application(
    caller: Caller,
    Segments(client): Segments<String>,
    RawQuery(query): RawQuery,
) -> Answer {
    refuse_parameters(query.as_deref())?;
    let identity = signed_in(&caller)?;
    auth::disconnect_application(&caller.ctx, identity, &client).await?;
    Ok(StatusCode::NO_CONTENT.into_response())
}

fn application_json(application: &Application) -> Json {
    json!({
        "client": application.id,
        "name": application.name,
        "own": application.own,
        "scopes": application.scopes.texts(),
        "agreed_at": application.agreed_at.map(|at| at.to_string()),
        "last_used_at": application.last_used_at.map(|at| at.to_string()),
        "sessions": application.sessions,
    })
}
