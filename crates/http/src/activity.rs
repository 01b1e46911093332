//! Activity over HTTP: what happened, in sentences.

use axum::extract::RawQuery;
use mainstay_core::{Code, Problem, limits};
use mainstay_engine::activity::{self, ActivityQuery, Reach};
use mainstay_engine::records::parse_id;

use crate::answer::{self, Answer};
use crate::error::HttpError;
use crate::parameters::{Parameters, Segments};
use crate::request::Caller;

pub(crate) async fn record_activity(
    caller: Caller,
    Segments((collection, id)): Segments<(String, String)>,
    RawQuery(query): RawQuery,
) -> Answer {
    let collection = caller.ctx.collection(&collection)?.id;
    let id = parse_id(&id)?;
    let mut parameters = Parameters::parse(query.as_deref())?;
    let reach = if parameters.take_bool("tree")? {
        Reach::Tree
    } else {
        Reach::Record
    };
    let query = take_query(&mut parameters)?;
    parameters.finish()?;
    Ok(answer::json(
        activity::record_activity(&caller.ctx, collection, id, reach, &query).await?,
    ))
}

pub(crate) async fn user_activity(caller: Caller, RawQuery(query): RawQuery) -> Answer {
    let mut parameters = Parameters::parse(query.as_deref())?;
    let user = parameters.take_text("user")?.ok_or_else(|| {
        let message = "is missing: the id of a user, or me";
        HttpError(Problem::field(Code::InvalidParameter, "user", message))
    })?;
    let query = take_query(&mut parameters)?;
    parameters.finish()?;
    Ok(answer::json(
        activity::user_activity(&caller.ctx, &user, &query).await?,
    ))
}

fn take_query(parameters: &mut Parameters) -> Result<ActivityQuery, HttpError> {
    Ok(ActivityQuery {
        kind: parameters.take_text("kind")?,
        cursor: parameters.take_text("cursor")?,
        limit: parameters.take_limit()?.unwrap_or(limits::PAGE_DEFAULT),
    })
}
