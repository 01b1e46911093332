//! Every past change of a record.

use mainstay_core::definition::CollectionId;
use mainstay_core::{Collection, Problem, RecordId};
use mainstay_store::journal::{StoredEntry, history};
use mainstay_store::tx::Bind;
use serde_json::{Value as Json, json};

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
        let target = [Bind::from(&id)];
        let arguments = ctx.arguments(&target);
        let rules = ctx.rules(collection);
        let mut allowed = false;
        for statement in [&rules.read, &rules.may_restore].into_iter().flatten() {
            allowed = allowed || holds(tx, statement, &arguments)?;
        }
        let of = ctx.of(collection);
        let mut entries = history(
            tx,
            of.name.as_str(),
            &id,
            below_seq.unwrap_or(i64::MAX),
            limit.saturating_add(1),
        )?;
        // A record deleted for good has no rule left to ask; only those whom rules do not bind see its past.
        let gone_for_good = !ctx.actor.is_bound_by_rules() && !entries.is_empty();
        if !allowed && !gone_for_good {
            return Err(Problem::not_found().into());
        }
        let more = entries.len() > limit as usize;
        entries.truncate(limit as usize);
        let next = if more {
            entries.last().map(|entry| entry.seq.to_string())
        } else {
            None
        };
        let items: Vec<Json> = entries.iter().map(|entry| entry_json(of, entry)).collect();
        Ok::<_, Failure>(
            json!({"items": items, "next_cursor": next})
                .to_string()
                .into_bytes(),
        )
    })
    .await
}

fn entry_json(collection: &Collection, entry: &StoredEntry) -> Json {
    let mut payload: Json = serde_json::from_str(&entry.payload).unwrap_or(Json::Null);
    for part in ["old", "new"] {
        if let Some(values) = payload.get_mut(part).and_then(Json::as_object_mut) {
            values.retain(|name, _| collection.find_field(name).is_some_and(|field| !field.hidden));
        }
    }
    json!({
        "seq": entry.seq,
        "at": entry.at.to_string(),
        "kind": entry.kind,
        "actor": {"kind": entry.actor_kind, "id": entry.actor_id.map(|id| id.to_string())},
        "request_id": entry.request_id.map(|id| id.to_string()),
        "version": entry.version,
        "old": payload.get("old"),
        "new": payload.get("new"),
    })
}
