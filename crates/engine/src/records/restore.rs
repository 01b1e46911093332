//! Restoring what was deleted softly.

use mainstay_core::definition::CollectionId;
use mainstay_core::{Code, Problem, RecordId};
use mainstay_store::records::read_values;
use mainstay_store::tx::Bind;
use mainstay_store::{Priority, WriteTx};

use super::cascade::restore_with_dependents;
use super::idempotency::{IdempotencyKey, once};
use super::outcome::{Outcome, OutcomeKind};
use super::write::{holds, values_json};
use crate::environment::Context;
use crate::failure::Failure;

/// Restores a deleted record with everything that was deleted with it. Whoever may delete it may restore it.
pub async fn restore_record(
    ctx: &Context,
    collection: CollectionId,
    id: RecordId,
    key: Option<IdempotencyKey>,
) -> Result<Outcome, Failure> {
    let ctx = ctx.clone();
    let environment = std::sync::Arc::clone(&ctx.environment);
    environment
        .db
        .write(Priority::Interactive, move |tx| {
            once(tx, &ctx, key.as_ref(), |tx| restore_in(tx, &ctx, collection, id))
        })
        .await
}

/// Restores a record inside a transaction.
pub(crate) fn restore_in(
    tx: &mut WriteTx<'_>,
    ctx: &Context,
    collection_id: CollectionId,
    id: RecordId,
) -> Result<Outcome, Failure> {
    let collection = ctx.of(collection_id);
    if !collection.soft_delete {
        let detail = format!(
            "records of {} are deleted for good: its definition has no soft_delete",
            collection.name
        );
        return Err(Problem::new(Code::Conflict, detail).into());
    }
    let target = [Bind::from(&id)];
    let arguments = ctx.arguments(&target);
    let allowed = match &ctx.rules(collection_id).may_restore {
        Some(rule) => holds(tx, rule, &arguments)?,
        None => false,
    };
    if !allowed {
        return Err(Problem::not_found().into());
    }
    let plan = ctx.plan(collection_id);
    let statement = &plan.select_all_either;
    let values = tx.query_first(&statement.text, &statement.binds(&arguments), |row| {
        read_values(collection, &plan.all, row).map_err(Failure::from)
    })?;
    let values = values.ok_or_else(Problem::not_found)?;
    let (version, restored) = restore_with_dependents(tx, ctx, collection_id, id, &values)?;
    let body = values_json(collection, &plan.public, &restored);
    Ok(Outcome::new(OutcomeKind::Changed, id, version, body))
}
