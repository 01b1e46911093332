//! What became of the rows of another application: a table `_adopted`, made by the first import.
//!
//! It says of each record that an import made what the row looked like and which version the record had afterwards. So a
//! later import knows what is new, changed or gone, and an undoing what people have changed since.

use mainstay_core::RecordId;

use crate::db::StoreError;
use crate::schema::SchemaError;
use crate::schema::catalog;
use crate::sql::Dialect;
use crate::tx::{Bind, Row, Tx, WriteTx};

/// A record that an import made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Adopted {
    pub id: RecordId,
    /// The key of the row, for messages.
    pub key: String,
    /// Digest of the row as it was written.
    pub row_sum: Vec<u8>,
    /// Digest of the password's hash in the row; empty for none.
    pub password_sum: Vec<u8>,
    /// The record's version after it was written.
    pub version: i64,
}

const SQLITE: &str = "CREATE TABLE IF NOT EXISTS _adopted (
  collection TEXT NOT NULL, record_id BLOB NOT NULL, key TEXT NOT NULL, row_sum BLOB NOT NULL,
  password_sum BLOB NOT NULL, version INTEGER NOT NULL, run INTEGER NOT NULL,
  PRIMARY KEY (collection, record_id)
) STRICT, WITHOUT ROWID";
const POSTGRES: &str = "CREATE TABLE IF NOT EXISTS _adopted (
  collection text COLLATE \"C\" NOT NULL, record_id uuid NOT NULL, key text COLLATE \"C\" NOT NULL, row_sum bytea NOT NULL,
  password_sum bytea NOT NULL, version bigint NOT NULL, run bigint NOT NULL,
  PRIMARY KEY (collection, record_id)
)";
const COLUMNS: &str = "record_id, key, row_sum, password_sum, version";

/// Makes the table where it is missing. In a transaction for changes of the schema.
pub fn prepare_adopted(tx: &mut WriteTx<'_>) -> Result<(), StoreError> {
    match tx.dialect() {
        Dialect::Sqlite => tx.run_script(SQLITE),
        Dialect::Postgres => tx.run_script(POSTGRES),
    }
}

/// Has there been an import?
pub fn has_adopted(tx: &mut Tx<'_>) -> Result<bool, SchemaError> {
    catalog::exists(tx, "_adopted")
}

/// The number of the next import.
pub fn next_run(tx: &mut Tx<'_>) -> Result<i64, StoreError> {
    let last = tx.query_first("SELECT coalesce(max(run), 0) FROM _adopted", &[], |row| {
        row.int(0)
    })?;
    Ok(last.unwrap_or(0) + 1)
}

pub fn find_adopted(tx: &mut Tx<'_>, collection: &str, id: &RecordId) -> Result<Option<Adopted>, StoreError> {
    tx.query_first(
        &format!("SELECT {COLUMNS} FROM _adopted WHERE collection = ?1 AND record_id = ?2"),
        &[Bind::Text(collection), Bind::from(id)],
        read,
    )
}

/// Notes a record after it was written by the import of this number.
pub fn put_adopted(
    tx: &mut WriteTx<'_>,
    collection: &str,
    adopted: &Adopted,
    run: i64,
) -> Result<(), StoreError> {
    tx.execute_one(
        "INSERT INTO _adopted (collection, record_id, key, row_sum, password_sum, version, run)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)
         ON CONFLICT (collection, record_id) DO UPDATE SET row_sum = excluded.row_sum,
           password_sum = excluded.password_sum, version = excluded.version, run = excluded.run",
        &[
            Bind::Text(collection),
            Bind::from(&adopted.id),
            Bind::Text(&adopted.key),
            Bind::Blob(&adopted.row_sum),
            Bind::Blob(&adopted.password_sum),
            Bind::Int(adopted.version),
            Bind::Int(run),
        ],
    )
}

/// Notes that the import of this number has seen the row.
pub fn mark_adopted(
    tx: &mut WriteTx<'_>,
    collection: &str,
    id: &RecordId,
    run: i64,
) -> Result<(), StoreError> {
    tx.execute_one(
        "UPDATE _adopted SET run = ?3 WHERE collection = ?1 AND record_id = ?2",
        &[Bind::Text(collection), Bind::from(id), Bind::Int(run)],
    )
}

/// Notes a record that is at another version and no longer says what its row said.
pub fn forget_row(
    tx: &mut WriteTx<'_>,
    collection: &str,
    id: &RecordId,
    version: i64,
) -> Result<(), StoreError> {
    tx.execute_one(
        "UPDATE _adopted SET row_sum = ?3, version = ?4 WHERE collection = ?1 AND record_id = ?2",
        &[
            Bind::Text(collection),
            Bind::from(id),
            Bind::Blob(&[]),
            Bind::Int(version),
        ],
    )
}

/// Forgets a record; `false` when it was not known.
pub fn remove_adopted(tx: &mut WriteTx<'_>, collection: &str, id: &RecordId) -> Result<bool, StoreError> {
    let removed = tx.execute(
        "DELETE FROM _adopted WHERE collection = ?1 AND record_id = ?2",
        &[Bind::Text(collection), Bind::from(id)],
    )?;
    Ok(removed == 1)
}

/// The records of a collection that come next after an id, at most `limit`.
pub fn list_adopted(
    tx: &mut Tx<'_>,
    collection: &str,
    after: Option<&RecordId>,
    limit: u32,
) -> Result<Vec<Adopted>, StoreError> {
    let first = RecordId::from_bytes([0; 16]);
    list(
        tx,
        &format!(
            "SELECT {COLUMNS} FROM _adopted WHERE collection = ?1 AND record_id > ?2 ORDER BY record_id LIMIT ?3"
        ),
        &[
            Bind::Text(collection),
            Bind::from(after.unwrap_or(&first)),
            Bind::Int(i64::from(limit)),
        ],
    )
}

/// As `list_adopted`, of records whose rows the import of this number has seen.
pub fn list_seen(
    tx: &mut Tx<'_>,
    collection: &str,
    run: i64,
    after: Option<&RecordId>,
    limit: u32,
) -> Result<Vec<Adopted>, StoreError> {
    list_by_run(tx, "run = ?3", (collection, run), after, limit)
}

/// As `list_adopted`, of records whose rows the import of this number has not seen.
pub fn list_gone(
    tx: &mut Tx<'_>,
    collection: &str,
    run: i64,
    after: Option<&RecordId>,
    limit: u32,
) -> Result<Vec<Adopted>, StoreError> {
    list_by_run(tx, "run < ?3", (collection, run), after, limit)
}

fn list_by_run(
    tx: &mut Tx<'_>,
    condition: &str,
    (collection, run): (&str, i64),
    after: Option<&RecordId>,
    limit: u32,
) -> Result<Vec<Adopted>, StoreError> {
    let first = RecordId::from_bytes([0; 16]);
    list(
        tx,
        &format!(
            "SELECT {COLUMNS} FROM _adopted WHERE collection = ?1 AND record_id > ?2 AND {condition}
             ORDER BY record_id LIMIT ?4"
        ),
        &[
            Bind::Text(collection),
            Bind::from(after.unwrap_or(&first)),
            Bind::Int(run),
            Bind::Int(i64::from(limit)),
        ],
    )
}

fn list(tx: &mut Tx<'_>, sql: &str, binds: &[Bind<'_>]) -> Result<Vec<Adopted>, StoreError> {
    let mut found = Vec::new();
    tx.query(sql, binds, |row| {
        found.push(read(row)?);
        Ok::<(), StoreError>(())
    })?;
    Ok(found)
}

fn read(row: &Row<'_>) -> Result<Adopted, StoreError> {
    Ok(Adopted {
        id: row.id(0)?,
        key: row.text(1)?.to_owned(),
        row_sum: row.blob(2)?.to_vec(),
        password_sum: row.blob(3)?.to_vec(),
        version: row.int(4)?,
    })
}
