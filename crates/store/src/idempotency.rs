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
pub fn find(tx: &mut Tx<'_>, caller: &RecordId, key: &str) -> Result<Option<KeptAnswer>, StoreError> {
    tx.query_first(
        "SELECT fingerprint, status, etag, location, body FROM _idempotency WHERE caller = ?1 AND key = ?2",
        &[Bind::from(caller), Bind::Text(key)],
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
    caller: &RecordId,
    key: &str,
    at: Timestamp,
    answer: &KeptAnswer,
) -> Result<(), StoreError> {
    tx.execute_one(
        "INSERT INTO _idempotency (caller, key, fingerprint, status, etag, location, body, created_at)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
        &[
            Bind::from(caller),
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
