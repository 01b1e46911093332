//! What the rules say of an act, and why; and whether a text is a rule.

use axum::extract::RawQuery;
use mainstay_engine::rules;

use crate::answer::{self, Answer};
use crate::body::JsonBody;
use crate::parameters::refuse_parameters;
use crate::request::Caller;

pub(crate) async fn test_rule(caller: Caller, RawQuery(query): RawQuery, body: JsonBody) -> Answer {
    refuse_parameters(query.as_deref())?;
    Ok(answer::json(rules::test_rule(&caller.ctx, body.object).await?))
}

pub(crate) async fn check_rule(caller: Caller, RawQuery(query): RawQuery, body: JsonBody) -> Answer {
    refuse_parameters(query.as_deref())?;
    Ok(answer::json(rules::check_rule(&caller.ctx, body.object)?))
}
