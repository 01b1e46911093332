//! The feed of changes over HTTP.

use axum::extract::RawQuery;
use mainstay_engine::changes::{self, ChangesQuery};

use crate::answer::{self, Answer};
use crate::parameters::Parameters;
use crate::request::Caller;

pub(crate) async fn list_changes(caller: Caller, RawQuery(query): RawQuery) -> Answer {
    let mut parameters = Parameters::parse(query.as_deref())?;
    let query = ChangesQuery {
        since: parameters.take_text("since")?,
        collections: parameters.take_text("collections")?,
        limit: parameters.take_limit()?,
    };
    parameters.finish()?;
    Ok(answer::json(changes::list_changes(&caller.ctx, &query).await?))
}
