//! What differs between two versions of a tree, or between one and the present.

use std::collections::BTreeMap;

use mainstay_core::definition::CollectionId;
use mainstay_core::{Code, Collection, FieldId, Problem, RecordId, Value, limits, values};
use mainstay_store::Tx;
use mainstay_store::tx::Bind;
use serde_json::{Value as Json, json};

use super::tree::{Node, kept, present};
use super::{find, refuse_unless_visible};
use crate::context::Context;
use crate::failure::Failure;
use crate::records::fields::withheld_fields;
use crate::records::history::PastValues;
use crate::records::write::holds;

/// What a version is compared with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum With {
    Now,
    Version(RecordId),
}

/// What a client asks of a comparison.
#[derive(Debug, Clone)]
pub struct CompareQuery {
    pub with: With,
    pub limit: Option<u32>,
    pub cursor: Option<String>,
}

/// Where a record stands in the order of a comparison.
type Place = (CollectionId, RecordId);

/// The records that came, went or changed between a version and what it is compared with, as far as the caller may read
/// them, a page at a time in the order of collections and ids.
pub async fn compare_tree(
    ctx: &Context,
    collection: CollectionId,
    id: RecordId,
    version: RecordId,
    query: &CompareQuery,
) -> Result<Vec<u8>, Failure> {
    let limit = query.limit.unwrap_or(limits::PAGE_DEFAULT) as usize;
    let cursor = query.cursor.as_deref().map(|cursor| parse_cursor(ctx, cursor));
    let (after, with) = (cursor.transpose()?, query.with);
    ctx.read(move |tx, ctx| {
        refuse_unless_visible(tx, ctx, collection, id)?;
        let version = find(tx, ctx, collection, id, version)?;
        let before = kept(tx, ctx, &version.id)?;
        let now = match with {
            With::Now => present(tx, ctx, collection, id)?,
            With::Version(other) => {
                let other = find(tx, ctx, collection, id, other)?;
                kept(tx, ctx, &other.id)?
            }
        };
        let pairs = pairs(before, now);
        let differing = pairs.iter().filter(|(place, pair)| {
            after.is_none_or(|after| **place > after) && pair.differs(ctx.of(place.0), &[])
        });
        let (mut items, mut last, mut next) = (Vec::new(), None, None);
        for (looked_at, (place, pair)) in differing.enumerate() {
            if items.len() == limit || looked_at == limits::VERSION_DIFFERENCES_MAX {
                next = last;
                break;
            }
            last = Some(*place);
            if !may_see(tx, ctx, *place)? {
                continue;
            }
            let withheld = withheld_fields(tx, ctx, place.0, &place.1)?;
            if pair.differs(ctx.of(place.0), &withheld) {
                items.push(pair.item(ctx.of(place.0), place.1, &withheld));
            }
        }
        let next = next.map(|place| write_cursor(ctx, place));
        let json = json!({"items": items, "next_cursor": next});
        Ok::<_, Failure>(json.to_string().into_bytes())
    })
    .await
}

fn write_cursor(ctx: &Context, (collection, id): Place) -> String {
    format!("{}.{id}", ctx.of(collection).name)
}

fn parse_cursor(ctx: &Context, text: &str) -> Result<Place, Problem> {
    let parsed = text.split_once('.').and_then(|(name, id)| {
        let of = ctx.release.definition.find_collection(name)?;
        Some((of.id, id.parse().ok()?))
    });
    let detail = "the cursor is not one of this comparison: take `next_cursor` of the page before";
    parsed.ok_or_else(|| Problem::new(Code::InvalidCursor, detail))
}

/// A record may be seen where its past may be.
fn may_see(tx: &mut Tx<'_>, ctx: &Context, (collection, id): Place) -> Result<bool, Failure> {
    if !ctx.actor.is_bound_by_rules() {
        return Ok(true);
    }
    let target = [Bind::from(&id)];
    let arguments = ctx.arguments(&target);
    let rules = ctx.rules(collection);
    for statement in [&rules.read, &rules.may_restore].into_iter().flatten() {
        if holds(tx, statement, &arguments)? {
            return Ok(true);
        }
    }
    Ok(false)
}

/// A record on both sides, or on one.
#[derive(Debug, Default)]
struct Pair {
    before: Option<PastValues>,
    after: Option<PastValues>,
}

fn pairs(before: Vec<Node>, after: Vec<Node>) -> BTreeMap<Place, Pair> {
    let mut pairs: BTreeMap<Place, Pair> = BTreeMap::new();
    for node in before {
        pairs.entry((node.collection, node.id)).or_default().before = Some(node.values);
    }
    for node in after {
        pairs.entry((node.collection, node.id)).or_default().after = Some(node.values);
    }
    pairs
}

impl Pair {
    fn differs(&self, collection: &Collection, withheld: &[FieldId]) -> bool {
        !self.fields(collection, withheld).is_empty() || self.before.is_none() != self.after.is_none()
    }

    /// The declared fields that differ, but for withheld ones. Of a field that one side does not know there is nothing to say.
    fn fields(&self, collection: &Collection, withheld: &[FieldId]) -> Vec<Json> {
        let declared = collection
            .fields
            .iter()
            .filter(|field| !field.system && !field.hidden && !withheld.contains(&field.id));
        let differing = declared.filter_map(|field| {
            let side = |values: &Option<PastValues>| match values {
                Some(values) => values.get(&field.id).cloned(),
                None => Some(Json::Null),
            };
            let (old, new) = (side(&self.before)?, side(&self.after)?);
            (old != new).then(|| json!({"field": field.name.as_str(), "old": old, "new": new}))
        });
        differing.collect()
    }

    fn item(&self, collection: &Collection, id: RecordId, withheld: &[FieldId]) -> Json {
        let change = match (&self.before, &self.after) {
            (None, _) => "added",
            (_, None) => "removed",
            _ => "changed",
        };
        let newest = self.after.as_ref().or(self.before.as_ref());
        json!({
            "collection": collection.name.as_str(),
            "id": id.to_string(),
            "label": newest.map(|values| label(collection, values)),
            "change": change,
            "fields": self.fields(collection, withheld),
        })
    }
}

/// What the record was called; a value that does not fit its field any more is left out.
fn label(collection: &Collection, kept: &PastValues) -> String {
    let typed = collection.fields.iter().map(|field| {
        let json = kept.get(&field.id).cloned().unwrap_or(Json::Null);
        values::accept(field, json).unwrap_or(Value::Null)
    });
    let typed: Vec<Value> = typed.collect();
    collection
        .label
        .render(collection, |field| &typed[usize::from(field.0)])
}
