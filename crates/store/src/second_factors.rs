//! Second factors: authenticators, recovery codes, and sign-ins that wait for one. Secrets arrive here encrypted or as
//! digests only.

use mainstay_core::{RecordId, Timestamp};

use crate::db::StoreError;
use crate::tx::{Bind, Row, Tx, WriteTx};

/// The authenticator of a user.
#[derive(Debug, Clone)]
pub struct Totp {
    /// The key that the secret is encrypted with.
    pub key_id: String,
    pub secret: Vec<u8>,
    /// `None` while the user has not shown that the authenticator works.
    pub confirmed_at: Option<Timestamp>,
    /// The newest time step whose code was used.
    pub last_step: i64,
}

pub fn find_totp(tx: &mut Tx<'_>, user: &RecordId) -> Result<Option<Totp>, StoreError> {
    tx.query_first(
        "SELECT key_id, secret, confirmed_at, last_step FROM _totp WHERE user_id = ?1",
        &[Bind::from(user)],
        |row| {
            Ok(Totp {
                key_id: row.text(0)?.to_owned(),
                secret: row.blob(1)?.to_vec(),
                confirmed_at: optional_time(row, 2)?,
                last_step: row.int(3)?,
            })
        },
    )
}

/// Has the user an authenticator that works?
pub fn has_totp(tx: &mut Tx<'_>, user: &RecordId) -> Result<bool, StoreError> {
    let found = tx.query_first(
        "SELECT 1 FROM _totp WHERE user_id = ?1 AND confirmed_at IS NOT NULL",
        &[Bind::from(user)],
        |_| Ok::<(), StoreError>(()),
    )?;
    Ok(found.is_some())
}

/// Puts a new secret in the place of one that was never confirmed; `false` where one was.
pub fn begin_totp(
    tx: &mut WriteTx<'_>,
    user: &RecordId,
    (key_id, secret): (&str, &[u8]),
    at: Timestamp,
) -> Result<bool, StoreError> {
    let changed = tx.execute(
        "INSERT INTO _totp (user_id, key_id, secret, created_at, confirmed_at, last_step) VALUES (?1, ?2, ?3, ?4, NULL, 0)
         ON CONFLICT (user_id) DO UPDATE SET key_id = excluded.key_id, secret = excluded.secret,
             created_at = excluded.created_at WHERE _totp.confirmed_at IS NULL",
        &[
            Bind::from(user),
            Bind::Text(key_id),
            Bind::Blob(secret),
            Bind::Int(at.as_micros()),
        ],
    )?;
    Ok(changed == 1)
}

pub fn confirm_totp(tx: &mut WriteTx<'_>, user: &RecordId, at: Timestamp) -> Result<(), StoreError> {
    tx.execute_one(
        "UPDATE _totp SET confirmed_at = ?2 WHERE user_id = ?1 AND confirmed_at IS NULL",
        &[Bind::from(user), Bind::Int(at.as_micros())],
    )
}

/// Notes that the code of a time step was used; `false` where it, or a later one, was used before.
pub fn use_step(tx: &mut WriteTx<'_>, user: &RecordId, step: i64) -> Result<bool, StoreError> {
    let changed = tx.execute(
        "UPDATE _totp SET last_step = ?2 WHERE user_id = ?1 AND last_step < ?2",
        &[Bind::from(user), Bind::Int(step)],
    )?;
    Ok(changed == 1)
}

/// Removes the authenticator of a user with the recovery codes, if there are any.
pub fn remove_totp(tx: &mut WriteTx<'_>, user: &RecordId) -> Result<(), StoreError> {
    remove_recovery_codes(tx, user)?;
    tx.execute("DELETE FROM _totp WHERE user_id = ?1", &[Bind::from(user)])?;
    Ok(())
}

/// A secret with the key that it is encrypted with.
#[derive(Debug, Clone)]
pub struct SealedSecret {
    pub user: RecordId,
    pub key_id: String,
    pub secret: Vec<u8>,
}

/// Secrets that are encrypted with another key than this one, in the order of their users.
pub fn sealed_with_others(
    tx: &mut Tx<'_>,
    key_id: &str,
    after: Option<&RecordId>,
    limit: u32,
) -> Result<Vec<SealedSecret>, StoreError> {
    let mut found = Vec::new();
    let mut read = |row: &Row<'_>| {
        found.push(SealedSecret {
            user: row.id(0)?,
            key_id: row.text(1)?.to_owned(),
            secret: row.blob(2)?.to_vec(),
        });
        Ok::<(), StoreError>(())
    };
    let limit = Bind::Int(i64::from(limit));
    match after {
        None => tx.query(
            "SELECT user_id, key_id, secret FROM _totp WHERE key_id <> ?1 ORDER BY user_id LIMIT ?2",
            &[Bind::Text(key_id), limit],
            &mut read,
        )?,
        Some(after) => tx.query(
            "SELECT user_id, key_id, secret FROM _totp WHERE key_id <> ?1 AND user_id > ?3 ORDER BY user_id LIMIT ?2",
            &[Bind::Text(key_id), limit, Bind::from(after)],
            &mut read,
        )?,
    }
    Ok(found)
}

/// Puts the same secret, encrypted anew, in the place of the old one, unless another one stands there by now.
pub fn replace_secret(
    tx: &mut WriteTx<'_>,
    user: &RecordId,
    old: &[u8],
    (key_id, secret): (&str, &[u8]),
) -> Result<bool, StoreError> {
    let changed = tx.execute(
        "UPDATE _totp SET key_id = ?3, secret = ?4 WHERE user_id = ?1 AND secret = ?2",
        &[
            Bind::from(user),
            Bind::Blob(old),
            Bind::Text(key_id),
            Bind::Blob(secret),
        ],
    )?;
    Ok(changed == 1)
}

/// Puts new recovery codes in the place of those before.
pub fn set_recovery_codes(
    tx: &mut WriteTx<'_>,
    user: &RecordId,
    hashes: &[Vec<u8>],
) -> Result<(), StoreError> {
    remove_recovery_codes(tx, user)?;
    for hash in hashes {
        tx.execute_one(
            "INSERT INTO _recovery_codes (user_id, hash) VALUES (?1, ?2)",
            &[Bind::from(user), Bind::Blob(hash)],
        )?;
    }
    Ok(())
}

/// Takes a recovery code away; `false` where it is none, or was used.
pub fn use_recovery_code(tx: &mut WriteTx<'_>, user: &RecordId, hash: &[u8]) -> Result<bool, StoreError> {
    let removed = tx.execute(
        "DELETE FROM _recovery_codes WHERE user_id = ?1 AND hash = ?2",
        &[Bind::from(user), Bind::Blob(hash)],
    )?;
    Ok(removed == 1)
}

/// How many recovery codes a user has left.
pub fn count_recovery_codes(tx: &mut Tx<'_>, user: &RecordId) -> Result<i64, StoreError> {
    let count = tx.query_first(
        "SELECT count(*) FROM _recovery_codes WHERE user_id = ?1",
        &[Bind::from(user)],
        |row| row.int(0),
    )?;
    Ok(count.unwrap_or(0))
}

fn remove_recovery_codes(tx: &mut WriteTx<'_>, user: &RecordId) -> Result<(), StoreError> {
    tx.execute(
        "DELETE FROM _recovery_codes WHERE user_id = ?1",
        &[Bind::from(user)],
    )?;
    Ok(())
}

/// Somebody who has shown a first factor and has yet to show the second.
#[derive(Debug, Clone, Copy)]
pub struct Challenge {
    pub user: RecordId,
    pub expires_at: Timestamp,
    /// Codes that were tried in vain.
    pub tries: i64,
}

pub fn add_challenge(
    tx: &mut WriteTx<'_>,
    hash: &[u8],
    user: &RecordId,
    expires_at: Timestamp,
) -> Result<(), StoreError> {
    tx.execute_one(
        "INSERT INTO _challenges (hash, user_id, expires_at, tries) VALUES (?1, ?2, ?3, 0)",
        &[
            Bind::Blob(hash),
            Bind::from(user),
            Bind::Int(expires_at.as_micros()),
        ],
    )
}

pub fn find_challenge(tx: &mut Tx<'_>, hash: &[u8]) -> Result<Option<Challenge>, StoreError> {
    tx.query_first(
        "SELECT user_id, expires_at, tries FROM _challenges WHERE hash = ?1",
        &[Bind::Blob(hash)],
        |row| {
            Ok(Challenge {
                user: row.id(0)?,
                expires_at: time(row.int(1)?)?,
                tries: row.int(2)?,
            })
        },
    )
}

/// Counts a code that was tried in vain.
pub fn count_try(tx: &mut WriteTx<'_>, hash: &[u8]) -> Result<(), StoreError> {
    tx.execute_one(
        "UPDATE _challenges SET tries = tries + 1 WHERE hash = ?1",
        &[Bind::Blob(hash)],
    )
}

/// A challenge is met once.
pub fn remove_challenge(tx: &mut WriteTx<'_>, hash: &[u8]) -> Result<(), StoreError> {
    tx.execute_one("DELETE FROM _challenges WHERE hash = ?1", &[Bind::Blob(hash)])
}

/// Ends every sign-in of a user that waits for a second factor: what began it may not be right any more.
pub(crate) fn remove_challenges(tx: &mut WriteTx<'_>, user: &RecordId) -> Result<(), StoreError> {
    tx.execute("DELETE FROM _challenges WHERE user_id = ?1", &[Bind::from(user)])?;
    Ok(())
}

/// Removes a slice of challenges that nobody has met in time.
pub(crate) fn remove_old_challenges(
    tx: &mut WriteTx<'_>,
    now: Timestamp,
    rows_max: i64,
) -> Result<usize, StoreError> {
    tx.execute(
        "DELETE FROM _challenges WHERE hash IN (SELECT hash FROM _challenges WHERE expires_at < ?1 LIMIT ?2)",
        &[Bind::Int(now.as_micros()), Bind::Int(rows_max)],
    )
}

fn optional_time(row: &Row<'_>, column: usize) -> Result<Option<Timestamp>, StoreError> {
    if row.is_null(column)? {
        return Ok(None);
    }
    time(row.int(column)?).map(Some)
}

fn time(micros: i64) -> Result<Timestamp, StoreError> {
    Timestamp::from_micros(micros)
        .ok_or_else(|| StoreError::Corrupt("a second factor has no possible time".to_owned()))
}
