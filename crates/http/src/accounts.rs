//! What happens to accounts by mail, over HTTP: passwords that were forgotten, addresses, codes and links, invitations,
//! the end of an account.

use axum::extract::RawQuery;
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode, Uri, header};
use axum::response::{IntoResponse, Response};
use mainstay_core::{Code, Problem, limits};
use mainstay_engine::auth::{self, InviteBy};
use mainstay_engine::mail::{self, MailState};
use mainstay_engine::records::parse_id;
use serde_json::{Map, Value as Json, json};

use crate::answer::{self, Answer};
use crate::auth::{sign_in_answer, take_held_with};
use crate::body::{JsonBody, refuse_unknown, take_text};
use crate::error::HttpError;
use crate::language::languages_of;
use crate::parameters::{Parameters, Segments, refuse_parameters};
use crate::request::{Caller, Visitor};
use crate::sessions::signed_in;

pub(crate) async fn read_account(caller: Caller, RawQuery(query): RawQuery) -> Answer {
    refuse_parameters(query.as_deref())?;
    signed_in(&caller)?;
    Ok(answer::json(auth::read_account(&caller.ctx).await?))
}

pub(crate) async fn request_password_reset(
    visitor: Visitor,
    RawQuery(query): RawQuery,
    body: JsonBody,
) -> Answer {
    refuse_parameters(query.as_deref())?;
    let [email] = only_texts(body, ["email"])?;
    auth::request_password_reset(&visitor.ctx, &email).await?;
    Ok(StatusCode::ACCEPTED.into_response())
}

pub(crate) async fn reset_password(visitor: Visitor, RawQuery(query): RawQuery, body: JsonBody) -> Answer {
    refuse_parameters(query.as_deref())?;
    let [token, password] = only_texts(body, ["token", "password"])?;
    auth::reset_password(&visitor.ctx, token, password).await?;
    Ok(StatusCode::NO_CONTENT.into_response())
}

pub(crate) async fn request_verification(
    mut caller: Caller,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
) -> Answer {
    refuse_parameters(query.as_deref())?;
    signed_in(&caller)?;
    caller.ctx.languages = languages_of(&headers);
    auth::request_verification(&caller.ctx).await?;
    Ok(StatusCode::ACCEPTED.into_response())
}

pub(crate) async fn verify_address(visitor: Visitor, RawQuery(query): RawQuery, body: JsonBody) -> Answer {
    refuse_parameters(query.as_deref())?;
    let [token] = only_texts(body, ["token"])?;
    auth::verify_address(&visitor.ctx, token).await?;
    Ok(StatusCode::NO_CONTENT.into_response())
}

pub(crate) async fn request_address_change(
    mut caller: Caller,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
    body: JsonBody,
) -> Answer {
    refuse_parameters(query.as_deref())?;
    let identity = signed_in(&caller)?;
    caller.ctx.languages = languages_of(&headers);
    let [password, email] = only_texts(body, ["password", "email"])?;
    auth::request_address_change(&caller.ctx, identity, password, &email).await?;
    Ok(StatusCode::ACCEPTED.into_response())
}

pub(crate) async fn confirm_address_change(
    visitor: Visitor,
    RawQuery(query): RawQuery,
    body: JsonBody,
) -> Answer {
    refuse_parameters(query.as_deref())?;
    let [token] = only_texts(body, ["token"])?;
    auth::confirm_address_change(&visitor.ctx, token).await?;
    Ok(StatusCode::NO_CONTENT.into_response())
}

pub(crate) async fn request_sign_in_code(
    visitor: Visitor,
    RawQuery(query): RawQuery,
    body: JsonBody,
) -> Answer {
    refuse_parameters(query.as_deref())?;
    let [email] = only_texts(body, ["email"])?;
    let challenge = auth::request_sign_in_code(&visitor.ctx, &email).await?;
    let answer = json!({"challenge": challenge.secret, "expires_in": challenge.expires_in_seconds});
    Ok(with_status(StatusCode::ACCEPTED, answer.to_string()))
}

pub(crate) async fn sign_in_with_code(
    visitor: Visitor,
    place: (Method, Uri, HeaderMap),
    body: JsonBody,
) -> Answer {
    refuse_parameters(place.1.query())?;
    let mut fields = body.object;
    let (challenge, code) = (
        take_text(&mut fields, "challenge")?,
        take_text(&mut fields, "code")?,
    );
    let held_with = take_held_with(&mut fields, &place)?;
    refuse_unknown(&fields)?;
    let begun = auth::sign_in_with_code(&visitor.ctx, &challenge, code, held_with).await?;
    Ok(sign_in_answer(StatusCode::OK, &begun))
}

pub(crate) async fn request_sign_in_link(
    visitor: Visitor,
    RawQuery(query): RawQuery,
    body: JsonBody,
) -> Answer {
    refuse_parameters(query.as_deref())?;
    let [email] = only_texts(body, ["email"])?;
    auth::request_sign_in_link(&visitor.ctx, &email).await?;
    Ok(StatusCode::ACCEPTED.into_response())
}

pub(crate) async fn sign_in_with_link(
    visitor: Visitor,
    place: (Method, Uri, HeaderMap),
    body: JsonBody,
) -> Answer {
    refuse_parameters(place.1.query())?;
    let mut fields = body.object;
    let token = take_text(&mut fields, "token")?;
    let held_with = take_held_with(&mut fields, &place)?;
    refuse_unknown(&fields)?;
    let begun = auth::sign_in_with_link(&visitor.ctx, token, held_with).await?;
    Ok(sign_in_answer(StatusCode::OK, &begun))
}

pub(crate) async fn list_invitations(caller: Caller, RawQuery(query): RawQuery) -> Answer {
    refuse_parameters(query.as_deref())?;
    Ok(answer::json(auth::list_invitations(&caller.ctx).await?))
}

pub(crate) async fn create_invitation(
    mut caller: Caller,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
    body: JsonBody,
) -> Answer {
    refuse_parameters(query.as_deref())?;
    caller.ctx.languages = languages_of(&headers);
    let mut given = body.object;
    let email = take_text(&mut given, "email")?;
    let fields = match given.remove("fields") {
        None => Map::new(),
        Some(Json::Object(fields)) => fields,
        Some(_) => return Err(Problem::field(Code::ValidationFailed, "fields", "must be an object").into()),
    };
    let by = match given.remove("by").as_ref().map(Json::as_str) {
        None | Some(Some("mail")) => InviteBy::Mail,
        Some(Some("link")) => InviteBy::Link,
        Some(_) => {
            return Err(Problem::field(Code::ValidationFailed, "by", "must be `mail` or `link`").into());
        }
    };
    refuse_unknown(&given)?;
    let (id, created) = auth::create_invitation(&caller.ctx, &email, fields, by).await?;
    let mut response = with_status(StatusCode::CREATED, created);
    let location = HeaderValue::try_from(format!("/api/v1/invitations/{id}")).expect("ids are ASCII");
    response.headers_mut().insert(header::LOCATION, location);
    Ok(response)
}

pub(crate) async fn revoke_invitation(
    caller: Caller,
    Segments(id): Segments<String>,
    RawQuery(query): RawQuery,
) -> Answer {
    refuse_parameters(query.as_deref())?;
    auth::revoke_invitation(&caller.ctx, parse_id(&id)?).await?;
    Ok(StatusCode::NO_CONTENT.into_response())
}

pub(crate) async fn accept_invitation(
    visitor: Visitor,
    place: (Method, Uri, HeaderMap),
    body: JsonBody,
) -> Answer {
    refuse_parameters(place.1.query())?;
    let mut fields = body.object;
    let (token, password) = (
        take_text(&mut fields, "token")?,
        take_text(&mut fields, "password")?,
    );
    let held_with = take_held_with(&mut fields, &place)?;
    let begun = auth::accept_invitation(&visitor.ctx, token, password, fields, held_with).await?;
    Ok(sign_in_answer(StatusCode::CREATED, &begun))
}

pub(crate) async fn delete_own_account(caller: Caller, RawQuery(query): RawQuery, body: JsonBody) -> Answer {
    refuse_parameters(query.as_deref())?;
    let identity = signed_in(&caller)?;
    let [password] = only_texts(body, ["password"])?;
    auth::delete_own_account(&caller.ctx, identity, password).await?;
    Ok(StatusCode::NO_CONTENT.into_response())
}

pub(crate) async fn delete_account(
    caller: Caller,
    Segments(id): Segments<String>,
    RawQuery(query): RawQuery,
) -> Answer {
    refuse_parameters(query.as_deref())?;
    auth::delete_account(&caller.ctx, parse_id(&id)?).await?;
    Ok(StatusCode::NO_CONTENT.into_response())
}

pub(crate) async fn list_mails(caller: Caller, RawQuery(query): RawQuery) -> Answer {
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
        mail::list_mails(&caller.ctx, state, before, limit).await?,
    ))
}

pub(crate) async fn retry_mail(
    caller: Caller,
    Segments(id): Segments<String>,
    RawQuery(query): RawQuery,
) -> Answer {
    refuse_parameters(query.as_deref())?;
    let mail = mail::retry_mail(&caller.ctx, parse_id(&id)?).await?;
    Ok(with_status(StatusCode::ACCEPTED, mail))
}

fn parse_state(text: &str) -> Result<MailState, HttpError> {
    let message = "must be pending, sent, failed or dropped";
    MailState::parse(text).ok_or_else(|| Problem::field(Code::InvalidParameter, "state", message).into())
}

fn no_cursor() -> HttpError {
    let detail = "the cursor is not one of this list: take `next_cursor` of the page before";
    Problem::new(Code::InvalidCursor, detail).into()
}

/// These texts of a body, and nothing else.
fn only_texts<const N: usize>(body: JsonBody, names: [&str; N]) -> Result<[String; N], HttpError> {
    let mut fields = body.object;
    let mut texts = [const { String::new() }; N];
    for (text, name) in texts.iter_mut().zip(names) {
        *text = take_text(&mut fields, name)?;
    }
    refuse_unknown(&fields)?;
    Ok(texts)
}

fn with_status(status: StatusCode, body: impl Into<axum::body::Body>) -> Response {
    let mut response = answer::json(body);
    *response.status_mut() = status;
    response
}
