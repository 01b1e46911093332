//! Comments, reactions and follows over HTTP.

use axum::extract::RawQuery;
use axum::http::{HeaderMap, Uri};
use mainstay_core::{Code, Problem, RecordId};
use mainstay_engine::comments::{self, CommentEdit, CommentQuery, NewComment};
use mainstay_engine::follows;
use mainstay_engine::records::parse_id;
use serde_json::json;

use crate::answer::{self, Answer};
use crate::body::JsonBody;
use crate::error::HttpError;
use crate::parameters::{Once, Parameters, Segments, idempotency_key, if_match, refuse_parameters};
use crate::request::Caller;

pub(crate) async fn list_comments(
    caller: Caller,
    Segments((collection, id)): Segments<(String, String)>,
    RawQuery(query): RawQuery,
) -> Answer {
    let collection = caller.ctx.collection(&collection)?.id;
    let id = parse_id(&id)?;
    let mut parameters = Parameters::parse(query.as_deref())?;
    let query = CommentQuery {
        resolved: parameters.take_choice("resolved")?,
        field: parameters.take_text("field")?,
        cursor: take_cursor(&mut parameters)?,
        limit: parameters.take_limit()?,
    };
    parameters.finish()?;
    Ok(answer::json(
        comments::list_comments(&caller.ctx, collection, id, &query).await?,
    ))
}

/// A cursor that is the id of the last item.
pub(crate) fn take_cursor(parameters: &mut Parameters) -> Result<Option<RecordId>, HttpError> {
    let refused = || {
        Problem::new(
            Code::InvalidCursor,
            "the cursor is not one of this list: take `next_cursor` of the page before",
        )
    };
    let cursor = parameters.take_text("cursor")?;
    let parsed = cursor.map(|cursor| cursor.parse().map_err(|_| refused()));
    Ok(parsed.transpose()?)
}

pub(crate) async fn create_comment(
    caller: Caller,
    Segments((collection, id)): Segments<(String, String)>,
    uri: Uri,
    headers: HeaderMap,
    body: JsonBody,
) -> Answer {
    refuse_parameters(uri.query())?;
    let collection = caller.ctx.collection(&collection)?;
    let id = parse_id(&id)?;
    let key = idempotency_key(&headers, "POST", uri.path(), &body.bytes)?;
    let comment = NewComment::accept(collection, body.object)?;
    let outcome = comments::create_comment(&caller.ctx, collection.id, id, comment, key).await?;
    Ok(answer::written(outcome))
}

pub(crate) async fn edit_comment(
    caller: Caller,
    Segments(id): Segments<String>,
    uri: Uri,
    headers: HeaderMap,
    body: JsonBody,
) -> Answer {
    refuse_parameters(uri.query())?;
    let id = parse_id(&id)?;
    let version = if_match(&headers)?;
    let key = idempotency_key(&headers, "PATCH", uri.path(), &body.bytes)?;
    let edit = CommentEdit::accept(body.object)?;
    let outcome = comments::edit_comment(&caller.ctx, id, version, edit, key).await?;
    Ok(answer::written(outcome))
}

pub(crate) async fn delete_comment(
    caller: Caller,
    Segments(id): Segments<String>,
    Once(key): Once,
    headers: HeaderMap,
) -> Answer {
    let outcome = comments::delete_comment(&caller.ctx, parse_id(&id)?, if_match(&headers)?, key).await?;
    Ok(answer::written(outcome))
}

pub(crate) async fn resolve_comment(
    caller: Caller,
    Segments(id): Segments<String>,
    Once(key): Once,
) -> Answer {
    let outcome = comments::resolve_comment(&caller.ctx, parse_id(&id)?, key).await?;
    Ok(answer::written(outcome))
}

pub(crate) async fn reopen_comment(
    caller: Caller,
    Segments(id): Segments<String>,
    Once(key): Once,
) -> Answer {
    let outcome = comments::reopen_comment(&caller.ctx, parse_id(&id)?, key).await?;
    Ok(answer::written(outcome))
}

pub(crate) async fn add_reaction(
    caller: Caller,
    Segments((id, emoji)): Segments<(String, String)>,
    Once(key): Once,
) -> Answer {
    let outcome = comments::add_reaction(&caller.ctx, parse_id(&id)?, emoji, key).await?;
    Ok(answer::written(outcome))
}

pub(crate) async fn remove_reaction(
    caller: Caller,
    Segments((id, emoji)): Segments<(String, String)>,
    Once(key): Once,
) -> Answer {
    let outcome = comments::remove_reaction(&caller.ctx, parse_id(&id)?, emoji, key).await?;
    Ok(answer::written(outcome))
}

pub(crate) async fn read_follow(
    caller: Caller,
    Segments((collection, id)): Segments<(String, String)>,
    RawQuery(query): RawQuery,
) -> Answer {
    refuse_parameters(query.as_deref())?;
    let collection = caller.ctx.collection(&collection)?.id;
    let following = follows::read_follow(&caller.ctx, collection, parse_id(&id)?).await?;
    Ok(follow_answer(following))
}

pub(crate) async fn follow_record(
    caller: Caller,
    Segments((collection, id)): Segments<(String, String)>,
    RawQuery(query): RawQuery,
) -> Answer {
    refuse_parameters(query.as_deref())?;
    let collection = caller.ctx.collection(&collection)?.id;
    follows::follow_record(&caller.ctx, collection, parse_id(&id)?).await?;
    Ok(follow_answer(true))
}

pub(crate) async fn unfollow_record(
    caller: Caller,
    Segments((collection, id)): Segments<(String, String)>,
    RawQuery(query): RawQuery,
) -> Answer {
    refuse_parameters(query.as_deref())?;
    let collection = caller.ctx.collection(&collection)?.id;
    follows::unfollow_record(&caller.ctx, collection, parse_id(&id)?).await?;
    Ok(follow_answer(false))
}

fn follow_answer(following: bool) -> axum::response::Response {
    answer::json(json!({"following": following}).to_string())
}
