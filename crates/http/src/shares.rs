//! Sharing of records over HTTP.

use axum::extract::RawQuery;
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::IntoResponse;
use mainstay_core::{Code, CollectionId, Problem, RecordId};
use mainstay_engine::auth::ShareGrant;
use mainstay_engine::records::parse_id;
use mainstay_engine::shares::{self, SharedQuery};

use crate::answer::{self, Answer};
use crate::body::JsonBody;
use crate::comments::take_cursor;
use crate::error::HttpError;
use crate::parameters::{Parameters, Segments, refuse_parameters};
use crate::request::{Caller, Visitor};
use crate::router::App;

/// The header with which the grant of an opened link goes with each request.
pub(crate) const SHARE_HEADER: &str = "mainstay-share";

/// What a request presents of an opened link.
pub(crate) fn presented_share(app: &App, headers: &HeaderMap) -> Result<Option<ShareGrant>, HttpError> {
    let Some(value) = headers.get(SHARE_HEADER) else {
        return Ok(None);
    };
    let grant = value.to_str().unwrap_or_default().trim();
    let now = app.environment.clock.now();
    Ok(Some(app.environment.tokens.verify_share(grant, now)?))
}

pub(crate) async fn list_shares(
    caller: Caller,
    Segments((collection, id)): Segments<(String, String)>,
    RawQuery(query): RawQuery,
) -> Answer {
    refuse_parameters(query.as_deref())?;
    let (collection, record) = record_of(&caller, &collection, &id)?;
    Ok(answer::json(
        shares::list_shares(&caller.ctx, collection, record).await?,
    ))
}

pub(crate) async fn create_share(
    caller: Caller,
    Segments((collection, id)): Segments<(String, String)>,
    RawQuery(query): RawQuery,
    body: JsonBody,
) -> Answer {
    refuse_parameters(query.as_deref())?;
    let (of, record) = record_of(&caller, &collection, &id)?;
    let (share, created) = shares::create_share(&caller.ctx, of, record, &body.object).await?;
    let mut response = answer::json(created);
    *response.status_mut() = StatusCode::CREATED;
    let location = format!("/api/v1/records/{collection}/{record}/shares/{share}");
    let location = HeaderValue::try_from(location).expect("names and ids are ASCII");
    response.headers_mut().insert(header::LOCATION, location);
    Ok(response)
}

pub(crate) async fn change_share(
    caller: Caller,
    Segments((collection, id, share)): Segments<(String, String, String)>,
    RawQuery(query): RawQuery,
    body: JsonBody,
) -> Answer {
    refuse_parameters(query.as_deref())?;
    let (collection, record) = record_of(&caller, &collection, &id)?;
    let share = parse_id(&share)?;
    Ok(answer::json(
        shares::change_share(&caller.ctx, collection, record, share, &body.object).await?,
    ))
}

pub(crate) async fn revoke_share(
    caller: Caller,
    Segments((collection, id, share)): Segments<(String, String, String)>,
    RawQuery(query): RawQuery,
) -> Answer {
    refuse_parameters(query.as_deref())?;
    let (collection, record) = record_of(&caller, &collection, &id)?;
    shares::revoke_share(&caller.ctx, collection, record, parse_id(&share)?).await?;
    Ok(StatusCode::NO_CONTENT.into_response())
}

pub(crate) async fn list_shared_with_me(caller: Caller, RawQuery(query): RawQuery) -> Answer {
    let mut parameters = Parameters::parse(query.as_deref())?;
    let query = SharedQuery {
        cursor: take_cursor(&mut parameters)?,
        limit: parameters.take_limit()?,
    };
    parameters.finish()?;
    Ok(answer::json(
        shares::list_shared_with_me(&caller.ctx, query).await?,
    ))
}

/// The token comes in the body: addresses stand in the logs of everything on the way.
pub(crate) async fn open_share(visitor: Visitor, RawQuery(query): RawQuery, body: JsonBody) -> Answer {
    refuse_parameters(query.as_deref())?;
    let mut object = body.object;
    let token = take_text(&mut object, "token")?;
    let token = token.ok_or_else(|| Problem::field(Code::ValidationFailed, "token", "is missing"))?;
    let password = take_text(&mut object, "password")?;
    if let Some(name) = object.keys().next() {
        let message = "is not known here: leave it out";
        return Err(Problem::field(Code::UnknownField, name.as_str(), message).into());
    }
    Ok(answer::json(
        shares::open_share(&visitor.ctx, &token, password).await?,
    ))
}

fn take_text(
    object: &mut serde_json::Map<String, serde_json::Value>,
    name: &'static str,
) -> Result<Option<String>, Problem> {
    match object.remove(name) {
        None | Some(serde_json::Value::Null) => Ok(None),
        Some(serde_json::Value::String(text)) => Ok(Some(text)),
        Some(_) => Err(Problem::field(Code::ValidationFailed, name, "must be a text")),
    }
}

fn record_of(caller: &Caller, collection: &str, id: &str) -> Result<(CollectionId, RecordId), HttpError> {
    let collection = caller.ctx.collection(collection)?.id;
    Ok((collection, parse_id(id)?))
}
