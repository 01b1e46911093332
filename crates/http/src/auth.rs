//! Sign-in over HTTP.

use axum::extract::RawQuery;
use axum::http::header::{AUTHORIZATION, COOKIE, SET_COOKIE};
use axum::http::{HeaderMap, Method, StatusCode, Uri};
use axum::response::{IntoResponse, Response};
use mainstay_core::{Code, Problem};
use mainstay_engine::auth::{
    self, Begun, CookieSession, HeldWith, NewChallenge, SecondFactorCode, Session, SignIn,
};
use serde_json::{Map, Value as Json};

use crate::answer::{self, Answer};
use crate::body::{JsonBody, refuse_unknown, take_text};
use crate::cookie;
use crate::error::HttpError;
use crate::parameters::refuse_parameters;
use crate::request::{Caller, Visitor};
use crate::sessions::signed_in;

pub(crate) async fn sign_up(visitor: Visitor, RawQuery(query): RawQuery, body: JsonBody) -> Answer {
    refuse_parameters(query.as_deref())?;
    let mut fields = body.object;
    let password = take_text(&mut fields, "password")?;
    let session = auth::sign_up(&visitor.ctx, password, fields).await?;
    Ok(session_answer(StatusCode::CREATED, &session))
}

pub(crate) async fn sign_in(visitor: Visitor, place: (Method, Uri, HeaderMap), body: JsonBody) -> Answer {
    refuse_parameters(place.1.query())?;
    let mut fields = body.object;
    let (email, password) = (
        take_text(&mut fields, "email")?,
        take_text(&mut fields, "password")?,
    );
    let held_with = take_held_with(&mut fields, &place)?;
    refuse_unknown(&fields)?;
    let begun = auth::sign_in(&visitor.ctx, &email, password, held_with).await?;
    Ok(sign_in_answer(StatusCode::OK, &begun))
}

/// The second step, with a code of the second factor.
pub(crate) async fn complete_sign_in(
    visitor: Visitor,
    place: (Method, Uri, HeaderMap),
    body: JsonBody,
) -> Answer {
    refuse_parameters(place.1.query())?;
    let mut fields = body.object;
    let challenge = take_text(&mut fields, "challenge")?;
    let code = match (fields.contains_key("code"), fields.contains_key("recovery_code")) {
        (true, false) => SecondFactorCode::Totp(take_text(&mut fields, "code")?),
        (false, true) => SecondFactorCode::Recovery(take_text(&mut fields, "recovery_code")?),
        _ => {
            let message = "is required, or `recovery_code` in its place";
            return Err(Problem::field(Code::ValidationFailed, "code", message).into());
        }
    };
    let held_with = take_held_with(&mut fields, &place)?;
    refuse_unknown(&fields)?;
    let begun = auth::complete_sign_in(&visitor.ctx, &challenge, code, held_with).await?;
    Ok(begun_answer(StatusCode::OK, &begun))
}

/// `session` of a body. A cookie is given to pages of this host alone: nobody is signed in as somebody else by a page of
/// another site.
pub(crate) fn take_held_with(
    fields: &mut Map<String, Json>,
    (method, uri, headers): &(Method, Uri, HeaderMap),
) -> Result<HeldWith, HttpError> {
    match fields.remove("session").as_ref().map(Json::as_str) {
        None | Some(Some("tokens")) => Ok(HeldWith::Tokens),
        Some(Some("cookie")) => {
            cookie::refuse_other_sites(method, uri, headers)?;
            Ok(HeldWith::Cookie)
        }
        Some(_) => {
            let message = "must be `tokens` or `cookie`";
            Err(Problem::field(Code::ValidationFailed, "session", message).into())
        }
    }
}

/// A session, or the challenge of a second factor in its place.
pub(crate) fn sign_in_answer(status: StatusCode, begun: &SignIn) -> Response {
    match begun {
        SignIn::Session(begun) => begun_answer(status, begun),
        SignIn::Challenge(challenge) => challenge_answer(challenge),
    }
}

pub(crate) fn begun_answer(status: StatusCode, begun: &Begun) -> Response {
    match begun {
        Begun::Tokens(session) => session_answer(status, session),
        Begun::Cookie(session) => {
            let mut response = cookie_answer(session);
            *response.status_mut() = status;
            response
        }
    }
}

fn challenge_answer(challenge: &NewChallenge) -> Response {
    let body = serde_json::json!({
        "second_factor": {
            "challenge": challenge.token,
            "expires_in": challenge.expires_in_seconds,
        },
    });
    answer::json(body.to_string())
}

pub(crate) async fn refresh_session(visitor: Visitor, RawQuery(query): RawQuery, body: JsonBody) -> Answer {
    refuse_parameters(query.as_deref())?;
    let mut fields = body.object;
    let token = take_text(&mut fields, "refresh_token")?;
    refuse_unknown(&fields)?;
    let session = auth::refresh_session(&visitor.ctx, &token).await?;
    Ok(session_answer(StatusCode::OK, &session))
}

/// A cookie is removed also when its session has ended already.
pub(crate) async fn sign_out(
    caller: Result<Caller, HttpError>,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
) -> Response {
    let answer = end_own_session(caller, query.as_deref()).await;
    let mut response = answer.into_response();
    let is_over = matches!(
        response.status(),
        StatusCode::NO_CONTENT | StatusCode::UNAUTHORIZED
    );
    let with_cookie = !headers.contains_key(AUTHORIZATION) && headers.contains_key(COOKIE);
    if is_over && with_cookie {
        response.headers_mut().insert(SET_COOKIE, cookie::clear_cookie());
    }
    response
}

async fn end_own_session(caller: Result<Caller, HttpError>, query: Option<&str>) -> Answer {
    let caller = caller?;
    refuse_parameters(query)?;
    auth::sign_out(&caller.ctx, signed_in(&caller)?).await?;
    Ok(StatusCode::NO_CONTENT.into_response())
}

pub(crate) async fn change_password(caller: Caller, RawQuery(query): RawQuery, body: JsonBody) -> Answer {
    refuse_parameters(query.as_deref())?;
    let identity = signed_in(&caller)?;
    let mut fields = body.object;
    let (current, password) = (
        take_text(&mut fields, "current_password")?,
        take_text(&mut fields, "password")?,
    );
    refuse_unknown(&fields)?;
    auth::change_password(&caller.ctx, identity, current, password).await?;
    Ok(StatusCode::NO_CONTENT.into_response())
}

pub(crate) async fn read_me(caller: Caller, RawQuery(query): RawQuery) -> Answer {
    refuse_parameters(query.as_deref())?;
    Ok(answer::json(auth::read_me(&caller.ctx).await?))
}

/// Who is signed in, perhaps nobody: a page asks before it knows, so that nobody is no error.
pub(crate) async fn read_session(caller: Caller, RawQuery(query): RawQuery) -> Answer {
    refuse_parameters(query.as_deref())?;
    let user = match caller.ctx.actor.id {
        Some(_) => auth::read_me(&caller.ctx).await?,
        None => b"null".to_vec(),
    };
    Ok(user_answer(&user))
}

pub(crate) async fn set_up(visitor: Visitor, RawQuery(query): RawQuery, body: JsonBody) -> Answer {
    refuse_parameters(query.as_deref())?;
    let mut fields = body.object;
    let code = take_text(&mut fields, "code")?;
    let (email, password) = (
        take_text(&mut fields, "email")?,
        take_text(&mut fields, "password")?,
    );
    refuse_unknown(&fields)?;
    let session = auth::set_up(&visitor.ctx, &code, email, password).await?;
    Ok(session_answer(StatusCode::CREATED, &session))
}

/// The secret goes into the cookie and nowhere else.
fn cookie_answer(session: &CookieSession) -> Response {
    let mut response = user_answer(&session.user);
    response
        .headers_mut()
        .insert(SET_COOKIE, cookie::set_cookie(session));
    response
}

fn user_answer(user: &[u8]) -> Response {
    let mut body = br#"{"user":"#.to_vec();
    body.extend_from_slice(user);
    body.push(b'}');
    answer::json(body)
}

fn session_answer(status: StatusCode, session: &Session) -> Response {
    let mut body = serde_json::json!({
        "access_token": session.access_token,
        "token_type": "Bearer",
        "expires_in": session.expires_in_seconds,
        "refresh_token": session.refresh_token,
    })
    .to_string()
    .into_bytes();
    body.pop();
    body.extend_from_slice(b",\"user\":");
    body.extend_from_slice(&session.user);
    body.push(b'}');
    let mut response = answer::json(body);
    *response.status_mut() = status;
    response
}
