//! The records of a version, written back: each is changed, restored or created again as it stands now.

use std::collections::{BTreeSet, HashMap, HashSet};

use mainstay_core::definition::{CollectionId, OnDelete, SystemField};
use mainstay_core::{Code, FieldError, FieldId, Problem, RecordId, Timestamp, Value, values};
use mainstay_store::journal::{Changes, Kind, last_version};
use mainstay_store::records::read_values;
use mainstay_store::tx::Bind;
use mainstay_store::{WriteTx, trash};

use super::restore::{Done, at_record};
use super::tree::Node;
use crate::context::Context;
use crate::failure::Failure;
use crate::records::cascade::{Leaving, find, removal_order, write_columns};
use crate::records::create::insert_in;
use crate::records::draft::{Draft, draft_from_values};
use crate::records::update::update_in;
use crate::records::write::{
    holds, payload, record_entry, refuse_broken_checks, refuse_missing_targets, values_json,
};

/// The fields that a version knows of each of its records: of the others the values of today stay.
type Known = HashMap<RecordId, BTreeSet<FieldId>>;

/// Writes every record of a version back.
pub(super) fn write_all(
    tx: &mut WriteTx<'_>,
    ctx: &Context,
    kept: Vec<Node>,
    done: &mut Done,
) -> Result<(), Failure> {
    let (typed, known) = typed(ctx, kept)?;
    let mut restored = Vec::new();
    // Whoever is pointed to comes before whoever points.
    for one in removal_order(ctx, typed).into_iter().rev() {
        let place = (one.collection, one.id);
        let written = write_one(tx, ctx, &one, &known, done);
        if written.map_err(|failure| at_record(ctx, failure, place.0, place.1))? == Written::Restored {
            restored.push(place);
        }
    }
    // Only now: what one of them needs may have come back with another.
    for (collection, id) in restored {
        refuse_unfit(tx, ctx, collection, id).map_err(|failure| at_record(ctx, failure, collection, id))?;
    }
    Ok(())
}

/// The values of the version as the fields of today take them: each must fit before any is written.
fn typed(ctx: &Context, kept: Vec<Node>) -> Result<(Vec<Leaving>, Known), Failure> {
    let mut typed = Vec::with_capacity(kept.len());
    let mut known = Known::new();
    for node in kept {
        let of = ctx.of(node.collection);
        let mut values = vec![Value::Null; of.fields.len()];
        let mut errors: Vec<FieldError> = Vec::new();
        let mut fields = BTreeSet::new();
        for (id, json) in node.values {
            let field = of.field(id);
            match values::accept(field, json) {
                Ok(value) => {
                    values[usize::from(id.0)] = value;
                    fields.insert(id);
                }
                // What Mainstay sets by itself is not put back.
                Err(_) if field.system => {}
                Err(refusal) => errors.push(refusal.at(field.name.to_string())),
            }
        }
        if !errors.is_empty() {
            let failure = Problem::validation(errors).into();
            return Err(at_record(ctx, failure, node.collection, node.id));
        }
        known.insert(node.id, fields);
        typed.push(Leaving {
            collection: node.collection,
            id: node.id,
            values,
        });
    }
    Ok((typed, known))
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Written {
    Restored,
    Otherwise,
}

fn write_one(
    tx: &mut WriteTx<'_>,
    ctx: &Context,
    wanted: &Leaving,
    known: &Known,
    done: &mut Done,
) -> Result<Written, Failure> {
    let fields = &known[&wanted.id];
    let Some(stored) = read_stored(tx, ctx, wanted.collection, wanted.id)? else {
        create_again(tx, ctx, wanted, fields)?;
        done.created += 1;
        return Ok(Written::Otherwise);
    };
    let is_deleted = ctx.of(wanted.collection).soft_delete && deleted_at(&stored).is_some();
    if is_deleted {
        let leaving = Leaving {
            values: stored.clone(),
            ..*wanted
        };
        undelete(tx, ctx, leaving, known)?;
        done.restored += 1;
    }
    let changed = change(tx, ctx, wanted, fields, &stored)?;
    if is_deleted {
        return Ok(Written::Restored);
    }
    done.changed += usize::from(changed);
    Ok(Written::Otherwise)
}

fn deleted_at(values: &[Value]) -> Option<i64> {
    match values[usize::from(SystemField::DeletedAt.id().0)] {
        Value::Int(at) => Some(at),
        _ => None,
    }
}

fn read_stored(
    tx: &mut WriteTx<'_>,
    ctx: &Context,
    collection: CollectionId,
    id: RecordId,
) -> Result<Option<Vec<Value>>, Failure> {
    let plan = ctx.plan(collection);
    let target = [Bind::from(&id)];
    let statement = &plan.select_all_either;
    tx.query_first(
        &statement.text,
        &statement.binds(&ctx.arguments(&target)),
        |row| read_values(ctx.of(collection), &plan.all, row).map_err(Failure::from),
    )
}

/// Changes what differs, as a client would. What is read-only stays as it is now.
fn change(
    tx: &mut WriteTx<'_>,
    ctx: &Context,
    wanted: &Leaving,
    fields: &BTreeSet<FieldId>,
    stored: &[Value],
) -> Result<bool, Failure> {
    let of = ctx.of(wanted.collection);
    let value = |id: &FieldId| &wanted.values[usize::from(id.0)];
    let settable = fields.iter().filter(|id| {
        let field = of.field(**id);
        !field.system && !field.read_only
    });
    let differing: Vec<FieldId> = settable
        .filter(|id| *value(id) != stored[usize::from(id.0)])
        .copied()
        .collect();
    // A record that is as it was is left alone, whoever may read it.
    if differing.is_empty() {
        return Ok(false);
    }
    let mut draft = Draft {
        values: vec![Value::Null; of.fields.len()],
        given: Vec::new(),
    };
    for id in differing {
        draft.set(id, value(&id).clone());
        draft.given.push(id);
    }
    update_in(tx, ctx, wanted.collection, wanted.id, None, &draft)?;
    Ok(true)
}

/// Brings one deleted record back. What went with it and is in the version comes back by itself; what is not becomes a
/// deletion of its own.
fn undelete(tx: &mut WriteTx<'_>, ctx: &Context, mut record: Leaving, known: &Known) -> Result<(), Failure> {
    let of = ctx.of(record.collection);
    let target = [Bind::from(&record.id)];
    let allowed = match &ctx.rules(record.collection).may_restore {
        Some(rule) => holds(tx, rule, &ctx.arguments(&target))?,
        None => false,
    };
    if !allowed {
        return Err(Problem::not_found().into());
    }
    if trash::find(tx, of, &record.id)?.is_some_and(|trashed| trashed.purging) {
        let detail = "the record is being removed for good, and part of it is gone already";
        return Err(Problem::new(Code::Conflict, detail).into());
    }
    leave_others(tx, ctx, &record, known)?;
    record.values[usize::from(SystemField::DeletedAt.id().0)] = Value::Null;
    let version = write_columns(tx, ctx, of, &mut record, &[SystemField::DeletedAt.id()])?;
    trash::forget(tx, of, &record.id)?;
    let new = values_json(of, &ctx.plan(record.collection).all, &record.values);
    let entry = payload(None, Some(&new));
    record_entry(tx, ctx, Kind::RecordRestored, of, (record.id, version), &entry)?;
    Ok(())
}

fn leave_others(tx: &mut WriteTx<'_>, ctx: &Context, record: &Leaving, known: &Known) -> Result<(), Failure> {
    let at = deleted_at(&record.values);
    let Some(time) = at.and_then(Timestamp::from_micros) else {
        return Ok(());
    };
    for reference in &ctx.plan(record.collection).references {
        let relation = ctx.release.definition.field(reference.at).relation();
        let relation = relation.expect("only relations refer");
        let from = ctx.of(reference.at.collection);
        if relation.many || relation.on_delete != OnDelete::Cascade || !from.soft_delete {
            continue;
        }
        for other in find(tx, ctx, reference, &reference.deleted_with, (&record.id, at))? {
            if !known.contains_key(&other.id) {
                trash::put(tx, from, &other.id, time, ctx.actor, "{}")?;
            }
        }
    }
    Ok(())
}

/// Creates a record that was deleted for good under its id again. Its versions go on from the last one.
fn create_again(
    tx: &mut WriteTx<'_>,
    ctx: &Context,
    wanted: &Leaving,
    fields: &BTreeSet<FieldId>,
) -> Result<(), Failure> {
    let of = ctx.of(wanted.collection);
    let declared = fields.iter().filter(|id| !of.field(**id).system);
    let mut given: Vec<(FieldId, Value)> = declared
        .map(|id| (*id, wanted.values[usize::from(id.0)].clone()))
        .collect();
    given.push((SystemField::Id.id(), Value::Id(wanted.id)));
    let mut draft = draft_from_values(ctx, of, given)?;
    let last = last_version(tx, &Changes::of(of, wanted.id))?.map_or(0, |(version, _)| version);
    draft.set(SystemField::Version.id(), Value::Int(last + 1));
    let created_at = &wanted.values[usize::from(SystemField::CreatedAt.id().0)];
    if !created_at.is_null() {
        draft.set(SystemField::CreatedAt.id(), created_at.clone());
    }
    draft.set(SystemField::CreatedBy.id(), creator(tx, ctx, wanted)?);
    insert_in(tx, ctx, wanted.collection, &draft)?;
    Ok(())
}

/// Who created it then, unless that user is gone.
fn creator(tx: &mut WriteTx<'_>, ctx: &Context, wanted: &Leaving) -> Result<Value, Failure> {
    let creator = &wanted.values[usize::from(SystemField::CreatedBy.id().0)];
    let Value::Id(user) = creator else {
        return Ok(Value::Null);
    };
    let target = [Bind::from(user)];
    let users = ctx.plan(ctx.release.definition.users);
    let is_there = holds(tx, &users.select_all_either, &ctx.arguments(&target))?;
    Ok(if is_there { creator.clone() } else { Value::Null })
}

/// A record that came back must be whole again: its relations lead somewhere, its checks hold.
fn refuse_unfit(
    tx: &mut WriteTx<'_>,
    ctx: &Context,
    collection: CollectionId,
    id: RecordId,
) -> Result<(), Failure> {
    let of = ctx.of(collection);
    let stored = read_stored(tx, ctx, collection, id)?.ok_or_else(Problem::not_found)?;
    let needed: HashSet<FieldId> = of
        .fields
        .iter()
        .filter(|field| {
            let cascades =
                |relation: &mainstay_core::definition::Relation| relation.on_delete == OnDelete::Cascade;
            !field.system && (field.required || field.relation().is_some_and(cascades))
        })
        .map(|field| field.id)
        .collect();
    let needed: Vec<FieldId> = needed.into_iter().collect();
    refuse_missing_targets(tx, ctx, of, &needed, &stored)?;
    refuse_broken_checks(tx, ctx, collection, &id)
}
