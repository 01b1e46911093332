//! Comments on records: threads of one level, with mentions and reactions.
//!
//! Comments are no records: they have no collection and no rules of their own. Who may read a record may read what is
//! said about it. `docs/decisions/0025-comments.md` has the reasons.

mod change;
mod create;
mod input;
mod list;
mod mentions;
mod react;

pub use change::{delete_comment, edit_comment, reopen_comment, resolve_comment};
pub use create::create_comment;
pub use input::{CommentEdit, NewComment};
pub use list::{CommentQuery, list_comments};
pub use react::{add_reaction, remove_reaction};

use mainstay_core::definition::{Collection, CollectionId};
use mainstay_core::{Action, Code, Problem, RecordId};
use mainstay_store::comments::{self, Comment, On};
use mainstay_store::journal::{Entry, Kind, append};
use mainstay_store::{Tx, WriteTx};
use serde_json::{Value as Json, json};

use crate::auth::KeyGrant;
use crate::context::Context;
use crate::failure::Failure;
use crate::records::{Outcome, OutcomeKind, may_comment, may_read};

/// What `_comments` and its kin call a record.
pub(crate) fn on(collection: &Collection, record: RecordId) -> On {
    On {
        collection: collection.first_name().to_owned(),
        record,
    }
}

/// A comment as the API shows it, and the journal: the same for everybody who may read the record.
pub(crate) fn comment_json(collection: &Collection, comment: &Comment) -> Json {
    let deleted = comment.deleted_at.is_some();
    let reactions = comment.reactions.iter().map(|reaction| {
        let users: Vec<String> = reaction.users.iter().map(RecordId::to_string).collect();
        json!({"emoji": reaction.emoji, "users": users})
    });
    json!({
        "id": comment.id.to_string(),
        "collection": collection.name.as_str(),
        "record_id": comment.on.record.to_string(),
        "parent": comment.is_reply().then(|| comment.thread.to_string()),
        "field": comment.field,
        "author": comment.author.to_string(),
        "body": (!deleted).then_some(&comment.body),
        "mentions": comment.mentions.iter().map(RecordId::to_string).collect::<Vec<_>>(),
        "reactions": reactions.collect::<Vec<_>>(),
        "version": comment.version,
        "created_at": comment.created_at.to_string(),
        "edited_at": comment.edited_at.map(|at| at.to_string()),
        "resolved_at": comment.resolved.map(|resolved| resolved.at.to_string()),
        "resolved_by": comment.resolved.map(|resolved| resolved.by.to_string()),
        "deleted_at": comment.deleted_at.map(|at| at.to_string()),
    })
}

/// Where comments are switched off there are none, for anybody.
fn refuse_without_comments(collection: &Collection) -> Result<(), Failure> {
    if collection.comments {
        return Ok(());
    }
    let detail = format!(
        "nobody can comment on records of {}: its definition has no `comments`",
        collection.name
    );
    Err(Problem::new(Code::NotFound, detail).into())
}

/// A comment that the actor may read, to do something with it, and the collection of its record.
fn find_readable(tx: &mut Tx<'_>, ctx: &Context, id: &RecordId) -> Result<(CollectionId, Comment), Failure> {
    let comment = comments::find(tx, id)?.ok_or_else(Problem::not_found)?;
    let definition = &ctx.release.definition;
    let collection = definition
        .find_by_first_name(&comment.on.collection)
        .filter(|collection| collection.comments)
        .ok_or_else(Problem::not_found)?;
    if !may_read(tx, ctx, collection.id, &comment.on.record)? {
        return Err(Problem::not_found().into());
    }
    let has_scope = |key: &KeyGrant| key.scopes.permit(collection, Action::Comment);
    if !ctx.key.as_deref().is_none_or(has_scope) {
        return Err(ctx.refused("the API key does not have the scope to comment here"));
    }
    Ok((collection.id, comment))
}

/// The user who acts on comments; what they say needs somebody to have said it.
fn author(ctx: &Context) -> Result<RecordId, Failure> {
    ctx.actor
        .id
        .ok_or_else(|| ctx.refused("only somebody with an account may comment"))
}

/// Lets pass whoever may comment on a record that they may read.
fn refuse_comments(
    tx: &mut Tx<'_>,
    ctx: &Context,
    collection: CollectionId,
    record: &RecordId,
) -> Result<RecordId, Failure> {
    let author = author(ctx)?;
    if !may_comment(tx, ctx, collection, record)? {
        return Err(ctx.refused("the rule for comments does not allow it here"));
    }
    Ok(author)
}

fn refuse_deleted(comment: &Comment) -> Result<(), Failure> {
    match comment.deleted_at {
        None => Ok(()),
        Some(_) => Err(Problem::new(
            Code::Conflict,
            "the comment was deleted; only its replies are left",
        )
        .into()),
    }
}

/// Writes the journal entry of an act on a comment. The record's version is none of its business.
fn record_comment_entry(
    tx: &mut WriteTx<'_>,
    ctx: &Context,
    kind: Kind,
    collection: &Collection,
    comment: &Comment,
    payload: &Json,
) -> Result<(), Failure> {
    append(
        tx,
        &Entry {
            at: ctx.now,
            kind,
            actor: ctx.actor,
            origin: &ctx.origin,
            collection: Some(collection.name.as_str()),
            record_id: Some(comment.on.record),
            version: None,
            payload: &payload.to_string(),
        },
    )?;
    Ok(())
}

fn outcome(kind: OutcomeKind, comment: &Comment, shown: &Json) -> Outcome {
    let body = match kind {
        OutcomeKind::Removed => Vec::new(),
        OutcomeKind::Created | OutcomeKind::Changed => shown.to_string().into_bytes(),
    };
    Outcome::new(kind, comment.id, comment.version, body)
}

/// The comment as it is, when nothing had to be changed.
fn unchanged(collection: &Collection, comment: &Comment) -> Outcome {
    outcome(OutcomeKind::Changed, comment, &comment_json(collection, comment))
}
