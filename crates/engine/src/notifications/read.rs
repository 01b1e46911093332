//! Marking notifications as read.

use mainstay_core::{Code, FieldError, Problem, RecordId, limits};
use mainstay_store::{Priority, notifications};
use serde_json::{Map, Value as Json};

use super::user;
use crate::context::Context;
use crate::failure::Failure;

/// Which notifications have been read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum MarkRead {
    These(Vec<RecordId>),
    /// This one and all before it.
    UpTo(RecordId),
    All,
}

impl MarkRead {
    /// `{"ids": [...]}`, `{"up_to": "..."}` or `{}`.
    pub fn accept(mut input: Map<String, Json>) -> Result<Self, Failure> {
        let (ids, up_to) = (input.remove("ids"), input.remove("up_to"));
        let mut errors: Vec<FieldError> = Vec::new();
        for name in input.keys() {
            let message = "is not known here: leave it out";
            errors.extend(Problem::field(Code::UnknownField, name.as_str(), message).errors);
        }
        let mut refuse = |field: &str, message: String| {
            errors.extend(Problem::field(Code::ValidationFailed, field, message).errors);
            Self::All
        };
        let read = match (ids, up_to) {
            (None, None) => Self::All,
            (Some(_), Some(_)) => refuse("up_to", "cannot stand beside `ids`: give one of them".into()),
            (None, Some(last)) => {
                let message = || "must be the id of a notification".to_owned();
                parse(&last).map_or_else(|| refuse("up_to", message()), Self::UpTo)
            }
            (Some(ids), None) => {
                let max = limits::NOTIFICATIONS_NAMED_MAX;
                let message = || format!("must be a list of at most {max} ids of notifications");
                parse_list(&ids).map_or_else(|| refuse("ids", message()), Self::These)
            }
        };
        if errors.is_empty() {
            Ok(read)
        } else {
            Err(Problem::validation(errors).into())
        }
    }
}

fn parse(id: &Json) -> Option<RecordId> {
    id.as_str()?.parse().ok()
}

fn parse_list(ids: &Json) -> Option<Vec<RecordId>> {
    let ids = ids.as_array()?;
    if ids.len() > limits::NOTIFICATIONS_NAMED_MAX {
        return None;
    }
    ids.iter().map(parse).collect()
}

/// Marks some of one's own notifications as read, and tells how many were not before. Others are passed over.
pub async fn mark_notifications_read(ctx: &Context, which: MarkRead) -> Result<usize, Failure> {
    let user = user(ctx)?;
    ctx.write(Priority::Interactive, move |tx, ctx| {
        let now = ctx.now;
        let marked = match &which {
            MarkRead::These(ids) => {
                let mut marked = 0;
                for id in ids {
                    marked += notifications::mark_read(tx, &user, id, now)?;
                }
                marked
            }
            MarkRead::UpTo(last) => notifications::mark_read_up_to(tx, &user, Some(last), now)?,
            MarkRead::All => notifications::mark_read_up_to(tx, &user, None, now)?,
        };
        Ok::<_, Failure>(marked)
    })
    .await
}
