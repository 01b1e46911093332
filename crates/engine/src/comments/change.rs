//! Editing, deleting, resolving.

use mainstay_core::definition::CollectionId;
use mainstay_core::{Code, Problem, RecordId};
use mainstay_store::comments::{self, Comment, Resolved};
use mainstay_store::journal::Kind;
use mainstay_store::{Priority, WriteTx};
use serde_json::json;

use super::input::CommentEdit;
use super::mentions::who_is_mentioned;
use super::{
    author, comment_json, find_readable, outcome, record_comment_entry, refuse_comments, refuse_deleted,
    unchanged,
};
use crate::context::Context;
use crate::failure::Failure;
use crate::follows::follow_unless_refused;
use crate::records::{IdempotencyKey, Outcome, OutcomeKind, may_delete, may_update, once};

/// Changes the text of one's own comment.
pub async fn edit_comment(
    ctx: &Context,
    id: RecordId,
    if_version: Option<i64>,
    edit: CommentEdit,
    key: Option<IdempotencyKey>,
) -> Result<Outcome, Failure> {
    ctx.write(Priority::Interactive, move |tx, ctx| {
        once(tx, ctx, key.as_ref(), |tx| {
            edit_in(tx, ctx, id, if_version, &edit)
        })
    })
    .await
}

fn edit_in(
    tx: &mut WriteTx<'_>,
    ctx: &Context,
    id: RecordId,
    if_version: Option<i64>,
    edit: &CommentEdit,
) -> Result<Outcome, Failure> {
    let (collection_id, mut comment) = find_readable(tx, ctx, &id)?;
    let collection = ctx.of(collection_id);
    let author = refuse_comments(tx, ctx, collection_id, &comment.on.record)?;
    if comment.author != author {
        return Err(ctx.refused("only its author may change a comment"));
    }
    refuse_deleted(&comment)?;
    refuse_other_version(&comment, if_version)?;
    if comment.body == edit.body {
        return Ok(unchanged(collection, &comment));
    }
    let before = comment_json(collection, &comment);
    comment.body.clone_from(&edit.body);
    comment.mentions = who_is_mentioned(tx, ctx, &comment.on, &edit.mentioned)?;
    comment.edited_at = Some(ctx.now);
    comment.version += 1;
    comments::change(tx, &comment)?;
    for user in &comment.mentions {
        follow_unless_refused(tx, ctx, &comment.on, user)?;
    }
    let shown = comment_json(collection, &comment);
    let old = json!({"body": before["body"], "mentions": before["mentions"]});
    let payload = json!({"comment": shown, "old": old});
    record_comment_entry(tx, ctx, Kind::CommentEdited, collection, &comment, &payload)?;
    Ok(outcome(OutcomeKind::Changed, &comment, &shown))
}

/// Deletes a comment. One with replies stays in its place without its text.
pub async fn delete_comment(
    ctx: &Context,
    id: RecordId,
    if_version: Option<i64>,
    key: Option<IdempotencyKey>,
) -> Result<Outcome, Failure> {
    ctx.write(Priority::Interactive, move |tx, ctx| {
        once(tx, ctx, key.as_ref(), |tx| delete_in(tx, ctx, id, if_version))
    })
    .await
}

fn delete_in(
    tx: &mut WriteTx<'_>,
    ctx: &Context,
    id: RecordId,
    if_version: Option<i64>,
) -> Result<Outcome, Failure> {
    let (collection_id, mut comment) = find_readable(tx, ctx, &id)?;
    let collection = ctx.of(collection_id);
    let is_author = ctx.actor.id == Some(comment.author);
    if !is_author && !may_delete(tx, ctx, collection_id, &comment.on.record)? {
        return Err(ctx.refused("only its author, and who may delete the record, may delete a comment"));
    }
    refuse_deleted(&comment)?;
    refuse_other_version(&comment, if_version)?;
    comment.body = String::new();
    comment.mentions = Vec::new();
    comment.reactions = Vec::new();
    comment.deleted_at = Some(ctx.now);
    comment.version += 1;
    if !comment.is_reply() && comments::replies(tx, &comment)? > 0 {
        comments::change(tx, &comment)?;
        comments::remove_reactions(tx, &comment.id)?;
    } else {
        comments::remove(tx, &comment.id)?;
        remove_empty_thread(tx, &comment)?;
    }
    let shown = comment_json(collection, &comment);
    // The text stands in the entries before.
    let payload = json!({"comment": shown});
    record_comment_entry(tx, ctx, Kind::CommentDeleted, collection, &comment, &payload)?;
    Ok(outcome(OutcomeKind::Removed, &comment, &shown))
}

/// What is left of a deleted comment goes with the last reply to it.
fn remove_empty_thread(tx: &mut WriteTx<'_>, reply: &Comment) -> Result<(), Failure> {
    if !reply.is_reply() {
        return Ok(());
    }
    let root = comments::find(tx, &reply.thread)?.filter(|root| root.deleted_at.is_some());
    if let Some(root) = root
        && comments::replies(tx, &root)? == 0
    {
        comments::remove(tx, &root.id)?;
    }
    Ok(())
}

/// Says that a thread is done with.
pub async fn resolve_comment(
    ctx: &Context,
    id: RecordId,
    key: Option<IdempotencyKey>,
) -> Result<Outcome, Failure> {
    set_resolved(ctx, id, Kind::CommentResolved, key).await
}

/// Says that a thread is not done with after all.
pub async fn reopen_comment(
    ctx: &Context,
    id: RecordId,
    key: Option<IdempotencyKey>,
) -> Result<Outcome, Failure> {
    set_resolved(ctx, id, Kind::CommentReopened, key).await
}

async fn set_resolved(
    ctx: &Context,
    id: RecordId,
    kind: Kind,
    key: Option<IdempotencyKey>,
) -> Result<Outcome, Failure> {
    ctx.write(Priority::Interactive, move |tx, ctx| {
        once(tx, ctx, key.as_ref(), |tx| set_resolved_in(tx, ctx, id, kind))
    })
    .await
}

fn set_resolved_in(
    tx: &mut WriteTx<'_>,
    ctx: &Context,
    id: RecordId,
    kind: Kind,
) -> Result<Outcome, Failure> {
    let (collection_id, mut comment) = find_readable(tx, ctx, &id)?;
    let user = author(ctx)?;
    refuse_resolving(tx, ctx, collection_id, &comment)?;
    if comment.is_reply() {
        let detail = format!(
            "a reply is not resolved by itself: resolve or reopen its thread, {}",
            comment.thread
        );
        return Err(Problem::new(Code::Conflict, detail).into());
    }
    let collection = ctx.of(collection_id);
    let resolves = kind == Kind::CommentResolved;
    if comment.resolved.is_some() == resolves {
        return Ok(unchanged(collection, &comment));
    }
    comment.resolved = resolves.then_some(Resolved {
        at: ctx.now,
        by: user,
    });
    comment.version += 1;
    comments::change(tx, &comment)?;
    let shown = comment_json(collection, &comment);
    let payload = json!({"comment": shown});
    record_comment_entry(tx, ctx, kind, collection, &comment, &payload)?;
    Ok(outcome(OutcomeKind::Changed, &comment, &shown))
}

/// Lets pass whoever began the thread, and whoever may change the record.
fn refuse_resolving(
    tx: &mut WriteTx<'_>,
    ctx: &Context,
    collection: CollectionId,
    comment: &Comment,
) -> Result<(), Failure> {
    let began_it = !comment.is_reply() && ctx.actor.id == Some(comment.author);
    if began_it || may_update(tx, ctx, collection, &comment.on.record)? {
        return Ok(());
    }
    Err(ctx.refused("only who began a thread, and who may change the record, may resolve or reopen it"))
}

fn refuse_other_version(comment: &Comment, wanted: Option<i64>) -> Result<(), Failure> {
    match wanted {
        Some(wanted) if wanted != comment.version => Err(Problem::new(
            Code::VersionMismatch,
            format!(
                "the comment is at version {}, not {wanted}: read it again, then repeat the change",
                comment.version
            ),
        )
        .into()),
        _ => Ok(()),
    }
}
