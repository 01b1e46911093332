//! The trash: what was deleted softly, for those who may bring it back or remove it for good.

mod due;
mod purge;

use std::collections::{BTreeMap, HashMap};

pub(crate) use due::purge_due;
use mainstay_core::definition::CollectionId;
use mainstay_core::{Code, Collection, Problem, RecordId, Timestamp, Value, limits};
use mainstay_store::Tx;
use mainstay_store::records::{hex_ids, read_values};
use mainstay_store::trash::{Place, Trashed, newest_first};
use mainstay_store::tx::Bind;
pub use purge::purge_record;
use serde_json::{Value as Json, json};

use crate::context::Context;
use crate::failure::Failure;

/// Deletions looked at together: one statement for each collection among them.
const LOOKED_AT_ONCE: usize = 200;
const MICROS_PER_DAY: i64 = 86_400_000_000;

/// What a client asks of the trash.
#[derive(Debug, Clone, Default)]
pub struct TrashQuery {
    /// In this collection alone.
    pub collection: Option<CollectionId>,
    pub limit: Option<u32>,
    pub cursor: Option<String>,
}

/// A page of deletions that the caller may undo, the newest first: `{"items": [...], "next_cursor": ...}`. What went with
/// a record is counted there and not listed by itself.
pub async fn list_trash(ctx: &Context, query: &TrashQuery) -> Result<Vec<u8>, Failure> {
    let limit = query.limit.unwrap_or(limits::PAGE_DEFAULT) as usize;
    let before = query.cursor.as_deref().map(parse_cursor).transpose()?;
    let only = query.collection;
    ctx.read(move |tx, ctx| {
        let mut page = Page {
            items: Vec::new(),
            limit,
            at: before,
        };
        let next = page.fill(tx, ctx, only)?;
        let json = json!({"items": page.items, "next_cursor": next.map(write_cursor)});
        Ok::<_, Failure>(json.to_string().into_bytes())
    })
    .await
}

fn write_cursor((at, id): Place) -> String {
    format!("{at}.{id}")
}

fn parse_cursor(text: &str) -> Result<Place, Problem> {
    let parsed = text
        .split_once('.')
        .and_then(|(at, id)| Some((at.parse().ok()?, id.parse().ok()?)));
    let detail = "the cursor is not one of the trash: take `next_cursor` of the page before";
    parsed.ok_or_else(|| Problem::new(Code::InvalidCursor, detail))
}

struct Page {
    items: Vec<Json>,
    limit: usize,
    /// The deletion that was looked at last.
    at: Option<Place>,
}

impl Page {
    /// Looks at deletions until the page is full or enough were looked at; gives the place to go on from.
    fn fill(
        &mut self,
        tx: &mut Tx<'_>,
        ctx: &Context,
        only: Option<CollectionId>,
    ) -> Result<Option<Place>, Failure> {
        for _ in 0..limits::TRASH_LOOKED_AT_MAX / LOOKED_AT_ONCE {
            let trashed = newest_first(tx, self.at.as_ref(), LOOKED_AT_ONCE)?;
            if trashed.is_empty() {
                return Ok(None);
            }
            let found = restorable(tx, ctx, &trashed, only)?;
            for one in trashed {
                self.at = Some((one.deleted_at.as_micros(), one.id));
                let Some((collection, values)) = found.get(&one.id) else {
                    continue;
                };
                self.items.push(item(ctx, ctx.of(*collection), &one, values));
                if self.items.len() == self.limit {
                    return Ok(self.at);
                }
            }
        }
        Ok(self.at)
    }
}

/// Those of the deletions that the caller may undo, with the public values of their records.
fn restorable(
    tx: &mut Tx<'_>,
    ctx: &Context,
    trashed: &[Trashed],
    only: Option<CollectionId>,
) -> Result<HashMap<RecordId, (CollectionId, Vec<Value>)>, Failure> {
    let mut ids: BTreeMap<CollectionId, Vec<RecordId>> = BTreeMap::new();
    for one in trashed {
        let of = ctx
            .release
            .definition
            .find_collection_of_any_time(&one.collection);
        if let Some(of) = of.filter(|of| only.is_none_or(|only| of.id == only)) {
            ids.entry(of.id).or_default().push(one.id);
        }
    }
    let mut found = HashMap::new();
    for (collection, ids) in ids {
        let of = ctx.of(collection);
        let rules = ctx.rules(collection);
        let Some(statement) = rules.restorable.as_ref().filter(|_| of.soft_delete) else {
            continue;
        };
        let ids = hex_ids(&ids);
        let arguments = [Bind::Text(&ids)];
        let columns = &rules.shown;
        tx.query::<Failure>(
            &statement.text,
            &statement.binds(&ctx.arguments(&arguments)),
            |row| {
                found.insert(row.id(0)?, (collection, read_values(of, columns, row)?));
                Ok(())
            },
        )?;
    }
    Ok(found)
}

fn item(ctx: &Context, collection: &Collection, trashed: &Trashed, values: &[Value]) -> Json {
    let label = collection
        .label
        .render(collection, |field| &values[usize::from(field.0)]);
    json!({
        "collection": collection.name.as_str(),
        "id": trashed.id.to_string(),
        "label": label,
        "deleted_at": trashed.deleted_at.to_string(),
        "deleted_by": {"kind": trashed.actor_kind, "id": trashed.actor_id.map(|id| id.to_string())},
        "purge_at": purge_at(collection, trashed).map(|at| at.to_string()),
        "took": took(ctx, trashed),
        "waits_for": trashed.waits_for,
    })
}

/// When a deletion is due to be purged; `None` for never.
fn purge_at(collection: &Collection, trashed: &Trashed) -> Option<Timestamp> {
    let days = i64::from(collection.trash_days);
    (days > 0).then(|| trashed.deleted_at.saturating_add_micros(days * MICROS_PER_DAY))
}

/// How many records went along, by the names that their collections have today.
fn took(ctx: &Context, trashed: &Trashed) -> Json {
    let kept: BTreeMap<String, i64> = serde_json::from_str(&trashed.took).unwrap_or_default();
    let mut counts: BTreeMap<&str, i64> = BTreeMap::new();
    for (name, count) in &kept {
        let of = ctx.release.definition.find_collection_of_any_time(name);
        if let Some(of) = of {
            *counts.entry(of.name.as_str()).or_default() += count;
        }
    }
    json!(counts)
}
