//! Sign-in over HTTP.

use axum::extract::RawQuery;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use mainstay_core::{Code, Problem};
use mainstay_engine::auth::{self, Session};

use crate::answer::{self, Answer};
use crate::body::{JsonBody, refuse_unknown, take_text};
use crate::parameters::refuse_parameters;
use crate::request::Caller;

pub(crate) async fn sign_up(caller: Caller, RawQuery(query): RawQuery, body: JsonBody) -> Answer {
    refuse_parameters(query.as_deref())?;
    let mut fields = body.object;
    let password = take_text(&mut fields, "password")?;
    let session = auth::sign_up(&caller.ctx, password, fields).await?;
    Ok(session_answer(StatusCode::CREATED, &session))
}

pub(crate) async fn sign_in(caller: Caller, RawQuery(query): RawQuery, body: JsonBody) -> Answer {
    refuse_parameters(query.as_deref())?;
    let mut fields = body.object;
    let (email, password) = (
        take_text(&mut fields, "email")?,
        take_text(&mut fields, "password")?,
    );
    refuse_unknown(&fields)?;
    let session = auth::sign_in(&caller.ctx, &email, password).await?;
    Ok(session_answer(StatusCode::OK, &session))
}

pub(crate) async fn refresh_session(caller: Caller, RawQuery(query): RawQuery, body: JsonBody) -> Answer {
    refuse_parameters(query.as_deref())?;
    let mut fields = body.object;
    let token = take_text(&mut fields, "refresh_token")?;
    refuse_unknown(&fields)?;
    let session = auth::refresh_session(&caller.ctx, &token).await?;
    Ok(session_answer(StatusCode::OK, &session))
}

pub(crate) async fn sign_out(caller: Caller, RawQuery(query): RawQuery) -> Answer {
    refuse_parameters(query.as_deref())?;
    let identity = caller.identity.ok_or_else(|| {
        Problem::new(
            Code::Unauthenticated,
            "nobody is signed in: send the access token of the session to end",
        )
    })?;
    auth::sign_out(&caller.ctx, identity).await?;
    Ok(StatusCode::NO_CONTENT.into_response())
}

pub(crate) async fn read_me(caller: Caller, RawQuery(query): RawQuery) -> Answer {
    refuse_parameters(query.as_deref())?;
    Ok(answer::json(auth::read_me(&caller.ctx).await?))
}

pub(crate) async fn set_up(caller: Caller, RawQuery(query): RawQuery, body: JsonBody) -> Answer {
    refuse_parameters(query.as_deref())?;
    let mut fields = body.object;
    let code = take_text(&mut fields, "code")?;
    let (email, password) = (
        take_text(&mut fields, "email")?,
        take_text(&mut fields, "password")?,
    );
    refuse_unknown(&fields)?;
    let session = auth::set_up(&caller.ctx, &code, email, password).await?;
    Ok(session_answer(StatusCode::CREATED, &session))
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
