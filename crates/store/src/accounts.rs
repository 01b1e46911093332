//! Credentials, sessions and refresh tokens. Secrets arrive here as hashes only.

use mainstay_core::{RecordId, Timestamp};

use crate::db::StoreError;
use crate::tx::{Bind, Tx, WriteTx};

/// What sign-in needs to know of a user.
#[derive(Debug, Clone)]
pub struct Account {
    pub id: RecordId,
    pub active: bool,
    pub administrator: bool,
    /// PHC string; `None` for a user who has never had a password.
    pub password_hash: Option<String>,
}

const ACCOUNT_COLUMNS: &str = r#"u."id", u."active", u."administrator", c.password_hash"#;

/// The living user with this address. `alive` is the condition for not being deleted, empty where deletion is hard.
pub fn find_account_by_email(
    tx: &mut Tx<'_>,
    soft_delete: bool,
    email: &str,
) -> Result<Option<Account>, StoreError> {
    // Nobody's address holds NUL, and PostgreSQL takes no such text.
    if email.contains('\0') {
        return Ok(None);
    }
    let sql = format!(
        r#"SELECT {ACCOUNT_COLUMNS} FROM "users" AS u LEFT JOIN _credentials AS c ON c.user_id = u."id"
           WHERE u."email" = ?1{}"#,
        living(soft_delete)
    );
    tx.query_first(&sql, &[Bind::Text(email)], read_account)
}

pub fn find_account(
    tx: &mut Tx<'_>,
    soft_delete: bool,
    id: &RecordId,
) -> Result<Option<Account>, StoreError> {
    let sql = format!(
        r#"SELECT {ACCOUNT_COLUMNS} FROM "users" AS u LEFT JOIN _credentials AS c ON c.user_id = u."id"
           WHERE u."id" = ?1{}"#,
        living(soft_delete)
    );
    tx.query_first(&sql, &[Bind::from(id)], read_account)
}

/// Is there a living, active administrator?
pub fn has_administrator(tx: &mut Tx<'_>, soft_delete: bool) -> Result<bool, StoreError> {
    let sql = format!(
        r#"SELECT 1 FROM "users" AS u WHERE u."administrator" AND u."active"{} LIMIT 1"#,
        living(soft_delete)
    );
    Ok(tx.query_first(&sql, &[], |_| Ok::<(), StoreError>(()))?.is_some())
}

fn living(soft_delete: bool) -> &'static str {
    if soft_delete {
        r#" AND u."deleted_at" IS NULL"#
    } else {
        ""
    }
}

fn read_account(row: &crate::tx::Row<'_>) -> Result<Account, StoreError> {
    Ok(Account {
        id: row.id(0)?,
        active: row.int(1)? == 1,
        administrator: row.int(2)? == 1,
        password_hash: row.optional_text(3)?.map(str::to_owned),
    })
}

pub fn set_password(
    tx: &mut WriteTx<'_>,
    user: &RecordId,
    password_hash: &str,
    at: Timestamp,
) -> Result<(), StoreError> {
    tx.execute_one(
        "INSERT INTO _credentials (user_id, password_hash, changed_at) VALUES (?1, ?2, ?3)
         ON CONFLICT (user_id) DO UPDATE SET password_hash = excluded.password_hash, changed_at = excluded.changed_at",
        &[Bind::from(user), Bind::Text(password_hash), Bind::Int(at.as_micros())],
    )
}

/// Begins a session with its first refresh token.
pub fn begin_session(
    tx: &mut WriteTx<'_>,
    session: &RecordId,
    user: &RecordId,
    token_hash: &[u8],
    at: Timestamp,
    expires_at: Timestamp,
) -> Result<(), StoreError> {
    tx.execute_one(
        "INSERT INTO _sessions (id, user_id, created_at, last_used_at, expires_at) VALUES (?1, ?2, ?3, ?3, ?4)",
        &[Bind::from(session), Bind::from(user), Bind::Int(at.as_micros()), Bind::Int(expires_at.as_micros())],
    )?;
    add_refresh_token(tx, session, token_hash, at)
}

fn add_refresh_token(
    tx: &mut WriteTx<'_>,
    session: &RecordId,
    token_hash: &[u8],
    at: Timestamp,
) -> Result<(), StoreError> {
    tx.execute_one(
        "INSERT INTO _refresh_tokens (hash, session_id, issued_at) VALUES (?1, ?2, ?3)",
        &[
            Bind::Blob(token_hash),
            Bind::from(session),
            Bind::Int(at.as_micros()),
        ],
    )
}

/// A refresh token as stored.
#[derive(Debug, Clone, Copy)]
pub struct RefreshToken {
    pub session: RecordId,
    pub user: RecordId,
    pub used: bool,
    pub expires_at: Timestamp,
}

pub fn find_refresh_token(tx: &mut Tx<'_>, token_hash: &[u8]) -> Result<Option<RefreshToken>, StoreError> {
    tx.query_first(
        "SELECT s.id, s.user_id, t.used_at, s.expires_at FROM _refresh_tokens AS t
         JOIN _sessions AS s ON s.id = t.session_id WHERE t.hash = ?1",
        &[Bind::Blob(token_hash)],
        |row| {
            Ok(RefreshToken {
                session: row.id(0)?,
                user: row.id(1)?,
                used: !row.is_null(2)?,
                expires_at: Timestamp::from_micros(row.int(3)?)
                    .ok_or_else(|| StoreError::Corrupt("a session has no possible end".to_owned()))?,
            })
        },
    )
}

/// Marks a token as used and adds its successor.
pub fn rotate_refresh_token(
    tx: &mut WriteTx<'_>,
    session: &RecordId,
    old_hash: &[u8],
    new_hash: &[u8],
    at: Timestamp,
) -> Result<(), StoreError> {
    tx.execute_one(
        "UPDATE _refresh_tokens SET used_at = ?2 WHERE hash = ?1 AND used_at IS NULL",
        &[Bind::Blob(old_hash), Bind::Int(at.as_micros())],
    )?;
    tx.execute_one(
        "UPDATE _sessions SET last_used_at = ?2 WHERE id = ?1",
        &[Bind::from(session), Bind::Int(at.as_micros())],
    )?;
    add_refresh_token(tx, session, new_hash, at)
}

/// Ends a session with all its refresh tokens; `false` when it had ended before.
pub fn end_session(tx: &mut WriteTx<'_>, session: &RecordId) -> Result<bool, StoreError> {
    Ok(tx.execute("DELETE FROM _sessions WHERE id = ?1", &[Bind::from(session)])? == 1)
}

/// Is the session still there, and whose is it?
pub fn session_user(tx: &mut Tx<'_>, session: &RecordId) -> Result<Option<RecordId>, StoreError> {
    tx.query_first(
        "SELECT user_id FROM _sessions WHERE id = ?1",
        &[Bind::from(session)],
        |row| row.id(0),
    )
}

/// Users for the command line: id, address, administrator, active.
pub fn list_users(
    tx: &mut Tx<'_>,
    soft_delete: bool,
) -> Result<Vec<(RecordId, String, bool, bool)>, StoreError> {
    let sql = format!(
        r#"SELECT u."id", u."email", u."administrator", u."active" FROM "users" AS u WHERE TRUE{} ORDER BY u."email""#,
        living(soft_delete)
    );
    let mut users = Vec::new();
    tx.query(&sql, &[], |row| {
        users.push((
            row.id(0)?,
            row.text(1)?.to_owned(),
            row.int(2)? == 1,
            row.int(3)? == 1,
        ));
        Ok::<(), StoreError>(())
    })?;
    Ok(users)
}

/// Ends every session of a user.
pub fn end_sessions(tx: &mut WriteTx<'_>, user: &RecordId) -> Result<usize, StoreError> {
    tx.execute("DELETE FROM _sessions WHERE user_id = ?1", &[Bind::from(user)])
}

/// Removes what belongs to a user who is removed for good: nobody who comes after may find it.
pub fn remove_account(tx: &mut WriteTx<'_>, user: &RecordId) -> Result<(), StoreError> {
    end_sessions(tx, user)?;
    tx.execute("DELETE FROM _credentials WHERE user_id = ?1", &[Bind::from(user)])?;
    tx.execute("DELETE FROM _idempotency WHERE caller = ?1", &[Bind::from(user)])?;
    Ok(())
}
