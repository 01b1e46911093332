//! Reactions: an emoji or a short word by each user.

use mainstay_core::{Code, Problem, RecordId, limits};
use mainstay_store::comments::{self, Comment, Reaction};
use mainstay_store::journal::Kind;
use mainstay_store::{Priority, WriteTx};
use serde_json::json;

use super::{
    author, comment_json, find_readable, outcome, record_comment_entry, refuse_comments, refuse_deleted,
    unchanged,
};
use crate::context::Context;
use crate::failure::Failure;
use crate::records::{IdempotencyKey, Outcome, OutcomeKind, once};

/// Reacts to a comment; nothing happens when the user has done so already.
pub async fn add_reaction(
    ctx: &Context,
    id: RecordId,
    emoji: String,
    key: Option<IdempotencyKey>,
) -> Result<Outcome, Failure> {
    refuse_no_reaction(&emoji)?;
    ctx.write(Priority::Interactive, move |tx, ctx| {
        once(tx, ctx, key.as_ref(), |tx| add_in(tx, ctx, id, &emoji))
    })
    .await
}

/// Takes a reaction back; nothing happens when there is none.
pub async fn remove_reaction(
    ctx: &Context,
    id: RecordId,
    emoji: String,
    key: Option<IdempotencyKey>,
) -> Result<Outcome, Failure> {
    refuse_no_reaction(&emoji)?;
    ctx.write(Priority::Interactive, move |tx, ctx| {
        once(tx, ctx, key.as_ref(), |tx| remove_in(tx, ctx, id, &emoji))
    })
    .await
}

fn refuse_no_reaction(emoji: &str) -> Result<(), Problem> {
    let max = limits::REACTION_CHARACTERS_MAX;
    let is_hidden = |character: char| character.is_control() || character.is_whitespace();
    if emoji.is_empty() || emoji.chars().count() > max || emoji.contains(is_hidden) {
        let message = format!("must be an emoji or a word of 1 to {max} characters without spaces");
        return Err(Problem::field(Code::ValidationFailed, "emoji", message));
    }
    Ok(())
}

fn add_in(tx: &mut WriteTx<'_>, ctx: &Context, id: RecordId, emoji: &str) -> Result<Outcome, Failure> {
    let (collection, mut comment) = find_readable(tx, ctx, &id)?;
    let user = refuse_comments(tx, ctx, collection, &comment.on.record)?;
    let collection = ctx.of(collection);
    refuse_deleted(&comment)?;
    let known = comment.reactions.iter_mut().find(|known| known.emoji == emoji);
    if known.as_ref().is_some_and(|known| known.users.contains(&user)) {
        return Ok(unchanged(collection, &comment));
    }
    match known {
        Some(known) => known.users.push(user),
        None => comment.reactions.push(Reaction {
            emoji: emoji.to_owned(),
            users: vec![user],
        }),
    }
    refuse_too_many(&comment)?;
    comments::react(tx, &comment.id, emoji, &user, ctx.now)?;
    write_reaction(tx, ctx, Kind::CommentReacted, &comment, emoji)
}

fn remove_in(tx: &mut WriteTx<'_>, ctx: &Context, id: RecordId, emoji: &str) -> Result<Outcome, Failure> {
    let (collection, mut comment) = find_readable(tx, ctx, &id)?;
    let user = author(ctx)?;
    let known = comment.reactions.iter_mut().find(|known| known.emoji == emoji);
    let Some(known) = known.filter(|known| known.users.contains(&user)) else {
        return Ok(unchanged(ctx.of(collection), &comment));
    };
    known.users.retain(|known| *known != user);
    comment.reactions.retain(|known| !known.users.is_empty());
    comments::unreact(tx, &comment.id, emoji, &user)?;
    write_reaction(tx, ctx, Kind::CommentUnreacted, &comment, emoji)
}

fn refuse_too_many(comment: &Comment) -> Result<(), Failure> {
    let given: usize = comment.reactions.iter().map(|known| known.users.len()).sum();
    if given <= limits::REACTIONS_MAX && comment.reactions.len() <= limits::REACTION_KINDS_MAX {
        return Ok(());
    }
    let detail = format!(
        "a comment takes at most {} reactions, of {} kinds; this one is full",
        limits::REACTIONS_MAX,
        limits::REACTION_KINDS_MAX
    );
    Err(Problem::new(Code::Conflict, detail).into())
}

/// A reaction leaves the version as it is: whoever edits the comment meanwhile has missed nothing.
fn write_reaction(
    tx: &mut WriteTx<'_>,
    ctx: &Context,
    kind: Kind,
    comment: &Comment,
    emoji: &str,
) -> Result<Outcome, Failure> {
    let collection = ctx
        .release
        .definition
        .find_by_first_name(&comment.on.collection)
        .ok_or_else(Problem::not_found)?;
    let shown = comment_json(collection, comment);
    let payload = json!({"comment": shown, "emoji": emoji});
    record_comment_entry(tx, ctx, kind, collection, comment, &payload)?;
    Ok(outcome(OutcomeKind::Changed, comment, &shown))
}
