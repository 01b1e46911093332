//! The entries of one record: what became of it, under every name that its collection has had.
//!
//! A user's sign-ins concern the same record, but whoever may see a user may not therefore see when they were here: only
//! entries of the kinds `record.*` are given, and of these not who looked at it.

use mainstay_core::{Collection, RecordId};

use super::{StoredEntry, read_entry};
use crate::db::StoreError;
use crate::tx::{Bind, Tx};

/// Arguments: the record's id, the names of its collection, a sequence number, and how many entries at most.
///
/// Each name stands in quotes; one is among them when taking it out makes a difference, which both databases say alike.
pub const HISTORY: &str = "SELECT seq, at, kind, actor_kind, actor_id, request_id, address, release, collection,
     record_id, version, payload, payload_hash FROM _journal
     WHERE record_id = ?1 AND replace(?2, '\"' || collection || '\"', '') <> ?2 AND seq < ?3 AND kind LIKE 'record.%'
     AND kind <> 'record.viewed' ORDER BY seq DESC LIMIT ?4";

/// The newest entry up to a version (argument 2) that holds every value of the record, or says that it is gone.
const WHOLE: &str = "SELECT seq, at, kind, actor_kind, actor_id, request_id, address, release, collection,
     record_id, version, payload, payload_hash FROM _journal
     WHERE record_id = ?1 AND replace(?2, '\"' || collection || '\"', '') <> ?2 AND version <= ?3
     AND kind IN ('record.created', 'record.restored', 'record.deleted', 'record.purged') ORDER BY seq DESC LIMIT 1";

/// The entries after a sequence number and up to a version, the oldest first.
const AFTER: &str = "SELECT seq, at, kind, actor_kind, actor_id, request_id, address, release, collection,
     record_id, version, payload, payload_hash FROM _journal
     WHERE record_id = ?1 AND replace(?2, '\"' || collection || '\"', '') <> ?2 AND seq > ?3 AND version <= ?4
     AND kind LIKE 'record.%' AND kind <> 'record.viewed' ORDER BY seq";

const LAST: &str = "SELECT version, kind FROM _journal
     WHERE record_id = ?1 AND replace(?2, '\"' || collection || '\"', '') <> ?2 AND kind LIKE 'record.%'
     AND kind <> 'record.viewed' ORDER BY seq DESC LIMIT 1";

/// Which record, and what its collection was ever called.
#[derive(Debug, Clone)]
pub struct Changes {
    id: RecordId,
    names: String,
}

impl Changes {
    pub fn of(collection: &Collection, id: RecordId) -> Self {
        Self {
            id,
            names: quoted_names(collection),
        }
    }
}

/// Each name that the collection has had, in quotes: what statements look a name up in.
pub(crate) fn quoted_names(collection: &Collection) -> String {
    let quoted: Vec<String> = collection
        .journal_names()
        .map(|name| format!("\"{name}\""))
        .collect();
    quoted.concat()
}

/// The changes of one record, the newest first, below a sequence number.
pub fn history(
    tx: &mut Tx<'_>,
    of: &Changes,
    below_seq: i64,
    limit: u32,
) -> Result<Vec<StoredEntry>, StoreError> {
    let mut entries = Vec::new();
    tx.query(
        HISTORY,
        &[
            Bind::from(&of.id),
            Bind::Text(&of.names),
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

/// The newest entry up to a version that holds every value of the record, or says that it is gone.
pub fn whole_before(tx: &mut Tx<'_>, of: &Changes, version: i64) -> Result<Option<StoredEntry>, StoreError> {
    let binds = [Bind::from(&of.id), Bind::Text(&of.names), Bind::Int(version)];
    tx.query_first(WHOLE, &binds, read_entry)
}

/// Gives `each` the entries after a sequence number and up to a version, the oldest first.
pub fn changes<E: From<StoreError>>(
    tx: &mut Tx<'_>,
    of: &Changes,
    after_seq: i64,
    version: i64,
    mut each: impl FnMut(&StoredEntry) -> Result<(), E>,
) -> Result<(), E> {
    let binds = [
        Bind::from(&of.id),
        Bind::Text(&of.names),
        Bind::Int(after_seq),
        Bind::Int(version),
    ];
    tx.query(AFTER, &binds, |row| each(&read_entry(row)?))
}

/// The last version that a record has come to, and the kind of what led there.
pub fn last_version(tx: &mut Tx<'_>, of: &Changes) -> Result<Option<(i64, String)>, StoreError> {
    let binds = [Bind::from(&of.id), Bind::Text(&of.names)];
    let found = tx.query_first(LAST, &binds, |row| {
        let version = if row.is_null(0)? { 0 } else { row.int(0)? };
        Ok::<_, StoreError>((version, row.text(1)?.to_owned()))
    })?;
    Ok(found)
}

/// Has there ever been a record of this collection with this id?
pub fn is_known(tx: &mut Tx<'_>, of: &Changes) -> Result<bool, StoreError> {
    let found = tx.query_first(
        "SELECT 1 FROM _journal WHERE record_id = ?1 AND replace(?2, '\"' || collection || '\"', '') <> ?2
             AND kind LIKE 'record.%' LIMIT 1",
        &[Bind::from(&of.id), Bind::Text(&of.names)],
        |_| Ok::<(), StoreError>(()),
    )?;
    Ok(found.is_some())
}
