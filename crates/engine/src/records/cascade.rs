//! What a delete takes with it.
//!
//! The database would act on foreign keys too, but silently; every record that goes, comes back or changes here has its
//! own journal entry. Records deleted together share the time in `deleted_at`, and by it they come back together.

use std::collections::{BTreeMap, HashMap, HashSet};

use mainstay_core::definition::{Collection, CollectionId, OnDelete, SystemField};
use mainstay_core::{Code, FieldId, Problem, RecordId, Value, limits};
use mainstay_store::WriteTx;
use mainstay_store::comments::remove_comments_of;
use mainstay_store::journal::Kind;
use mainstay_store::records::{ReferencePlan, read_values, replace_links};
use mainstay_store::sql::{Arguments, Statement, update_statement};
use mainstay_store::tx::Bind;
use mainstay_store::{accounts, sessions, trash};

use super::update::version_of;
use super::write::{payload, record_entry, some_values_json, values_json};
use crate::auth::forget_after_commit;
use crate::context::Context;
use crate::failure::{Failure, explain};

/// A record on its way out, with its stored values.
pub(super) struct Leaving {
    pub(super) collection: CollectionId,
    pub(super) id: RecordId,
    pub(super) values: Vec<Value>,
}

/// Deletes a record, and first what cascades from it.
pub(super) fn remove_with_dependents(
    tx: &mut WriteTx<'_>,
    ctx: &Context,
    collection: CollectionId,
    id: RecordId,
    values: &[Value],
) -> Result<(), Failure> {
    let mut waiting = vec![Leaving {
        collection,
        id,
        values: values.to_vec(),
    }];
    let mut order: Vec<Leaving> = Vec::new();
    let mut known = HashSet::from([id]);
    while let Some(next) = waiting.pop() {
        let found = cascading(tx, ctx, &next)?;
        waiting.extend(found.into_iter().filter(|found| known.insert(found.id)));
        // Before each of them is asked for what goes with it.
        if known.len() > limits::CASCADE_RECORDS_MAX {
            return Err(Problem::new(
                Code::TooManyCascades,
                format!(
                    "more than {} records would go with this one; delete in parts",
                    limits::CASCADE_RECORDS_MAX
                ),
            )
            .into());
        }
        order.push(next);
    }
    refuse_restricted(tx, ctx, &order, &known)?;
    for leaving in order
        .iter()
        .filter(|leaving| !ctx.of(leaving.collection).soft_delete)
    {
        empty_references(tx, ctx, leaving, &known)?;
    }
    if ctx.of(collection).soft_delete {
        note_deletion(tx, ctx, &order)?;
    }
    for leaving in removal_order(ctx, order) {
        remove(tx, ctx, &leaving)?;
    }
    Ok(())
}

/// Puts a deletion into the trash: the record that was asked for comes first.
fn note_deletion(tx: &mut WriteTx<'_>, ctx: &Context, order: &[Leaving]) -> Result<(), Failure> {
    let Some((root, others)) = order.split_first() else {
        return Ok(());
    };
    let mut took: BTreeMap<&str, usize> = BTreeMap::new();
    for other in others {
        *took.entry(ctx.of(other.collection).name.as_str()).or_default() += 1;
    }
    let took = serde_json::json!(took).to_string();
    trash::put(tx, ctx.of(root.collection), &root.id, ctx.now, ctx.actor, &took)?;
    Ok(())
}

/// Whoever points to another goes before it. Records that point to one another in a circle come last, in any order: there
/// the first takes the others along.
pub(super) fn removal_order(ctx: &Context, found: Vec<Leaving>) -> Vec<Leaving> {
    let places: HashMap<RecordId, usize> = found
        .iter()
        .enumerate()
        .map(|(place, leaving)| (leaving.id, place))
        .collect();
    let targets: Vec<Vec<usize>> = found
        .iter()
        .map(|leaving| targets_of(ctx, leaving, &places))
        .collect();
    let mut referrers = vec![0_usize; found.len()];
    for target in targets.iter().flatten() {
        referrers[*target] += 1;
    }
    let mut ready: Vec<usize> = (0..found.len()).filter(|place| referrers[*place] == 0).collect();
    let mut rank = vec![usize::MAX; found.len()];
    let mut next_rank = 0;
    while let Some(place) = ready.pop() {
        rank[place] = next_rank;
        next_rank += 1;
        for target in &targets[place] {
            referrers[*target] -= 1;
            if referrers[*target] == 0 {
                ready.push(*target);
            }
        }
    }
    let mut ranked: Vec<(usize, Leaving)> = rank.into_iter().zip(found).collect();
    ranked.sort_by_key(|(rank, _)| *rank);
    ranked.into_iter().map(|(_, leaving)| leaving).collect()
}

fn targets_of(ctx: &Context, leaving: &Leaving, places: &HashMap<RecordId, usize>) -> Vec<usize> {
    let relations = ctx
        .of(leaving.collection)
        .fields
        .iter()
        .filter(|field| !field.system && field.relation().is_some());
    relations
        .filter_map(|field| match &leaving.values[usize::from(field.id.0)] {
            Value::Id(id) if *id != leaving.id => places.get(id).copied(),
            _ => None,
        })
        .collect()
}

fn cascading(tx: &mut WriteTx<'_>, ctx: &Context, leaving: &Leaving) -> Result<Vec<Leaving>, Failure> {
    let mut found = Vec::new();
    for reference in &ctx.plan(leaving.collection).references {
        let field = ctx.release.definition.field(reference.at);
        let relation = field.relation().expect("only relations refer");
        if relation.many || relation.on_delete != OnDelete::Cascade {
            continue;
        }
        // A soft delete leaves deleted ones alone, a hard one cannot.
        let statement = if ctx.of(leaving.collection).soft_delete {
            &reference.living
        } else {
            &reference.either
        };
        found.extend(find(tx, ctx, reference, statement, (&leaving.id, None))?);
    }
    Ok(found)
}

/// The records that point along the reference to `target`; with `deleted_at`, those deleted at that very time.
pub(super) fn find(
    tx: &mut WriteTx<'_>,
    ctx: &Context,
    reference: &ReferencePlan,
    statement: &Statement,
    at: (&RecordId, Option<i64>),
) -> Result<Vec<Leaving>, Failure> {
    // One more than may go is enough to tell that there are too many.
    find_some(tx, ctx, reference, statement, at, limits::CASCADE_RECORDS_MAX + 1)
}

/// As `find`, so many at most.
pub(super) fn find_some(
    tx: &mut WriteTx<'_>,
    ctx: &Context,
    reference: &ReferencePlan,
    statement: &Statement,
    (target, deleted_at): (&RecordId, Option<i64>),
    enough: usize,
) -> Result<Vec<Leaving>, Failure> {
    let enough = i64::try_from(enough).unwrap_or(i64::MAX);
    let arguments = [Bind::from(target), Bind::from(deleted_at), Bind::Int(enough)];
    let collection = ctx.of(reference.at.collection);
    let columns = &ctx.plan(collection.id).all;
    let mut found = Vec::new();
    tx.query::<Failure>(
        &statement.text,
        &statement.binds(&ctx.arguments(&arguments)),
        |row| {
            let values = read_values(collection, columns, row)?;
            found.push(Leaving {
                collection: collection.id,
                id: row.id(0)?,
                values,
            });
            Ok(())
        },
    )?;
    Ok(found)
}

fn refuse_restricted(
    tx: &mut WriteTx<'_>,
    ctx: &Context,
    order: &[Leaving],
    known: &HashSet<RecordId>,
) -> Result<(), Failure> {
    for leaving in order {
        for reference in &ctx.plan(leaving.collection).references {
            let field = ctx.release.definition.field(reference.at);
            if field
                .relation()
                .is_none_or(|relation| relation.on_delete != OnDelete::Restrict)
            {
                continue;
            }
            if is_held(tx, ctx, reference, leaving, known)? {
                let holder = ctx.of(reference.at.collection);
                let detail = format!(
                    "records of {} still point here through `{}`",
                    holder.name, field.name
                );
                return Err(Problem::new(Code::Restricted, detail).into());
            }
        }
    }
    Ok(())
}

/// Does a record that stays point along the reference to one that goes?
fn is_held(
    tx: &mut WriteTx<'_>,
    ctx: &Context,
    reference: &ReferencePlan,
    leaving: &Leaving,
    known: &HashSet<RecordId>,
) -> Result<bool, Failure> {
    let statement = if ctx.of(leaving.collection).soft_delete {
        &reference.living_ids
    } else {
        &reference.either_ids
    };
    // Among one more than go, one must stay.
    let enough = i64::try_from(known.len() + 1).unwrap_or(i64::MAX);
    let arguments = [Bind::from(&leaving.id), Bind::Null, Bind::Int(enough)];
    let mut held = false;
    tx.query::<Failure>(
        &statement.text,
        &statement.binds(&ctx.arguments(&arguments)),
        |row| {
            held |= !known.contains(&row.id(0)?);
            Ok(())
        },
    )?;
    Ok(held)
}

/// `set_null` where the target really goes; behind a soft delete the reference waits for it to come back.
pub(super) fn empty_references(
    tx: &mut WriteTx<'_>,
    ctx: &Context,
    leaving: &Leaving,
    known: &HashSet<RecordId>,
) -> Result<(), Failure> {
    for reference in &ctx.plan(leaving.collection).references {
        let field = ctx.release.definition.field(reference.at);
        if field
            .relation()
            .is_none_or(|relation| relation.on_delete != OnDelete::SetNull)
        {
            continue;
        }
        for mut holder in find(tx, ctx, reference, &reference.either, (&leaving.id, None))? {
            if known.contains(&holder.id) {
                continue;
            }
            let collection = ctx.of(holder.collection);
            let before = some_values_json(collection, &[field.id], &holder.values);
            holder.values[usize::from(field.id.0)] = Value::Null;
            let version = write_columns(tx, ctx, collection, &mut holder, &[field.id])?;
            let after = some_values_json(collection, &[field.id], &holder.values);
            let entry = payload(Some(&before), Some(&after));
            record_entry(
                tx,
                ctx,
                Kind::RecordUpdated,
                collection,
                (holder.id, version),
                &entry,
            )?;
        }
    }
    Ok(())
}

fn remove(tx: &mut WriteTx<'_>, ctx: &Context, leaving: &Leaving) -> Result<(), Failure> {
    let collection = ctx.of(leaving.collection);
    let version = if collection.soft_delete {
        let mut gone = Leaving {
            values: leaving.values.clone(),
            ..*leaving
        };
        gone.values[usize::from(SystemField::DeletedAt.id().0)] = Value::timestamp(ctx.now);
        let version = write_columns(tx, ctx, collection, &mut gone, &[SystemField::DeletedAt.id()])?;
        if leaving.collection == ctx.release.definition.users {
            sessions::end_sessions(tx, &leaving.id)?;
            forget_after_commit(tx, ctx, leaving.collection, leaving.id);
        }
        version
    } else {
        erase(tx, ctx, leaving)?
    };
    let plan = ctx.plan(leaving.collection);
    let old = values_json(collection, &plan.all, &leaving.values);
    record_entry(
        tx,
        ctx,
        Kind::RecordDeleted,
        collection,
        (leaving.id, version),
        &payload(Some(&old), None),
    )?;
    Ok(())
}

/// Removes a record for good, with what is ours of it; gives the version that it would have now. The one place where rows
/// of records go.
pub(super) fn erase(tx: &mut WriteTx<'_>, ctx: &Context, leaving: &Leaving) -> Result<i64, Failure> {
    let collection = ctx.of(leaving.collection);
    let plan = ctx.plan(leaving.collection);
    let target = [Bind::from(&leaving.id)];
    for field in collection.fields.iter().filter(|field| !field.is_column()) {
        // Its own links go first: it may be linked to itself.
        replace_links(tx, collection, field, &leaving.id, &[])?;
    }
    let is_user = leaving.collection == ctx.release.definition.users;
    if is_user {
        accounts::remove_account(tx, &leaving.id)?;
    }
    // One that hangs on two records that go may have gone with the other one already, by its foreign key.
    tx.execute(&plan.delete.text, &plan.delete.binds(&ctx.arguments(&target)))
        .map_err(|error| explain(error, collection))?;
    remove_comments_of(tx, collection.first_name(), &[leaving.id])?;
    if is_user {
        sessions::end_sessions(tx, &leaving.id)?;
        forget_after_commit(tx, ctx, leaving.collection, leaving.id);
    }
    Ok(version_of(&leaving.values) + 1)
}

/// Writes some columns of a record as its next version, and gives that version.
pub(super) fn write_columns(
    tx: &mut WriteTx<'_>,
    ctx: &Context,
    collection: &Collection,
    record: &mut Leaving,
    columns: &[FieldId],
) -> Result<i64, Failure> {
    let version = version_of(&record.values) + 1;
    record.values[usize::from(SystemField::Version.id().0)] = Value::Int(version);
    record.values[usize::from(SystemField::UpdatedAt.id().0)] = Value::timestamp(ctx.now);
    let statement = update_statement(collection, columns);
    let position = [Bind::from(&record.id), Bind::Int(version - 1)];
    let arguments = Arguments {
        input: &record.values,
        ..ctx.arguments(&position)
    };
    tx.execute_one(&statement.text, &statement.binds(&arguments))
        .map_err(|error| explain(error, collection))?;
    Ok(version)
}
