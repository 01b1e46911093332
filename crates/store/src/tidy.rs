//! Removing what has had its time: kept answers, ended sessions, and the secrets of users who are gone.

use mainstay_core::Timestamp;

use crate::db::StoreError;
use crate::tx::{Bind, WriteTx};

/// Rows removed in one transaction, so that nobody waits for it.
const ROWS_MAX: i64 = 1_000;

/// Removes a slice of what is no longer needed; gives how many rows, 0 when nothing is left to remove.
pub fn tidy(tx: &mut WriteTx<'_>, now: Timestamp, answers_before: Timestamp) -> Result<usize, StoreError> {
    let answers = tx.execute(
        "DELETE FROM _idempotency WHERE (caller, key) IN
             (SELECT caller, key FROM _idempotency WHERE created_at < ?1 ORDER BY created_at LIMIT ?2)",
        &[Bind::Int(answers_before.as_micros()), Bind::Int(ROWS_MAX)],
    )?;
    let sessions = tx.execute(
        "DELETE FROM _sessions WHERE id IN (SELECT id FROM _sessions WHERE expires_at < ?1 LIMIT ?2)",
        &[Bind::Int(now.as_micros()), Bind::Int(ROWS_MAX)],
    )?;
    let orphans = tx.execute(
        r#"DELETE FROM _sessions WHERE id IN
             (SELECT id FROM _sessions WHERE user_id NOT IN (SELECT "id" FROM "users") LIMIT ?1)"#,
        &[Bind::Int(ROWS_MAX)],
    )?;
    let secrets = tx.execute(
        r#"DELETE FROM _credentials WHERE user_id IN
             (SELECT user_id FROM _credentials WHERE user_id NOT IN (SELECT "id" FROM "users") LIMIT ?1)"#,
        &[Bind::Int(ROWS_MAX)],
    )?;
    Ok(answers + sessions + orphans + secrets)
}
