//! Notifications over HTTP.

use axum::extract::RawQuery;
use mainstay_engine::notifications::{self, MarkRead, NotificationQuery};
use serde_json::json;

use crate::answer::{self, Answer};
use crate::body::JsonBody;
use crate::comments::take_cursor;
use crate::parameters::{Parameters, refuse_parameters};
use crate::request::Caller;

pub(crate) async fn list_notifications(caller: Caller, RawQuery(query): RawQuery) -> Answer {
    let mut parameters = Parameters::parse(query.as_deref())?;
    let query = NotificationQuery {
        unread: parameters.take_bool("unread")?,
        cursor: take_cursor(&mut parameters)?,
        limit: parameters.take_limit()?,
    };
    parameters.finish()?;
    Ok(answer::json(
        notifications::list_notifications(&caller.ctx, query).await?,
    ))
}

pub(crate) async fn count_notifications(caller: Caller, RawQuery(query): RawQuery) -> Answer {
    refuse_parameters(query.as_deref())?;
    let (unread, more) = notifications::count_notifications(&caller.ctx).await?;
    Ok(answer::json(json!({"unread": unread, "more": more}).to_string()))
}

pub(crate) async fn mark_notifications_read(
    caller: Caller,
    RawQuery(query): RawQuery,
    body: JsonBody,
) -> Answer {
    refuse_parameters(query.as_deref())?;
    let which = MarkRead::accept(body.object)?;
    let marked = notifications::mark_notifications_read(&caller.ctx, which).await?;
    Ok(answer::json(json!({"marked": marked}).to_string()))
}
