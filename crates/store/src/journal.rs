//! The append-only log of acts.
//!
//! An entry is written in the transaction of its act: if it cannot be written, the act does not happen. Nothing here
//! changes or removes an entry.

use mainstay_core::{Actor, RecordId, Timestamp};

use crate::db::StoreError;
use crate::sql::Dialect;
use crate::tx::{Bind, Row, Tx, WriteTx};

/// What happened. The text is stored and part of the API.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    RecordCreated,
    RecordUpdated,
    RecordDeleted,
    RecordRestored,
    SignedUp,
    SignedIn,
    SignInRefused,
    SignedOut,
    TokenReused,
    AdministratorCreated,
    Exported,
}

impl Kind {
    pub fn as_str(self) -> &'static str {
        match self {
            Self::RecordCreated => "record.created",
            Self::RecordUpdated => "record.updated",
            Self::RecordDeleted => "record.deleted",
            Self::RecordRestored => "record.restored",
            Self::SignedUp => "auth.signed_up",
            Self::SignedIn => "auth.signed_in",
            Self::SignInRefused => "auth.sign_in_refused",
            Self::SignedOut => "auth.signed_out",
            Self::TokenReused => "auth.refresh_token_reused",
            Self::AdministratorCreated => "auth.administrator_created",
            Self::Exported => "data.exported",
        }
    }
}

/// One act, to be written.
#[derive(Debug, Clone, Copy)]
pub struct Entry<'a> {
    pub at: Timestamp,
    pub kind: Kind,
    pub actor: Actor,
    pub origin: &'a Origin,
    pub collection: Option<&'a str>,
    pub record_id: Option<RecordId>,
    pub version: Option<i64>,
    /// JSON: `{"new": {...}}`, `{"old": {...}, "new": {...}}` or `{"old": {...}}` for records.
    pub payload: &'a str,
}

/// Where an act came from.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Origin {
    pub request_id: Option<RecordId>,
    pub address: Option<String>,
    /// Row of `_releases`: the definition that was in force.
    pub release: i64,
}

/// Appends an entry and gives its sequence number.
pub fn append(tx: &mut WriteTx<'_>, entry: &Entry<'_>) -> Result<(), StoreError> {
    let hash = ring::digest::digest(&ring::digest::SHA256, entry.payload.as_bytes());
    tx.execute_one(
        "INSERT INTO _journal (at, kind, actor_kind, actor_id, request_id, address, release, collection, record_id,
             version, payload, payload_hash)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12)",
        &[
            Bind::Int(entry.at.as_micros()),
            Bind::Text(entry.kind.as_str()),
            Bind::Text(entry.actor.kind.as_str()),
            Bind::from(entry.actor.id.as_ref()),
            Bind::from(entry.origin.request_id.as_ref()),
            Bind::from(entry.origin.address.as_deref()),
            Bind::Int(entry.origin.release),
            Bind::from(entry.collection),
            Bind::from(entry.record_id.as_ref()),
            Bind::from(entry.version),
            Bind::Text(entry.payload),
            Bind::Blob(hash.as_ref()),
        ],
    )
}

/// One act, as read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredEntry {
    pub seq: i64,
    pub at: Timestamp,
    pub kind: String,
    pub actor_kind: String,
    pub actor_id: Option<RecordId>,
    pub request_id: Option<RecordId>,
    pub version: Option<i64>,
    pub payload: String,
}

/// Arguments: the record's id, its collection, a sequence number, and how many entries at most.
pub const HISTORY: &str = "SELECT seq, at, kind, actor_kind, actor_id, request_id, version, payload FROM _journal
     WHERE record_id = ?1 AND collection = ?2 AND seq < ?3 AND kind LIKE 'record.%' ORDER BY seq DESC LIMIT ?4";

/// How far somebody has read the journal.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Position {
    /// The last entry that was given.
    pub seq: i64,
    /// Numbers after it that are missing so far.
    gap: Option<Gap>,
}

/// A missing number, and the transaction before which all must have ended until it is known never to come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Gap {
    first_seq: i64,
    settled_at: u64,
}

impl Position {
    /// Right behind this entry.
    pub fn after(seq: i64) -> Self {
        Self { seq, gap: None }
    }

    /// Is there an entry behind it that waits for one in front, which may still come?
    pub fn is_held_up(&self) -> bool {
        self.gap.is_some()
    }
}

const SETTLED: &str = "SELECT seq, at, kind, actor_kind, actor_id, request_id, version, payload FROM _journal
     WHERE seq > ?1 ORDER BY seq LIMIT ?2";
const SNAPSHOT: &str =
    "SELECT pg_snapshot_xmin(pg_current_snapshot())::text, pg_snapshot_xmax(pg_current_snapshot())::text";

/// The entries after a position in the order of their numbers, each once, and the position behind them.
///
/// Several writers may commit in another order than they took their numbers. A missing number may still come, so reading
/// stops before it, until every transaction that could hold it has ended. Such a one took its own number before it took
/// that of the entry (see the order of columns of `_journal`), and so before the first entry behind the gap was there to
/// be seen.
pub fn read_settled(
    tx: &mut Tx<'_>,
    position: &Position,
    limit: u32,
) -> Result<(Vec<StoredEntry>, Position), StoreError> {
    // One after the other in a file: no number is ever missing.
    let (oldest, next) = match tx.dialect() {
        Dialect::Sqlite => (u64::MAX, 0),
        Dialect::Postgres => transactions(tx)?,
    };
    let mut entries = Vec::new();
    tx.query(
        SETTLED,
        &[Bind::Int(position.seq), Bind::Int(i64::from(limit))],
        |row| {
            entries.push(read_entry(row)?);
            Ok::<(), StoreError>(())
        },
    )?;
    let mut behind = Position::after(position.seq);
    let mut given = 0;
    for entry in &entries {
        let first_seq = behind.seq + 1;
        if entry.seq > first_seq {
            let known = position.gap.filter(|gap| gap.first_seq == first_seq);
            let gap = known.unwrap_or(Gap {
                first_seq,
                settled_at: next,
            });
            if oldest < gap.settled_at {
                behind.gap = Some(gap);
                break;
            }
        }
        behind.seq = entry.seq;
        given += 1;
    }
    entries.truncate(given);
    Ok((entries, behind))
}

/// The oldest transaction that still runs, and the one after the newest (PostgreSQL, 9.26.8).
fn transactions(tx: &mut Tx<'_>) -> Result<(u64, u64), StoreError> {
    let number = |text: &str| {
        text.parse::<u64>()
            .map_err(|_| StoreError::Corrupt(format!("{text} is no transaction")))
    };
    let found = tx.query_first(SNAPSHOT, &[], |row| {
        Ok::<_, StoreError>((number(row.text(0)?)?, number(row.text(1)?)?))
    })?;
    found.ok_or_else(|| StoreError::Corrupt("a snapshot has no transactions".to_owned()))
}

/// The changes of one record, the newest first, below a sequence number.
///
/// A user's sign-ins concern the same record, but whoever may see a user may not therefore see when they were here.
pub fn history(
    tx: &mut Tx<'_>,
    collection: &str,
    record_id: &RecordId,
    below_seq: i64,
    limit: u32,
) -> Result<Vec<StoredEntry>, StoreError> {
    let mut entries = Vec::new();
    tx.query(
        HISTORY,
        &[
            Bind::from(record_id),
            Bind::Text(collection),
            Bind::Int(below_seq),
            Bind::Int(i64::from(limit)),
        ],
        |row| {
            entries.push(read_entry(row)?);
            Ok::<(), StoreError>(())
        },
    )?;
    Ok(entries)
}

fn read_entry(row: &Row<'_>) -> Result<StoredEntry, StoreError> {
    Ok(StoredEntry {
        seq: row.int(0)?,
        at: Timestamp::from_micros(row.int(1)?)
            .ok_or_else(|| StoreError::Corrupt("a journal entry has no possible time".to_owned()))?,
        kind: row.text(2)?.to_owned(),
        actor_kind: row.text(3)?.to_owned(),
        actor_id: row.optional_id(4)?,
        request_id: row.optional_id(5)?,
        version: if row.is_null(6)? { None } else { Some(row.int(6)?) },
        payload: row.text(7)?.to_owned(),
    })
}

/// Has there ever been a record of this collection with this id?
pub fn is_known(tx: &mut Tx<'_>, collection: &str, record_id: &RecordId) -> Result<bool, StoreError> {
    let found = tx.query_first(
        "SELECT 1 FROM _journal WHERE record_id = ?1 AND collection = ?2 LIMIT 1",
        &[Bind::from(record_id), Bind::Text(collection)],
        |_| Ok::<(), StoreError>(()),
    )?;
    Ok(found.is_some())
}
