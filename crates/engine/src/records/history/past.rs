//! A record as it was at a version: from its creation or restoring forwards.

use mainstay_core::definition::{CollectionId, SystemField};
use mainstay_core::{Code, Collection, Problem, RecordId};
use mainstay_store::Tx;
use mainstay_store::journal::erase::ERASED;
use mainstay_store::journal::{Changes, Kind, StoredEntry, changes, whole_before};
use serde_json::{Map, Value as Json};

use super::{PastValues, entry_head, of_today, refuse_unless_visible, shown};
use crate::context::Context;
use crate::failure::Failure;
use crate::records::fields::withheld_fields;

/// A record as it was, and the entry that made it so.
#[derive(Debug)]
pub(super) struct Past {
    pub(super) values: PastValues,
    pub(super) entry: StoredEntry,
    /// Something that led here was erased: it cannot be told any more.
    erased: bool,
}

/// The whole record as it was at a version: `{"version", "seq", "at", ..., "record": {...}}`.
pub async fn read_version(
    ctx: &Context,
    collection: CollectionId,
    id: RecordId,
    version: i64,
) -> Result<Vec<u8>, Failure> {
    ctx.read(move |tx, ctx| {
        refuse_unless_visible(tx, ctx, collection, id)?;
        let of = ctx.of(collection);
        let past = past(tx, of, id, version)?;
        let mut json = entry_head(&past.entry);
        let withheld = withheld_fields(tx, ctx, collection, &id)?;
        json["record"] = shown(of, &past.values, &withheld);
        Ok::<_, Failure>(json.to_string().into_bytes())
    })
    .await
}

/// The record at a version; without a rule. A version at which it was gone for good is none.
pub(super) fn past(
    tx: &mut Tx<'_>,
    collection: &Collection,
    id: RecordId,
    version: i64,
) -> Result<Past, Failure> {
    let of = Changes::of(collection, id);
    let begin = whole_before(tx, &of, version)?.and_then(|entry| begin(collection, entry));
    let mut past = begin.ok_or_else(|| no_version(version))?;
    let after = past.entry.seq;
    changes::<Failure>(tx, &of, after, version, |entry| {
        past.follow(collection, entry);
        Ok(())
    })?;
    if past.entry.version == Some(version) && !past.erased {
        Ok(past)
    } else {
        Err(no_version(version))
    }
}

fn no_version(version: i64) -> Failure {
    let detail =
        format!("the record has no version {version} that is known; its history lists those there are");
    Problem::new(Code::NotFound, detail).into()
}

/// The values that an entry with all of them leads to; `None` when nothing was left of the record.
fn begin(collection: &Collection, entry: StoredEntry) -> Option<Past> {
    let kind = entry.kind.as_str();
    if kind == Kind::RecordCreated.as_str() || kind == Kind::RecordRestored.as_str() {
        let values = of_today(collection, &values_of(&entry, "new"));
        let erased = entry.payload == ERASED;
        return Some(Past {
            values,
            entry,
            erased,
        });
    }
    let old = values_of(&entry, "old");
    // A deletion for good, and a purge, leave nothing. A soft one has the field that it sets.
    if !old.contains_key(SystemField::DeletedAt.name()) {
        return None;
    }
    let mut past = Past {
        values: of_today(collection, &old),
        entry,
        erased: false,
    };
    past.stamp();
    if collection.soft_delete {
        past.set(SystemField::DeletedAt, past.entry.at.to_string().into());
    }
    Some(past)
}

pub(super) fn values_of(entry: &StoredEntry, part: &str) -> Map<String, Json> {
    let payload: Json = serde_json::from_str(&entry.payload).unwrap_or(Json::Null);
    match payload {
        Json::Object(mut parts) => match parts.remove(part) {
            Some(Json::Object(values)) => values,
            _ => Map::new(),
        },
        _ => Map::new(),
    }
}

impl Past {
    fn follow(&mut self, collection: &Collection, entry: &StoredEntry) {
        self.entry = entry.clone();
        self.erased |= entry.payload == ERASED;
        self.stamp();
        self.values.extend(of_today(collection, &values_of(entry, "new")));
    }

    /// What every write sets, and no change lists.
    fn stamp(&mut self) {
        self.set(SystemField::Version, self.entry.version.into());
        self.set(SystemField::UpdatedAt, self.entry.at.to_string().into());
    }

    fn set(&mut self, field: SystemField, value: Json) {
        self.values.insert(field.id(), value);
    }
}
