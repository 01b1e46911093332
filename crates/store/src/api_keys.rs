//! API keys and service accounts. Secrets arrive here as hashes only.

use mainstay_core::{RecordId, Timestamp};

use crate::db::StoreError;
use crate::tx::{Bind, Row, Tx, WriteTx};

/// A key as it is kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ApiKey {
    pub id: RecordId,
    pub name: String,
    /// The user or service account that it acts for.
    pub owner: RecordId,
    /// JSON: a list of texts.
    pub scopes: String,
    /// JSON: a list of texts; empty for everywhere.
    pub networks: String,
    pub created_at: Timestamp,
    pub created_by: RecordId,
    pub expires_at: Option<Timestamp>,
    /// The key that takes its place.
    pub replaced_by: Option<RecordId>,
    pub last_used_at: Option<Timestamp>,
    /// JSON: the addresses that it was used from, the newest last.
    pub addresses: String,
}

const COLUMNS: &str = "id, name, user_id, scopes, networks, created_at, created_by, expires_at, replaced_by,
     last_used_at, addresses";

pub fn add(tx: &mut WriteTx<'_>, key: &ApiKey, hash: &[u8]) -> Result<(), StoreError> {
    tx.execute_one(
        "INSERT INTO _api_keys (id, hash, name, user_id, scopes, networks, created_at, created_by, expires_at,
             replaced_by, last_used_at, addresses)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12)",
        &[
            Bind::from(&key.id),
            Bind::Blob(hash),
            Bind::Text(&key.name),
            Bind::from(&key.owner),
            Bind::Text(&key.scopes),
            Bind::Text(&key.networks),
            Bind::Int(key.created_at.as_micros()),
            Bind::from(&key.created_by),
            Bind::from(key.expires_at.map(Timestamp::as_micros)),
            Bind::from(key.replaced_by.as_ref()),
            Bind::from(key.last_used_at.map(Timestamp::as_micros)),
            Bind::Text(&key.addresses),
        ],
    )
}

pub fn find_by_hash(tx: &mut Tx<'_>, hash: &[u8]) -> Result<Option<ApiKey>, StoreError> {
    let sql = format!("SELECT {COLUMNS} FROM _api_keys WHERE hash = ?1");
    tx.query_first(&sql, &[Bind::Blob(hash)], read)
}

pub fn find(tx: &mut Tx<'_>, id: &RecordId) -> Result<Option<ApiKey>, StoreError> {
    let sql = format!("SELECT {COLUMNS} FROM _api_keys WHERE id = ?1");
    tx.query_first(&sql, &[Bind::from(id)], read)
}

/// The keys of an owner, the oldest first.
pub fn list(tx: &mut Tx<'_>, owner: &RecordId, limit: usize) -> Result<Vec<ApiKey>, StoreError> {
    let sql = format!("SELECT {COLUMNS} FROM _api_keys WHERE user_id = ?1 ORDER BY id LIMIT ?2");
    let limit = i64::try_from(limit).unwrap_or(i64::MAX);
    let mut keys = Vec::new();
    tx.query(&sql, &[Bind::from(owner), Bind::Int(limit)], |row| {
        keys.push(read(row)?);
        Ok::<(), StoreError>(())
    })?;
    Ok(keys)
}

/// Removes a key; `false` when there was none.
pub fn remove(tx: &mut WriteTx<'_>, id: &RecordId) -> Result<bool, StoreError> {
    Ok(tx.execute("DELETE FROM _api_keys WHERE id = ?1", &[Bind::from(id)])? == 1)
}

/// Has a key end when its successor takes over.
pub fn replace(
    tx: &mut WriteTx<'_>,
    id: &RecordId,
    successor: &RecordId,
    ends_at: Timestamp,
) -> Result<(), StoreError> {
    tx.execute_one(
        "UPDATE _api_keys SET replaced_by = ?2, expires_at = ?3 WHERE id = ?1",
        &[
            Bind::from(id),
            Bind::from(successor),
            Bind::Int(ends_at.as_micros()),
        ],
    )
}

/// Notes that a key was used, and where from; nothing when it is gone.
pub fn note_use(
    tx: &mut WriteTx<'_>,
    id: &RecordId,
    at: Timestamp,
    addresses: &str,
) -> Result<(), StoreError> {
    tx.execute(
        "UPDATE _api_keys SET last_used_at = ?2, addresses = ?3 WHERE id = ?1 AND coalesce(last_used_at, 0) <= ?2",
        &[Bind::from(id), Bind::Int(at.as_micros()), Bind::Text(addresses)],
    )?;
    Ok(())
}

fn read(row: &Row<'_>) -> Result<ApiKey, StoreError> {
    Ok(ApiKey {
        id: row.id(0)?,
        name: row.text(1)?.to_owned(),
        owner: row.id(2)?,
        scopes: row.text(3)?.to_owned(),
        networks: row.text(4)?.to_owned(),
        created_at: read_time(row, 5)?,
        created_by: row.id(6)?,
        expires_at: read_optional_time(row, 7)?,
        replaced_by: row.optional_id(8)?,
        last_used_at: read_optional_time(row, 9)?,
        addresses: row.text(10)?.to_owned(),
    })
}

fn read_optional_time(row: &Row<'_>, column: usize) -> Result<Option<Timestamp>, StoreError> {
    if row.is_null(column)? {
        return Ok(None);
    }
    read_time(row, column).map(Some)
}

fn read_time(row: &Row<'_>, column: usize) -> Result<Timestamp, StoreError> {
    Timestamp::from_micros(row.int(column)?)
        .ok_or_else(|| StoreError::Corrupt("an API key has no possible time".to_owned()))
}

/// Makes a user one that nobody can sign in as.
pub fn add_service_account(
    tx: &mut WriteTx<'_>,
    user: &RecordId,
    created_by: Option<&RecordId>,
    at: Timestamp,
) -> Result<(), StoreError> {
    tx.execute_one(
        "INSERT INTO _service_accounts (user_id, created_at, created_by) VALUES (?1, ?2, ?3)",
        &[
            Bind::from(user),
            Bind::Int(at.as_micros()),
            Bind::from(created_by),
        ],
    )
}

pub fn is_service_account(tx: &mut Tx<'_>, user: &RecordId) -> Result<bool, StoreError> {
    let found = tx.query_first(
        "SELECT 1 FROM _service_accounts WHERE user_id = ?1",
        &[Bind::from(user)],
        |_| Ok::<(), StoreError>(()),
    )?;
    Ok(found.is_some())
}

/// The service accounts that are there, the oldest first: id, address, active, and when they were made.
pub fn list_service_accounts(
    tx: &mut Tx<'_>,
    soft_delete: bool,
    limit: usize,
) -> Result<Vec<(RecordId, String, bool, Timestamp)>, StoreError> {
    let living = if soft_delete {
        r#"AND u."deleted_at" IS NULL"#
    } else {
        ""
    };
    let sql = format!(
        r#"SELECT u."id", u."email", u."active", s.created_at FROM _service_accounts AS s
           JOIN "users" AS u ON u."id" = s.user_id WHERE TRUE {living} ORDER BY s.user_id LIMIT ?1"#
    );
    let limit = i64::try_from(limit).unwrap_or(i64::MAX);
    let mut accounts = Vec::new();
    tx.query(&sql, &[Bind::Int(limit)], |row| {
        accounts.push((
            row.id(0)?,
            row.text(1)?.to_owned(),
            row.int(2)? == 1,
            read_time(row, 3)?,
        ));
        Ok::<(), StoreError>(())
    })?;
    Ok(accounts)
}

/// Removes what belongs to a user who is removed for good.
pub(crate) fn remove_of(tx: &mut WriteTx<'_>, user: &RecordId) -> Result<(), StoreError> {
    tx.execute("DELETE FROM _api_keys WHERE user_id = ?1", &[Bind::from(user)])?;
    tx.execute(
        "DELETE FROM _service_accounts WHERE user_id = ?1",
        &[Bind::from(user)],
    )?;
    Ok(())
}
