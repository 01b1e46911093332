//! The comments of a record.

use mainstay_core::definition::CollectionId;
use mainstay_core::{Problem, RecordId, limits};
use mainstay_store::comments::{self, Threads};
use serde_json::{Value as Json, json};

use super::{comment_json, on, refuse_without_comments};
use crate::context::Context;
use crate::failure::Failure;
use crate::records::may_read;

/// Which comments a client asks for.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct CommentQuery {
    /// Threads that are resolved, or those that are open.
    pub resolved: Option<bool>,
    /// Threads about this field alone.
    pub field: Option<String>,
    /// The last thread of the page before.
    pub cursor: Option<RecordId>,
    /// Threads, within 1 and [`limits::PAGE_MAX`]; checked by the caller.
    pub limit: Option<u32>,
}

/// A page of threads, the oldest first, each with all its replies: `{"items": [...], "next_cursor": ..., "totals": ...}`.
pub async fn list_comments(
    ctx: &Context,
    collection: CollectionId,
    record: RecordId,
    query: &CommentQuery,
) -> Result<Vec<u8>, Failure> {
    refuse_without_comments(ctx.of(collection))?;
    let threads = Threads {
        resolved: query.resolved,
        field: query.field.clone(),
    };
    let (cursor, limit) = (query.cursor, query.limit.unwrap_or(limits::PAGE_DEFAULT));
    ctx.read(move |tx, ctx| {
        if !may_read(tx, ctx, collection, &record)? {
            return Err(Problem::not_found().into());
        }
        let collection = ctx.of(collection);
        let on = on(collection, record);
        let bytes_max = limits::PAGE_BYTES_MAX;
        let page = comments::page(tx, &on, &threads, cursor.as_ref(), limit, bytes_max)?;
        let totals = comments::totals(tx, &on, limits::COUNT_MAX)?;
        let items = page.threads.iter().map(|thread| {
            let mut comments = thread.iter().map(|comment| comment_json(collection, comment));
            let mut root = comments.next().unwrap_or(Json::Null);
            root["replies"] = comments.collect();
            root
        });
        let answer = json!({
            "items": items.collect::<Vec<_>>(),
            "next_cursor": page.next.map(|id| id.to_string()),
            "totals": {"threads": totals.threads, "open": totals.open, "comments": totals.comments},
        });
        Ok::<_, Failure>(answer.to_string().into_bytes())
    })
    .await
}
