//! The audit as administrators see it: every entry, whoever it is about.

use mainstay_core::limits::JOURNAL_LOOKED_AT_MAX;
use mainstay_core::{Collection, FieldId};
use mainstay_store::Tx;
use mainstay_store::journal::StoredEntry;
use mainstay_store::journal::erase::ERASED;
use serde_json::{Map, Value as Json, json};

use super::filter::{AuditFilter, AuditQuery};
use super::people::Labels;
use super::search::{Found, collect, parse_cursor};
use crate::context::Context;
use crate::failure::Failure;

/// A page of entries, the newest first: `{"items": [...], "next_cursor": ...}`. For administrators.
pub async fn list_audit_entries(
    ctx: &Context,
    query: &AuditQuery,
    cursor: Option<&str>,
    limit: u32,
) -> Result<Vec<u8>, Failure> {
    refuse_others_than_administrators(ctx)?;
    let filter = AuditFilter::read(ctx, query)?;
    let below = parse_cursor(cursor)?;
    ctx.read(move |tx, ctx| {
        let (items, next) = page(tx, ctx, &filter, below, limit)?;
        Ok::<_, Failure>(page_json(&items, next))
    })
    .await
}

pub(crate) fn refuse_others_than_administrators(ctx: &Context) -> Result<(), Failure> {
    if ctx.actor.is_bound_by_rules() {
        return Err(ctx.refused("only administrators may see the audit"));
    }
    Ok(())
}

pub(crate) fn page_json(items: &[Json], next: Option<i64>) -> Vec<u8> {
    json!({"items": items, "next_cursor": next.map(|seq| seq.to_string())})
        .to_string()
        .into_bytes()
}

/// Entries as the API shows them, and the number to go on below.
pub(super) fn page(
    tx: &mut Tx<'_>,
    ctx: &Context,
    filter: &AuditFilter,
    below: i64,
    limit: u32,
) -> Result<(Vec<Json>, Option<i64>), Failure> {
    let way = filter.way(tx)?;
    let Found { entries, next } = collect(tx, &[way], below, (limit, JOURNAL_LOOKED_AT_MAX), |_, entry| {
        Ok(filter.wants(entry))
    })?;
    let mut labels = Labels::default();
    let mut items = Vec::with_capacity(entries.len());
    for entry in &entries {
        let label = labels.of_user(tx, ctx, entry.actor_id)?;
        items.push(entry_json(ctx, entry, label.as_deref()));
    }
    Ok((items, next))
}

fn entry_json(ctx: &Context, entry: &StoredEntry, actor_label: Option<&str>) -> Json {
    let shown = Shown::of(ctx, entry);
    json!({
        "seq": entry.seq,
        "at": entry.at.to_string(),
        "kind": entry.kind,
        "actor": {
            "kind": entry.actor_kind,
            "id": entry.actor_id.map(|id| id.to_string()),
            "label": actor_label,
        },
        "address": entry.address,
        "request_id": entry.request_id.map(|id| id.to_string()),
        "collection": entry.collection,
        "record_id": entry.record_id.map(|id| id.to_string()),
        "version": entry.version,
        "release": entry.release,
        "payload": shown.payload,
        "withheld": shown.withheld,
        "erased": shown.erased,
    })
}

/// What of a payload may be shown to those who may see the entry.
#[derive(Debug, Default)]
pub(crate) struct Shown {
    pub(crate) payload: Map<String, Json>,
    /// Fields that were in it: they are hidden, or may have been before they were removed.
    pub(crate) withheld: Vec<String>,
    pub(crate) erased: bool,
}

impl Shown {
    pub(crate) fn of(ctx: &Context, entry: &StoredEntry) -> Self {
        if entry.payload == ERASED {
            return Self {
                erased: true,
                ..Self::default()
            };
        }
        let mut shown = Self::default();
        if let Ok(Json::Object(payload)) = serde_json::from_str(&entry.payload) {
            shown.payload = payload;
        }
        if entry.kind.starts_with("record.") {
            let collection = entry
                .collection
                .as_deref()
                .and_then(|name| collection_of(ctx, name));
            shown.withhold(collection);
        }
        shown
    }

    fn withhold(&mut self, collection: Option<&Collection>) {
        self.keep(|name| {
            let field = collection.and_then(|collection| collection.find_field(name));
            field.is_some_and(|field| !field.hidden)
        });
    }

    /// Takes out what a caller may not read of the record.
    pub(crate) fn leave_out(&mut self, collection: &Collection, withheld: &[FieldId]) {
        if withheld.is_empty() {
            return;
        }
        self.keep(|name| {
            let field = collection.find_field_of_any_time(name);
            field.is_some_and(|field| !withheld.contains(&field.id))
        });
    }

    fn keep(&mut self, may_show: impl Fn(&str) -> bool) {
        for part in ["old", "new"] {
            let Some(values) = self.payload.get_mut(part).and_then(Json::as_object_mut) else {
                continue;
            };
            values.retain(|name, _| {
                let shown = may_show(name);
                if !shown && !self.withheld.iter().any(|known| known == name) {
                    self.withheld.push(name.clone());
                }
                shown
            });
        }
    }

    /// The old or the new values.
    pub(crate) fn values(&self, part: &str) -> Option<&Map<String, Json>> {
        self.payload.get(part).and_then(Json::as_object)
    }
}

/// The collection that an entry names, perhaps as it was called then.
pub(crate) fn collection_of<'c>(ctx: &'c Context, name: &str) -> Option<&'c Collection> {
    let definition = &ctx.release.definition;
    definition.find_collection(name).or_else(|| {
        let mut collections = definition.collections.iter();
        collections.find(|collection| collection.former_names.iter().any(|former| former == name))
    })
}
