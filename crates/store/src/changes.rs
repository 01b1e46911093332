//! What the feed of changes asks of the journal.

use crate::db::{Position, StoreError};
use crate::journal::{StoredEntry, newest, oldest_transaction, own_transaction, read_entry};
use crate::sql::Dialect;
use crate::tx::{Bind, Tx};

const AFTER: &str = "SELECT seq, at, kind, actor_kind, actor_id, request_id, address, release, collection,
     record_id, version, payload, payload_hash FROM _journal WHERE seq > ?1 ORDER BY seq LIMIT ?2";
const OF_COLLECTIONS_SQLITE: &str =
    "SELECT seq, at, kind, actor_kind, actor_id, request_id, address, release, collection,
     record_id, version, payload, payload_hash FROM _journal
     WHERE seq > ?1 AND seq <= ?2 AND collection IN (SELECT value FROM json_each(?3)) ORDER BY seq LIMIT ?4";
const OF_COLLECTIONS_POSTGRES: &str =
    "SELECT seq, at, kind, actor_kind, actor_id, request_id, address, release, collection,
     record_id, version, payload, payload_hash FROM _journal
     WHERE seq > ?1 AND seq <= ?2 AND collection IN (SELECT json_array_elements_text((?3::text)::json))
     ORDER BY seq LIMIT ?4";

/// Up to where the journal is settled, as far as a process knows: every number up to there is in the journal, or never
/// comes.
///
/// A reader of the journal has a place of its own; a client comes with any. So what is known of missing numbers is kept
/// for all clients of the process, and a look that one began another may finish.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Border {
    through: i64,
    pending: Option<Look>,
}

/// A look that found numbers behind the border.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Look {
    /// The newest entry that it saw.
    newest: i64,
    /// Its own transaction: once all before it have ended, what is still missing up to the newest never comes.
    transaction: u64,
}

/// Entries whose place is certain.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Settled {
    pub entries: Vec<StoredEntry>,
    /// There may be more behind them.
    pub is_full: bool,
    /// An entry behind them waits for a number that may still come.
    pub is_held_up: bool,
}

impl Border {
    /// The last number that is settled.
    pub fn through(&self) -> i64 {
        self.through
    }

    /// Is everything settled that the last look saw?
    pub fn is_reached(&self) -> bool {
        self.pending.is_none()
    }

    /// Moves the border as far as can be told now. What is held up may be so no longer in a later transaction.
    pub fn look(&mut self, tx: &mut Tx<'_>) -> Result<(), StoreError> {
        if tx.dialect() == Dialect::Sqlite {
            // One after the other in a file: no number is ever missing.
            self.through = self.through.max(newest(tx)?);
            return Ok(());
        }
        if let Some(look) = self.pending
            && oldest_transaction(tx)? >= look.transaction
        {
            self.through = self.through.max(look.newest);
            self.pending = None;
        }
        let newest = newest(tx)?;
        if self.pending.is_none() && newest > self.through {
            self.pending = Some(Look {
                newest,
                transaction: own_transaction(tx)?,
            });
        }
        Ok(())
    }

    /// Takes over what somebody else has found out.
    pub fn learn(&mut self, other: Self) {
        self.through = self.through.max(other.through);
        self.pending = self
            .pending
            .or(other.pending)
            .filter(|look| look.newest > self.through);
    }

    /// The entries behind a number, in their order, up to the first that is held up. Reading ends early once there are so
    /// many bytes.
    pub fn read(
        &self,
        tx: &mut Tx<'_>,
        after: i64,
        limit: u32,
        bytes_max: usize,
    ) -> Result<Settled, StoreError> {
        let gapless = tx.dialect() == Dialect::Sqlite;
        let mut settled = Settled::default();
        let (mut last, mut bytes) = (after, 0);
        let mut met = 0;
        let binds = [Bind::Int(after), Bind::Int(i64::from(limit))];
        tx.query(AFTER, &binds, |row| {
            met += 1;
            if settled.is_held_up || bytes > bytes_max {
                return Ok(());
            }
            let seq = row.int(0)?;
            if !gapless && seq > last.max(self.through) + 1 {
                settled.is_held_up = true;
                return Ok(());
            }
            let entry = read_entry(row)?;
            bytes += entry.payload.len();
            last = seq;
            settled.entries.push(entry);
            Ok::<(), StoreError>(())
        })?;
        settled.is_full = !settled.is_held_up && met == limit;
        settled.is_full |= bytes > bytes_max;
        Ok(settled)
    }
}

/// The first entries of some collections (a JSON array of names) after one number and up to another.
pub fn entries_of_collections(
    tx: &mut Tx<'_>,
    collections: &str,
    (after, to): (i64, i64),
    limit: u32,
) -> Result<Vec<StoredEntry>, StoreError> {
    let sql = match tx.dialect() {
        Dialect::Sqlite => OF_COLLECTIONS_SQLITE,
        Dialect::Postgres => OF_COLLECTIONS_POSTGRES,
    };
    let binds = [
        Bind::Int(after),
        Bind::Int(to),
        Bind::Text(collections),
        Bind::Int(i64::from(limit)),
    ];
    let mut entries = Vec::new();
    tx.query(sql, &binds, |row| {
        entries.push(read_entry(row)?);
        Ok::<(), StoreError>(())
    })?;
    Ok(entries)
}

/// The place in the log of the database from which on a replica sees what this transaction does; for PostgreSQL.
pub fn log_position(tx: &mut Tx<'_>) -> Result<Position, StoreError> {
    let sql = "SELECT (pg_current_wal_lsn() - '0/0'::pg_lsn)::bigint";
    let found = tx.query_first(sql, &[], |row| row.int(0))?;
    let position = found.and_then(|position| u64::try_from(position).ok());
    Ok(Position(position.unwrap_or(0)))
}
