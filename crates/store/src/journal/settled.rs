//! Entries in the order of their numbers, none of them passed over, although several writers add to the journal at once.

use super::{StoredEntry, newest, oldest_transaction, own_transaction, read_entry};
use crate::db::StoreError;
use crate::sql::Dialect;
use crate::tx::{Bind, Row, Tx};

/// Entries looked at at once, also by who wants few of them.
const LOOKED_AT_MAX: u32 = 500;

/// How far somebody has read the journal.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Position {
    /// The last entry that was given.
    pub seq: i64,
    looked: Option<Look>,
    held_up: bool,
}

/// A look that found numbers missing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Look {
    /// The newest entry that it saw.
    newest: i64,
    /// Its own transaction. Numbers below the newest were taken by transactions before it, so what is missing once these
    /// have ended never comes.
    transaction: u64,
}

impl Position {
    /// Right behind this entry.
    pub fn after(seq: i64) -> Self {
        Self {
            seq,
            looked: None,
            held_up: false,
        }
    }

    /// Is there an entry behind it that waits for one in front, which may still come?
    pub fn is_held_up(&self) -> bool {
        self.held_up
    }
}

const SETTLED: &str = "SELECT seq, at, kind, actor_kind, actor_id, request_id, address, release, collection,
     record_id, version, payload, payload_hash FROM _journal
     WHERE seq > ?1 ORDER BY seq LIMIT ?2";

/// The part of an entry that tells most readers whether they want it; the rest is not even decoded.
#[derive(Debug)]
pub struct Glance<'r> {
    pub seq: i64,
    pub kind: &'r str,
    pub collection: Option<&'r str>,
    row: &'r Row<'r>,
}

impl<'r> Glance<'r> {
    fn at(row: &'r Row<'r>) -> Result<Self, StoreError> {
        Ok(Self {
            seq: row.int(0)?,
            kind: row.text(2)?,
            collection: row.optional_text(8)?,
            row,
        })
    }

    pub fn payload(&self) -> Result<&'r str, StoreError> {
        self.row.text(11)
    }
}

/// What was found behind a position.
#[derive(Debug)]
pub struct Settled {
    /// Those that were wanted, in the order of their numbers.
    pub entries: Vec<StoredEntry>,
    /// The last entry that was looked at, wanted or not.
    pub behind: Position,
    /// Was as much found as may be at once? There may be more then.
    pub full: bool,
}

/// The wanted ones among the next entries after a position, each once and `wanted_max` at most.
///
/// Those that nobody wants are not copied out of the answer of the database.
///
/// Several writers may commit in another order than they took their numbers. A missing number may still come, so reading
/// stops before it, until every transaction that could hold it has ended. Such a one took its own number before it took
/// that of the entry (see the order of columns of `_journal`), and so before the first entry behind the gap was there to
/// be seen.
pub fn read_settled(
    tx: &mut Tx<'_>,
    position: &Position,
    wanted_max: u32,
    is_wanted: &dyn Fn(&Glance<'_>) -> bool,
) -> Result<Settled, StoreError> {
    // One after the other in a file: no number is ever missing.
    let oldest = match tx.dialect() {
        Dialect::Sqlite => None,
        Dialect::Postgres => Some(oldest_transaction(tx)?),
    };
    let limit = wanted_max.max(LOOKED_AT_MAX);
    let (mut seqs, mut entries) = (Vec::new(), Vec::new());
    let mut full = false;
    tx.query(
        SETTLED,
        &[Bind::Int(position.seq), Bind::Int(i64::from(limit))],
        |row| {
            if full {
                return Ok(());
            }
            let glance = Glance::at(row)?;
            seqs.push(glance.seq);
            if is_wanted(&glance) {
                entries.push(read_entry(row)?);
            }
            full = entries.len() >= wanted_max as usize || seqs.len() >= limit as usize;
            Ok::<(), StoreError>(())
        },
    )?;
    let behind = settle(tx, position, oldest, &seqs)?;
    entries.retain(|entry| entry.seq <= behind.seq);
    Ok(Settled {
        entries,
        full: full && seqs.last() == Some(&behind.seq),
        behind,
    })
}

/// How far one may go over these numbers.
fn settle(
    tx: &mut Tx<'_>,
    position: &Position,
    oldest: Option<u64>,
    seqs: &[i64],
) -> Result<Position, StoreError> {
    let mut behind = Position {
        held_up: false,
        ..position.clone()
    };
    for &seq in seqs {
        if let Some(oldest) = oldest.filter(|_| seq > behind.seq + 1) {
            let looked = position.looked.filter(|look| seq <= look.newest);
            if looked.is_none_or(|look| oldest < look.transaction) {
                behind.held_up = true;
                behind.looked = Some(match looked {
                    Some(look) => look,
                    None => look(tx)?,
                });
                break;
            }
        }
        behind.seq = seq;
    }
    Ok(behind)
}

fn look(tx: &mut Tx<'_>) -> Result<Look, StoreError> {
    Ok(Look {
        newest: newest(tx)?,
        transaction: own_transaction(tx)?,
    })
}
