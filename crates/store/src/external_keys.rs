//! Keys of other services that users keep here. The keys themselves are in [`crate::secrets`], encrypted.

use mainstay_core::{RecordId, Timestamp};

use crate::db::StoreError;
use crate::secrets;
use crate::tx::{Bind, Row, Tx, WriteTx};

/// What is known of a key without reading it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ExternalKey {
    pub id: RecordId,
    pub user: RecordId,
    /// Whose key it is, as its user calls it.
    pub service: String,
    /// What its user knows it by.
    pub hint: String,
    pub created_at: Timestamp,
    /// When it goes, since it has a successor.
    pub expires_at: Option<Timestamp>,
    pub replaced_by: Option<RecordId>,
}

const COLUMNS: &str = "id, user_id, service, hint, created_at, expires_at, replaced_by";

/// What the secret of a key is called.
pub fn secret_name(id: &RecordId) -> String {
    format!("external_key/{id}")
}

pub fn add(tx: &mut WriteTx<'_>, key: &ExternalKey) -> Result<(), StoreError> {
    tx.execute_one(
        "INSERT INTO _external_keys (id, user_id, service, hint, created_at, expires_at, replaced_by)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
        &[
            Bind::from(&key.id),
            Bind::from(&key.user),
            Bind::Text(&key.service),
            Bind::Text(&key.hint),
            Bind::Int(key.created_at.as_micros()),
            Bind::from(key.expires_at.map(Timestamp::as_micros)),
            Bind::from(key.replaced_by.as_ref()),
        ],
    )
}

/// The keys of a user that have not gone, the oldest first.
pub fn list(
    tx: &mut Tx<'_>,
    user: &RecordId,
    now: Timestamp,
    limit: usize,
) -> Result<Vec<ExternalKey>, StoreError> {
    let sql = format!(
        "SELECT {COLUMNS} FROM _external_keys
         WHERE user_id = ?1 AND (expires_at IS NULL OR expires_at > ?2) ORDER BY id LIMIT ?3"
    );
    let limit = i64::try_from(limit).unwrap_or(i64::MAX);
    let mut keys = Vec::new();
    tx.query(
        &sql,
        &[Bind::from(user), Bind::Int(now.as_micros()), Bind::Int(limit)],
        |row| {
            keys.push(read(row)?);
            Ok::<(), StoreError>(())
        },
    )?;
    Ok(keys)
}

/// Has a key go when its successor has taken over.
pub fn replace(
    tx: &mut WriteTx<'_>,
    id: &RecordId,
    successor: &RecordId,
    ends_at: Timestamp,
) -> Result<(), StoreError> {
    tx.execute_one(
        "UPDATE _external_keys SET replaced_by = ?2, expires_at = ?3 WHERE id = ?1",
        &[
            Bind::from(id),
            Bind::from(successor),
            Bind::Int(ends_at.as_micros()),
        ],
    )
}

/// Removes a key with its secret.
pub fn remove(tx: &mut WriteTx<'_>, id: &RecordId) -> Result<(), StoreError> {
    secrets::remove(tx, &secret_name(id))?;
    tx.execute("DELETE FROM _external_keys WHERE id = ?1", &[Bind::from(id)])?;
    Ok(())
}

/// Removes the keys of a user who is removed for good.
pub(crate) fn remove_of(tx: &mut WriteTx<'_>, user: &RecordId) -> Result<(), StoreError> {
    let of_user = "SELECT id FROM _external_keys WHERE user_id = ?1";
    for id in ids(tx, of_user, &[Bind::from(user)])? {
        remove(tx, &id)?;
    }
    Ok(())
}

/// Removes keys whose successors have taken over, and those of users who are gone; gives how many.
pub(crate) fn tidy(tx: &mut WriteTx<'_>, now: Timestamp, limit: i64) -> Result<usize, StoreError> {
    let over = "SELECT id FROM _external_keys WHERE expires_at <= ?1 LIMIT ?2";
    let mut gone = ids(tx, over, &[Bind::Int(now.as_micros()), Bind::Int(limit)])?;
    let orphans = r#"SELECT id FROM _external_keys WHERE user_id NOT IN (SELECT "id" FROM "users") LIMIT ?1"#;
    gone.extend(ids(tx, orphans, &[Bind::Int(limit)])?);
    for id in &gone {
        remove(tx, id)?;
    }
    Ok(gone.len())
}

fn ids(tx: &mut Tx<'_>, sql: &str, binds: &[Bind<'_>]) -> Result<Vec<RecordId>, StoreError> {
    let mut ids = Vec::new();
    tx.query(sql, binds, |row| {
        ids.push(row.id(0)?);
        Ok::<(), StoreError>(())
    })?;
    Ok(ids)
}

fn read(row: &Row<'_>) -> Result<ExternalKey, StoreError> {
    let time = |micros: i64| {
        Timestamp::from_micros(micros)
            .ok_or_else(|| StoreError::Corrupt("a key of another service has no possible time".to_owned()))
    };
    Ok(ExternalKey {
        id: row.id(0)?,
        user: row.id(1)?,
        service: row.text(2)?.to_owned(),
        hint: row.text(3)?.to_owned(),
        created_at: time(row.int(4)?)?,
        expires_at: if row.is_null(5)? {
            None
        } else {
            Some(time(row.int(5)?)?)
        },
        replaced_by: row.optional_id(6)?,
    })
}
