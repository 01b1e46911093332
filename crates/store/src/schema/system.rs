//! Mainstay's own tables. Their names begin with an underscore, which no collection's can.

use rusqlite::Connection;

use super::SchemaError;

/// Raised with every change below; a database of a higher format belongs to a newer Mainstay.
const FORMAT: i64 = 1;

const TABLES: &str = "
CREATE TABLE _meta (
  key TEXT PRIMARY KEY NOT NULL,
  value INTEGER NOT NULL
) STRICT;
CREATE TABLE _schema (
  kind TEXT NOT NULL CHECK (kind IN ('table', 'index')),
  name TEXT NOT NULL,
  of_table TEXT NOT NULL,
  sql TEXT NOT NULL,
  PRIMARY KEY (kind, name)
) STRICT;
CREATE TABLE _releases (
  id INTEGER PRIMARY KEY NOT NULL,
  digest TEXT NOT NULL UNIQUE,
  first_seen_at INTEGER NOT NULL
) STRICT;
CREATE TABLE _journal (
  seq INTEGER PRIMARY KEY NOT NULL,
  at INTEGER NOT NULL,
  kind TEXT NOT NULL,
  actor_kind TEXT NOT NULL,
  actor_id BLOB,
  request_id BLOB,
  address TEXT,
  release INTEGER NOT NULL,
  collection TEXT,
  record_id BLOB,
  version INTEGER,
  payload TEXT NOT NULL,
  payload_hash BLOB NOT NULL
) STRICT;
CREATE INDEX _journal_record ON _journal (record_id) WHERE record_id IS NOT NULL;
CREATE TABLE _credentials (
  user_id BLOB PRIMARY KEY NOT NULL,
  password_hash TEXT NOT NULL,
  changed_at INTEGER NOT NULL
) STRICT;
CREATE TABLE _sessions (
  id BLOB PRIMARY KEY NOT NULL,
  user_id BLOB NOT NULL,
  created_at INTEGER NOT NULL,
  last_used_at INTEGER NOT NULL,
  expires_at INTEGER NOT NULL
) STRICT;
CREATE INDEX _sessions_user ON _sessions (user_id);
CREATE TABLE _refresh_tokens (
  hash BLOB PRIMARY KEY NOT NULL,
  session_id BLOB NOT NULL REFERENCES _sessions (id) ON DELETE CASCADE,
  issued_at INTEGER NOT NULL,
  used_at INTEGER
) STRICT;
CREATE INDEX _refresh_tokens_session ON _refresh_tokens (session_id);
CREATE TABLE _idempotency (
  caller BLOB NOT NULL,
  key TEXT NOT NULL,
  fingerprint BLOB NOT NULL,
  status INTEGER NOT NULL,
  etag TEXT,
  location TEXT,
  body BLOB NOT NULL,
  created_at INTEGER NOT NULL,
  PRIMARY KEY (caller, key)
) STRICT;
CREATE INDEX _idempotency_age ON _idempotency (created_at);
";

pub(super) fn is_prepared(connection: &Connection) -> Result<bool, SchemaError> {
    let tables: i64 = connection.query_row(
        "SELECT count(*) FROM sqlite_master WHERE name = '_meta'",
        [],
        |row| row.get(0),
    )?;
    Ok(tables == 1)
}

/// Makes the system tables in a new database, and refuses one that a newer Mainstay made.
pub(super) fn apply(connection: &mut Connection) -> Result<(), SchemaError> {
    if !is_prepared(connection)? {
        let tx = connection.transaction_with_behavior(rusqlite::TransactionBehavior::Immediate)?;
        tx.execute_batch(TABLES)?;
        tx.execute("INSERT INTO _meta (key, value) VALUES ('format', ?1)", [FORMAT])?;
        tx.commit()?;
        return Ok(());
    }
    let found: i64 = connection.query_row("SELECT value FROM _meta WHERE key = 'format'", [], |row| {
        row.get(0)
    })?;
    if found > FORMAT {
        return Err(SchemaError::TooNew { found, known: FORMAT });
    }
    Ok(())
}

/// The row of `_releases` for a definition's digest; journal entries carry it.
pub fn release_row(connection: &Connection, digest: &str, now_micros: i64) -> Result<i64, SchemaError> {
    connection.execute(
        "INSERT INTO _releases (digest, first_seen_at) VALUES (?1, ?2) ON CONFLICT (digest) DO NOTHING",
        rusqlite::params![digest, now_micros],
    )?;
    Ok(
        connection.query_row("SELECT id FROM _releases WHERE digest = ?1", [digest], |row| {
            row.get(0)
        })?,
    )
}
