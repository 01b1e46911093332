//! Deleting records: softly where declared, with what hangs on them.

use mainstay_core::RecordId;
use mainstay_core::definition::CollectionId;
use mainstay_store::tx::Bind;
use mainstay_store::{Priority, WriteTx};

use super::cascade::remove_with_dependents;
use super::idempotency::{IdempotencyKey, once};
use super::members::refuse_ownerless;
use super::outcome::{Outcome, OutcomeKind};
use super::update::{read_for_write, refuse_other_version, refuse_unless, version_of};
use crate::context::Context;
use crate::failure::Failure;

/// Deletes a record. With `if_version` a record that is at another version stays.
pub async fn delete_record(
    ctx: &Context,
    collection: CollectionId,
    id: RecordId,
    if_version: Option<i64>,
    key: Option<IdempotencyKey>,
) -> Result<Outcome, Failure> {
    ctx.write(Priority::Interactive, move |tx, ctx| {
        once(tx, ctx, key.as_ref(), |tx| {
            delete_in(tx, ctx, collection, id, if_version)
        })
    })
    .await
}

/// Deletes a record without asking a rule, in the name of the actor: whoever calls has asked another one.
pub(crate) fn delete_unasked(
    tx: &mut WriteTx<'_>,
    ctx: &Context,
    collection: CollectionId,
    id: RecordId,
) -> Result<(), Failure> {
    let old = read_for_write(tx, ctx, collection, id)?;
    remove_with_dependents(tx, ctx, collection, id, &old)
}

/// Deletes a record inside a transaction.
pub(crate) fn delete_in(
    tx: &mut WriteTx<'_>,
    ctx: &Context,
    collection_id: CollectionId,
    id: RecordId,
    if_version: Option<i64>,
) -> Result<Outcome, Failure> {
    let old = read_for_write(tx, ctx, collection_id, id)?;
    let target = [Bind::from(&id)];
    let rule = ctx.rules(collection_id).may_delete.as_ref();
    let refusal = "the rule for deleting this record does not allow it";
    refuse_unless(tx, ctx, collection_id, id, rule, &ctx.arguments(&target), refusal)?;
    let version = version_of(&old);
    refuse_other_version(version, if_version)?;
    remove_with_dependents(tx, ctx, collection_id, id, &old)?;
    refuse_ownerless(tx, ctx, ctx.of(collection_id), &old)?;
    Ok(Outcome::new(OutcomeKind::Removed, id, version + 1, Vec::new()))
}
