//! Named versions of trees of records: a row for each version, and one for each record in it.

use mainstay_core::{Actor, Collection, RecordId, Timestamp};

use crate::db::StoreError;
use crate::journal::quoted_names;
use crate::tx::{Bind, Row, Tx, WriteTx};

/// One version, without its records.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Version {
    pub id: RecordId,
    pub name: String,
    pub description: String,
    pub at: Timestamp,
    pub actor_kind: String,
    pub actor_id: Option<RecordId>,
}

/// A version to be kept: of the tree under this record, by whom and when.
#[derive(Debug, Clone, Copy)]
pub struct NewVersion<'a> {
    pub id: RecordId,
    pub root: (&'a Collection, RecordId),
    pub name: &'a str,
    pub description: &'a str,
    pub at: Timestamp,
    pub actor: Actor,
    /// Row of `_releases`: the definition whose names the values stand under.
    pub release: i64,
}

/// A record in a version.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct VersionRecord {
    /// What its collection was called then.
    pub collection: String,
    pub id: RecordId,
    /// A JSON object by the names of the fields then.
    pub data: String,
}

pub const OF_RECORD: &str = "SELECT id, name, description, at, actor_kind, actor_id FROM _versions
     WHERE record_id = ?1 AND replace(?2, '\"' || collection || '\"', '') <> ?2 AND id < ?3
     ORDER BY id DESC LIMIT ?4";

pub fn insert(tx: &mut WriteTx<'_>, version: &NewVersion<'_>) -> Result<(), StoreError> {
    let (collection, record_id) = version.root;
    tx.execute_one(
        "INSERT INTO _versions (id, collection, record_id, name, description, at, actor_kind, actor_id, release)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)",
        &[
            Bind::from(&version.id),
            Bind::Text(collection.name.as_str()),
            Bind::from(&record_id),
            Bind::Text(version.name),
            Bind::Text(version.description),
            Bind::Int(version.at.as_micros()),
            Bind::Text(version.actor.kind.as_str()),
            Bind::from(version.actor.id.as_ref()),
            Bind::Int(version.release),
        ],
    )
}

/// Adds a record; `number` says its place in the version.
pub fn insert_record(
    tx: &mut WriteTx<'_>,
    version: &RecordId,
    number: usize,
    collection: &Collection,
    id: &RecordId,
    data: &str,
) -> Result<(), StoreError> {
    tx.execute_one(
        "INSERT INTO _version_records (version_id, number, collection, record_id, data) VALUES (?1, ?2, ?3, ?4, ?5)",
        &[
            Bind::from(version),
            Bind::Int(i64::try_from(number).unwrap_or(i64::MAX)),
            Bind::Text(collection.name.as_str()),
            Bind::from(id),
            Bind::Text(data),
        ],
    )
}

/// The versions of a record's tree, the newest first, before one of them.
pub fn versions_of(
    tx: &mut Tx<'_>,
    (collection, id): (&Collection, &RecordId),
    before: Option<&RecordId>,
    limit: usize,
) -> Result<Vec<Version>, StoreError> {
    let last = RecordId::from_bytes([0xff; 16]);
    let mut versions = Vec::new();
    tx.query(
        OF_RECORD,
        &[
            Bind::from(id),
            Bind::Text(&quoted_names(collection)),
            Bind::from(before.unwrap_or(&last)),
            Bind::Int(i64::try_from(limit).unwrap_or(i64::MAX)),
        ],
        |row| {
            versions.push(read(row)?);
            Ok::<(), StoreError>(())
        },
    )?;
    Ok(versions)
}

/// One version of a record's tree.
pub fn find(
    tx: &mut Tx<'_>,
    (collection, id): (&Collection, &RecordId),
    version: &RecordId,
) -> Result<Option<Version>, StoreError> {
    tx.query_first(
        "SELECT id, name, description, at, actor_kind, actor_id FROM _versions
         WHERE id = ?1 AND record_id = ?2 AND replace(?3, '\"' || collection || '\"', '') <> ?3",
        &[
            Bind::from(version),
            Bind::from(id),
            Bind::Text(&quoted_names(collection)),
        ],
        read,
    )
}

/// The records of a version in their order.
pub fn records_of(tx: &mut Tx<'_>, version: &RecordId) -> Result<Vec<VersionRecord>, StoreError> {
    let mut records = Vec::new();
    tx.query(
        "SELECT collection, record_id, data FROM _version_records WHERE version_id = ?1 ORDER BY number",
        &[Bind::from(version)],
        |row| {
            records.push(VersionRecord {
                collection: row.text(0)?.to_owned(),
                id: row.id(1)?,
                data: row.text(2)?.to_owned(),
            });
            Ok::<(), StoreError>(())
        },
    )?;
    Ok(records)
}

/// Removes a version with its records.
pub fn remove(tx: &mut WriteTx<'_>, version: &RecordId) -> Result<(), StoreError> {
    tx.execute(
        "DELETE FROM _version_records WHERE version_id = ?1",
        &[Bind::from(version)],
    )?;
    tx.execute_one("DELETE FROM _versions WHERE id = ?1", &[Bind::from(version)])
}

fn read(row: &Row<'_>) -> Result<Version, StoreError> {
    Ok(Version {
        id: row.id(0)?,
        name: row.text(1)?.to_owned(),
        description: row.text(2)?.to_owned(),
        at: Timestamp::from_micros(row.int(3)?)
            .ok_or_else(|| StoreError::Corrupt("a version has no possible time".to_owned()))?,
        actor_kind: row.text(4)?.to_owned(),
        actor_id: row.optional_id(5)?,
    })
}
