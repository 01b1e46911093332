//! Undoing imports: everything that they made and nobody has changed since.

use mainstay_core::definition::{Collection, CollectionId};
use mainstay_core::{RecordId, Value};
use mainstay_store::adopt::{Adopted, find_adopted, has_adopted, list_adopted};
use mainstay_store::{Priority, WriteTx};

use super::order::{Order, arrange};
use super::removal::{POINTED_TO, Removed, free, remove};
use super::report::RowsError;
use crate::context::Context;
use crate::failure::Failure;

const SLICE_RECORDS: u32 = 200;
/// Records in one line of relations that are removed together; the rest of a longer one follows later.
const LINE_MAX: usize = 1_000;
/// Records that are told by their keys; the others are counted.
const SHOWN_MAX: usize = 50;

/// What came of the records of one collection.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct UndoneCollection {
    pub collection: String,
    pub removed: u64,
    pub kept: u64,
    /// The first of those that stay, and why.
    pub notes: Vec<String>,
    /// Some stay only because others point to them.
    held: bool,
}

/// Removes what imports have made. What people have changed since, and what other records need, stays; with `force` only
/// what a rule of the definition holds.
pub async fn undo_import(ctx: &Context, force: bool) -> Result<Vec<UndoneCollection>, RowsError> {
    if !ctx.environment.db.read(has_adopted).await? {
        return Err(RowsError::NothingImported);
    }
    let definition = &ctx.release.definition;
    let all: Vec<CollectionId> = definition.collections.iter().map(|of| of.id).collect();
    let order = arrange(definition, &all, |_, _| true);
    let mut undone: Vec<UndoneCollection> = Vec::new();
    // Each round may free what others pointed to in the one before.
    loop {
        let mut round = Vec::new();
        for collection in order.collections.iter().rev() {
            round.push(undo_collection(ctx, *collection, force).await?);
        }
        let (removed, held) = round.iter().fold((0, false), |(removed, held), of| {
            (removed + of.removed, held || of.held)
        });
        for of in &mut round {
            let before = undone.iter().find(|earlier| earlier.collection == of.collection);
            of.removed += before.map_or(0, |earlier| earlier.removed);
        }
        undone = round;
        // What is left leads in a circle, or to what stays.
        if !held || (removed == 0 && free_circles(ctx, &order).await? == 0) {
            break;
        }
    }
    undone.retain(|of| of.removed + of.kept > 0);
    Ok(undone)
}

/// Empties the relations that close a circle of records which all may go; tells how many records it was.
async fn free_circles(ctx: &Context, order: &Order) -> Result<u64, RowsError> {
    let mut freed = 0;
    let circular = order.collections.iter().filter_map(|id| {
        let fields = order.deferred.get(id).filter(|fields| !fields.is_empty())?;
        Some((*id, fields.clone()))
    });
    for (collection, fields) in circular {
        let mut after: Option<RecordId> = None;
        loop {
            let fields = fields.clone();
            let written = ctx.write(Priority::Background, move |tx, ctx| {
                let name = ctx.of(collection).name.as_str();
                let slice = list_adopted(tx, name, after.as_ref(), SLICE_RECORDS)?;
                let mut count = 0;
                for adopted in &slice {
                    count += u64::from(free(tx, ctx, collection, adopted, &fields)?);
                }
                Ok::<_, Failure>((count, slice.last().map(|last| last.id)))
            });
            let (count, last) = written.await?;
            freed += count;
            after = last;
            if after.is_none() {
                break;
            }
        }
    }
    Ok(freed)
}

async fn undo_collection(
    ctx: &Context,
    collection: CollectionId,
    force: bool,
) -> Result<UndoneCollection, RowsError> {
    let mut undone = UndoneCollection {
        collection: ctx.of(collection).name.to_string(),
        ..UndoneCollection::default()
    };
    let mut after: Option<RecordId> = None;
    loop {
        let written = ctx.write(Priority::Background, move |tx, ctx| {
            let name = ctx.of(collection).name.as_str();
            let slice = list_adopted(tx, name, after.as_ref(), SLICE_RECORDS)?;
            let mut part = UndoneCollection::default();
            for adopted in &slice {
                undo_line(tx, ctx, collection, adopted, force, &mut part)?;
            }
            Ok::<_, Failure>((part, slice.last().map(|last| last.id)))
        });
        let (part, last) = written.await?;
        undone.removed += part.removed;
        undone.kept += part.kept;
        undone.held |= part.held;
        let room = SHOWN_MAX.saturating_sub(undone.notes.len());
        undone.notes.extend(part.notes.into_iter().take(room));
        after = last;
        if after.is_none() {
            return Ok(undone);
        }
    }
}

/// Removes a record, and then what it pointed to in its own collection and nobody else points to.
fn undo_line(
    tx: &mut WriteTx<'_>,
    ctx: &Context,
    collection: CollectionId,
    first: &Adopted,
    force: bool,
    undone: &mut UndoneCollection,
) -> Result<(), Failure> {
    let name = ctx.of(collection).name.as_str();
    // One of an earlier line may have taken it along.
    if find_adopted(tx, name, &first.id)?.is_none() {
        return Ok(());
    }
    let mut next = vec![first.clone()];
    let mut steps = 0;
    while let Some(adopted) = next.pop() {
        match remove(tx, ctx, collection, &adopted, force)? {
            Removed::Now(values) => {
                undone.removed += 1;
                steps += 1;
                if steps < LINE_MAX {
                    for target in own_targets(ctx.of(collection), &values) {
                        next.extend(find_adopted(tx, name, &target)?);
                    }
                }
            }
            Removed::Before => {}
            // It is looked at on its own account, too.
            Removed::Kept(_) if adopted.id != first.id => {}
            Removed::Kept(why) => {
                undone.kept += 1;
                undone.held |= why == POINTED_TO;
                undone.notes.push(format!("row {}: {why}", adopted.key));
            }
        }
    }
    Ok(())
}

fn own_targets(collection: &Collection, values: &[Value]) -> Vec<RecordId> {
    let own = collection.fields.iter().filter(|field| {
        let relation = field.relation();
        !field.system && relation.is_some_and(|relation| relation.to == collection.id)
    });
    own.filter_map(|field| match &values[usize::from(field.id.0)] {
        Value::Id(id) => Some(*id),
        _ => None,
    })
    .collect()
}
