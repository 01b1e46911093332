//! A record with everything under it.

use std::collections::HashSet;

use mainstay_core::definition::{CollectionId, OnDelete};
use mainstay_core::{Code, Problem, RecordId, limits};
use mainstay_store::Tx;
use mainstay_store::tx::Bind;

use crate::context::Context;
use crate::failure::Failure;

/// The record and what lies under it along relations with `cascade`, deleted or not. Which of them the caller may read is
/// asked apart.
pub(super) fn records_under(
    tx: &mut Tx<'_>,
    ctx: &Context,
    collection: CollectionId,
    id: RecordId,
) -> Result<HashSet<(CollectionId, RecordId)>, Failure> {
    let mut found = HashSet::from([(collection, id)]);
    let mut waiting = vec![(collection, id)];
    while let Some((collection, id)) = waiting.pop() {
        for reference in &ctx.plan(collection).references {
            let relation = ctx.release.definition.field(reference.at).relation();
            let owns =
                relation.is_some_and(|relation| !relation.many && relation.on_delete == OnDelete::Cascade);
            if !owns {
                continue;
            }
            // One more than there may be is enough to tell that there are too many.
            let enough = i64::try_from(limits::ACTIVITY_RECORDS_MAX + 1).unwrap_or(i64::MAX);
            let arguments = [Bind::from(&id), Bind::Null, Bind::Int(enough)];
            let statement = &reference.either_ids;
            tx.query::<Failure>(
                &statement.text,
                &statement.binds(&ctx.arguments(&arguments)),
                |row| {
                    let child = (reference.at.collection, row.id(0)?);
                    if found.insert(child) {
                        waiting.push(child);
                    }
                    Ok(())
                },
            )?;
            if found.len() > limits::ACTIVITY_RECORDS_MAX {
                let detail = format!(
                    "more than {} records lie under this one; ask for the activity of one of them",
                    limits::ACTIVITY_RECORDS_MAX
                );
                return Err(Problem::new(Code::Conflict, detail).into());
            }
        }
    }
    Ok(found)
}
