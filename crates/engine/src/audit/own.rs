//! What somebody did, and what was done to their account, as they see it themselves.

use mainstay_core::limits::JOURNAL_LOOKED_AT_MAX;
use mainstay_store::journal::StoredEntry;
use mainstay_store::journal::search::Way;
use serde_json::{Value as Json, json};

use super::entries::page_json;
use super::filter::read_kinds;
use super::search::{collect, parse_cursor};
use crate::context::Context;
use crate::failure::Failure;

/// A page of one's own acts, and of what concerns one's account: sign-ins, also those that were refused.
pub async fn list_own_activity(
    ctx: &Context,
    kind: Option<&str>,
    cursor: Option<&str>,
    limit: u32,
) -> Result<Vec<u8>, Failure> {
    let Some(user) = ctx.actor.id else {
        return Err(ctx.refused("sign in first"));
    };
    let kinds = read_kinds(kind)?;
    let below = parse_cursor(cursor)?;
    ctx.read(move |tx, ctx| {
        let users = ctx.of(ctx.release.definition.users).name.as_str();
        let is_own = |entry: &StoredEntry| {
            let of_account = entry.record_id == Some(user)
                && entry.collection.as_deref() == Some(users)
                && entry.kind.starts_with("auth.");
            (entry.actor_id == Some(user) || of_account) && kinds.include(&entry.kind)
        };
        let ways = [Way::Actor(user), Way::Record(user)];
        let found = collect(tx, &ways, below, (limit, JOURNAL_LOOKED_AT_MAX), |_, entry| {
            Ok(is_own(entry))
        })?;
        let items: Vec<Json> = found
            .entries
            .iter()
            .map(|entry| own_json(entry, entry.actor_id == Some(user)))
            .collect();
        Ok::<_, Failure>(page_json(&items, found.next))
    })
    .await
}

/// What stood in a record is left out: its rule may have changed its mind since.
fn own_json(entry: &StoredEntry, by_oneself: bool) -> Json {
    json!({
        "seq": entry.seq,
        "at": entry.at.to_string(),
        "kind": entry.kind,
        "by_oneself": by_oneself,
        "address": entry.address,
        "request_id": entry.request_id.map(|id| id.to_string()),
        "collection": entry.collection,
        "record_id": entry.record_id.map(|id| id.to_string()),
        "version": entry.version,
    })
}
