//! Restoring what was deleted softly.

use std::collections::HashSet;

use mainstay_core::definition::{CollectionId, OnDelete, SystemField};
use mainstay_core::{Code, FieldId, Problem, RecordId, Value};
use mainstay_store::journal::Kind;
use mainstay_store::records::read_values;
use mainstay_store::tx::Bind;
use mainstay_store::{Priority, WriteTx, trash};

use super::cascade::{Leaving, find, write_columns};
use super::fields::shown_json;
use super::idempotency::{IdempotencyKey, once};
use super::outcome::{Outcome, OutcomeKind};
use super::update::version_of;
use super::write::{holds, payload, record_entry, refuse_broken_checks, refuse_missing_targets, values_json};
use crate::context::Context;
use crate::failure::Failure;

/// Restores a deleted record with everything that was deleted with it. Whoever may delete it may restore it.
pub async fn restore_record(
    ctx: &Context,
    collection: CollectionId,
    id: RecordId,
    key: Option<IdempotencyKey>,
) -> Result<Outcome, Failure> {
    ctx.write(Priority::Interactive, move |tx, ctx| {
        once(tx, ctx, key.as_ref(), |tx| restore_in(tx, ctx, collection, id))
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
    let body = shown_json(tx, ctx, collection_id, &id, &restored)?;
    Ok(Outcome::new(OutcomeKind::Changed, id, version, body))
}

/// Brings a deleted record back with what went with it; gives its new version and values.
fn restore_with_dependents(
    tx: &mut WriteTx<'_>,
    ctx: &Context,
    collection: CollectionId,
    id: RecordId,
    values: &[Value],
) -> Result<(i64, Vec<Value>), Failure> {
    let Value::Int(deleted_at) = values[usize::from(SystemField::DeletedAt.id().0)] else {
        return Err(Problem::not_found().into());
    };
    refuse_deleted_owner(tx, ctx, collection, values)?;
    if trash::find(tx, ctx.of(collection), &id)?.is_some_and(|trashed| trashed.purging) {
        let detail = "the record is being removed for good, and part of it is gone already";
        return Err(Problem::new(Code::Conflict, detail).into());
    }
    let mut restored: Vec<Leaving> = Vec::new();
    let mut known = HashSet::new();
    let mut waiting = vec![Leaving {
        collection,
        id,
        values: values.to_vec(),
    }];
    while let Some(mut next) = waiting.pop() {
        if !known.insert(next.id) {
            continue;
        }
        let of = ctx.of(next.collection);
        next.values[usize::from(SystemField::DeletedAt.id().0)] = Value::Null;
        let version = write_columns(tx, ctx, of, &mut next, &[SystemField::DeletedAt.id()])?;
        next.values[usize::from(SystemField::Version.id().0)] = Value::Int(version);
        trash::forget(tx, of, &next.id)?;
        let new = values_json(of, &ctx.plan(next.collection).all, &next.values);
        record_entry(
            tx,
            ctx,
            Kind::RecordRestored,
            of,
            (next.id, version),
            &payload(None, Some(&new)),
        )?;
        for reference in &ctx.plan(next.collection).references {
            let relation = ctx
                .release
                .definition
                .field(reference.at)
                .relation()
                .expect("only relations refer");
            if relation.many
                || relation.on_delete != OnDelete::Cascade
                || !ctx.of(reference.at.collection).soft_delete
            {
                continue;
            }
            let together = (&next.id, Some(deleted_at));
            waiting.extend(find(tx, ctx, reference, &reference.deleted_with, together)?);
        }
        restored.push(next);
    }
    // Only now: what one of them needs may have come back with another.
    for record in &restored {
        let of = ctx.of(record.collection);
        let needed: Vec<FieldId> = of
            .fields
            .iter()
            .filter(|field| field.required && !field.system)
            .map(|field| field.id)
            .collect();
        refuse_missing_targets(tx, ctx, of, &needed, &record.values)?;
        refuse_broken_checks(tx, ctx, record.collection, &record.id)?;
    }
    let first = restored.into_iter().next().ok_or_else(Problem::not_found)?;
    Ok((version_of(&first.values), first.values))
}

/// A record cannot come back into something that is itself deleted.
pub(super) fn refuse_deleted_owner(
    tx: &mut WriteTx<'_>,
    ctx: &Context,
    collection: CollectionId,
    values: &[Value],
) -> Result<(), Failure> {
    for field in &ctx.of(collection).fields {
        let Some(relation) = field
            .relation()
            .filter(|relation| relation.on_delete == OnDelete::Cascade)
        else {
            continue;
        };
        let Value::Id(owner) = &values[usize::from(field.id.0)] else {
            continue;
        };
        let statement = &ctx.plan(relation.to).select_all;
        if !holds(tx, statement, &ctx.arguments(&[Bind::from(owner)]))? {
            let detail = format!(
                "`{}` points to a deleted record; restore that one first",
                field.name
            );
            return Err(Problem::new(Code::Conflict, detail).into());
        }
    }
    Ok(())
}
