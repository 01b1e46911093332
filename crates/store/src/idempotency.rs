//! Answers kept for repeated requests with the same `Idempotency-Key`, written in the write's own transaction.

use mainstay_core::{RecordId, Timestamp};

use crate::db::StoreError;
use crate::tx::{Bind, Tx, WriteTx};

/// An answer as it was given.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeptAnswer {
    /// SHA-256 of method, path and body of the request.
    pub fingerprint: Vec<u8>,
    pub status: u16,
    pub etag: Option<String>,
    pub location: Option<String>,
    pub body: Vec<u8>,
}

/// The answer kept for a caller's key.
pub fn find(tx: &mut Tx<'_>, caller: Option<&RecordId>, key: &str) -> Result<Option<KeptAnswer>, StoreError> {
    tx.query_first(
        "SELECT fingerprint, status, etag, location, body FROM _idempotency WHERE caller = ?1 AND key = ?2",
        &[Bind::Blob(caller_bytes(caller)), Bind::Text(key)],
        |row| {
            Ok(KeptAnswer {
                fingerprint: row.blob(0)?.to_vec(),
                status: u16::try_from(row.int(1)?).unwrap_or(500),
                etag: row.optional_text(2)?.map(str::to_owned),
                location: row.optional_text(3)?.map(str::to_owned),
                body: row.blob(4)?.to_vec(),
            })
        },
    )
}

pub fn keep(
    tx: &mut WriteTx<'_>,
    caller: Option<&RecordId>,
    key: &str,
    at: Timestamp,
    answer: &KeptAnswer,
) -> Result<(), StoreError> {
    tx.execute_one(
        "INSERT INTO _idempotency (caller, key, fingerprint, status, etag, location, body, created_at)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
        &[
            Bind::Blob(caller_bytes(caller)),
            Bind::Text(key),
            Bind::Blob(&answer.fingerprint),
            Bind::Int(i64::from(answer.status)),
            Bind::from(answer.etag.as_deref()),
            Bind::from(answer.location.as_deref()),
            Bind::Blob(&answer.body),
            Bind::Int(at.as_micros()),
        ],
    )
}

/// Forgets answers given before a time, at most `limit` of them; gives how many.
pub fn forget_before(tx: &mut WriteTx<'_>, before: Timestamp, limit: u32) -> Result<usize, StoreError> {
    tx.execute(
        "DELETE FROM _idempotency WHERE rowid IN
             (SELECT rowid FROM _idempotency WHERE created_at < ?1 ORDER BY created_at LIMIT ?2)",
        &[Bind::Int(before.as_micros()), Bind::Int(i64::from(limit))],
    )
}

/// A primary key cannot hold null, so nobody is the empty id.
fn caller_bytes(caller: Option<&RecordId>) -> &[u8] {
    caller.map_or(&[], |id| id.as_bytes())
}
