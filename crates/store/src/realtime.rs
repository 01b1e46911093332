//! What live updates ask of the journal.

use crate::db::StoreError;
use crate::journal::{StoredEntry, read_entry};
use crate::sql::Dialect;
use crate::tx::{Bind, Tx};

const OF_RECORDS_SQLITE: &str =
    "SELECT seq, at, kind, actor_kind, actor_id, request_id, address, release, collection,
     record_id, version, payload, payload_hash FROM _journal
     WHERE record_id IN (SELECT unhex(value) FROM json_each(?1)) AND seq > ?2 ORDER BY seq LIMIT ?3";
const OF_RECORDS_POSTGRES: &str =
    "SELECT seq, at, kind, actor_kind, actor_id, request_id, address, release, collection,
     record_id, version, payload, payload_hash FROM _journal
     WHERE record_id IN (SELECT value::uuid FROM json_array_elements_text((?1::text)::json)) AND seq > ?2
     ORDER BY seq LIMIT ?3";
const BETWEEN: &str = "SELECT seq, at, kind, actor_kind, actor_id, request_id, address, release, collection,
     record_id, version, payload, payload_hash FROM _journal WHERE seq > ?1 AND seq <= ?2 ORDER BY seq LIMIT ?3";
const OLDEST: &str = "SELECT seq FROM _journal ORDER BY seq LIMIT 1";
const COUNT_BETWEEN: &str =
    "SELECT count(*) FROM (SELECT 1 FROM _journal WHERE seq > ?1 AND seq <= ?2 LIMIT ?3) AS counted";

/// The entries about any of these records (a JSON array of hexadecimal ids) behind a number, in their order.
pub fn entries_of_records(
    tx: &mut Tx<'_>,
    ids: &str,
    after: i64,
    limit: u32,
) -> Result<Vec<StoredEntry>, StoreError> {
    let sql = match tx.dialect() {
        Dialect::Sqlite => OF_RECORDS_SQLITE,
        Dialect::Postgres => OF_RECORDS_POSTGRES,
    };
    let binds = [Bind::Text(ids), Bind::Int(after), Bind::Int(i64::from(limit))];
    entries(tx, sql, &binds)
}

/// The first entries after one number and up to another.
pub fn entries_between(
    tx: &mut Tx<'_>,
    after: i64,
    to: i64,
    limit: u32,
) -> Result<Vec<StoredEntry>, StoreError> {
    let binds = [Bind::Int(after), Bind::Int(to), Bind::Int(i64::from(limit))];
    entries(tx, BETWEEN, &binds)
}

fn entries(tx: &mut Tx<'_>, sql: &str, binds: &[Bind<'_>]) -> Result<Vec<StoredEntry>, StoreError> {
    let mut entries = Vec::new();
    tx.query(sql, binds, |row| {
        entries.push(read_entry(row)?);
        Ok::<(), StoreError>(())
    })?;
    Ok(entries)
}

/// How many entries there are after one number and up to another; counting ends at `max`.
pub fn count_between(tx: &mut Tx<'_>, after: i64, to: i64, max: u32) -> Result<i64, StoreError> {
    let binds = [Bind::Int(after), Bind::Int(to), Bind::Int(i64::from(max))];
    Ok(tx
        .query_first(COUNT_BETWEEN, &binds, |row| row.int(0))?
        .unwrap_or(0))
}

/// The number of the oldest entry that the journal keeps; none of an empty one.
pub fn oldest(tx: &mut Tx<'_>) -> Result<Option<i64>, StoreError> {
    tx.query_first(OLDEST, &[], |row| row.int(0))
}
