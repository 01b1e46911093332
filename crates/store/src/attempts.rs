//! Attempts to prove something with a secret: kept, so that all processes agree and a restart changes nothing.

use mainstay_core::Timestamp;

use crate::db::StoreError;
use crate::tx::{Bind, Tx, WriteTx};

/// Failed attempts of one subject.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Attempts {
    pub failures: i64,
    /// No attempt is taken before this time.
    pub open_at: Timestamp,
    /// When they are forgotten.
    pub over_at: Timestamp,
}

/// The attempts at `name` of a subject, which is a digest.
pub fn find(tx: &mut Tx<'_>, name: &str, subject: &[u8]) -> Result<Option<Attempts>, StoreError> {
    tx.query_first(
        "SELECT failures, open_at, over_at FROM _attempts WHERE name = ?1 AND subject = ?2",
        &[Bind::Text(name), Bind::Blob(subject)],
        |row| {
            let time = |column| {
                Timestamp::from_micros(row.int(column)?)
                    .ok_or_else(|| StoreError::Corrupt("an attempt has no possible time".to_owned()))
            };
            Ok(Attempts {
                failures: row.int(0)?,
                open_at: time(1)?,
                over_at: time(2)?,
            })
        },
    )
}

pub fn set(tx: &mut WriteTx<'_>, name: &str, subject: &[u8], attempts: Attempts) -> Result<(), StoreError> {
    tx.execute_one(
        "INSERT INTO _attempts (name, subject, failures, open_at, over_at) VALUES (?1, ?2, ?3, ?4, ?5)
         ON CONFLICT (name, subject) DO UPDATE
         SET failures = excluded.failures, open_at = excluded.open_at, over_at = excluded.over_at",
        &[
            Bind::Text(name),
            Bind::Blob(subject),
            Bind::Int(attempts.failures),
            Bind::Int(attempts.open_at.as_micros()),
            Bind::Int(attempts.over_at.as_micros()),
        ],
    )
}

/// Forgets the attempts of a subject, if there are any.
pub fn forget(tx: &mut WriteTx<'_>, name: &str, subject: &[u8]) -> Result<(), StoreError> {
    tx.execute(
        "DELETE FROM _attempts WHERE name = ?1 AND subject = ?2",
        &[Bind::Text(name), Bind::Blob(subject)],
    )?;
    Ok(())
}

/// Removes what is over; gives how many rows.
pub(crate) fn remove_over(tx: &mut WriteTx<'_>, now: Timestamp, rows_max: i64) -> Result<usize, StoreError> {
    tx.execute(
        "DELETE FROM _attempts WHERE (name, subject) IN
             (SELECT name, subject FROM _attempts WHERE over_at < ?1 ORDER BY over_at LIMIT ?2)",
        &[Bind::Int(now.as_micros()), Bind::Int(rows_max)],
    )
}
