//! Passkeys over HTTP.

use std::sync::Arc;

use axum::extract::{RawQuery, State};
use axum::http::{HeaderMap, Method, StatusCode, Uri};
use axum::response::{IntoResponse, Response};
use mainstay_core::{Code, Problem};
use mainstay_engine::auth::{self, Assertion, NewCredential, PasskeyOptions, RelyingParty};
use mainstay_engine::records::parse_id;
use mainstay_engine::{Context, Failure};
use serde_json::{Map, Value as Json, json};

use crate::answer::{self, Answer};
use crate::auth::{begun_answer, take_held_with};
use crate::body::{JsonBody, refuse_unknown, take_text};
use crate::device::device_of;
use crate::error::HttpError;
use crate::parameters::{Segments, refuse_parameters};
use crate::request::{Caller, Visitor};
use crate::router::App;
use crate::second_factor::take_password;
use crate::sessions::signed_in;

pub(crate) async fn begin_passkey(
    State(app): State<Arc<App>>,
    caller: Caller,
    RawQuery(query): RawQuery,
    body: JsonBody,
) -> Answer {
    refuse_parameters(query.as_deref())?;
    let identity = signed_in(&caller)?;
    let password = take_password(body.object)?;
    let party = party(&app, &caller.ctx)?;
    let options = auth::begin_passkey(&caller.ctx, identity, &party, password).await?;
    Ok(options_answer(&options))
}

pub(crate) async fn add_passkey(
    State(app): State<Arc<App>>,
    mut caller: Caller,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
    body: JsonBody,
) -> Answer {
    refuse_parameters(query.as_deref())?;
    let identity = signed_in(&caller)?;
    // What it is called where nobody says anything else.
    caller.ctx.device = device_of(&headers);
    let mut fields = body.object;
    let name = fields
        .contains_key("name")
        .then(|| take_text(&mut fields, "name"))
        .transpose()?;
    let new = NewCredential::from_json(take_credential(&mut fields)?)?;
    refuse_unknown(&fields)?;
    let party = party(&app, &caller.ctx)?;
    let passkey = auth::add_passkey(&caller.ctx, identity, &party, (new, name)).await?;
    let mut response = answer::json(passkey.to_string());
    *response.status_mut() = StatusCode::CREATED;
    Ok(response)
}

pub(crate) async fn list_passkeys(caller: Caller, RawQuery(query): RawQuery) -> Answer {
    refuse_parameters(query.as_deref())?;
    signed_in(&caller)?;
    let items = auth::list_passkeys(&caller.ctx).await?;
    Ok(answer::json(json!({"items": items}).to_string()))
}

pub(crate) async fn rename_passkey(
    caller: Caller,
    Segments(id): Segments<String>,
    RawQuery(query): RawQuery,
    body: JsonBody,
) -> Answer {
    refuse_parameters(query.as_deref())?;
    let identity = signed_in(&caller)?;
    let mut fields = body.object;
    let name = take_text(&mut fields, "name")?;
    refuse_unknown(&fields)?;
    let passkey = auth::rename_passkey(&caller.ctx, identity, (parse_id(&id)?, &name)).await?;
    Ok(answer::json(passkey.to_string()))
}

pub(crate) async fn remove_passkey(
    caller: Caller,
    Segments(id): Segments<String>,
    RawQuery(query): RawQuery,
    body: JsonBody,
) -> Answer {
    refuse_parameters(query.as_deref())?;
    let identity = signed_in(&caller)?;
    let password = take_password(body.object)?;
    auth::remove_passkey(&caller.ctx, identity, parse_id(&id)?, password).await?;
    Ok(StatusCode::NO_CONTENT.into_response())
}

pub(crate) async fn begin_passkey_sign_in(
    State(app): State<Arc<App>>,
    visitor: Visitor,
    RawQuery(query): RawQuery,
) -> Answer {
    refuse_parameters(query.as_deref())?;
    let party = party(&app, &visitor.ctx)?;
    let options = auth::begin_passkey_sign_in(&visitor.ctx, &party).await?;
    Ok(options_answer(&options))
}

pub(crate) async fn sign_in_with_passkey(
    State(app): State<Arc<App>>,
    visitor: Visitor,
    place: (Method, Uri, HeaderMap),
    body: JsonBody,
) -> Answer {
    refuse_parameters(place.1.query())?;
    let mut fields = body.object;
    let assertion = Assertion::from_json(take_credential(&mut fields)?)?;
    let held_with = take_held_with(&mut fields, &place)?;
    refuse_unknown(&fields)?;
    let party = party(&app, &visitor.ctx)?;
    let begun = auth::sign_in_with_passkey(&visitor.ctx, &party, assertion, held_with).await?;
    Ok(begun_answer(StatusCode::OK, &begun))
}

fn party(app: &App, ctx: &Context) -> Result<RelyingParty, Failure> {
    RelyingParty::new(ctx, app.options.public_url.as_deref())
}

fn take_credential(fields: &mut Map<String, Json>) -> Result<Json, HttpError> {
    let credential = fields.remove("credential");
    credential.ok_or_else(|| Problem::field(Code::ValidationFailed, "credential", "is required").into())
}

fn options_answer(options: &PasskeyOptions) -> Response {
    let body = json!({"public_key": options.public_key, "expires_in": options.expires_in_seconds});
    answer::json(body.to_string())
}
