//! What clients are given: codes, sessions of users, and access tokens. Secrets arrive here as hashes only.

use mainstay_core::{RecordId, Timestamp};

use crate::db::StoreError;
use crate::sessions::{SessionState, read_state, read_time};
use crate::tx::{Bind, Row, Tx, WriteTx};

/// A code on its way through a browser.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ClientCode {
    pub client: String,
    pub user: RecordId,
    /// The user's session in that browser; none once the code was used.
    pub within: Option<RecordId>,
    pub redirect_uri: String,
    /// The digest of the verifier (RFC 7636).
    pub challenge: String,
    /// With spaces between them.
    pub scopes: String,
    pub nonce: Option<String>,
    pub authenticated_at: Timestamp,
    pub expires_at: Timestamp,
    /// What it gave, once it was used.
    pub session: Option<RecordId>,
}

pub fn add_code(tx: &mut WriteTx<'_>, hash: &[u8], code: &ClientCode) -> Result<(), StoreError> {
    tx.execute_one(
        "INSERT INTO _client_codes (hash, client_id, user_id, within, redirect_uri, challenge, scopes, nonce,
             authenticated_at, expires_at)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)",
        &[
            Bind::Blob(hash),
            Bind::Text(&code.client),
            Bind::from(&code.user),
            Bind::from(code.within.as_ref()),
            Bind::Text(&code.redirect_uri),
            Bind::Text(&code.challenge),
            Bind::Text(&code.scopes),
            Bind::from(code.nonce.as_deref()),
            Bind::Int(code.authenticated_at.as_micros()),
            Bind::Int(code.expires_at.as_micros()),
        ],
    )
}

pub fn find_code(tx: &mut Tx<'_>, hash: &[u8]) -> Result<Option<ClientCode>, StoreError> {
    tx.query_first(
        "SELECT client_id, user_id, within, redirect_uri, challenge, scopes, nonce, authenticated_at, expires_at,
             session_id
         FROM _client_codes WHERE hash = ?1",
        &[Bind::Blob(hash)],
        |row| {
            Ok(ClientCode {
                client: row.text(0)?.to_owned(),
                user: row.id(1)?,
                within: row.optional_id(2)?,
                redirect_uri: row.text(3)?.to_owned(),
                challenge: row.text(4)?.to_owned(),
                scopes: row.text(5)?.to_owned(),
                nonce: row.optional_text(6)?.map(str::to_owned),
                authenticated_at: read_time(row, 7)?,
                expires_at: read_time(row, 8)?,
                session: row.optional_id(9)?,
            })
        },
    )
}

/// Notes what a code gave. It stays as long as that, so that it is known when it comes again.
pub fn use_code(tx: &mut WriteTx<'_>, hash: &[u8], session: &RecordId) -> Result<(), StoreError> {
    tx.execute_one(
        "UPDATE _client_codes SET session_id = ?2, within = NULL WHERE hash = ?1 AND session_id IS NULL",
        &[Bind::Blob(hash), Bind::from(session)],
    )
}

/// The session of a client.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ClientSession {
    pub state: SessionState,
    pub client: String,
    /// With spaces between them.
    pub scopes: String,
    pub authenticated_at: Timestamp,
    /// The user's session that it ends with.
    pub within: Option<RecordId>,
}

const SESSION: &str =
    "s.id, s.user_id, s.last_used_at, s.expires_at, s.client_id, s.client_scopes, s.authenticated_at,
     s.within";

fn read_session(row: &Row<'_>) -> Result<ClientSession, StoreError> {
    Ok(ClientSession {
        state: read_state(row)?,
        client: row.text(4)?.to_owned(),
        scopes: row.text(5)?.to_owned(),
        authenticated_at: read_time(row, 6)?,
        within: row.optional_id(7)?,
    })
}

/// The session of a client that is still there.
pub fn find_session(tx: &mut Tx<'_>, session: &RecordId) -> Result<Option<ClientSession>, StoreError> {
    let sql = format!("SELECT {SESSION} FROM _sessions AS s WHERE s.id = ?1 AND s.client_id IS NOT NULL");
    tx.query_first(&sql, &[Bind::from(session)], read_session)
}

/// The sessions of a user's clients, the last used first.
pub fn list_sessions(tx: &mut Tx<'_>, user: &RecordId, limit: u32) -> Result<Vec<ClientSession>, StoreError> {
    let sql = format!(
        "SELECT {SESSION} FROM _sessions AS s WHERE s.user_id = ?1 AND s.client_id IS NOT NULL
         ORDER BY s.last_used_at DESC, s.id DESC LIMIT ?2"
    );
    let mut sessions = Vec::new();
    tx.query(&sql, &[Bind::from(user), Bind::Int(i64::from(limit))], |row| {
        sessions.push(read_session(row)?);
        Ok::<(), StoreError>(())
    })?;
    Ok(sessions)
}

/// Ends the sessions of one client and user that are too many: those that were not used for the longest time. So no client
/// takes the place of the user's own.
pub fn end_excess_sessions(
    tx: &mut WriteTx<'_>,
    user: &RecordId,
    client: &str,
    max: u32,
) -> Result<usize, StoreError> {
    tx.execute(
        "DELETE FROM _sessions WHERE user_id = ?1 AND client_id = ?2 AND id NOT IN
             (SELECT id FROM _sessions WHERE user_id = ?1 AND client_id = ?2
              ORDER BY last_used_at DESC, id DESC LIMIT ?3)",
        &[Bind::from(user), Bind::Text(client), Bind::Int(i64::from(max))],
    )
}

/// The session of a refresh token, used or not.
pub fn find_session_of_refresh_token(
    tx: &mut Tx<'_>,
    hash: &[u8],
) -> Result<Option<ClientSession>, StoreError> {
    let sql = format!(
        "SELECT {SESSION} FROM _refresh_tokens AS t JOIN _sessions AS s ON s.id = t.session_id
         WHERE t.hash = ?1 AND s.client_id IS NOT NULL"
    );
    tx.query_first(&sql, &[Bind::Blob(hash)], read_session)
}

/// An access token of a client.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ClientToken {
    pub session: ClientSession,
    /// With spaces between them; perhaps less than the session has.
    pub scopes: String,
    pub expires_at: Timestamp,
}

pub fn add_token(
    tx: &mut WriteTx<'_>,
    hash: &[u8],
    session: &RecordId,
    (scopes, expires_at): (&str, Timestamp),
) -> Result<(), StoreError> {
    tx.execute_one(
        "INSERT INTO _client_tokens (hash, session_id, scopes, expires_at) VALUES (?1, ?2, ?3, ?4)",
        &[
            Bind::Blob(hash),
            Bind::from(session),
            Bind::Text(scopes),
            Bind::Int(expires_at.as_micros()),
        ],
    )
}

pub fn find_token(tx: &mut Tx<'_>, hash: &[u8]) -> Result<Option<ClientToken>, StoreError> {
    let sql = format!(
        "SELECT {SESSION}, t.scopes, t.expires_at FROM _client_tokens AS t JOIN _sessions AS s ON s.id = t.session_id
         WHERE t.hash = ?1 AND s.client_id IS NOT NULL"
    );
    tx.query_first(&sql, &[Bind::Blob(hash)], |row| {
        Ok(ClientToken {
            session: read_session(row)?,
            scopes: row.text(8)?.to_owned(),
            expires_at: read_time(row, 9)?,
        })
    })
}

/// Removes one access token; `false` when there was none.
pub fn remove_token(tx: &mut WriteTx<'_>, hash: &[u8]) -> Result<bool, StoreError> {
    Ok(tx.execute("DELETE FROM _client_tokens WHERE hash = ?1", &[Bind::Blob(hash)])? == 1)
}
