//! Who somebody is at a provider, and sign-ins that are on their way there and back.

use mainstay_core::{RecordId, Timestamp};

use crate::db::StoreError;
use crate::tx::{Bind, Tx, WriteTx};

/// The user whom a provider knows by this name.
pub fn find_user(tx: &mut Tx<'_>, issuer: &str, subject: &str) -> Result<Option<RecordId>, StoreError> {
    tx.query_first(
        "SELECT user_id FROM _identities WHERE issuer = ?1 AND subject = ?2",
        &[Bind::Text(issuer), Bind::Text(subject)],
        |row| row.id(0),
    )
}

/// The issuers at which a user is known.
pub fn issuers_of(tx: &mut Tx<'_>, user: &RecordId) -> Result<Vec<String>, StoreError> {
    let mut issuers = Vec::new();
    tx.query(
        "SELECT issuer FROM _identities WHERE user_id = ?1 ORDER BY issuer",
        &[Bind::from(user)],
        |row| {
            issuers.push(row.text(0)?.to_owned());
            Ok::<(), StoreError>(())
        },
    )?;
    Ok(issuers)
}

/// From here on the provider's word is enough for this user.
pub fn link(
    tx: &mut WriteTx<'_>,
    (issuer, subject): (&str, &str),
    user: &RecordId,
    at: Timestamp,
) -> Result<(), StoreError> {
    tx.execute_one(
        "INSERT INTO _identities (issuer, subject, user_id, linked_at) VALUES (?1, ?2, ?3, ?4)",
        &[
            Bind::Text(issuer),
            Bind::Text(subject),
            Bind::from(user),
            Bind::Int(at.as_micros()),
        ],
    )
}

/// A sign-in that begins.
#[derive(Debug, Clone, Copy)]
pub struct NewAttempt<'a> {
    pub hash: &'a [u8],
    pub provider: &'a str,
    pub redirect_uri: &'a str,
    pub return_to: &'a str,
    pub expires_at: Timestamp,
}

pub fn add_attempt(tx: &mut WriteTx<'_>, attempt: &NewAttempt<'_>) -> Result<(), StoreError> {
    tx.execute_one(
        "INSERT INTO _provider_attempts (hash, provider, redirect_uri, return_to, expires_at) VALUES (?1, ?2, ?3, ?4, ?5)",
        &[
            Bind::Blob(attempt.hash),
            Bind::Text(attempt.provider),
            Bind::Text(attempt.redirect_uri),
            Bind::Text(attempt.return_to),
            Bind::Int(attempt.expires_at.as_micros()),
        ],
    )
}

/// A sign-in that came back.
#[derive(Debug, Clone)]
pub struct Attempt {
    pub provider: String,
    pub redirect_uri: String,
    pub return_to: String,
    pub expires_at: Timestamp,
}

/// Takes a sign-in away and gives it: each comes back once.
pub fn take_attempt(tx: &mut WriteTx<'_>, hash: &[u8]) -> Result<Option<Attempt>, StoreError> {
    let found = tx.query_first(
        "SELECT provider, redirect_uri, return_to, expires_at FROM _provider_attempts WHERE hash = ?1",
        &[Bind::Blob(hash)],
        |row| {
            Ok::<_, StoreError>(Attempt {
                provider: row.text(0)?.to_owned(),
                redirect_uri: row.text(1)?.to_owned(),
                return_to: row.text(2)?.to_owned(),
                expires_at: Timestamp::from_micros(row.int(3)?)
                    .ok_or_else(|| StoreError::Corrupt("a sign-in has no possible end".to_owned()))?,
            })
        },
    )?;
    if found.is_some() {
        tx.execute_one(
            "DELETE FROM _provider_attempts WHERE hash = ?1",
            &[Bind::Blob(hash)],
        )?;
    }
    Ok(found)
}

/// Forgets who a user is elsewhere.
pub(crate) fn unlink_all(tx: &mut WriteTx<'_>, user: &RecordId) -> Result<(), StoreError> {
    tx.execute("DELETE FROM _identities WHERE user_id = ?1", &[Bind::from(user)])?;
    Ok(())
}

/// Removes a slice of what belongs to users who are gone.
pub(crate) fn remove_orphans(tx: &mut WriteTx<'_>, rows_max: i64) -> Result<usize, StoreError> {
    tx.execute(
        r#"DELETE FROM _identities WHERE user_id IN
             (SELECT user_id FROM _identities WHERE user_id NOT IN (SELECT "id" FROM "users") LIMIT ?1)"#,
        &[Bind::Int(rows_max)],
    )
}

/// Removes a slice of sign-ins that nobody came back from.
pub(crate) fn remove_old_attempts(
    tx: &mut WriteTx<'_>,
    now: Timestamp,
    rows_max: i64,
) -> Result<usize, StoreError> {
    tx.execute(
        "DELETE FROM _provider_attempts WHERE hash IN
             (SELECT hash FROM _provider_attempts WHERE expires_at < ?1 LIMIT ?2)",
        &[Bind::Int(now.as_micros()), Bind::Int(rows_max)],
    )
}
