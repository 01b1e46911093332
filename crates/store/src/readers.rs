//! How far each reader of the journal has come: its cursor, the number of the last entry that it is done with.

use mainstay_core::Timestamp;

use crate::db::StoreError;
use crate::journal;
use crate::tx::{Bind, Tx, WriteTx};

/// Entries counted at most to say how far a reader is behind.
pub const LAG_MAX: i64 = 100_000;

/// The cursor of a reader; 0, before the first entry, for one that has done nothing yet.
pub fn cursor(tx: &mut Tx<'_>, name: &str) -> Result<i64, StoreError> {
    let found = tx.query_first(
        "SELECT seq FROM _readers WHERE name = ?1",
        &[Bind::Text(name)],
        |row| row.int(0),
    )?;
    Ok(found.unwrap_or(0))
}

/// Puts the cursor of a reader that has none behind the newest entry. Others stay where they are.
///
/// On PostgreSQL an act that is under way meanwhile may have its number before that, and counts as done before.
pub fn begin_at_the_end(tx: &mut WriteTx<'_>, name: &str) -> Result<(), StoreError> {
    let newest = journal::newest(tx)?;
    // Nothing is changed when the reader has begun already, here or in another process.
    tx.execute(
        "INSERT INTO _readers (name, seq) VALUES (?1, ?2) ON CONFLICT (name) DO NOTHING",
        &[Bind::Text(name), Bind::Int(newest)],
    )?;
    Ok(())
}

/// Moves a cursor forward. False, and nothing is changed, when it does not stand where the caller believes: somebody
/// else has moved it.
pub fn move_cursor(tx: &mut WriteTx<'_>, name: &str, from: i64, to: i64) -> Result<bool, StoreError> {
    if to <= from {
        return Err(StoreError::Corrupt(format!(
            "the reader {name} was to go from {from} back to {to}"
        )));
    }
    let changed = tx.execute(
        "UPDATE _readers SET seq = ?3 WHERE name = ?1 AND seq = ?2",
        &[Bind::Text(name), Bind::Int(from), Bind::Int(to)],
    )?;
    if changed == 1 {
        return Ok(true);
    }
    if from != 0 {
        return Ok(false);
    }
    let made = tx.execute(
        "INSERT INTO _readers (name, seq) VALUES (?1, ?2) ON CONFLICT (name) DO NOTHING",
        &[Bind::Text(name), Bind::Int(to)],
    )?;
    Ok(made == 1)
}

/// What is behind a cursor.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Lag {
    /// At most [`LAG_MAX`] are counted.
    pub entries: i64,
    /// When the first of them was written.
    pub since: Option<Timestamp>,
}

/// How far somebody who has read up to `seq` is behind.
pub fn lag(tx: &mut Tx<'_>, seq: i64) -> Result<Lag, StoreError> {
    let entries = tx.query_first(
        "SELECT count(*) FROM (SELECT 1 FROM _journal WHERE seq > ?1 LIMIT ?2) AS behind",
        &[Bind::Int(seq), Bind::Int(LAG_MAX)],
        |row| row.int(0),
    )?;
    let since = tx.query_first(
        "SELECT at FROM _journal WHERE seq > ?1 ORDER BY seq LIMIT 1",
        &[Bind::Int(seq)],
        |row| row.int(0),
    )?;
    Ok(Lag {
        entries: entries.unwrap_or(0),
        since: since.and_then(Timestamp::from_micros),
    })
}
