//! The sessions of a user over HTTP.

use axum::extract::RawQuery;
use axum::http::StatusCode;
use axum::response::IntoResponse;
use mainstay_core::{Code, Problem};
use mainstay_engine::auth::{self, Identity, OwnSession};
use mainstay_engine::records::parse_id;
use serde_json::{Value as Json, json};

use crate::answer::{self, Answer};
use crate::parameters::{Segments, refuse_parameters};
use crate::request::Caller;

pub(crate) async fn list_sessions(caller: Caller, RawQuery(query): RawQuery) -> Answer {
    refuse_parameters(query.as_deref())?;
    let identity = signed_in(&caller)?;
    let sessions = auth::list_sessions(&caller.ctx, identity).await?;
    let items: Vec<Json> = sessions.iter().map(session_json).collect();
    Ok(answer::json(json!({"items": items}).to_string()))
}

pub(crate) async fn end_session(
    caller: Caller,
    Segments(id): Segments<String>,
    RawQuery(query): RawQuery,
) -> Answer {
    refuse_parameters(query.as_deref())?;
    let identity = signed_in(&caller)?;
    auth::end_session(&caller.ctx, identity, parse_id(&id)?).await?;
    Ok(StatusCode::NO_CONTENT.into_response())
}

pub(crate) async fn end_other_sessions(caller: Caller, RawQuery(query): RawQuery) -> Answer {
    refuse_parameters(query.as_deref())?;
    let identity = signed_in(&caller)?;
    auth::end_other_sessions(&caller.ctx, identity).await?;
    Ok(StatusCode::NO_CONTENT.into_response())
}

pub(crate) async fn end_user_sessions(
    caller: Caller,
    Segments(id): Segments<String>,
    RawQuery(query): RawQuery,
) -> Answer {
    refuse_parameters(query.as_deref())?;
    auth::end_user_sessions(&caller.ctx, parse_id(&id)?).await?;
    Ok(StatusCode::NO_CONTENT.into_response())
}

pub(crate) fn signed_in(caller: &Caller) -> Result<Identity, Problem> {
    caller.identity.ok_or_else(|| {
        Problem::new(
            Code::Unauthenticated,
            "nobody is signed in: send the access token of the session that this is about",
        )
    })
}

fn session_json(session: &OwnSession) -> Json {
    json!({
        "id": session.id.to_string(),
        "created_at": session.created_at.to_string(),
        "last_used_at": session.last_used_at.to_string(),
        "expires_at": session.expires_at.to_string(),
        "device": session.device,
        "address": session.address,
        "current": session.current,
    })
}
