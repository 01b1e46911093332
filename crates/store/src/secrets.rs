//! Secrets that must be read again, by their names. They arrive here encrypted.

use crate::db::StoreError;
use crate::tx::{Bind, Row, Tx, WriteTx};

/// A secret with the key that it is encrypted with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeptSecret {
    /// What it is of; no two are of the same.
    pub name: String,
    pub key_id: String,
    pub secret: Vec<u8>,
}

pub fn find(tx: &mut Tx<'_>, name: &str) -> Result<Option<KeptSecret>, StoreError> {
    tx.query_first(
        "SELECT name, key_id, secret FROM _secrets WHERE name = ?1",
        &[Bind::Text(name)],
        read,
    )
}

/// Keeps a secret, in the place of one that has the name.
pub fn put(tx: &mut WriteTx<'_>, kept: &KeptSecret) -> Result<(), StoreError> {
    tx.execute_one(
        "INSERT INTO _secrets (name, key_id, secret) VALUES (?1, ?2, ?3)
         ON CONFLICT (name) DO UPDATE SET key_id = excluded.key_id, secret = excluded.secret",
        &[
            Bind::Text(&kept.name),
            Bind::Text(&kept.key_id),
            Bind::Blob(&kept.secret),
        ],
    )
}

/// Forgets a secret; nothing where there is none.
pub fn remove(tx: &mut WriteTx<'_>, name: &str) -> Result<(), StoreError> {
    tx.execute("DELETE FROM _secrets WHERE name = ?1", &[Bind::Text(name)])?;
    Ok(())
}

/// Every key that something is encrypted with, authenticators too.
pub fn sealing_keys(tx: &mut Tx<'_>) -> Result<Vec<String>, StoreError> {
    let mut keys = Vec::new();
    tx.query(
        "SELECT key_id FROM _totp UNION SELECT key_id FROM _secrets ORDER BY key_id",
        &[],
        |row| {
            keys.push(row.text(0)?.to_owned());
            Ok::<(), StoreError>(())
        },
    )?;
    Ok(keys)
}

/// Secrets that are encrypted with another key than this one, in the order of their names, those after `after`.
pub fn sealed_with_others(
    tx: &mut Tx<'_>,
    key_id: &str,
    after: &str,
    limit: u32,
) -> Result<Vec<KeptSecret>, StoreError> {
    let mut found = Vec::new();
    tx.query(
        "SELECT name, key_id, secret FROM _secrets WHERE key_id <> ?1 AND name > ?2 ORDER BY name LIMIT ?3",
        &[Bind::Text(key_id), Bind::Text(after), Bind::Int(i64::from(limit))],
        |row| {
            found.push(read(row)?);
            Ok::<(), StoreError>(())
        },
    )?;
    Ok(found)
}

fn read(row: &Row<'_>) -> Result<KeptSecret, StoreError> {
    Ok(KeptSecret {
        name: row.text(0)?.to_owned(),
        key_id: row.text(1)?.to_owned(),
        secret: row.blob(2)?.to_vec(),
    })
}
