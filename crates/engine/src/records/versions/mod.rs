//! Named versions of a tree: a record with everything under it along relations with `cascade`.
//!
//! A version holds the whole tree, whoever saves it: half of one could not be restored. What of it a reader may see is
//! asked when they read, record by record, and restoring is bound by the rules of whoever restores.

mod compare;
mod restore;
mod save;
mod tree;
mod write_back;

pub use compare::{CompareQuery, With, compare_tree};
use mainstay_core::definition::CollectionId;
use mainstay_core::{Code, Problem, RecordId, limits};
use mainstay_store::journal::Kind;
use mainstay_store::tx::Bind;
use mainstay_store::versions::{self, Version};
use mainstay_store::{Priority, Tx, WriteTx};
pub use restore::restore_version;
pub use save::save_version;
use serde_json::{Value as Json, json};

use super::history::refuse_unless_visible;
use super::idempotency::{IdempotencyKey, once};
use super::outcome::{Outcome, OutcomeKind};
use super::update::refuse_unless;
use super::write::{holds, record_entry};
use crate::context::Context;
use crate::failure::Failure;

/// A page of the versions of a tree, the newest first.
pub async fn list_versions(
    ctx: &Context,
    collection: CollectionId,
    id: RecordId,
    limit: Option<u32>,
    cursor: Option<&str>,
) -> Result<Vec<u8>, Failure> {
    let limit = limit.unwrap_or(limits::PAGE_DEFAULT) as usize;
    let before: Option<RecordId> = cursor.map(parse_cursor).transpose()?;
    ctx.read(move |tx, ctx| {
        refuse_unless_visible(tx, ctx, collection, id)?;
        let root = (ctx.of(collection), &id);
        let mut found = versions::versions_of(tx, root, before.as_ref(), limit + 1)?;
        let more = found.len() > limit;
        found.truncate(limit);
        let next = found.last().filter(|_| more).map(|last| last.id.to_string());
        let items: Vec<Json> = found.iter().map(version_json).collect();
        Ok::<_, Failure>(
            json!({"items": items, "next_cursor": next})
                .to_string()
                .into_bytes(),
        )
    })
    .await
}

fn parse_cursor(text: &str) -> Result<RecordId, Problem> {
    let detail = "the cursor is not one of these versions: take `next_cursor` of the page before";
    text.parse()
        .map_err(|_| Problem::new(Code::InvalidCursor, detail))
}

/// One version, without its records.
pub async fn read_tree_version(
    ctx: &Context,
    collection: CollectionId,
    id: RecordId,
    version: RecordId,
) -> Result<Vec<u8>, Failure> {
    ctx.read(move |tx, ctx| {
        refuse_unless_visible(tx, ctx, collection, id)?;
        let found = find(tx, ctx, collection, id, version)?;
        Ok::<_, Failure>(version_json(&found).to_string().into_bytes())
    })
    .await
}

/// Removes a version. Whoever may delete the record at the root of its tree may do so, also when that is deleted.
pub async fn remove_version(
    ctx: &Context,
    collection: CollectionId,
    id: RecordId,
    version: RecordId,
    key: Option<IdempotencyKey>,
) -> Result<Outcome, Failure> {
    ctx.write(Priority::Interactive, move |tx, ctx| {
        once(tx, ctx, key.as_ref(), |tx| {
            refuse_unless_visible(tx, ctx, collection, id)?;
            refuse_unless_deletable(tx, ctx, collection, id)?;
            let found = find(tx, ctx, collection, id, version)?;
            versions::remove(tx, &found.id)?;
            let old = json!({"old": {"version_id": found.id.to_string(), "name": found.name}});
            let of = ctx.of(collection);
            record_entry(tx, ctx, Kind::VersionRemoved, of, (id, 0), &old.to_string())?;
            Ok(Outcome {
                kind: OutcomeKind::Removed,
                record: None,
                body: Vec::new(),
                replayed: false,
            })
        })
    })
    .await
}

fn refuse_unless_deletable(
    tx: &mut WriteTx<'_>,
    ctx: &Context,
    collection: CollectionId,
    id: RecordId,
) -> Result<(), Failure> {
    let target = [Bind::from(&id)];
    let arguments = ctx.arguments(&target);
    let rules = ctx.rules(collection);
    if let Some(may_restore) = &rules.may_restore
        && ctx.of(collection).soft_delete
        && holds(tx, may_restore, &arguments)?
    {
        return Ok(());
    }
    let refusal = "the rule for deleting this record does not allow it";
    refuse_unless(
        tx,
        ctx,
        collection,
        id,
        rules.may_delete.as_ref(),
        &arguments,
        refusal,
    )
}

fn find(
    tx: &mut Tx<'_>,
    ctx: &Context,
    collection: CollectionId,
    id: RecordId,
    version: RecordId,
) -> Result<Version, Failure> {
    let found = versions::find(tx, (ctx.of(collection), &id), &version)?;
    found.ok_or_else(|| Problem::not_found().into())
}

fn version_json(version: &Version) -> Json {
    json!({
        "id": version.id.to_string(),
        "name": version.name,
        "description": version.description,
        "at": version.at.to_string(),
        "actor": {"kind": version.actor_kind, "id": version.actor_id.map(|id| id.to_string())},
    })
}
