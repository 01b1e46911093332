//! What the database says of its own shape: the shapes that it serves, and the migrations that led there.

use mainstay_core::Timestamp;
use mainstay_core::migrations::{Migration, State};

use super::{SchemaError, catalog};
use crate::db::StoreError;
use crate::tx::{Bind, Tx, WriteTx};

/// What is kept of the shape of a database.
#[derive(Debug, Clone, PartialEq)]
pub struct StoredState {
    pub state: State,
    /// Was the database made by `mainstay dev`, which changes it as the files change?
    pub development: bool,
}

/// A migration that was applied.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AppliedMigration {
    pub number: u32,
    pub name: String,
    pub digest: String,
    /// The file as it was.
    pub text: String,
    pub applied_at: Timestamp,
}

/// The state of the database; `None` when nothing was made in it, or by a Mainstay that did not keep it.
pub fn read_state(tx: &mut Tx<'_>) -> Result<Option<StoredState>, SchemaError> {
    if !catalog::exists(tx, "_state")? {
        return Ok(None);
    }
    tx.query_first("SELECT state, development FROM _state", &[], |row| {
        let state = serde_json::from_str(row.text(0)?).map_err(|error| {
            StoreError::Corrupt(format!("the state of the schema cannot be read: {error}"))
        })?;
        Ok(StoredState {
            state,
            development: row.int(1)? == 1,
        })
    })
}

pub fn write_state(tx: &mut WriteTx<'_>, stored: &StoredState) -> Result<(), SchemaError> {
    let state = serde_json::to_string(&stored.state).map_err(|error| {
        StoreError::Corrupt(format!("the state of the schema cannot be written: {error}"))
    })?;
    tx.execute_one(
        "INSERT INTO _state (id, state, development) VALUES (1, ?1, ?2)
         ON CONFLICT (id) DO UPDATE SET state = excluded.state, development = excluded.development",
        &[Bind::Text(&state), Bind::Int(i64::from(stored.development))],
    )?;
    Ok(())
}

/// The applied migrations in their order.
pub fn applied_migrations(tx: &mut Tx<'_>) -> Result<Vec<AppliedMigration>, SchemaError> {
    let mut applied = Vec::new();
    if !catalog::exists(tx, "_migrations")? {
        return Ok(applied);
    }
    tx.query(
        "SELECT number, name, digest, text, applied_at FROM _migrations ORDER BY number",
        &[],
        |row| {
            applied.push(AppliedMigration {
                number: u32::try_from(row.int(0)?)
                    .map_err(|_| StoreError::Corrupt("a migration has no possible number".to_owned()))?,
                name: row.text(1)?.to_owned(),
                digest: row.text(2)?.to_owned(),
                text: row.text(3)?.to_owned(),
                applied_at: Timestamp::from_micros(row.int(4)?)
                    .ok_or_else(|| StoreError::Corrupt("a migration has no possible time".to_owned()))?,
            });
            Ok::<(), StoreError>(())
        },
    )?;
    Ok(applied)
}

pub fn record_migration(
    tx: &mut WriteTx<'_>,
    migration: &Migration,
    now: Timestamp,
) -> Result<(), SchemaError> {
    tx.execute_one(
        "INSERT INTO _migrations (number, name, digest, text, applied_at) VALUES (?1, ?2, ?3, ?4, ?5)",
        &[
            Bind::Int(i64::from(migration.number)),
            Bind::Text(&migration.name),
            Bind::Text(&migration.digest()),
            Bind::Text(&migration.text),
            Bind::Int(now.as_micros()),
        ],
    )?;
    Ok(())
}

pub fn forget_migration(tx: &mut WriteTx<'_>, number: u32) -> Result<(), SchemaError> {
    tx.execute_one(
        "DELETE FROM _migrations WHERE number = ?1",
        &[Bind::Int(i64::from(number))],
    )?;
    Ok(())
}

/// What is under way, as whoever does it wrote it down.
pub fn read_progress(tx: &mut Tx<'_>) -> Result<Option<String>, SchemaError> {
    if !catalog::exists(tx, "_progress")? {
        return Ok(None);
    }
    tx.query_first("SELECT progress FROM _progress", &[], |row| {
        Ok(row.text(0)?.to_owned())
    })
}

/// Writes down what is under way; `None` when nothing is any more.
pub fn write_progress(tx: &mut WriteTx<'_>, progress: Option<&str>) -> Result<(), SchemaError> {
    match progress {
        Some(progress) => tx.execute(
            "INSERT INTO _progress (id, progress) VALUES (1, ?1)
             ON CONFLICT (id) DO UPDATE SET progress = excluded.progress",
            &[Bind::Text(progress)],
        )?,
        None => tx.execute("DELETE FROM _progress", &[])?,
    };
    Ok(())
}
