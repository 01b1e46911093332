//! Making comments.

use mainstay_core::definition::CollectionId;
use mainstay_core::{Code, Problem, RecordId, limits};
use mainstay_store::comments::{self, Comment, On};
use mainstay_store::journal::Kind;
use mainstay_store::{Priority, Tx, WriteTx};
use serde_json::json;

use super::input::{NewComment, unknown_field};
use super::mentions::who_is_mentioned;
use super::{comment_json, on, outcome, record_comment_entry, refuse_comments, refuse_without_comments};
use crate::context::Context;
use crate::failure::Failure;
use crate::follows::follow_unless_refused;
use crate::records::{IdempotencyKey, Outcome, OutcomeKind, may_read, once, withheld_fields};

/// Comments on a record, or answers a comment on it. The author and the mentioned follow the record from then on, unless
/// they have said that they do not want to.
pub async fn create_comment(
    ctx: &Context,
    collection: CollectionId,
    record: RecordId,
    comment: NewComment,
    key: Option<IdempotencyKey>,
) -> Result<Outcome, Failure> {
    refuse_without_comments(ctx.of(collection))?;
    let id = ctx.environment.new_id();
    ctx.write(Priority::Interactive, move |tx, ctx| {
        once(tx, ctx, key.as_ref(), |tx| {
            create_in(tx, ctx, collection, record, id, &comment)
        })
    })
    .await
}

fn create_in(
    tx: &mut WriteTx<'_>,
    ctx: &Context,
    collection_id: CollectionId,
    record: RecordId,
    id: RecordId,
    new: &NewComment,
) -> Result<Outcome, Failure> {
    let collection = ctx.of(collection_id);
    if !may_read(tx, ctx, collection_id, &record)? {
        return Err(Problem::not_found().into());
    }
    let author = refuse_comments(tx, ctx, collection_id, &record)?;
    if let Some(field) = new.field.as_deref().and_then(|name| collection.find_field(name))
        && withheld_fields(tx, ctx, collection_id, &record)?.contains(&field.id)
    {
        return Err(unknown_field(collection).into());
    }
    let on = on(collection, record);
    let thread = match &new.parent {
        None => id,
        Some(parent) => thread_of(tx, &on, parent)?,
    };
    let comment = Comment {
        id,
        thread,
        field: new.field.clone(),
        author,
        body: new.text.body.clone(),
        version: 1,
        created_at: ctx.now,
        edited_at: None,
        resolved: None,
        deleted_at: None,
        mentions: who_is_mentioned(tx, ctx, &on, &new.text.mentioned)?,
        reactions: Vec::new(),
        on,
    };
    comments::add(tx, &comment)?;
    for user in std::iter::once(&comment.author).chain(&comment.mentions) {
        follow_unless_refused(tx, ctx, &comment.on, user)?;
    }
    let shown = comment_json(collection, &comment);
    let payload = json!({"comment": shown});
    record_comment_entry(tx, ctx, Kind::CommentCreated, collection, &comment, &payload)?;
    Ok(outcome(OutcomeKind::Created, &comment, &shown))
}

/// The thread that an answer to this comment belongs to: an answer to a reply stands beside it.
fn thread_of(tx: &mut Tx<'_>, on: &On, parent: &RecordId) -> Result<RecordId, Failure> {
    let found = comments::find(tx, parent)?.filter(|parent| parent.on == *on);
    let Some(parent) = found else {
        let message = "there is no such comment on this record";
        return Err(Problem::field(Code::RelationViolation, "parent", message).into());
    };
    if comments::replies(tx, &parent)? >= limits::COMMENT_REPLIES_MAX {
        let detail = format!(
            "the thread has {} replies already: begin a new one",
            limits::COMMENT_REPLIES_MAX
        );
        return Err(Problem::new(Code::Conflict, detail).into());
    }
    Ok(parent.thread)
}
