//! What happened to records, in sentences, for whoever may read the records now.
//!
//! It is the journal once more: the same entries with the same numbers as the audit, without those that are nobody's
//! business but an administrator's.

mod english;
mod told;
mod tree;

use std::collections::HashSet;

use mainstay_core::definition::CollectionId;
use mainstay_core::{Code, Problem, RecordId, limits};
use mainstay_store::Tx;
use mainstay_store::journal::search::{KindsWanted, Way};
use mainstay_store::journal::{Kind, StoredEntry};
use serde_json::Value as Json;

use crate::audit::{Labels, collect, collection_of, page_json, parse_cursor, read_kinds};
use crate::context::Context;
use crate::failure::Failure;
use crate::records::parse_id;
use told::Told;

/// What is shown of the journal: the beginnings of kinds. Sign-ins, exports and refusals are not.
const SHOWN: [&str; 4] = ["record.", "comment.", "version.", "share."];

/// Which part of an activity is asked for.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ActivityQuery {
    /// `record.updated`, or `comment.*` for all that begin so.
    pub kind: Option<String>,
    pub cursor: Option<String>,
    pub limit: u32,
}

/// Whose records an activity is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reach {
    Record,
    /// Also what lies under it along relations with `cascade`.
    Tree,
}

/// What happened to a record, for whoever may read it, or restore it once it is deleted.
pub async fn record_activity(
    ctx: &Context,
    collection: CollectionId,
    id: RecordId,
    reach: Reach,
    query: &ActivityQuery,
) -> Result<Vec<u8>, Failure> {
    let asked = Asked::read(query)?;
    ctx.read(move |tx, ctx| {
        let mut labels = Labels::default();
        let is_readable = labels.is_readable(tx, ctx, collection, id)?;
        // Of a record that is gone for good only those whom rules do not bind see the past.
        if !is_readable && ctx.actor.is_bound_by_rules() {
            return Err(Problem::not_found().into());
        }
        let (records, way) = match reach {
            Reach::Record => (HashSet::from([(collection, id)]), Way::Record(id)),
            Reach::Tree => {
                let records = tree::records_under(tx, ctx, collection, id)?;
                let ids = records.iter().map(|(_, id)| *id).collect();
                (records, Way::Records(ids))
            }
        };
        let items = asked.page(tx, ctx, &mut labels, &way, |found| {
            found.is_some_and(|record| records.contains(&record))
        })?;
        if items.is_none_that_ever_was(is_readable) {
            return Err(Problem::not_found().into());
        }
        Ok::<_, Failure>(page_json(&items.json, items.next))
    })
    .await
}

/// What a user did. Only what the caller may read is shown.
pub async fn user_activity(ctx: &Context, user: &str, query: &ActivityQuery) -> Result<Vec<u8>, Failure> {
    let asked = Asked::read(query)?;
    let user = match (user, ctx.actor.id) {
        ("me", Some(own)) => own,
        ("me", None) => return Err(ctx.refused("sign in first")),
        (id, _) => parse_id(id)
            .map_err(|_| Problem::field(Code::InvalidParameter, "user", "must be the id of a user, or me"))?,
    };
    ctx.read(move |tx, ctx| {
        let mut labels = Labels::default();
        let users = ctx.release.definition.users;
        let is_own = ctx.actor.id == Some(user) || !ctx.actor.is_bound_by_rules();
        if !is_own && !labels.is_readable(tx, ctx, users, user)? {
            return Err(Problem::not_found().into());
        }
        let items = asked.page(tx, ctx, &mut labels, &Way::Actor(user), |_| true)?;
        Ok::<_, Failure>(page_json(&items.json, items.next))
    })
    .await
}

/// A query that makes sense.
#[derive(Debug, Clone)]
struct Asked {
    kinds: KindsWanted,
    below: i64,
    limit: u32,
}

struct Items {
    json: Vec<Json>,
    next: Option<i64>,
}

impl Items {
    /// Neither a record that may be read, nor anything in the journal?
    fn is_none_that_ever_was(&self, is_readable: bool) -> bool {
        !is_readable && self.json.is_empty() && self.next.is_none()
    }
}

impl Asked {
    fn read(query: &ActivityQuery) -> Result<Self, Failure> {
        Ok(Self {
            kinds: read_kinds(query.kind.as_deref())?,
            below: parse_cursor(query.cursor.as_deref())?,
            limit: query.limit,
        })
    }

    /// The entries along a way about records that `concerns` and that the caller may read.
    fn page(
        &self,
        tx: &mut Tx<'_>,
        ctx: &Context,
        labels: &mut Labels,
        way: &Way,
        concerns: impl Fn(Option<(CollectionId, RecordId)>) -> bool,
    ) -> Result<Items, Failure> {
        let bounds = (self.limit, limits::ACTIVITY_LOOKED_AT_MAX);
        let found = collect(tx, std::slice::from_ref(way), self.below, bounds, |tx, entry| {
            if !is_shown(entry) || !self.kinds.include(&entry.kind) {
                return Ok(false);
            }
            let record = record_of(ctx, entry);
            match record {
                _ if !concerns(record) => Ok(false),
                Some((collection, id)) => {
                    Ok(labels.is_readable(tx, ctx, collection, id)? || !ctx.actor.is_bound_by_rules())
                }
                None => Ok(!ctx.actor.is_bound_by_rules()),
            }
        })?;
        let mut json = Vec::with_capacity(found.entries.len());
        for entry in &found.entries {
            json.push(Told::of(tx, ctx, labels, entry)?.to_json());
        }
        Ok(Items {
            json,
            next: found.next,
        })
    }
}

fn is_shown(entry: &StoredEntry) -> bool {
    entry.record_id.is_some()
        && entry.kind != Kind::RecordViewed.as_str()
        && SHOWN.iter().any(|beginning| entry.kind.starts_with(beginning))
}

/// The record that an entry is about, where its collection is still there.
fn record_of(ctx: &Context, entry: &StoredEntry) -> Option<(CollectionId, RecordId)> {
    let collection = collection_of(ctx, entry.collection.as_deref()?)?;
    Some((collection.id, entry.record_id?))
}
