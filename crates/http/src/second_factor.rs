//! The second factor of a user over HTTP.

use axum::extract::RawQuery;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use mainstay_core::{Code, Problem};
use mainstay_engine::auth::{self, Identity};
use mainstay_engine::records::parse_id;
use serde_json::{Map, Value as Json, json};

use crate::answer::{self, Answer};
use crate::body::{JsonBody, refuse_unknown, take_text};
use crate::parameters::{Segments, refuse_parameters};
use crate::request::Caller;
use crate::sessions::signed_in;

/// What a session may do whose user must have a second factor and has none.
const WITHOUT: [&str; 9] = [
    "add_passkey",
    "begin_passkey",
    "begin_totp",
    "confirm_totp",
    "list_passkeys",
    "read_me",
    "read_second_factor",
    "remove_totp",
    "sign_out",
];

/// May the operation be asked for before there is a second factor?
pub(crate) fn is_open_without(operation: &str) -> bool {
    WITHOUT.contains(&operation)
}

/// Refuses everything else to a session that lacks it. An API key is no session: whoever made it had shown what it takes.
pub(crate) fn require_second_factor(identity: &Identity, operation: &str) -> Result<(), Problem> {
    if !identity.lacks_second_factor || is_open_without(operation) {
        return Ok(());
    }
    Err(Problem::new(
        Code::SecondFactorRequired,
        "your account must have a second factor: set one up with POST /api/v1/auth/totp, or add a passkey",
    ))
}

pub(crate) async fn read_second_factor(caller: Caller, RawQuery(query): RawQuery) -> Answer {
    refuse_parameters(query.as_deref())?;
    signed_in(&caller)?;
    let factor = auth::read_second_factor(&caller.ctx).await?;
    let body = json!({
        "totp": factor.totp_since.map(|since| json!({"since": since.to_string()})),
        "recovery_codes_left": factor.recovery_codes_left,
        "required": factor.required,
    });
    Ok(answer::json(body.to_string()))
}

pub(crate) async fn begin_totp(caller: Caller, RawQuery(query): RawQuery, body: JsonBody) -> Answer {
    refuse_parameters(query.as_deref())?;
    let identity = signed_in(&caller)?;
    let password = take_password(body.object)?;
    let totp = auth::begin_totp(&caller.ctx, identity, password).await?;
    let body = json!({"secret": totp.secret, "uri": totp.uri});
    let mut response = answer::json(body.to_string());
    *response.status_mut() = StatusCode::CREATED;
    Ok(response)
}

pub(crate) async fn confirm_totp(caller: Caller, RawQuery(query): RawQuery, body: JsonBody) -> Answer {
    refuse_parameters(query.as_deref())?;
    let identity = signed_in(&caller)?;
    let mut fields = body.object;
    let code = take_text(&mut fields, "code")?;
    refuse_unknown(&fields)?;
    let codes = auth::confirm_totp(&caller.ctx, identity, &code).await?;
    Ok(recovery_codes(&codes))
}

pub(crate) async fn remove_totp(caller: Caller, RawQuery(query): RawQuery, body: JsonBody) -> Answer {
    refuse_parameters(query.as_deref())?;
    let identity = signed_in(&caller)?;
    let password = take_password(body.object)?;
    auth::remove_totp(&caller.ctx, identity, password).await?;
    Ok(StatusCode::NO_CONTENT.into_response())
}

pub(crate) async fn make_recovery_codes(caller: Caller, RawQuery(query): RawQuery, body: JsonBody) -> Answer {
    refuse_parameters(query.as_deref())?;
    let identity = signed_in(&caller)?;
    let password = take_password(body.object)?;
    let codes = auth::make_recovery_codes(&caller.ctx, identity, password).await?;
    Ok(recovery_codes(&codes))
}

pub(crate) async fn reset_second_factor(
    caller: Caller,
    Segments(id): Segments<String>,
    RawQuery(query): RawQuery,
) -> Answer {
    refuse_parameters(query.as_deref())?;
    auth::reset_second_factor(&caller.ctx, parse_id(&id)?).await?;
    Ok(StatusCode::NO_CONTENT.into_response())
}

/// The current password, for a session that has not just begun.
pub(crate) fn take_password(
    mut fields: Map<String, Json>,
) -> Result<Option<String>, crate::error::HttpError> {
    let given = fields.contains_key("current_password");
    let password = given
        .then(|| take_text(&mut fields, "current_password"))
        .transpose()?;
    refuse_unknown(&fields)?;
    Ok(password)
}

fn recovery_codes(codes: &[String]) -> Response {
    answer::json(json!({"recovery_codes": codes}).to_string())
}
