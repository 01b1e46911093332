//! How much waits to be sent, and how much was given up.

use mainstay_core::Timestamp;

use crate::db::StoreError;
use crate::tx::{Bind, Row, Tx};

/// What is counted of each; more is not told apart.
const COUNTED_MAX: i64 = 10_000;

/// What waits, and what is not tried any more.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Waiting {
    pub waiting: i64,
    pub failed: i64,
    /// When the first of those that wait was written.
    pub oldest: Option<Timestamp>,
}

/// Of the mails.
pub fn mails(tx: &mut Tx<'_>) -> Result<Waiting, StoreError> {
    let found = tx.query_first(
        "SELECT (SELECT count(*) FROM (SELECT 1 FROM _mail_outbox WHERE state = 'pending' LIMIT ?1) AS waiting),
             (SELECT count(*) FROM (SELECT 1 FROM _mail_outbox WHERE state = 'failed' LIMIT ?1) AS failed),
             (SELECT created_at FROM _mail_outbox WHERE state = 'pending' ORDER BY id LIMIT 1)",
        &[Bind::Int(COUNTED_MAX)],
        read,
    )?;
    Ok(found.unwrap_or(NOTHING))
}

/// Of the messages to webhooks.
pub fn webhooks(tx: &mut Tx<'_>) -> Result<Waiting, StoreError> {
    let found = tx.query_first(
        "SELECT (SELECT count(*) FROM (SELECT 1 FROM _webhook_deliveries WHERE state = 'pending' LIMIT ?1) AS waiting),
             (SELECT count(*) FROM (SELECT 1 FROM _webhook_deliveries WHERE state = 'failed' LIMIT ?1) AS failed),
             (SELECT created_at FROM _webhook_deliveries WHERE state = 'pending' ORDER BY id LIMIT 1)",
        &[Bind::Int(COUNTED_MAX)],
        read,
    )?;
    Ok(found.unwrap_or(NOTHING))
}

const NOTHING: Waiting = Waiting {
    waiting: 0,
    failed: 0,
    oldest: None,
};

fn read(row: &Row<'_>) -> Result<Waiting, StoreError> {
    let oldest = if row.is_null(2)? {
        None
    } else {
        Timestamp::from_micros(row.int(2)?)
    };
    Ok(Waiting {
        waiting: row.int(0)?,
        failed: row.int(1)?,
        oldest,
    })
}
