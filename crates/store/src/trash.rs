//! What was deleted softly and not yet purged: one row for each deletion, whatever it took along.

use mainstay_core::{Actor, Collection, RecordId, Timestamp};

use crate::db::StoreError;
use crate::journal::quoted_names;
use crate::tx::{Bind, Row, Tx, WriteTx};

/// One deletion.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Trashed {
    /// The record that was deleted.
    pub id: RecordId,
    /// What its collection was called then.
    pub collection: String,
    pub deleted_at: Timestamp,
    pub actor_kind: String,
    pub actor_id: Option<RecordId>,
    /// How many records went with it, by collection: a JSON object.
    pub took: String,
    /// Has it begun to go for good?
    pub purging: bool,
    /// Why it could not be purged, as a sentence.
    pub waits_for: Option<String>,
}

/// A place in the trash: the time of a deletion, and the record.
pub type Place = (i64, RecordId);

pub const NEWEST: &str =
    "SELECT record_id, collection, deleted_at, actor_kind, actor_id, took, purging, waits_for
     FROM _trash WHERE (deleted_at, record_id) < (?1, ?2) ORDER BY deleted_at DESC, record_id DESC LIMIT ?3";
pub const OLDEST: &str =
    "SELECT record_id, collection, deleted_at, actor_kind, actor_id, took, purging, waits_for
     FROM _trash WHERE (deleted_at, record_id) > (?1, ?2) ORDER BY deleted_at, record_id LIMIT ?3";
const FIND: &str = "SELECT record_id, collection, deleted_at, actor_kind, actor_id, took, purging, waits_for
     FROM _trash WHERE record_id = ?1 AND replace(?2, '\"' || collection || '\"', '') <> ?2";

/// Notes a deletion.
pub fn put(
    tx: &mut WriteTx<'_>,
    collection: &Collection,
    id: &RecordId,
    deleted_at: Timestamp,
    actor: Actor,
    took: &str,
) -> Result<(), StoreError> {
    tx.execute_one(
        "INSERT INTO _trash (record_id, collection, deleted_at, actor_kind, actor_id, took, purging)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, 0)
         ON CONFLICT (record_id, collection) DO UPDATE SET deleted_at = excluded.deleted_at,
             actor_kind = excluded.actor_kind, actor_id = excluded.actor_id, took = excluded.took,
             purging = 0, waits_for = NULL",
        &[
            Bind::from(id),
            Bind::Text(collection.name.as_str()),
            Bind::Int(deleted_at.as_micros()),
            Bind::Text(actor.kind.as_str()),
            Bind::from(actor.id.as_ref()),
            Bind::Text(took),
        ],
    )
}

/// Forgets a deletion, if there is one: the record is back, or gone for good.
pub fn forget(tx: &mut WriteTx<'_>, collection: &Collection, id: &RecordId) -> Result<(), StoreError> {
    tx.execute(
        "DELETE FROM _trash WHERE record_id = ?1 AND replace(?2, '\"' || collection || '\"', '') <> ?2",
        &[Bind::from(id), Bind::Text(&quoted_names(collection))],
    )?;
    Ok(())
}

/// From here on the record goes for good, and cannot come back.
pub fn begin_purge(tx: &mut WriteTx<'_>, trashed: &Trashed) -> Result<(), StoreError> {
    tx.execute_one(
        "UPDATE _trash SET purging = 1, waits_for = NULL WHERE record_id = ?1 AND collection = ?2",
        &[Bind::from(&trashed.id), Bind::Text(&trashed.collection)],
    )
}

/// Says why a deletion cannot be purged yet. It may be gone by now.
pub fn let_wait(tx: &mut WriteTx<'_>, trashed: &Trashed, reason: &str) -> Result<(), StoreError> {
    tx.execute(
        "UPDATE _trash SET waits_for = ?3 WHERE record_id = ?1 AND collection = ?2",
        &[
            Bind::from(&trashed.id),
            Bind::Text(&trashed.collection),
            Bind::Text(reason),
        ],
    )?;
    Ok(())
}

/// The deletion of a record.
pub fn find(tx: &mut Tx<'_>, collection: &Collection, id: &RecordId) -> Result<Option<Trashed>, StoreError> {
    tx.query_first(
        FIND,
        &[Bind::from(id), Bind::Text(&quoted_names(collection))],
        read,
    )
}

/// Deletions before a place, the newest first; without a place from the newest on.
pub fn newest_first(
    tx: &mut Tx<'_>,
    before: Option<&Place>,
    limit: usize,
) -> Result<Vec<Trashed>, StoreError> {
    let last = (i64::MAX, RecordId::from_bytes([0xff; 16]));
    page(tx, NEWEST, before.unwrap_or(&last), limit)
}

/// Deletions after a place, the oldest first; without a place from the oldest on.
pub fn oldest_first(
    tx: &mut Tx<'_>,
    after: Option<&Place>,
    limit: usize,
) -> Result<Vec<Trashed>, StoreError> {
    let first = (i64::MIN, RecordId::from_bytes([0; 16]));
    page(tx, OLDEST, after.unwrap_or(&first), limit)
}

fn page(tx: &mut Tx<'_>, sql: &str, (at, id): &Place, limit: usize) -> Result<Vec<Trashed>, StoreError> {
    let limit = i64::try_from(limit).unwrap_or(i64::MAX);
    let mut found = Vec::new();
    tx.query(sql, &[Bind::Int(*at), Bind::from(id), Bind::Int(limit)], |row| {
        found.push(read(row)?);
        Ok::<(), StoreError>(())
    })?;
    Ok(found)
}

fn read(row: &Row<'_>) -> Result<Trashed, StoreError> {
    Ok(Trashed {
        id: row.id(0)?,
        collection: row.text(1)?.to_owned(),
        deleted_at: Timestamp::from_micros(row.int(2)?)
            .ok_or_else(|| StoreError::Corrupt("a deletion has no possible time".to_owned()))?,
        actor_kind: row.text(3)?.to_owned(),
        actor_id: row.optional_id(4)?,
        took: row.text(5)?.to_owned(),
        purging: row.int(6)? == 1,
        waits_for: row.optional_text(7)?.map(str::to_owned),
    })
}
