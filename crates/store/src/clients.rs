//! Clients that are registered, and what users have agreed to. Secrets arrive here as hashes only.

use mainstay_core::{RecordId, Timestamp};

use crate::db::StoreError;
use crate::tx::{Bind, Row, Tx, WriteTx};

/// A client as it is kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RegisteredClient {
    pub id: String,
    pub name: String,
    /// Is it the application's own?
    pub own: bool,
    /// JSON: a list of texts.
    pub redirects: String,
    /// With spaces between them.
    pub scopes: String,
    /// Without one it has no secret.
    pub secret_hash: Option<Vec<u8>>,
    pub created_at: Timestamp,
    pub created_by: RecordId,
}

const COLUMNS: &str = "id, name, own, redirects, scopes, secret_hash, created_at, created_by";

pub fn add(tx: &mut WriteTx<'_>, client: &RegisteredClient) -> Result<(), StoreError> {
    tx.execute_one(
        "INSERT INTO _clients (id, name, own, redirects, scopes, secret_hash, created_at, created_by)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
        &[
            Bind::Text(&client.id),
            Bind::Text(&client.name),
            Bind::Int(i64::from(client.own)),
            Bind::Text(&client.redirects),
            Bind::Text(&client.scopes),
            client.secret_hash.as_deref().map_or(Bind::Null, Bind::Blob),
            Bind::Int(client.created_at.as_micros()),
            Bind::from(&client.created_by),
        ],
    )
}

pub fn find(tx: &mut Tx<'_>, id: &str) -> Result<Option<RegisteredClient>, StoreError> {
    let sql = format!("SELECT {COLUMNS} FROM _clients WHERE id = ?1");
    tx.query_first(&sql, &[Bind::Text(id)], read)
}

/// Every client, the oldest first: their ids sort so.
pub fn list(tx: &mut Tx<'_>, limit: usize) -> Result<Vec<RegisteredClient>, StoreError> {
    let sql = format!("SELECT {COLUMNS} FROM _clients ORDER BY id LIMIT ?1");
    let limit = i64::try_from(limit).unwrap_or(i64::MAX);
    let mut clients = Vec::new();
    tx.query(&sql, &[Bind::Int(limit)], |row| {
        clients.push(read(row)?);
        Ok::<(), StoreError>(())
    })?;
    Ok(clients)
}

/// Changes what can be changed of a client, its secret too.
pub fn change(tx: &mut WriteTx<'_>, client: &RegisteredClient) -> Result<(), StoreError> {
    tx.execute_one(
        "UPDATE _clients SET name = ?2, own = ?3, redirects = ?4, scopes = ?5, secret_hash = ?6 WHERE id = ?1",
        &[
            Bind::Text(&client.id),
            Bind::Text(&client.name),
            Bind::Int(i64::from(client.own)),
            Bind::Text(&client.redirects),
            Bind::Text(&client.scopes),
            client.secret_hash.as_deref().map_or(Bind::Null, Bind::Blob),
        ],
    )
}

/// Removes a client with everything that it was given; `false` when there was none.
pub fn remove(tx: &mut WriteTx<'_>, id: &str) -> Result<bool, StoreError> {
    for sql in [
        "DELETE FROM _client_codes WHERE client_id = ?1",
        "DELETE FROM _sessions WHERE client_id = ?1",
        "DELETE FROM _consents WHERE client_id = ?1",
    ] {
        tx.execute(sql, &[Bind::Text(id)])?;
    }
    Ok(tx.execute("DELETE FROM _clients WHERE id = ?1", &[Bind::Text(id)])? == 1)
}

fn read(row: &Row<'_>) -> Result<RegisteredClient, StoreError> {
    Ok(RegisteredClient {
        id: row.text(0)?.to_owned(),
        name: row.text(1)?.to_owned(),
        own: row.int(2)? == 1,
        redirects: row.text(3)?.to_owned(),
        scopes: row.text(4)?.to_owned(),
        secret_hash: if row.is_null(5)? {
            None
        } else {
            Some(row.blob(5)?.to_vec())
        },
        created_at: read_time(row, 6)?,
        created_by: row.id(7)?,
    })
}

fn read_time(row: &Row<'_>, column: usize) -> Result<Timestamp, StoreError> {
    Timestamp::from_micros(row.int(column)?)
        .ok_or_else(|| StoreError::Corrupt("a client has no possible time".to_owned()))
}

/// What a user lets a client have, with spaces between it, and since when.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Consent {
    pub client: String,
    pub scopes: String,
    pub given_at: Timestamp,
}

pub fn find_consent(tx: &mut Tx<'_>, user: &RecordId, client: &str) -> Result<Option<Consent>, StoreError> {
    tx.query_first(
        "SELECT client_id, scopes, given_at FROM _consents WHERE user_id = ?1 AND client_id = ?2",
        &[Bind::from(user), Bind::Text(client)],
        read_consent,
    )
}

/// The consents of a user.
pub fn list_consents(tx: &mut Tx<'_>, user: &RecordId) -> Result<Vec<Consent>, StoreError> {
    let mut consents = Vec::new();
    tx.query(
        "SELECT client_id, scopes, given_at FROM _consents WHERE user_id = ?1 ORDER BY client_id",
        &[Bind::from(user)],
        |row| {
            consents.push(read_consent(row)?);
            Ok::<(), StoreError>(())
        },
    )?;
    Ok(consents)
}

fn read_consent(row: &Row<'_>) -> Result<Consent, StoreError> {
    Ok(Consent {
        client: row.text(0)?.to_owned(),
        scopes: row.text(1)?.to_owned(),
        given_at: read_time(row, 2)?,
    })
}

pub fn set_consent(tx: &mut WriteTx<'_>, user: &RecordId, consent: &Consent) -> Result<(), StoreError> {
    tx.execute_one(
        "INSERT INTO _consents (user_id, client_id, scopes, given_at) VALUES (?1, ?2, ?3, ?4)
         ON CONFLICT (user_id, client_id) DO UPDATE SET scopes = excluded.scopes, given_at = excluded.given_at",
        &[
            Bind::from(user),
            Bind::Text(&consent.client),
            Bind::Text(&consent.scopes),
            Bind::Int(consent.given_at.as_micros()),
        ],
    )
}

/// Takes from a client what a user let it have, with everything that it was given; gives whether there was anything.
pub fn disconnect(tx: &mut WriteTx<'_>, user: &RecordId, client: &str) -> Result<bool, StoreError> {
    let mut removed = 0;
    for sql in [
        "DELETE FROM _client_codes WHERE user_id = ?1 AND client_id = ?2",
        "DELETE FROM _sessions WHERE user_id = ?1 AND client_id = ?2",
        "DELETE FROM _consents WHERE user_id = ?1 AND client_id = ?2",
    ] {
        removed += tx.execute(sql, &[Bind::from(user), Bind::Text(client)])?;
    }
    Ok(removed > 0)
}

/// Forgets what a user has agreed to.
pub(crate) fn forget_consents(tx: &mut WriteTx<'_>, user: &RecordId) -> Result<(), StoreError> {
    tx.execute("DELETE FROM _consents WHERE user_id = ?1", &[Bind::from(user)])?;
    Ok(())
}

/// Removes a slice of codes and tokens that have run out, and of what belongs to users who are gone. A code that was used
/// stays as long as what it gave, so that it is known when it comes again.
pub(crate) fn tidy(tx: &mut WriteTx<'_>, now: Timestamp, rows_max: i64) -> Result<usize, StoreError> {
    let until = [Bind::Int(now.as_micros()), Bind::Int(rows_max)];
    let codes = tx.execute(
        "DELETE FROM _client_codes WHERE hash IN
             (SELECT hash FROM _client_codes WHERE expires_at < ?1 AND session_id IS NULL LIMIT ?2)",
        &until,
    )?;
    let tokens = tx.execute(
        "DELETE FROM _client_tokens WHERE hash IN (SELECT hash FROM _client_tokens WHERE expires_at < ?1 LIMIT ?2)",
        &until,
    )?;
    let consents = tx.execute(
        r#"DELETE FROM _consents WHERE user_id IN
             (SELECT user_id FROM _consents WHERE user_id NOT IN (SELECT "id" FROM "users") LIMIT ?1)"#,
        &[Bind::Int(rows_max)],
    )?;
    Ok(codes + tokens + consents)
}
