//! Restoring a version: the present is saved, then the tree becomes what it was, in one transaction and under the rules of
//! the caller. Nothing is erased: every step is a change with an entry of its own.

use std::collections::{HashMap, HashSet};

use mainstay_core::definition::{CollectionId, OnDelete};
use mainstay_core::{Code, Problem, RecordId, limits};
use mainstay_store::journal::{Changes, Kind, last_version};
use mainstay_store::tx::Bind;
use mainstay_store::versions::Version;
use mainstay_store::{Priority, WriteTx};
use serde_json::json;

use super::save::save_in;
use super::tree::{Node, kept};
use super::write_back::write_all;
use super::{find, refuse_unless_visible, version_json};
use crate::context::Context;
use crate::failure::Failure;
use crate::records::delete::delete_in;
use crate::records::idempotency::{IdempotencyKey, once};
use crate::records::outcome::{Outcome, OutcomeKind};
use crate::records::write::{holds, record_entry};

/// Makes the tree under a record what it was in a version. The present is saved as a version first.
pub async fn restore_version(
    ctx: &Context,
    collection: CollectionId,
    id: RecordId,
    version: RecordId,
    key: Option<IdempotencyKey>,
) -> Result<Outcome, Failure> {
    ctx.write(Priority::Interactive, move |tx, ctx| {
        once(tx, ctx, key.as_ref(), |tx| {
            restore_tree(tx, ctx, collection, id, version)
        })
    })
    .await
}

fn restore_tree(
    tx: &mut WriteTx<'_>,
    ctx: &Context,
    collection: CollectionId,
    id: RecordId,
    version: RecordId,
) -> Result<Outcome, Failure> {
    refuse_unless_visible(tx, ctx, collection, id)?;
    let wanted = find(tx, ctx, collection, id, version)?;
    let target = [Bind::from(&id)];
    let is_living = holds(tx, &ctx.plan(collection).select_all, &ctx.arguments(&target))?;
    let (saved, now) = if is_living {
        let name: String = format!("Before {}", wanted.name)
            .chars()
            .take(limits::TITLE_CHARACTERS_MAX)
            .collect();
        let (saved, now) = save_in(tx, ctx, collection, id, &name, "")?;
        (Some(saved), now)
    } else {
        (None, Vec::new())
    };
    let kept = kept(tx, ctx, &wanted.id)?;
    let mut done = Done::default();
    let extra = Extra::of(ctx, &now, &kept);
    delete_all(tx, ctx, &extra.loose, &mut done)?;
    write_all(tx, ctx, kept, &mut done)?;
    delete_all(tx, ctx, &extra.above, &mut done)?;
    note(tx, ctx, collection, id, &wanted, &done)?;
    let body = json!({
        "saved": saved.as_ref().map(version_json),
        "created": done.created,
        "restored": done.restored,
        "changed": done.changed,
        "deleted": done.deleted,
    });
    Ok(Outcome {
        kind: OutcomeKind::Changed,
        record: None,
        body: body.to_string().into_bytes(),
        replayed: false,
    })
}

/// How many records were written, and how.
#[derive(Debug, Default)]
pub(super) struct Done {
    pub(super) created: usize,
    pub(super) restored: usize,
    pub(super) changed: usize,
    deleted: usize,
}

fn note(
    tx: &mut WriteTx<'_>,
    ctx: &Context,
    collection: CollectionId,
    id: RecordId,
    version: &Version,
    done: &Done,
) -> Result<(), Failure> {
    let of = ctx.of(collection);
    let at = last_version(tx, &Changes::of(of, id))?.map_or(0, |(version, _)| version);
    let new = json!({"new": {
        "version_id": version.id.to_string(), "name": version.name, "created": done.created,
        "restored": done.restored, "changed": done.changed, "deleted": done.deleted,
    }});
    record_entry(tx, ctx, Kind::VersionRestored, of, (id, at), &new.to_string())?;
    Ok(())
}

/// Records that the version does not have.
struct Extra {
    /// Nothing of the version is under them now: they go first, and their unique values are free.
    loose: Vec<(CollectionId, RecordId)>,
    /// They go once what the version has is no longer under them.
    above: Vec<(CollectionId, RecordId)>,
}

impl Extra {
    fn of(ctx: &Context, now: &[Node], kept: &[Node]) -> Self {
        let kept: HashSet<RecordId> = kept.iter().map(|node| node.id).collect();
        let owners: HashMap<RecordId, Vec<RecordId>> =
            now.iter().map(|node| (node.id, owners(ctx, node))).collect();
        let mut above = HashSet::new();
        let mut waiting: Vec<RecordId> = now
            .iter()
            .map(|node| node.id)
            .filter(|id| kept.contains(id))
            .collect();
        while let Some(id) = waiting.pop() {
            for owner in owners.get(&id).into_iter().flatten() {
                if above.insert(*owner) {
                    waiting.push(*owner);
                }
            }
        }
        let extra = now.iter().filter(|node| !kept.contains(&node.id));
        let places = extra.map(|node| (node.collection, node.id));
        let (above, loose) = places.partition(|(_, id)| above.contains(id));
        Self { loose, above }
    }
}

/// What a record of a tree goes along with.
fn owners(ctx: &Context, node: &Node) -> Vec<RecordId> {
    let fields = ctx.of(node.collection).fields.iter().filter(|field| {
        field
            .relation()
            .is_some_and(|relation| !relation.many && relation.on_delete == OnDelete::Cascade)
    });
    let values = fields.filter_map(|field| node.values.get(&field.id)?.as_str()?.parse().ok());
    values.collect()
}

fn delete_all(
    tx: &mut WriteTx<'_>,
    ctx: &Context,
    places: &[(CollectionId, RecordId)],
    done: &mut Done,
) -> Result<(), Failure> {
    for (collection, id) in places {
        let target = [Bind::from(id)];
        done.deleted += 1;
        // It may have gone with the one that it belongs to.
        if holds(tx, &ctx.plan(*collection).select_all, &ctx.arguments(&target))? {
            delete_in(tx, ctx, *collection, *id, None)
                .map_err(|failure| at_record(ctx, failure, *collection, *id))?;
        }
    }
    Ok(())
}

/// Says which record it was. What the caller may not do, they may not know of either: that is refused without a name.
pub(super) fn at_record(ctx: &Context, failure: Failure, collection: CollectionId, id: RecordId) -> Failure {
    match failure {
        Failure::Problem(problem)
            if matches!(problem.code, Code::Forbidden | Code::Unauthenticated | Code::NotFound) =>
        {
            ctx.refused("something under this record would have to change that you may not change; nothing was changed")
        }
        Failure::Problem(mut problem) => {
            let name = &ctx.of(collection).name;
            problem.detail = format!("{name} {id}: {}; nothing was changed", problem.detail).into();
            for error in &mut problem.errors {
                error.field = format!("{name}.{id}.{}", error.field);
            }
            Problem::into(problem)
        }
        internal @ Failure::Internal(_) => internal,
    }
}
