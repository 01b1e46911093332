//! Seals over the entries of the journal. What is in one, and how it is checked, is the engine's.

use mainstay_core::Timestamp;

use crate::db::StoreError;
use crate::tx::{Bind, Row, Tx, WriteTx};

/// One seal: it covers the entries behind that of the one before, up to its last.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Seal {
    /// From 1 on, without gaps.
    pub number: i64,
    pub last_seq: i64,
    pub at: Timestamp,
    /// For each entry its number and its digest.
    pub digests: Vec<u8>,
    pub head: Vec<u8>,
    pub signature: Vec<u8>,
}

/// Adds a seal; a number can be taken once.
pub fn add(tx: &mut WriteTx<'_>, seal: &Seal) -> Result<(), StoreError> {
    tx.execute_one(
        "INSERT INTO _seals (number, last_seq, at, digests, head, signature) VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
        &[
            Bind::Int(seal.number),
            Bind::Int(seal.last_seq),
            Bind::Int(seal.at.as_micros()),
            Bind::Blob(&seal.digests),
            Bind::Blob(&seal.head),
            Bind::Blob(&seal.signature),
        ],
    )
}

/// The newest seal.
pub fn newest(tx: &mut Tx<'_>) -> Result<Option<Seal>, StoreError> {
    tx.query_first(
        "SELECT number, last_seq, at, digests, head, signature FROM _seals ORDER BY number DESC LIMIT 1",
        &[],
        read,
    )
}

/// The seal of a number.
pub fn of(tx: &mut Tx<'_>, number: i64) -> Result<Option<Seal>, StoreError> {
    tx.query_first(
        "SELECT number, last_seq, at, digests, head, signature FROM _seals WHERE number = ?1",
        &[Bind::Int(number)],
        read,
    )
}

fn read(row: &Row<'_>) -> Result<Seal, StoreError> {
    Ok(Seal {
        number: row.int(0)?,
        last_seq: row.int(1)?,
        at: Timestamp::from_micros(row.int(2)?)
            .ok_or_else(|| StoreError::Corrupt("a seal has no possible time".to_owned()))?,
        digests: row.blob(3)?.to_vec(),
        head: row.blob(4)?.to_vec(),
        signature: row.blob(5)?.to_vec(),
    })
}
