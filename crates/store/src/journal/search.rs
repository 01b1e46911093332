//! Entries of the journal, the newest first, along one of its indexes.
//!
//! Each way costs what it gives, however long the journal is. What else is asked of an entry is looked at by the caller,
//! who bounds how many entries it looks at.

use mainstay_core::{RecordId, Timestamp};

use super::{StoredEntry, read_entry};
use crate::db::StoreError;
use crate::records::hex_ids;
use crate::sql::Dialect;
use crate::tx::{Bind, Tx};

macro_rules! entries {
    ($rest:literal) => {
        concat!(
            "SELECT seq, at, kind, actor_kind, actor_id, request_id, address, release, collection, \
             record_id, version, payload, payload_hash FROM _journal ",
            $rest
        )
    };
}

/// Arguments of each: what is looked for, the number to stay below, and how many at most.
pub const OF_RECORD: &str = entries!("WHERE record_id = ?1 AND seq < ?2 ORDER BY seq DESC LIMIT ?3");
pub const OF_REQUEST: &str = entries!("WHERE request_id = ?1 AND seq < ?2 ORDER BY seq DESC LIMIT ?3");
/// Arguments: the number to stay below, and how many at most.
pub const ALL: &str = entries!("WHERE seq < ?1 ORDER BY seq DESC LIMIT ?2");
/// Arguments: the earliest time, the time and number to stay below, and how many at most.
pub const IN_TIME: &str =
    entries!("WHERE at >= ?1 AND (at, seq) < (?2, ?3) ORDER BY at DESC, seq DESC LIMIT ?4");
/// Arguments: the collection, the kind, the number to stay below, and how many at most.
pub const IN_GROUP: &str = "SELECT seq FROM _journal WHERE collection = ?1 AND kind = ?2 AND seq < ?3
     ORDER BY seq DESC LIMIT ?4";
/// Arguments: the kind, the number to stay below, and how many at most. The order is that of the index, because PostgreSQL
/// does not see that all of them have the same collection, none.
pub const IN_NO_COLLECTION: &str =
    "SELECT seq FROM _journal WHERE collection IS NULL AND kind = ?1 AND seq < ?2
     ORDER BY collection DESC, kind DESC, seq DESC LIMIT ?3";
/// Arguments: the collection before.
pub const NEXT_COLLECTION: &str =
    "SELECT collection FROM _journal WHERE collection > ?1 ORDER BY collection LIMIT 1";
/// Arguments: the collection, and the kind before.
pub const NEXT_KIND: &str =
    "SELECT kind FROM _journal WHERE collection = ?1 AND kind > ?2 ORDER BY kind LIMIT 1";
/// Arguments: the kind before.
pub const NEXT_KIND_IN_NONE: &str =
    "SELECT kind FROM _journal WHERE collection IS NULL AND kind > ?1 ORDER BY collection, kind LIMIT 1";

/// The newest number below one. Argument: the number to stay below.
const NEWEST: &str = "SELECT seq FROM _journal WHERE seq < ?1 ORDER BY seq DESC LIMIT 1";
/// Arguments: some spans, the actor, and the number to stay below.
pub const OF_ACTOR_SQLITE: &str = "SELECT seq FROM _journal WHERE seq >> 8 IN (SELECT value FROM json_each(?1)) AND actor_id = ?2 AND seq < ?3";
pub const OF_ACTOR_POSTGRES: &str = "SELECT seq FROM _journal
     WHERE seq >> 8 IN (SELECT value::bigint FROM json_array_elements_text((?1)::json)) AND actor_id = ?2 AND seq < ?3";
const AT: &str = "SELECT at FROM _journal WHERE seq = ?1";
const THESE_SQLITE: &str = entries!("WHERE seq IN (SELECT value FROM json_each(?1)) ORDER BY seq DESC");
const THESE_POSTGRES: &str = entries!(
    "WHERE seq IN (SELECT value::bigint FROM json_array_elements_text((?1)::json)) ORDER BY seq DESC"
);
const OF_RECORDS_SQLITE: &str =
    "SELECT seq FROM _journal WHERE record_id IN (SELECT unhex(value) FROM json_each(?1)) AND seq < ?2
     ORDER BY seq DESC LIMIT ?3";
const OF_RECORDS_POSTGRES: &str = "SELECT seq FROM _journal
     WHERE record_id IN (SELECT value::uuid FROM json_array_elements_text((?1)::json)) AND seq < ?2
     ORDER BY seq DESC LIMIT ?3";

/// What leads to the entries.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Way {
    Record(RecordId),
    Records(Vec<RecordId>),
    Request(RecordId),
    Actor(RecordId),
    Groups(Vec<Group>),
    /// From one time on and before another; the latest first, and of equal ones the one with the highest number.
    Time {
        from: Timestamp,
        before: Timestamp,
    },
    All,
}

/// Entries with the same collection, or none, and the same kind.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Group {
    pub collection: Option<String>,
    pub kind: String,
}

/// The kinds that are looked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum KindsWanted {
    All,
    One(String),
    /// Every kind that begins with this text.
    Beginning(String),
}

impl KindsWanted {
    pub fn include(&self, kind: &str) -> bool {
        match self {
            Self::All => true,
            Self::One(one) => one == kind,
            Self::Beginning(beginning) => kind.starts_with(beginning),
        }
    }

    fn beginning(&self) -> &str {
        match self {
            Self::Beginning(beginning) => beginning,
            Self::All | Self::One(_) => "",
        }
    }
}

/// The entries along a way, below a number.
pub fn page(tx: &mut Tx<'_>, way: &Way, below: i64, limit: u32) -> Result<Vec<StoredEntry>, StoreError> {
    let by_id = |tx: &mut Tx<'_>, sql: &str, id: &RecordId| {
        let binds = [Bind::from(id), Bind::Int(below), Bind::Int(i64::from(limit))];
        read_all(tx, sql, &binds)
    };
    match way {
        Way::Record(id) => by_id(tx, OF_RECORD, id),
        Way::Request(id) => by_id(tx, OF_REQUEST, id),
        Way::Actor(id) => of_actor(tx, id, below, limit),
        Way::Records(ids) => {
            let sql = match tx.dialect() {
                Dialect::Sqlite => OF_RECORDS_SQLITE,
                Dialect::Postgres => OF_RECORDS_POSTGRES,
            };
            let ids = hex_ids(ids);
            let binds = [Bind::Text(&ids), Bind::Int(below), Bind::Int(i64::from(limit))];
            let found = numbers(tx, sql, &binds)?;
            these(tx, &found)
        }
        Way::Groups(groups) => in_groups(tx, groups, below, limit),
        Way::Time { from, before } => in_time(tx, (*from, *before), below, limit),
        Way::All => read_all(tx, ALL, &[Bind::Int(below), Bind::Int(i64::from(limit))]),
    }
}

/// Entries are found by actor within spans of 256 numbers, as `_journal_actor` has them: so a write touches only the pages
/// of the newest span, however many people there are. A few spans are asked at a time, the newest first.
fn of_actor(
    tx: &mut Tx<'_>,
    actor: &RecordId,
    below: i64,
    limit: u32,
) -> Result<Vec<StoredEntry>, StoreError> {
    const SPAN_BITS: u32 = 8;
    const SPANS_AT_ONCE_MAX: i64 = 256;
    let sql = match tx.dialect() {
        Dialect::Sqlite => OF_ACTOR_SQLITE,
        Dialect::Postgres => OF_ACTOR_POSTGRES,
    };
    let Some(newest) = tx.query_first(NEWEST, &[Bind::Int(below)], |row| row.int(0))? else {
        return Ok(Vec::new());
    };
    let mut found = Vec::new();
    let (mut last, mut at_once) = (newest >> SPAN_BITS, 1);
    while found.len() < limit as usize && last >= 0 {
        let first = (last - at_once + 1).max(0);
        let spans: Vec<String> = (first..=last).map(|span| span.to_string()).collect();
        let spans = format!("[{}]", spans.join(","));
        let binds = [Bind::Text(&spans), Bind::from(actor), Bind::Int(below)];
        let start = found.len();
        found.extend(numbers(tx, sql, &binds)?);
        found[start..].sort_unstable_by(|one, next| next.cmp(one));
        last = first - 1;
        at_once = (at_once * 2).min(SPANS_AT_ONCE_MAX);
    }
    found.truncate(limit as usize);
    these(tx, &found)
}

/// Below an entry of this number, which is looked up for its time; below the end where there is none yet.
fn in_time(
    tx: &mut Tx<'_>,
    (from, before): (Timestamp, Timestamp),
    below: i64,
    limit: u32,
) -> Result<Vec<StoredEntry>, StoreError> {
    let (at, seq) = match tx.query_first(AT, &[Bind::Int(below)], |row| row.int(0))? {
        Some(at) if at < before.as_micros() => (at, below),
        _ => (before.as_micros(), 0),
    };
    let binds = [
        Bind::Int(from.as_micros()),
        Bind::Int(at),
        Bind::Int(seq),
        Bind::Int(i64::from(limit)),
    ];
    read_all(tx, IN_TIME, &binds)
}

/// The newest of all groups: each gives as many as are wanted, of which the newest are read.
fn in_groups(
    tx: &mut Tx<'_>,
    groups: &[Group],
    below: i64,
    limit: u32,
) -> Result<Vec<StoredEntry>, StoreError> {
    let mut found = Vec::new();
    for group in groups {
        let kind = Bind::Text(&group.kind);
        let (below, limit) = (Bind::Int(below), Bind::Int(i64::from(limit)));
        found.extend(match &group.collection {
            Some(collection) => numbers(tx, IN_GROUP, &[Bind::Text(collection), kind, below, limit])?,
            None => numbers(tx, IN_NO_COLLECTION, &[kind, below, limit])?,
        });
    }
    found.sort_unstable_by(|one, next| next.cmp(one));
    found.truncate(limit as usize);
    these(tx, &found)
}

/// The groups that there are of these kinds, in these collections or in all of them and in none.
pub fn groups(
    tx: &mut Tx<'_>,
    collections: Option<&[String]>,
    kinds: &KindsWanted,
) -> Result<Vec<Group>, StoreError> {
    let mut found = Vec::new();
    if let Some(collections) = collections {
        for collection in collections {
            add_groups(tx, Some(collection), kinds, &mut found)?;
        }
        return Ok(found);
    }
    add_groups(tx, None, kinds, &mut found)?;
    let mut collection = String::new();
    while let Some(next) = next_text(tx, NEXT_COLLECTION, &[Bind::Text(&collection)])? {
        add_groups(tx, Some(&next), kinds, &mut found)?;
        collection = next;
    }
    Ok(found)
}

fn add_groups(
    tx: &mut Tx<'_>,
    collection: Option<&str>,
    kinds: &KindsWanted,
    found: &mut Vec<Group>,
) -> Result<(), StoreError> {
    let group = |kind: String| Group {
        collection: collection.map(str::to_owned),
        kind,
    };
    if let KindsWanted::One(kind) = kinds {
        found.push(group(kind.clone()));
        return Ok(());
    }
    // A kind is longer than the beginning that is asked for.
    let mut kind = kinds.beginning().to_owned();
    loop {
        let next = match collection {
            Some(collection) => next_text(tx, NEXT_KIND, &[Bind::Text(collection), Bind::Text(&kind)])?,
            None => next_text(tx, NEXT_KIND_IN_NONE, &[Bind::Text(&kind)])?,
        };
        match next {
            Some(next) if kinds.include(&next) => {
                found.push(group(next.clone()));
                kind = next;
            }
            _ => return Ok(()),
        }
    }
}

fn next_text(tx: &mut Tx<'_>, sql: &str, binds: &[Bind<'_>]) -> Result<Option<String>, StoreError> {
    tx.query_first(sql, binds, |row| Ok(row.text(0)?.to_owned()))
}

fn numbers(tx: &mut Tx<'_>, sql: &str, binds: &[Bind<'_>]) -> Result<Vec<i64>, StoreError> {
    let mut found = Vec::new();
    tx.query(sql, binds, |row| {
        found.push(row.int(0)?);
        Ok::<(), StoreError>(())
    })?;
    Ok(found)
}

fn these(tx: &mut Tx<'_>, numbers: &[i64]) -> Result<Vec<StoredEntry>, StoreError> {
    let sql = match tx.dialect() {
        Dialect::Sqlite => THESE_SQLITE,
        Dialect::Postgres => THESE_POSTGRES,
    };
    let numbers: Vec<String> = numbers.iter().map(i64::to_string).collect();
    let array = format!("[{}]", numbers.join(","));
    read_all(tx, sql, &[Bind::Text(&array)])
}

fn read_all(tx: &mut Tx<'_>, sql: &str, binds: &[Bind<'_>]) -> Result<Vec<StoredEntry>, StoreError> {
    let mut entries = Vec::new();
    tx.query(sql, binds, |row| {
        entries.push(read_entry(row)?);
        Ok::<(), StoreError>(())
    })?;
    Ok(entries)
}
