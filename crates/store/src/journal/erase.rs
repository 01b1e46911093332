//! Taking away what entries say about somebody or something, for a law that demands it.
//!
//! The one place that changes an entry. Its payload goes; who acted and when, and the hash of the payload, stay. So the
//! seals still hold, and an entry of the erasure says which payloads are gone on purpose.

use mainstay_core::RecordId;

use crate::db::StoreError;
use crate::tx::{Bind, Tx, WriteTx};

/// What stands where a payload was.
pub const ERASED: &str = r#"{"erased":true}"#;

const STILL_TOLD: &str = "SELECT seq FROM _journal
     WHERE record_id = ?1 AND collection = ?2 AND seq > ?3 AND payload NOT IN ('{}', '{\"erased\":true}')
     ORDER BY seq LIMIT ?4";

/// The numbers of the first entries about a record, behind a number, whose payload tells something, in their order.
pub fn still_told(
    tx: &mut Tx<'_>,
    collection: &str,
    record: &RecordId,
    after: i64,
    limit: u32,
) -> Result<Vec<i64>, StoreError> {
    let mut found = Vec::new();
    let binds = [
        Bind::from(record),
        Bind::Text(collection),
        Bind::Int(after),
        Bind::Int(i64::from(limit)),
    ];
    tx.query(STILL_TOLD, &binds, |row| {
        found.push(row.int(0)?);
        Ok::<(), StoreError>(())
    })?;
    Ok(found)
}

/// Erases the payloads of these entries.
pub fn erase(tx: &mut WriteTx<'_>, numbers: &[i64]) -> Result<(), StoreError> {
    for seq in numbers {
        tx.execute_one(
            "UPDATE _journal SET payload = ?2 WHERE seq = ?1",
            &[Bind::Int(*seq), Bind::Text(ERASED)],
        )?;
    }
    Ok(())
}
