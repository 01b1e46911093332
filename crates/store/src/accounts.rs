//! Users as accounts, and their credentials. Secrets arrive here as hashes only.

use mainstay_core::{RecordId, Timestamp};

use crate::db::StoreError;
use crate::tx::{Bind, Tx, WriteTx};
use crate::{
    account_tokens, api_keys, clients, external_keys, identities, mail_outbox, passkeys, second_factors,
    sessions,
};

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

/// The address of a user.
pub fn email_of(tx: &mut Tx<'_>, id: &RecordId) -> Result<Option<String>, StoreError> {
    tx.query_first(
        r#"SELECT "email" FROM "users" WHERE "id" = ?1"#,
        &[Bind::from(id)],
        |row| Ok(row.text(0)?.to_owned()),
    )
}

/// Is there a living, active administrator?
pub fn has_administrator(tx: &mut Tx<'_>, soft_delete: bool) -> Result<bool, StoreError> {
    let sql = format!(
        r#"SELECT 1 FROM "users" AS u WHERE u."administrator" AND u."active"{} LIMIT 1"#,
        living(soft_delete)
    );
    Ok(tx.query_first(&sql, &[], |_| Ok::<(), StoreError>(()))?.is_some())
}

/// Is there a living, active administrator beside this one?
pub fn has_other_administrator(
    tx: &mut Tx<'_>,
    soft_delete: bool,
    user: &RecordId,
) -> Result<bool, StoreError> {
    let sql = format!(
        r#"SELECT 1 FROM "users" AS u WHERE u."administrator" AND u."active" AND u."id" <> ?1{} LIMIT 1"#,
        living(soft_delete)
    );
    let found = tx.query_first(&sql, &[Bind::from(user)], |_| Ok::<(), StoreError>(()))?;
    Ok(found.is_some())
}

/// Did the user make their own account, so that nobody else vouches for their address?
pub fn signed_up_alone(tx: &mut Tx<'_>, user: &RecordId) -> Result<bool, StoreError> {
    let found = tx.query_first(
        r#"SELECT 1 FROM "users" WHERE "id" = ?1 AND "created_by" = ?1"#,
        &[Bind::from(user)],
        |_| Ok::<(), StoreError>(()),
    )?;
    Ok(found.is_some())
}

/// Takes the password of a user away; nothing when there is none.
pub fn remove_password(tx: &mut WriteTx<'_>, user: &RecordId) -> Result<(), StoreError> {
    tx.execute("DELETE FROM _credentials WHERE user_id = ?1", &[Bind::from(user)])?;
    Ok(())
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

/// Puts a new hash of the same password in the place of an old one; nothing when another one stands there by now.
pub fn replace_password_hash(
    tx: &mut WriteTx<'_>,
    user: &RecordId,
    old_hash: &str,
    new_hash: &str,
    at: Timestamp,
) -> Result<bool, StoreError> {
    let changed = tx.execute(
        "UPDATE _credentials SET password_hash = ?3, changed_at = ?4 WHERE user_id = ?1 AND password_hash = ?2",
        &[
            Bind::from(user),
            Bind::Text(old_hash),
            Bind::Text(new_hash),
            Bind::Int(at.as_micros()),
        ],
    )?;
    Ok(changed == 1)
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

/// Removes what belongs to a user who is removed for good: nobody who comes after may find it.
pub fn remove_account(tx: &mut WriteTx<'_>, user: &RecordId) -> Result<(), StoreError> {
    sessions::end_sessions(tx, user)?;
    api_keys::remove_of(tx, user)?;
    external_keys::remove_of(tx, user)?;
    account_tokens::remove_everything_of(tx, user)?;
    mail_outbox::remove_of_user(tx, user)?;
    tx.execute("DELETE FROM _credentials WHERE user_id = ?1", &[Bind::from(user)])?;
    second_factors::remove_totp(tx, user)?;
    passkeys::remove_all(tx, user)?;
    identities::unlink_all(tx, user)?;
    clients::forget_consents(tx, user)?;
    tx.execute("DELETE FROM _idempotency WHERE caller = ?1", &[Bind::from(user)])?;
    tx.execute("DELETE FROM _follows WHERE user_id = ?1", &[Bind::from(user)])?;
    tx.execute(
        "DELETE FROM _notifications WHERE user_id = ?1",
        &[Bind::from(user)],
    )?;
    Ok(())
}
