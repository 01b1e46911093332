//! From journal entries to changes of records: what a record was before, and what it is now.
//!
//! A change begins with the first entry about a record that nobody was told of yet and goes up to what the table holds
//! now, whatever entries lie between. So what is sent is never older than what the rules are asked about; the entries
//! that it covers are passed over when they come.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::sync::Arc;

use mainstay_core::definition::{Collection, CollectionId, SystemField};
use mainstay_core::{FieldId, RecordId, Value, values};
use mainstay_store::journal::{Kind, StoredEntry};
use mainstay_store::realtime::entries_of_records;
use mainstay_store::records::{hex_ids, read_values};
use mainstay_store::sql::{Arguments, Target, select_by_ids_either};
use mainstay_store::tx::Bind;
use mainstay_store::{StoreError, Tx};
use serde_json::Value as Json;

use crate::environment::Release;

/// Entries behind a batch that are looked through for one; beyond that nothing is said of single records.
const BEYOND_MAX: u32 = 2_000;
/// Of one record, states between before and now that are kept.
const BETWEEN_MAX: usize = 32;

/// What happened to one record.
#[derive(Debug)]
pub(super) struct Change {
    pub(super) collection: CollectionId,
    pub(super) id: RecordId,
    /// Of the first entry that it covers.
    pub(super) seq: i64,
    /// Of the last one.
    pub(super) covers: i64,
    pub(super) version: i64,
    pub(super) first: First,
    /// Fields that the covered entries changed; empty when the record came or went.
    pub(super) changed: Vec<FieldId>,
    /// As a living record before the first entry.
    pub(super) before: Option<Arc<Vec<Value>>>,
    /// As a living record now.
    pub(super) after: Option<Arc<Vec<Value>>>,
    /// As a living record in between. Whoever listed at that moment has it so, and must hear if it is gone.
    pub(super) between: Vec<Arc<Vec<Value>>>,
    /// There were more states in between.
    pub(super) between_is_cut: bool,
    /// Every covered entry changed fields, and none let it come or go.
    only_updated: bool,
    /// The past cannot be told in the words of the present definition.
    pub(super) unclear: bool,
}

/// What the first covered entry says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum First {
    Created,
    Restored,
    Updated,
    Deleted,
    /// Nothing was written into the record itself.
    Beside,
}

impl First {
    fn of(kind: &str) -> Option<Self> {
        Some(match kind {
            kind if kind == Kind::RecordCreated.as_str() => Self::Created,
            kind if kind == Kind::RecordRestored.as_str() => Self::Restored,
            kind if kind == Kind::RecordUpdated.as_str() => Self::Updated,
            kind if kind == Kind::RecordDeleted.as_str() => Self::Deleted,
            _ => return None,
        })
    }
}

impl Change {
    /// Did it come or go, rather than change?
    pub(super) fn is_of_existence(&self) -> bool {
        self.before.is_some() != self.after.is_some() || !self.only_updated
    }
}

/// The collection that an entry's name means in this definition.
pub(super) fn collection_of<'r>(release: &'r Release, name: &str) -> Option<&'r Collection> {
    let definition = &release.definition;
    definition.find_collection(name).or_else(|| {
        let mut collections = definition.collections.iter();
        collections.find(|collection| collection.former_names.iter().any(|former| former == name))
    })
}

/// The changes in a batch of entries to records of the wanted collections, by the record. Entries of `covered` were told
/// as changes already: where nothing else is told of a record they come as [`First::Beside`], for its activity.
pub(super) fn changes(
    tx: &mut Tx<'_>,
    release: &Release,
    entries: &[StoredEntry],
    wanted: &HashSet<CollectionId>,
    covered: &HashMap<RecordId, i64>,
) -> Result<Vec<Change>, StoreError> {
    let mut chains: BTreeMap<(CollectionId, RecordId), Vec<&StoredEntry>> = BTreeMap::new();
    let mut told_before: BTreeMap<(CollectionId, RecordId), Vec<&StoredEntry>> = BTreeMap::new();
    for entry in entries {
        let (Some(name), Some(id)) = (&entry.collection, entry.record_id) else {
            continue;
        };
        // Who only looked at a record is not everybody's business.
        let about_the_record = (entry.kind.starts_with("record.") || entry.kind.starts_with("comment."))
            && entry.kind != Kind::RecordViewed.as_str();
        let is_covered =
            covered.get(&id).is_some_and(|seq| *seq >= entry.seq) && First::of(&entry.kind).is_some();
        if !about_the_record {
            continue;
        }
        if let Some(collection) = collection_of(release, name).filter(|of| wanted.contains(&of.id)) {
            let chains = if is_covered { &mut told_before } else { &mut chains };
            chains.entry((collection.id, id)).or_default().push(entry);
        }
    }
    told_before.retain(|record, _| !chains.contains_key(record));
    chains.extend(told_before.iter().map(|(record, chain)| (*record, chain.clone())));
    let Some(last) = entries.last().filter(|_| !chains.is_empty()) else {
        return Ok(Vec::new());
    };
    let ids: Vec<RecordId> = chains.keys().map(|(_, id)| *id).collect();
    let beyond = entries_of_records(tx, &hex_ids(&ids), last.seq, BEYOND_MAX)?;
    let lost = beyond.len() >= BEYOND_MAX as usize;
    let present = present_rows(tx, release, chains.keys().copied())?;
    let mut changes = Vec::with_capacity(chains.len());
    for ((collection, id), mut chain) in chains {
        let name = |entry: &StoredEntry| {
            entry
                .collection
                .as_deref()
                .and_then(|name| collection_of(release, name))
        };
        chain.extend(beyond.iter().filter(|entry| {
            entry.record_id == Some(id) && name(entry).is_some_and(|of| of.id == collection)
        }));
        let of = release.definition.collection(collection);
        let row = present.get(&(collection, id)).cloned();
        let mut change = change(release, of, (id, &chain), row);
        change.unclear |= lost;
        if told_before.contains_key(&(collection, id)) {
            change.first = First::Beside;
            change.unclear = false;
            change.covers = covered.get(&id).copied().unwrap_or(change.covers);
        }
        changes.push(change);
    }
    changes.sort_by_key(|change| change.seq);
    Ok(changes)
}

/// Values of records.
pub(super) type Rows = HashMap<(CollectionId, RecordId), Arc<Vec<Value>>>;

/// Records as their tables hold them, deleted ones too.
pub(super) fn present_rows(
    tx: &mut Tx<'_>,
    release: &Release,
    records: impl Iterator<Item = (CollectionId, RecordId)>,
) -> Result<Rows, StoreError> {
    let mut wanted: BTreeMap<CollectionId, Vec<RecordId>> = BTreeMap::new();
    for (collection, id) in records {
        wanted.entry(collection).or_default().push(id);
    }
    let mut rows = HashMap::new();
    for (collection, ids) in wanted {
        let of = release.definition.collection(collection);
        let columns = &release.plans.of(collection).all;
        let target = Target {
            definition: &release.definition,
            dialect: tx.dialect(),
        };
        let statement = select_by_ids_either(target, of, columns);
        let ids = hex_ids(&ids);
        let arguments = [Bind::Text(&ids)];
        let binds = statement.binds(&Arguments {
            auth_id: None,
            auth_share: None,
            now_micros: 0,
            method: "",
            input: &[],
            input_ids: &[],
            arguments: &arguments,
        });
        tx.query(&statement.text, &binds, |row| {
            let values = read_values(of, columns, row)?;
            if let Value::Id(id) = values[usize::from(SystemField::Id.id().0)] {
                rows.insert((collection, id), Arc::new(values));
            }
            Ok::<_, StoreError>(())
        })?;
    }
    Ok(rows)
}

/// The record, if it is not deleted.
pub(super) fn living(collection: &Collection, row: Option<Arc<Vec<Value>>>) -> Option<Arc<Vec<Value>>> {
    row.filter(|row| !collection.soft_delete || row[usize::from(SystemField::DeletedAt.id().0)].is_null())
}

fn change(
    release: &Release,
    collection: &Collection,
    (id, chain): (RecordId, &[&StoredEntry]),
    row: Option<Arc<Vec<Value>>>,
) -> Change {
    let acts: Vec<(First, &StoredEntry)> = chain
        .iter()
        .filter_map(|entry| First::of(&entry.kind).map(|first| (first, *entry)))
        .collect();
    let version = row.as_ref().map_or_else(
        || acts.last().and_then(|(_, entry)| entry.version).unwrap_or(0),
        |row| match row[usize::from(SystemField::Version.id().0)] {
            Value::Int(version) => version,
            _ => 0,
        },
    );
    let first = acts.first().map_or(First::Beside, |(first, _)| *first);
    let after = living(collection, row.clone());
    let past = Past::of(release, collection, &acts, row);
    let unclear = past.is_none();
    let past = past.unwrap_or_default();
    Change {
        collection: collection.id,
        id,
        seq: chain.first().map_or(0, |entry| entry.seq),
        covers: chain.last().map_or(0, |entry| entry.seq),
        version,
        first,
        changed: past.changed,
        before: if first == First::Beside {
            after.clone()
        } else {
            past.state.map(Arc::new)
        },
        after,
        between: past.between,
        between_is_cut: past.between_is_cut,
        only_updated: !acts.is_empty() && acts.iter().all(|(act, _)| *act == First::Updated),
        unclear,
    }
}

/// A record on its way back through its entries.
#[derive(Default)]
struct Past {
    state: Option<Vec<Value>>,
    changed: Vec<FieldId>,
    between: Vec<Arc<Vec<Value>>>,
    between_is_cut: bool,
}

impl Past {
    /// Keeps the state that it is at, if it is one in which somebody may have seen the record.
    fn keep_between(&mut self, collection: &Collection) {
        if self.between.len() >= BETWEEN_MAX {
            self.between_is_cut = true;
        } else if let Some(state) = living(collection, self.state.clone().map(Arc::new)) {
            self.between.push(state);
        }
    }

    /// The living record before the first of these acts; `None` where an entry does not fit the definition.
    fn of(
        release: &Release,
        collection: &Collection,
        acts: &[(First, &StoredEntry)],
        row: Option<Arc<Vec<Value>>>,
    ) -> Option<Self> {
        let mut past = Self::default();
        if matches!(acts, [(First::Created | First::Restored, _)]) {
            return Some(past);
        }
        past.state = row.map(|row| row.to_vec());
        for (position, (act, entry)) in acts.iter().enumerate().rev() {
            match act {
                First::Created | First::Restored | First::Beside => past.state = None,
                First::Deleted => past.state = Some(values_of(collection, entry, release)?.0),
                First::Updated => {
                    let (old, fields) = values_of(collection, entry, release)?;
                    let state = past.state.as_mut()?;
                    for field in fields {
                        state[usize::from(field.0)] = old[usize::from(field.0)].clone();
                        past.changed.push(field);
                    }
                    let version = entry.version.unwrap_or(0).saturating_sub(1);
                    state[usize::from(SystemField::Version.id().0)] = Value::Int(version);
                }
            }
            if position > 0 {
                past.keep_between(collection);
            }
        }
        past.state = living(collection, past.state.map(Arc::new)).map(|state| state.to_vec());
        Some(past)
    }
}

/// The old values of an entry, and the fields that it has them of; a whole record for a deletion.
fn values_of(
    collection: &Collection,
    entry: &StoredEntry,
    release: &Release,
) -> Option<(Vec<Value>, Vec<FieldId>)> {
    let mut payload: Json = serde_json::from_str(&entry.payload).ok()?;
    let Json::Object(old) = payload.get_mut("old")?.take() else {
        return None;
    };
    let mut read = vec![Value::Null; collection.fields.len()];
    let mut fields = Vec::with_capacity(old.len());
    for (name, json) in old {
        let field = collection.find_field(&name)?;
        read[usize::from(field.id.0)] = if json.is_null() {
            Value::Null
        } else {
            values::accept(field, json).ok()?
        };
        fields.push(field.id);
    }
    let is_whole = fields.len() == collection.fields.len();
    let is_old = entry.release != release.row;
    let needs_all = entry.kind == Kind::RecordDeleted.as_str();
    if needs_all && !is_whole && is_old {
        return None;
    }
    Some((read, fields))
}
