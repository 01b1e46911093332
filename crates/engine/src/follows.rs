//! Following records: who follows one is told of its comments and changes.

use mainstay_core::definition::CollectionId;
use mainstay_core::{Code, Problem, RecordId, limits};
use mainstay_store::comments::On;
use mainstay_store::{Priority, Tx, WriteTx, follows};

use crate::comments::on;
use crate::context::Context;
use crate::failure::Failure;
use crate::records::may_read;

/// Does the signed-in user follow the record?
pub async fn read_follow(ctx: &Context, collection: CollectionId, record: RecordId) -> Result<bool, Failure> {
    ctx.read(move |tx, ctx| {
        let (on, user) = followed(tx, ctx, collection, record)?;
        Ok(follows::is_following(tx, &on, &user)? == Some(true))
    })
    .await
}

/// Follows a record, until [`unfollow_record`].
pub async fn follow_record(ctx: &Context, collection: CollectionId, record: RecordId) -> Result<(), Failure> {
    ctx.write(Priority::Interactive, move |tx, ctx| {
        let (on, user) = followed(tx, ctx, collection, record)?;
        if follow(tx, ctx, &on, &user)? {
            return Ok(());
        }
        let detail = format!(
            "the record has {} followers already, and no more are possible",
            limits::FOLLOWERS_MAX
        );
        Err(Problem::new(Code::Conflict, detail).into())
    })
    .await
}

/// Stops following a record; commenting on it does not change that any more, being mentioned does not either.
pub async fn unfollow_record(
    ctx: &Context,
    collection: CollectionId,
    record: RecordId,
) -> Result<(), Failure> {
    ctx.write(Priority::Interactive, move |tx, ctx| {
        let (on, user) = followed(tx, ctx, collection, record)?;
        Ok::<_, Failure>(follows::follow(tx, &on, &user, false, ctx.now)?)
    })
    .await
}

/// The record, if the signed-in user may read it, and that user.
fn followed(
    tx: &mut Tx<'_>,
    ctx: &Context,
    collection: CollectionId,
    record: RecordId,
) -> Result<(On, RecordId), Failure> {
    if !may_read(tx, ctx, collection, &record)? {
        return Err(Problem::not_found().into());
    }
    let user = ctx
        .actor
        .id
        .ok_or_else(|| ctx.refused("only somebody with an account may follow records"))?;
    Ok((on(ctx.of(collection), record), user))
}

/// Follows, for somebody who has done what makes one follow, unless they have said that they do not want to.
pub(crate) fn follow_unless_refused(
    tx: &mut WriteTx<'_>,
    ctx: &Context,
    on: &On,
    user: &RecordId,
) -> Result<(), Failure> {
    if follows::is_following(tx, on, user)?.is_none() {
        // Where no more can follow, commenting goes on.
        follow(tx, ctx, on, user)?;
    }
    Ok(())
}

/// False when the record has as many followers as it can have.
fn follow(tx: &mut WriteTx<'_>, ctx: &Context, on: &On, user: &RecordId) -> Result<bool, Failure> {
    if follows::is_following(tx, on, user)? == Some(true) {
        return Ok(true);
    }
    if follows::followers(tx, on)? >= limits::FOLLOWERS_MAX {
        return Ok(false);
    }
    follows::follow(tx, on, user, true, ctx.now)?;
    Ok(true)
}
