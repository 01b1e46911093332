//! What the database knows of keys: those that it keeps itself, and the names of those that it must not hold.

use mainstay_core::Timestamp;

use crate::db::StoreError;
use crate::tx::{Bind, Tx, WriteTx};

/// The secret of this name, which every process on the database shares; `fresh` becomes it where there is none yet.
pub fn key(tx: &mut WriteTx<'_>, name: &str, fresh: &[u8]) -> Result<Vec<u8>, StoreError> {
    tx.execute(
        "INSERT INTO _keys (name, secret) VALUES (?1, ?2) ON CONFLICT (name) DO NOTHING",
        &[Bind::Text(name), Bind::Blob(fresh)],
    )?;
    let secret = find_key(tx, name)?;
    secret.ok_or_else(|| StoreError::Corrupt(format!("there is no key {name}")))
}

/// The secret of this name, if the database keeps one.
pub fn find_key(tx: &mut Tx<'_>, name: &str) -> Result<Option<Vec<u8>>, StoreError> {
    tx.query_first(
        "SELECT secret FROM _keys WHERE name = ?1",
        &[Bind::Text(name)],
        |row| Ok::<_, StoreError>(row.blob(0)?.to_vec()),
    )
}

/// Forgets a secret that is kept elsewhere from now on.
pub fn remove_key(tx: &mut WriteTx<'_>, name: &str) -> Result<(), StoreError> {
    tx.execute("DELETE FROM _keys WHERE name = ?1", &[Bind::Text(name)])?;
    Ok(())
}

/// A key of the key file that was in use with this database. Its secret is not here.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KnownKey {
    pub id: String,
    pub purpose: String,
    pub state: String,
}

/// Every key that was in use with this database.
pub fn known_keys(tx: &mut Tx<'_>) -> Result<Vec<KnownKey>, StoreError> {
    let mut known = Vec::new();
    tx.query(
        "SELECT id, purpose, state FROM _known_keys ORDER BY id",
        &[],
        |row| {
            known.push(KnownKey {
                id: row.text(0)?.to_owned(),
                purpose: row.text(1)?.to_owned(),
                state: row.text(2)?.to_owned(),
            });
            Ok::<(), StoreError>(())
        },
    )?;
    Ok(known)
}

/// Notes that a key is in use, or what became of it.
pub fn note_key(tx: &mut WriteTx<'_>, key: &KnownKey, at: Timestamp) -> Result<(), StoreError> {
    tx.execute_one(
        "INSERT INTO _known_keys (id, purpose, state, changed_at) VALUES (?1, ?2, ?3, ?4)
         ON CONFLICT (id) DO UPDATE SET state = excluded.state, changed_at = excluded.changed_at",
        &[
            Bind::Text(&key.id),
            Bind::Text(&key.purpose),
            Bind::Text(&key.state),
            Bind::Int(at.as_micros()),
        ],
    )
}
