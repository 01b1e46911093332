//! Removing a deleted record for good, with everything that hangs on it.
//!
//! Large trees go in slices, from the leaves up, each slice one short transaction: the record itself goes last, and once
//! the first slice is gone nothing of it can be restored. A process that stops in between leaves the rest to the
//! housekeeping of the next hour.

use std::collections::HashSet;

use mainstay_core::definition::{CollectionId, OnDelete, SystemField};
use mainstay_core::{Code, Problem, RecordId, Value, limits};
use mainstay_store::journal::Kind;
use mainstay_store::records::read_values;
use mainstay_store::tx::Bind;
use mainstay_store::{Priority, WriteTx, trash};

use crate::context::Context;
use crate::failure::Failure;
use crate::records::cascade::{Leaving, empty_references, erase, find_some, removal_order};
use crate::records::write::{holds, record_entry};

/// What one slice has done.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Slice {
    More,
    Done,
}

/// Who asks for it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Asked {
    /// Somebody who must pass the rule for deleting, or be an administrator.
    ByCaller,
    /// Nobody: the record has had its time, or a slice of it is gone already.
    ByTime,
}

/// Removes a deleted record for good, with what hangs on it. Whoever may delete and restore it may do so.
pub async fn purge_record(ctx: &Context, collection: CollectionId, id: RecordId) -> Result<(), Failure> {
    let mut asked = Asked::ByCaller;
    loop {
        let slice = ctx.write(Priority::Interactive, move |tx, ctx| {
            purge_slice(tx, ctx, collection, id, asked)
        });
        if slice.await? == Slice::Done {
            return Ok(());
        }
        asked = Asked::ByTime;
    }
}

/// Removes some records of a deletion, those that nothing hangs on any more.
pub(super) fn purge_slice(
    tx: &mut WriteTx<'_>,
    ctx: &Context,
    collection: CollectionId,
    id: RecordId,
    asked: Asked,
) -> Result<Slice, Failure> {
    let of = ctx.of(collection);
    if asked == Asked::ByCaller {
        let target = [Bind::from(&id)];
        let allowed = match &ctx.rules(collection).may_restore {
            Some(rule) if of.soft_delete => holds(tx, rule, &ctx.arguments(&target))?,
            _ => false,
        };
        if !allowed {
            return Err(Problem::not_found().into());
        }
    }
    let trashed = trash::find(tx, of, &id)?;
    let root = read_deleted(tx, ctx, collection, id)?;
    let (Some(trashed), Some(root)) = (trashed, root) else {
        // It is back, or went with another one: then it is no deletion of its own.
        if asked == Asked::ByCaller {
            return Err(went_with_another());
        }
        trash::forget(tx, of, &id)?;
        return Ok(Slice::Done);
    };
    let leaves = gather(tx, ctx, root)?;
    let known: HashSet<RecordId> = leaves.iter().map(|leaving| leaving.id).collect();
    for leaving in &leaves {
        refuse_held(tx, ctx, leaving, &known)?;
    }
    if !trashed.purging {
        trash::begin_purge(tx, &trashed)?;
    }
    for leaving in &leaves {
        empty_references(tx, ctx, leaving, &known)?;
    }
    for leaving in removal_order(ctx, leaves) {
        let version = erase(tx, ctx, &leaving)?;
        let of = ctx.of(leaving.collection);
        trash::forget(tx, of, &leaving.id)?;
        // The journal has the values already, in the entry of the deletion.
        record_entry(tx, ctx, Kind::RecordPurged, of, (leaving.id, version), "{}")?;
    }
    Ok(if known.contains(&id) {
        Slice::Done
    } else {
        Slice::More
    })
}

fn went_with_another() -> Failure {
    let detail =
        "the record was deleted together with another one: remove that one for good, and it goes along";
    Problem::new(Code::Conflict, detail).into()
}

fn read_deleted(
    tx: &mut WriteTx<'_>,
    ctx: &Context,
    collection: CollectionId,
    id: RecordId,
) -> Result<Option<Leaving>, Failure> {
    let plan = ctx.plan(collection);
    let of = ctx.of(collection);
    if !of.soft_delete {
        return Ok(None);
    }
    let target = [Bind::from(&id)];
    let statement = &plan.select_all_either;
    let found = tx.query_first(
        &statement.text,
        &statement.binds(&ctx.arguments(&target)),
        |row| read_values(of, &plan.all, row).map_err(Failure::from),
    )?;
    let deleted = found.filter(|values| !values[usize::from(SystemField::DeletedAt.id().0)].is_null());
    Ok(deleted.map(|values| Leaving {
        collection,
        id,
        values,
    }))
}

/// A record on the way down, and whether what hangs on it was looked for.
enum Visit {
    Down(Leaving),
    Up(Leaving),
}

/// As many records of a tree as go at once, each with all that hangs on it: from the leaves up, the root last.
fn gather(tx: &mut WriteTx<'_>, ctx: &Context, root: Leaving) -> Result<Vec<Leaving>, Failure> {
    let mut gathered = Vec::new();
    let mut known = HashSet::new();
    let mut waiting = vec![Visit::Down(root)];
    while let Some(next) = waiting.pop() {
        match next {
            Visit::Up(leaving) => gathered.push(leaving),
            Visit::Down(leaving) if !known.insert(leaving.id) => {}
            Visit::Down(leaving) => {
                let hanging = hanging_on(tx, ctx, &leaving)?;
                waiting.push(Visit::Up(leaving));
                waiting.extend(hanging.into_iter().map(Visit::Down));
            }
        }
        if gathered.len() >= limits::PURGE_RECORDS_AT_ONCE {
            break;
        }
    }
    Ok(gathered)
}

/// Whatever points to a record along `cascade`, whenever it was deleted: the foreign key would take it along.
fn hanging_on(tx: &mut WriteTx<'_>, ctx: &Context, leaving: &Leaving) -> Result<Vec<Leaving>, Failure> {
    let mut found = Vec::new();
    for reference in &ctx.plan(leaving.collection).references {
        let field = ctx.release.definition.field(reference.at);
        let relation = field.relation().expect("only relations refer");
        if !relation.many && relation.on_delete == OnDelete::Cascade {
            // More than go at once keep this one waiting for the next slice.
            let enough = limits::PURGE_RECORDS_AT_ONCE + 1;
            let hanging = (&leaving.id, None);
            found.extend(find_some(tx, ctx, reference, &reference.either, hanging, enough)?);
        }
    }
    if let Some(living) = found.iter().find(|hanging| is_living(ctx, hanging)) {
        return Err(held_by(ctx, living, "is not deleted and belongs to it"));
    }
    Ok(found)
}

fn is_living(ctx: &Context, leaving: &Leaving) -> bool {
    let is_soft = ctx.of(leaving.collection).soft_delete;
    !is_soft
        || matches!(
            leaving.values[usize::from(SystemField::DeletedAt.id().0)],
            Value::Null
        )
}

/// What is held by `restrict`, by a living record or a deleted one that may come back, waits.
fn refuse_held(
    tx: &mut WriteTx<'_>,
    ctx: &Context,
    leaving: &Leaving,
    known: &HashSet<RecordId>,
) -> Result<(), Failure> {
    for reference in &ctx.plan(leaving.collection).references {
        let field = ctx.release.definition.field(reference.at);
        let relation = field.relation().expect("only relations refer");
        if relation.on_delete != OnDelete::Restrict {
            continue;
        }
        // Among one more than go, one must stay.
        let enough = known.len() + 1;
        let pointing = (&leaving.id, None);
        let holders = find_some(tx, ctx, reference, &reference.either, pointing, enough)?;
        if let Some(holder) = holders.iter().find(|holder| !known.contains(&holder.id)) {
            let how = format!("still points to it through `{}`", field.name);
            return Err(held_by(ctx, holder, &how));
        }
    }
    Ok(())
}

/// Names no record: the caller may not know of it.
fn held_by(ctx: &Context, holder: &Leaving, how: &str) -> Failure {
    let detail = format!(
        "it cannot go for good: a record of {} {how}",
        ctx.of(holder.collection).name
    );
    Problem::new(Code::Restricted, detail).into()
}
