//! Secrets of the installation itself, which every process on its database shares.

use crate::db::StoreError;
use crate::tx::{Bind, WriteTx};

/// The secret of this name; `fresh` becomes it where there is none yet.
pub fn key(tx: &mut WriteTx<'_>, name: &str, fresh: &[u8]) -> Result<Vec<u8>, StoreError> {
    tx.execute(
        "INSERT INTO _keys (name, secret) VALUES (?1, ?2) ON CONFLICT (name) DO NOTHING",
        &[Bind::Text(name), Bind::Blob(fresh)],
    )?;
    let secret = tx.query_first(
        "SELECT secret FROM _keys WHERE name = ?1",
        &[Bind::Text(name)],
        |row| Ok::<_, StoreError>(row.blob(0)?.to_vec()),
    )?;
    secret.ok_or_else(|| StoreError::Corrupt(format!("there is no key {name}")))
}
