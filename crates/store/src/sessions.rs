//! Sessions and refresh tokens. Secrets arrive here as hashes only.

use mainstay_core::{RecordId, Timestamp};

use crate::db::StoreError;
use crate::second_factors;
use crate::tx::{Bind, Row, Tx, WriteTx};

/// Whose a session is, and until when it lasts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SessionState {
    pub id: RecordId,
    pub user: RecordId,
    pub last_used_at: Timestamp,
    pub expires_at: Timestamp,
}

/// A session that begins.
#[derive(Debug, Clone, Copy)]
pub struct NewSession<'a> {
    pub id: RecordId,
    pub user: RecordId,
    pub secret: SessionSecret<'a>,
    /// The browser or program that asked for it.
    pub device: Option<&'a str>,
    pub address: Option<&'a str>,
    pub begins_at: Timestamp,
    pub expires_at: Timestamp,
    /// The client that it was given to; none for the session of a person.
    pub client: Option<ClientPart<'a>>,
}

/// What is more of the session of a client.
#[derive(Debug, Clone, Copy)]
pub struct ClientPart<'a> {
    pub id: &'a str,
    pub scopes: &'a str,
    /// When the user signed in, who let the client in then.
    pub authenticated_at: Timestamp,
    /// The user's session that it ends with; none for one that goes on while the user is away.
    pub within: Option<RecordId>,
}

/// The digest of what its holder proves it with.
#[derive(Debug, Clone, Copy)]
pub enum SessionSecret<'a> {
    /// The first of its refresh tokens.
    RefreshToken(&'a [u8]),
    Cookie(&'a [u8]),
    /// Access tokens of a client, and nothing that leads to others.
    Nothing,
}

pub fn begin_session(tx: &mut WriteTx<'_>, session: &NewSession<'_>) -> Result<(), StoreError> {
    let cookie_hash = match session.secret {
        SessionSecret::RefreshToken(_) | SessionSecret::Nothing => Bind::Null,
        SessionSecret::Cookie(hash) => Bind::Blob(hash),
    };
    tx.execute_one(
        "INSERT INTO _sessions (id, user_id, created_at, last_used_at, expires_at, device, address, cookie_hash,
             client_id, client_scopes, authenticated_at, within)
         VALUES (?1, ?2, ?3, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11)",
        &[
            Bind::from(&session.id),
            Bind::from(&session.user),
            Bind::Int(session.begins_at.as_micros()),
            Bind::Int(session.expires_at.as_micros()),
            Bind::from(session.device),
            Bind::from(session.address),
            cookie_hash,
            Bind::from(session.client.map(|client| client.id)),
            Bind::from(session.client.map(|client| client.scopes)),
            Bind::from(session.client.map(|client| client.authenticated_at.as_micros())),
            Bind::from(session.client.as_ref().and_then(|client| client.within.as_ref())),
        ],
    )?;
    match session.secret {
        SessionSecret::RefreshToken(hash) => {
            add_refresh_token(tx, &session.id, hash, None, session.begins_at)
        }
        SessionSecret::Cookie(_) | SessionSecret::Nothing => Ok(()),
    }
}

/// When the session that is still there began.
pub fn session_began_at(tx: &mut Tx<'_>, session: &RecordId) -> Result<Option<Timestamp>, StoreError> {
    tx.query_first(
        "SELECT created_at FROM _sessions WHERE id = ?1",
        &[Bind::from(session)],
        |row| read_time(row, 0),
    )
}

/// The session that is still there. That of a client is none that people act with.
pub fn find_session(tx: &mut Tx<'_>, session: &RecordId) -> Result<Option<SessionState>, StoreError> {
    tx.query_first(
        "SELECT id, user_id, last_used_at, expires_at FROM _sessions WHERE id = ?1 AND client_id IS NULL",
        &[Bind::from(session)],
        read_state,
    )
}

/// The session of a cookie.
pub fn find_session_by_cookie(
    tx: &mut Tx<'_>,
    cookie_hash: &[u8],
) -> Result<Option<SessionState>, StoreError> {
    tx.query_first(
        "SELECT id, user_id, last_used_at, expires_at FROM _sessions WHERE cookie_hash = ?1",
        &[Bind::Blob(cookie_hash)],
        read_state,
    )
}

/// A session as its user sees it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ListedSession {
    pub state: SessionState,
    pub created_at: Timestamp,
    pub device: Option<String>,
    pub address: Option<String>,
}

/// Has a session of a user that is still there begun from this address? Those of clients begin at their servers.
pub fn has_begun_from(tx: &mut Tx<'_>, user: &RecordId, address: &str) -> Result<bool, StoreError> {
    let found = tx.query_first(
        "SELECT 1 FROM _sessions WHERE user_id = ?1 AND address = ?2 AND client_id IS NULL LIMIT 1",
        &[Bind::from(user), Bind::Text(address)],
        |_| Ok::<(), StoreError>(()),
    )?;
    Ok(found.is_some())
}

/// The sessions of a user, the last used first.
pub fn list_sessions(tx: &mut Tx<'_>, user: &RecordId, limit: u32) -> Result<Vec<ListedSession>, StoreError> {
    let mut sessions = Vec::new();
    tx.query(
        "SELECT id, user_id, last_used_at, expires_at, created_at, device, address FROM _sessions
         WHERE user_id = ?1 ORDER BY last_used_at DESC, id DESC LIMIT ?2",
        &[Bind::from(user), Bind::Int(i64::from(limit))],
        |row| {
            sessions.push(ListedSession {
                state: read_state(row)?,
                created_at: read_time(row, 4)?,
                device: row.optional_text(5)?.map(str::to_owned),
                address: row.optional_text(6)?.map(str::to_owned),
            });
            Ok::<(), StoreError>(())
        },
    )?;
    Ok(sessions)
}

/// Notes that a session was in use at a time; nothing when it has ended, or was used later.
pub fn note_use(tx: &mut WriteTx<'_>, session: &RecordId, at: Timestamp) -> Result<bool, StoreError> {
    let changed = tx.execute(
        "UPDATE _sessions SET last_used_at = ?2 WHERE id = ?1 AND last_used_at < ?2",
        &[Bind::from(session), Bind::Int(at.as_micros())],
    )?;
    Ok(changed == 1)
}

pub(crate) fn read_state(row: &Row<'_>) -> Result<SessionState, StoreError> {
    Ok(SessionState {
        id: row.id(0)?,
        user: row.id(1)?,
        last_used_at: read_time(row, 2)?,
        expires_at: read_time(row, 3)?,
    })
}

pub(crate) fn read_time(row: &Row<'_>, column: usize) -> Result<Timestamp, StoreError> {
    Timestamp::from_micros(row.int(column)?)
        .ok_or_else(|| StoreError::Corrupt("a session has no possible time".to_owned()))
}

/// Ends a session with all its refresh tokens; `false` when it had ended before.
pub fn end_session(tx: &mut WriteTx<'_>, session: &RecordId) -> Result<bool, StoreError> {
    Ok(tx.execute("DELETE FROM _sessions WHERE id = ?1", &[Bind::from(session)])? == 1)
}

/// Ends every session of a user, and what would become one.
pub fn end_sessions(tx: &mut WriteTx<'_>, user: &RecordId) -> Result<usize, StoreError> {
    second_factors::remove_challenges(tx, user)?;
    tx.execute("DELETE FROM _sessions WHERE user_id = ?1", &[Bind::from(user)])
}

/// Ends one session of a user; `false` when there is no such one.
pub fn end_session_of(tx: &mut WriteTx<'_>, user: &RecordId, session: &RecordId) -> Result<bool, StoreError> {
    let ended = tx.execute(
        "DELETE FROM _sessions WHERE id = ?1 AND user_id = ?2",
        &[Bind::from(session), Bind::from(user)],
    )?;
    Ok(ended == 1)
}

/// Ends every session of a user but one, and what would become another.
pub fn end_other_sessions(
    tx: &mut WriteTx<'_>,
    user: &RecordId,
    kept: &RecordId,
) -> Result<usize, StoreError> {
    second_factors::remove_challenges(tx, user)?;
    tx.execute(
        "DELETE FROM _sessions WHERE user_id = ?1 AND id <> ?2",
        &[Bind::from(user), Bind::from(kept)],
    )
}

/// Ends the sessions of a user that are too many: those that nobody has used for the longest time.
pub fn end_excess_sessions(tx: &mut WriteTx<'_>, user: &RecordId, max: u32) -> Result<usize, StoreError> {
    tx.execute(
        "DELETE FROM _sessions WHERE user_id = ?1 AND id NOT IN
             (SELECT id FROM _sessions WHERE user_id = ?1 ORDER BY last_used_at DESC, id DESC LIMIT ?2)",
        &[Bind::from(user), Bind::Int(i64::from(max))],
    )
}

/// A refresh token as stored, with its session.
#[derive(Debug, Clone, Copy)]
pub struct RefreshToken {
    pub session: SessionState,
    /// `None` for the one token of a session that works.
    pub used_at: Option<Timestamp>,
    /// Was the token that works given for this one?
    pub is_parent: bool,
    /// How often another one was given for it since it was used.
    pub repeats: i64,
}

/// The refresh token of a session that was given to this client, or to none: for anybody else it is not there.
pub fn find_refresh_token(
    tx: &mut Tx<'_>,
    token_hash: &[u8],
    client: Option<&str>,
) -> Result<Option<RefreshToken>, StoreError> {
    tx.query_first(
        "SELECT s.id, s.user_id, s.last_used_at, s.expires_at, t.used_at, t.repeats,
             EXISTS (SELECT 1 FROM _refresh_tokens AS n
                     WHERE n.session_id = t.session_id AND n.used_at IS NULL AND n.parent = t.hash)
         FROM _refresh_tokens AS t JOIN _sessions AS s ON s.id = t.session_id
         WHERE t.hash = ?1 AND s.client_id IS NOT DISTINCT FROM ?2",
        &[Bind::Blob(token_hash), Bind::from(client)],
        |row| {
            Ok(RefreshToken {
                session: read_state(row)?,
                used_at: if row.is_null(4)? {
                    None
                } else {
                    Some(read_time(row, 4)?)
                },
                repeats: row.int(5)?,
                is_parent: row.int(6)? == 1,
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
    add_refresh_token(tx, session, new_hash, Some(old_hash), at)
}

/// Puts another successor of a used token in the place of the one that works, which does not from now on.
pub fn replace_refresh_token(
    tx: &mut WriteTx<'_>,
    session: &RecordId,
    parent_hash: &[u8],
    new_hash: &[u8],
    at: Timestamp,
) -> Result<(), StoreError> {
    tx.execute_one(
        "UPDATE _refresh_tokens SET used_at = ?3 WHERE session_id = ?1 AND used_at IS NULL AND parent = ?2",
        &[
            Bind::from(session),
            Bind::Blob(parent_hash),
            Bind::Int(at.as_micros()),
        ],
    )?;
    tx.execute_one(
        "UPDATE _refresh_tokens SET repeats = repeats + 1 WHERE hash = ?1",
        &[Bind::Blob(parent_hash)],
    )?;
    add_refresh_token(tx, session, new_hash, Some(parent_hash), at)
}

fn add_refresh_token(
    tx: &mut WriteTx<'_>,
    session: &RecordId,
    token_hash: &[u8],
    parent_hash: Option<&[u8]>,
    at: Timestamp,
) -> Result<(), StoreError> {
    tx.execute_one(
        "INSERT INTO _refresh_tokens (hash, session_id, issued_at, parent) VALUES (?1, ?2, ?3, ?4)",
        &[
            Bind::Blob(token_hash),
            Bind::from(session),
            Bind::Int(at.as_micros()),
            parent_hash.map_or(Bind::Null, Bind::Blob),
        ],
    )
}
