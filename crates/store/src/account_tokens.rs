//! Links and codes that come by mail. Secrets arrive here as digests only, and each is good for one purpose.

use mainstay_core::{RecordId, Timestamp};

use crate::db::StoreError;
use crate::tx::{Bind, Row, Tx, WriteTx};

/// What a link or code is good for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Purpose {
    VerifyAddress,
    ResetPassword,
    ChangeAddress,
    Invitation,
    SignInCode,
    SignInLink,
}

impl Purpose {
    pub fn as_str(self) -> &'static str {
        match self {
            Self::VerifyAddress => "verify_address",
            Self::ResetPassword => "reset_password",
            Self::ChangeAddress => "change_address",
            Self::Invitation => "invitation",
            Self::SignInCode => "sign_in_code",
            Self::SignInLink => "sign_in_link",
        }
    }
}

/// A link or code as stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AccountToken {
    /// Of the secret in the link; of a code, of the challenge that it answers.
    pub digest: Vec<u8>,
    /// None for an invitation: there is no user yet.
    pub user: Option<RecordId>,
    /// The address that it was sent to.
    pub email: String,
    pub code_digest: Option<Vec<u8>>,
    pub invitation: Option<RecordId>,
    /// Did it come by mail, so that whoever has it has the address?
    pub by_mail: bool,
    pub tries: i64,
    pub expires_at: Timestamp,
}

/// Adds one. What an earlier attempt to send the same mail made does not work any more.
pub fn add(
    tx: &mut WriteTx<'_>,
    purpose: Purpose,
    token: &AccountToken,
    mail: Option<&RecordId>,
    now: Timestamp,
) -> Result<(), StoreError> {
    if let Some(mail) = mail {
        tx.execute(
            "DELETE FROM _account_tokens WHERE mail_id = ?1",
            &[Bind::from(mail)],
        )?;
    }
    tx.execute_one(
        "INSERT INTO _account_tokens (digest, purpose, user_id, email, code_digest, invitation_id, mail_id, tries,
             created_at, expires_at) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)",
        &[
            Bind::Blob(&token.digest),
            Bind::Text(purpose.as_str()),
            Bind::from(token.user.as_ref()),
            Bind::Text(&token.email),
            token.code_digest.as_deref().map_or(Bind::Null, Bind::Blob),
            Bind::from(token.invitation.as_ref()),
            Bind::from(mail),
            Bind::Int(token.tries),
            Bind::Int(now.as_micros()),
            Bind::Int(token.expires_at.as_micros()),
        ],
    )
}

/// The one with this digest, if it is for this purpose and has not run out.
pub fn find(
    tx: &mut Tx<'_>,
    purpose: Purpose,
    digest: &[u8],
    now: Timestamp,
) -> Result<Option<AccountToken>, StoreError> {
    tx.query_first(
        "SELECT digest, user_id, email, code_digest, invitation_id, mail_id IS NOT NULL, tries, expires_at
         FROM _account_tokens
         WHERE digest = ?1 AND purpose = ?2 AND expires_at > ?3",
        &[
            Bind::Blob(digest),
            Bind::Text(purpose.as_str()),
            Bind::Int(now.as_micros()),
        ],
        read,
    )
}

/// Notes a wrong code.
pub fn note_try(tx: &mut WriteTx<'_>, digest: &[u8]) -> Result<(), StoreError> {
    tx.execute_one(
        "UPDATE _account_tokens SET tries = tries + 1 WHERE digest = ?1",
        &[Bind::Blob(digest)],
    )
}

pub fn remove(tx: &mut WriteTx<'_>, digest: &[u8]) -> Result<bool, StoreError> {
    let removed = tx.execute(
        "DELETE FROM _account_tokens WHERE digest = ?1",
        &[Bind::Blob(digest)],
    )?;
    Ok(removed == 1)
}

/// Removes those of a user: for one purpose, or all of them.
pub fn remove_of_user(
    tx: &mut WriteTx<'_>,
    user: &RecordId,
    purpose: Option<Purpose>,
) -> Result<usize, StoreError> {
    match purpose {
        Some(purpose) => tx.execute(
            "DELETE FROM _account_tokens WHERE user_id = ?1 AND purpose = ?2",
            &[Bind::from(user), Bind::Text(purpose.as_str())],
        ),
        None => tx.execute(
            "DELETE FROM _account_tokens WHERE user_id = ?1",
            &[Bind::from(user)],
        ),
    }
}

pub fn remove_of_invitation(tx: &mut WriteTx<'_>, invitation: &RecordId) -> Result<usize, StoreError> {
    tx.execute(
        "DELETE FROM _account_tokens WHERE invitation_id = ?1",
        &[Bind::from(invitation)],
    )
}

fn read(row: &Row<'_>) -> Result<AccountToken, StoreError> {
    Ok(AccountToken {
        digest: row.blob(0)?.to_vec(),
        user: row.optional_id(1)?,
        email: row.text(2)?.to_owned(),
        code_digest: if row.is_null(3)? {
            None
        } else {
            Some(row.blob(3)?.to_vec())
        },
        invitation: row.optional_id(4)?,
        by_mail: row.int(5)? == 1,
        tries: row.int(6)?,
        expires_at: Timestamp::from_micros(row.int(7)?)
            .ok_or_else(|| StoreError::Corrupt("a token has no possible end".to_owned()))?,
    })
}

/// The address of a user that they have shown to be theirs, and when. Another one that they have since is not.
pub fn verified_at(tx: &mut Tx<'_>, user: &RecordId) -> Result<Option<Timestamp>, StoreError> {
    let found = tx.query_first(
        r#"SELECT v.verified_at FROM _verified_addresses AS v JOIN "users" AS u ON u."id" = v.user_id AND u."email" = v.email
           WHERE v.user_id = ?1"#,
        &[Bind::from(user)],
        |row| row.int(0),
    )?;
    Ok(found.and_then(Timestamp::from_micros))
}

/// Notes that an address was shown to be a user's.
pub fn set_verified(
    tx: &mut WriteTx<'_>,
    user: &RecordId,
    email: &str,
    at: Timestamp,
) -> Result<(), StoreError> {
    tx.execute_one(
        "INSERT INTO _verified_addresses (user_id, email, verified_at) VALUES (?1, ?2, ?3)
         ON CONFLICT (user_id) DO UPDATE SET email = excluded.email, verified_at = excluded.verified_at",
        &[Bind::from(user), Bind::Text(email), Bind::Int(at.as_micros())],
    )
}

/// Notes a browser or program that somebody signed in with. False when it was known before, true when it is new beside
/// others; the first of a user is no news to them.
pub fn note_device(
    tx: &mut WriteTx<'_>,
    user: &RecordId,
    device: &str,
    at: Timestamp,
    devices_max: i64,
) -> Result<bool, StoreError> {
    let seen = tx.execute(
        "UPDATE _known_devices SET seen_at = ?3 WHERE user_id = ?1 AND device = ?2",
        &[Bind::from(user), Bind::Text(device), Bind::Int(at.as_micros())],
    )?;
    if seen == 1 {
        return Ok(false);
    }
    let others = tx.query_first(
        "SELECT count(*) FROM _known_devices WHERE user_id = ?1",
        &[Bind::from(user)],
        |row| row.int(0),
    )?;
    tx.execute_one(
        "INSERT INTO _known_devices (user_id, device, seen_at) VALUES (?1, ?2, ?3)",
        &[Bind::from(user), Bind::Text(device), Bind::Int(at.as_micros())],
    )?;
    tx.execute(
        "DELETE FROM _known_devices WHERE user_id = ?1 AND device NOT IN
             (SELECT device FROM _known_devices WHERE user_id = ?1 ORDER BY seen_at DESC, device LIMIT ?2)",
        &[Bind::from(user), Bind::Int(devices_max)],
    )?;
    Ok(others.unwrap_or(0) > 0)
}

/// Removes everything here that belongs to a user who is gone.
pub fn remove_everything_of(tx: &mut WriteTx<'_>, user: &RecordId) -> Result<(), StoreError> {
    remove_of_user(tx, user, None)?;
    tx.execute(
        "DELETE FROM _verified_addresses WHERE user_id = ?1",
        &[Bind::from(user)],
    )?;
    tx.execute(
        "DELETE FROM _known_devices WHERE user_id = ?1",
        &[Bind::from(user)],
    )?;
    Ok(())
}

/// Removes a slice of what has run out; gives how many rows.
pub fn remove_expired(tx: &mut WriteTx<'_>, now: Timestamp, rows_max: i64) -> Result<usize, StoreError> {
    let (now, rows_max) = (Bind::Int(now.as_micros()), Bind::Int(rows_max));
    let tokens = tx.execute(
        "DELETE FROM _account_tokens WHERE digest IN
             (SELECT digest FROM _account_tokens WHERE expires_at < ?1 ORDER BY expires_at LIMIT ?2)",
        &[now, rows_max],
    )?;
    let invitations = tx.execute(
        "DELETE FROM _invitations WHERE id IN (SELECT id FROM _invitations WHERE expires_at < ?1 LIMIT ?2)",
        &[now, rows_max],
    )?;
    let orphans = tx.execute(
        r#"DELETE FROM _verified_addresses WHERE user_id IN
             (SELECT user_id FROM _verified_addresses WHERE user_id NOT IN (SELECT "id" FROM "users") LIMIT ?1)"#,
        &[rows_max],
    )?;
    let devices = tx.execute(
        r#"DELETE FROM _known_devices WHERE user_id IN
             (SELECT user_id FROM _known_devices WHERE user_id NOT IN (SELECT "id" FROM "users") LIMIT ?1)"#,
        &[rows_max],
    )?;
    Ok(tokens + invitations + orphans + devices)
}
