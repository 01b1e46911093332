//! Passkeys: public keys that people sign in with, and challenges that wait to be signed. Challenges arrive here as
//! digests.

use mainstay_core::{RecordId, Timestamp};

use crate::db::StoreError;
use crate::tx::{Bind, Row, Tx, WriteTx};

/// A passkey of a user.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Passkey {
    pub id: RecordId,
    pub user: RecordId,
    /// What its authenticator knows it by.
    pub credential: Vec<u8>,
    /// A `COSE_Key` (RFC 9052, 7), as it came.
    pub public_key: Vec<u8>,
    /// Of its last use; zero with authenticators that do not count.
    pub sign_count: u32,
    /// May it be copied to other devices of its owner? That never changes.
    pub backup_eligible: bool,
    /// Is it there?
    pub backed_up: bool,
    pub name: String,
    pub created_at: Timestamp,
    pub last_used_at: Option<Timestamp>,
}

const BY_CREDENTIAL: &str =
    "SELECT id, user_id, credential, public_key, sign_count, backup_eligible, backed_up, name, created_at,
     last_used_at FROM _passkeys WHERE credential = ?1";
const OF_USER: &str =
    "SELECT id, user_id, credential, public_key, sign_count, backup_eligible, backed_up, name, created_at,
     last_used_at FROM _passkeys WHERE user_id = ?1 ORDER BY created_at, id";
const ONE_OF_USER: &str =
    "SELECT id, user_id, credential, public_key, sign_count, backup_eligible, backed_up, name, created_at,
     last_used_at FROM _passkeys WHERE user_id = ?1 AND id = ?2";

pub fn find_by_credential(tx: &mut Tx<'_>, credential: &[u8]) -> Result<Option<Passkey>, StoreError> {
    tx.query_first(BY_CREDENTIAL, &[Bind::Blob(credential)], read)
}

/// One passkey of a user.
pub fn find(tx: &mut Tx<'_>, user: &RecordId, id: &RecordId) -> Result<Option<Passkey>, StoreError> {
    tx.query_first(ONE_OF_USER, &[Bind::from(user), Bind::from(id)], read)
}

/// The passkeys of a user, the oldest first.
pub fn list(tx: &mut Tx<'_>, user: &RecordId) -> Result<Vec<Passkey>, StoreError> {
    let mut passkeys = Vec::new();
    tx.query(OF_USER, &[Bind::from(user)], |row| {
        passkeys.push(read(row)?);
        Ok::<(), StoreError>(())
    })?;
    Ok(passkeys)
}

/// Has the user any?
pub fn has_any(tx: &mut Tx<'_>, user: &RecordId) -> Result<bool, StoreError> {
    let found = tx.query_first(
        "SELECT 1 FROM _passkeys WHERE user_id = ?1 LIMIT 1",
        &[Bind::from(user)],
        |_| Ok::<(), StoreError>(()),
    )?;
    Ok(found.is_some())
}

/// Adds a passkey; `false` where its credential is known already, whoever has it.
pub fn add(tx: &mut WriteTx<'_>, passkey: &Passkey) -> Result<bool, StoreError> {
    let added = tx.execute(
        "INSERT INTO _passkeys (id, user_id, credential, public_key, sign_count, backup_eligible, backed_up, name,
             created_at, last_used_at)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, NULL) ON CONFLICT (credential) DO NOTHING",
        &[
            Bind::from(&passkey.id),
            Bind::from(&passkey.user),
            Bind::Blob(&passkey.credential),
            Bind::Blob(&passkey.public_key),
            Bind::Int(i64::from(passkey.sign_count)),
            Bind::Int(i64::from(passkey.backup_eligible)),
            Bind::Int(i64::from(passkey.backed_up)),
            Bind::Text(&passkey.name),
            Bind::Int(passkey.created_at.as_micros()),
        ],
    )?;
    Ok(added == 1)
}

/// Notes a use; `false` where the passkey is gone, or its counter has not gone on.
///
/// Then two devices hold the same key, or what was signed is old (Web Authentication, 6.1.1). Authenticators that do not
/// count stay at zero.
pub fn note_use(
    tx: &mut WriteTx<'_>,
    id: &RecordId,
    (sign_count, backed_up): (u32, bool),
    at: Timestamp,
) -> Result<bool, StoreError> {
    let changed = tx.execute(
        "UPDATE _passkeys SET sign_count = ?2, backed_up = ?3, last_used_at = ?4
         WHERE id = ?1 AND (sign_count < ?2 OR (sign_count = 0 AND ?2 = 0))",
        &[
            Bind::from(id),
            Bind::Int(i64::from(sign_count)),
            Bind::Int(i64::from(backed_up)),
            Bind::Int(at.as_micros()),
        ],
    )?;
    Ok(changed == 1)
}

pub fn rename(tx: &mut WriteTx<'_>, id: &RecordId, name: &str) -> Result<(), StoreError> {
    tx.execute_one(
        "UPDATE _passkeys SET name = ?2 WHERE id = ?1",
        &[Bind::from(id), Bind::Text(name)],
    )
}

pub fn remove(tx: &mut WriteTx<'_>, id: &RecordId) -> Result<(), StoreError> {
    tx.execute_one("DELETE FROM _passkeys WHERE id = ?1", &[Bind::from(id)])
}

/// Removes whatever a user has of passkeys.
pub(crate) fn remove_all(tx: &mut WriteTx<'_>, user: &RecordId) -> Result<(), StoreError> {
    tx.execute("DELETE FROM _passkeys WHERE user_id = ?1", &[Bind::from(user)])?;
    tx.execute(
        "DELETE FROM _passkey_challenges WHERE user_id = ?1",
        &[Bind::from(user)],
    )?;
    Ok(())
}

/// What a challenge was made for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Wanted {
    /// A signature of whoever it is.
    SignIn,
    /// A new passkey of this user, in this session.
    NewPasskey { user: RecordId, session: RecordId },
}

pub fn add_challenge(
    tx: &mut WriteTx<'_>,
    hash: &[u8],
    wanted: Wanted,
    expires_at: Timestamp,
) -> Result<(), StoreError> {
    let (user, session) = match &wanted {
        Wanted::SignIn => (None, None),
        Wanted::NewPasskey { user, session } => (Some(user), Some(session)),
    };
    tx.execute_one(
        "INSERT INTO _passkey_challenges (hash, user_id, session_id, expires_at) VALUES (?1, ?2, ?3, ?4)",
        &[
            Bind::Blob(hash),
            Bind::from(user),
            Bind::from(session),
            Bind::Int(expires_at.as_micros()),
        ],
    )
}

/// Takes a challenge away and gives what it was made for, unless it has run out: each is answered once.
pub fn take_challenge(
    tx: &mut WriteTx<'_>,
    hash: &[u8],
    now: Timestamp,
) -> Result<Option<Wanted>, StoreError> {
    let found = tx.query_first(
        "SELECT user_id, session_id, expires_at FROM _passkey_challenges WHERE hash = ?1",
        &[Bind::Blob(hash)],
        |row| {
            let wanted = match (row.optional_id(0)?, row.optional_id(1)?) {
                (Some(user), Some(session)) => Wanted::NewPasskey { user, session },
                _ => Wanted::SignIn,
            };
            Ok::<_, StoreError>((wanted, time(row.int(2)?)?))
        },
    )?;
    let Some((wanted, expires_at)) = found else {
        return Ok(None);
    };
    tx.execute_one(
        "DELETE FROM _passkey_challenges WHERE hash = ?1",
        &[Bind::Blob(hash)],
    )?;
    Ok((expires_at > now).then_some(wanted))
}

/// Removes a slice of challenges that nobody has answered in time.
pub(crate) fn remove_old_challenges(
    tx: &mut WriteTx<'_>,
    now: Timestamp,
    rows_max: i64,
) -> Result<usize, StoreError> {
    tx.execute(
        "DELETE FROM _passkey_challenges WHERE hash IN
             (SELECT hash FROM _passkey_challenges WHERE expires_at < ?1 LIMIT ?2)",
        &[Bind::Int(now.as_micros()), Bind::Int(rows_max)],
    )
}

/// Removes a slice of what belongs to users who are gone.
pub(crate) fn remove_orphans(tx: &mut WriteTx<'_>, rows_max: i64) -> Result<usize, StoreError> {
    tx.execute(
        r#"DELETE FROM _passkeys WHERE id IN
             (SELECT id FROM _passkeys WHERE user_id NOT IN (SELECT "id" FROM "users") LIMIT ?1)"#,
        &[Bind::Int(rows_max)],
    )
}

fn read(row: &Row<'_>) -> Result<Passkey, StoreError> {
    let last_used_at = if row.is_null(9)? {
        None
    } else {
        Some(time(row.int(9)?)?)
    };
    Ok(Passkey {
        id: row.id(0)?,
        user: row.id(1)?,
        credential: row.blob(2)?.to_vec(),
        public_key: row.blob(3)?.to_vec(),
        sign_count: u32::try_from(row.int(4)?)
            .map_err(|_| StoreError::Corrupt("a passkey has no possible counter".to_owned()))?,
        backup_eligible: row.int(5)? == 1,
        backed_up: row.int(6)? == 1,
        name: row.text(7)?.to_owned(),
        created_at: time(row.int(8)?)?,
        last_used_at,
    })
}

fn time(micros: i64) -> Result<Timestamp, StoreError> {
    Timestamp::from_micros(micros)
        .ok_or_else(|| StoreError::Corrupt("a passkey has no possible time".to_owned()))
}
