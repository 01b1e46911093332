//! Removing what has had its time: kept answers, ended sessions, old notifications, finished messages of webhooks, mails,
//! links that have run out, and the secrets of users who are gone.

use mainstay_core::Timestamp;

use crate::db::StoreError;
use crate::tx::{Bind, WriteTx};
use crate::webhooks::deliveries;
use crate::{
    account_tokens, attempts, clients, external_keys, identities, mail_outbox, passkeys, rates,
    second_factors,
};

/// Rows removed in one transaction, so that nobody waits for it.
const ROWS_MAX: i64 = 1_000;

/// What is older than this goes.
#[derive(Debug, Clone, Copy)]
pub struct Before {
    pub answers: Timestamp,
    /// By the time at which they were read.
    pub read_notifications: Timestamp,
    pub unread_notifications: Timestamp,
    /// By the time at which they were finished.
    pub webhook_messages: Timestamp,
    /// By the time at which they were finished.
    pub mails: Timestamp,
    /// By the time at which they were asked for.
    pub dropped_mails: Timestamp,
    /// By the time of their last use.
    pub unused_sessions: Timestamp,
}

/// Removes a slice of what is no longer needed; gives how many rows, 0 when nothing is left to remove.
pub fn tidy(tx: &mut WriteTx<'_>, now: Timestamp, before: Before) -> Result<usize, StoreError> {
    let answers = tx.execute(
        "DELETE FROM _idempotency WHERE (caller, key) IN
             (SELECT caller, key FROM _idempotency WHERE created_at < ?1 ORDER BY created_at LIMIT ?2)",
        &[Bind::Int(before.answers.as_micros()), Bind::Int(ROWS_MAX)],
    )?;
    let sessions = tx.execute(
        "DELETE FROM _sessions WHERE id IN
             (SELECT id FROM _sessions WHERE expires_at < ?1 OR last_used_at < ?2 LIMIT ?3)",
        &[
            Bind::Int(now.as_micros()),
            Bind::Int(before.unused_sessions.as_micros()),
            Bind::Int(ROWS_MAX),
        ],
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
    let read = tx.execute(
        "DELETE FROM _notifications WHERE id IN
             (SELECT id FROM _notifications WHERE read_at IS NOT NULL AND read_at < ?1 ORDER BY read_at LIMIT ?2)",
        &[
            Bind::Int(before.read_notifications.as_micros()),
            Bind::Int(ROWS_MAX),
        ],
    )?;
    let unread = tx.execute(
        "DELETE FROM _notifications WHERE id IN
             (SELECT id FROM _notifications WHERE read_at IS NULL AND at < ?1 ORDER BY at LIMIT ?2)",
        &[
            Bind::Int(before.unread_notifications.as_micros()),
            Bind::Int(ROWS_MAX),
        ],
    )?;
    let factors = tidy_factors(tx, now)?;
    let messages = deliveries::remove_old(tx, before.webhook_messages)?;
    let mails = mail_outbox::remove_old(tx, before.mails, before.dropped_mails)?;
    let expired = account_tokens::remove_expired(tx, now, ROWS_MAX)?;
    let access = tidy_access(tx, now)?;
    Ok(
        answers
            + sessions
            + orphans
            + secrets
            + read
            + unread
            + factors
            + messages
            + mails
            + expired
            + access,
    )
}

/// Keys, codes and tokens that have expired, attempts that are over, requests that do not count any more.
fn tidy_access(tx: &mut WriteTx<'_>, now: Timestamp) -> Result<usize, StoreError> {
    let keys = tx.execute(
        "DELETE FROM _api_keys WHERE id IN (SELECT id FROM _api_keys WHERE expires_at < ?1 LIMIT ?2)",
        &[Bind::Int(now.as_micros()), Bind::Int(ROWS_MAX)],
    )?;
    let attempts = attempts::remove_over(tx, now, ROWS_MAX)?;
    let rates = rates::remove_done(tx, now.as_micros(), ROWS_MAX)?;
    let clients = clients::tidy(tx, now, ROWS_MAX)?;
    let external = external_keys::tidy(tx, now, ROWS_MAX)?;
    Ok(keys + attempts + rates + clients + external)
}

/// Second factors and identities of users who are gone, and sign-ins that were not finished in time.
fn tidy_factors(tx: &mut WriteTx<'_>, now: Timestamp) -> Result<usize, StoreError> {
    let authenticators = tx.execute(
        r#"DELETE FROM _totp WHERE user_id IN
             (SELECT user_id FROM _totp WHERE user_id NOT IN (SELECT "id" FROM "users") LIMIT ?1)"#,
        &[Bind::Int(ROWS_MAX)],
    )?;
    let codes = tx.execute(
        r#"DELETE FROM _recovery_codes WHERE user_id IN
             (SELECT user_id FROM _recovery_codes WHERE user_id NOT IN (SELECT "id" FROM "users") LIMIT ?1)"#,
        &[Bind::Int(ROWS_MAX)],
    )?;
    let challenges = second_factors::remove_old_challenges(tx, now, ROWS_MAX)?;
    let identities = identities::remove_orphans(tx, ROWS_MAX)?;
    let attempts = identities::remove_old_attempts(tx, now, ROWS_MAX)?;
    let passkeys =
        passkeys::remove_orphans(tx, ROWS_MAX)? + passkeys::remove_old_challenges(tx, now, ROWS_MAX)?;
    Ok(authenticators + codes + challenges + identities + attempts + passkeys)
}
