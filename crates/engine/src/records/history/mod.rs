//! Every past change of a record, what it was at a version, and the way back to it.

mod compare;
mod names;
mod past;
mod put_back;

pub use compare::compare_versions;
pub(crate) use names::{PastValues, input_of, of_today, shown};
pub use past::read_version;
pub use put_back::put_back_version;

use mainstay_core::definition::CollectionId;
use mainstay_core::{Collection, FieldId, Problem, RecordId};
use mainstay_store::Tx;
use mainstay_store::journal::erase::ERASED;
use mainstay_store::journal::{Changes, StoredEntry, history, is_known};
use mainstay_store::tx::Bind;
use serde_json::{Value as Json, json};

use super::fields::withheld_fields;
use super::write::holds;
use crate::context::Context;
use crate::failure::Failure;

/// A page of changes, the newest first: `{"items": [...], "next_cursor": ...}`. Whoever may read the record, or restore
/// it once it is deleted, may read its history.
pub async fn record_history(
    ctx: &Context,
    collection: CollectionId,
    id: RecordId,
    below_seq: Option<i64>,
    limit: u32,
) -> Result<Vec<u8>, Failure> {
    ctx.read(move |tx, ctx| {
        refuse_unless_visible(tx, ctx, collection, id)?;
        let of = ctx.of(collection);
        let mut entries = history(
            tx,
            &Changes::of(of, id),
            below_seq.unwrap_or(i64::MAX),
            limit.saturating_add(1),
        )?;
        let more = entries.len() > limit as usize;
        entries.truncate(limit as usize);
        let next = if more {
            entries.last().map(|entry| entry.seq.to_string())
        } else {
            None
        };
        let withheld = withheld_fields(tx, ctx, collection, &id)?;
        let items = entries.iter().map(|entry| entry_json(of, entry, &withheld));
        let items: Vec<Json> = items.collect();
        Ok::<_, Failure>(
            json!({"items": items, "next_cursor": next})
                .to_string()
                .into_bytes(),
        )
    })
    .await
}

/// Whoever may read a record, or restore it once it is deleted, may see its past. A record deleted for good has no rule
/// left to ask; only those whom rules do not bind see its past.
pub(crate) fn refuse_unless_visible(
    tx: &mut Tx<'_>,
    ctx: &Context,
    collection: CollectionId,
    id: RecordId,
) -> Result<(), Failure> {
    let target = [Bind::from(&id)];
    let arguments = ctx.arguments(&target);
    let rules = ctx.rules(collection);
    for statement in [&rules.read, &rules.may_restore].into_iter().flatten() {
        if holds(tx, statement, &arguments)? {
            return Ok(());
        }
    }
    let of = Changes::of(ctx.of(collection), id);
    if !ctx.actor.is_bound_by_rules() && is_known(tx, &of)? {
        return Ok(());
    }
    Err(Problem::not_found().into())
}

fn entry_json(collection: &Collection, entry: &StoredEntry, withheld: &[FieldId]) -> Json {
    let payload: Json = serde_json::from_str(&entry.payload).unwrap_or(Json::Null);
    let part = |name: &str| {
        let values = payload.get(name).and_then(Json::as_object);
        values.map(|values| shown(collection, &of_today(collection, values), withheld))
    };
    let mut json = entry_head(entry);
    json["old"] = part("old").into();
    json["new"] = part("new").into();
    json
}

/// What is to be said of an entry, without its values.
fn entry_head(entry: &StoredEntry) -> Json {
    json!({
        "seq": entry.seq,
        "at": entry.at.to_string(),
        "kind": entry.kind,
        "actor": {"kind": entry.actor_kind, "id": entry.actor_id.map(|id| id.to_string())},
        "request_id": entry.request_id.map(|id| id.to_string()),
        "version": entry.version,
        "erased": entry.payload == ERASED,
    })
}
