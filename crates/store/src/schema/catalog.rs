//! What a database tells of its own tables.

use super::SchemaError;
use crate::db::StoreError;
use crate::sql::Dialect;
use crate::tx::{Bind, Tx};

/// A column as the database has it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Column {
    pub(crate) name: String,
    /// In the words of the database.
    pub(crate) ty: String,
}

/// The columns of a table, in their order; none when there is no such table.
pub(crate) fn columns(tx: &mut Tx<'_>, table: &str) -> Result<Vec<Column>, SchemaError> {
    let sql = match tx.dialect() {
        Dialect::Sqlite => "SELECT name, type FROM pragma_table_info(?1)",
        Dialect::Postgres => {
            "SELECT column_name::text, data_type::text FROM information_schema.columns
             WHERE table_schema = current_schema() AND table_name = ?1 ORDER BY ordinal_position"
        }
    };
    let mut columns = Vec::new();
    tx.query(sql, &[Bind::Text(table)], |row| {
        columns.push(Column {
            name: row.text(0)?.to_owned(),
            ty: row.text(1)?.to_owned(),
        });
        Ok::<(), StoreError>(())
    })?;
    Ok(columns)
}

pub(crate) fn exists(tx: &mut Tx<'_>, table: &str) -> Result<bool, SchemaError> {
    Ok(!columns(tx, table)?.is_empty())
}

pub(crate) fn index_exists(tx: &mut Tx<'_>, index: &str) -> Result<bool, SchemaError> {
    let sql = match tx.dialect() {
        Dialect::Sqlite => "SELECT 1 FROM sqlite_schema WHERE type = 'index' AND name = ?1",
        Dialect::Postgres => {
            "SELECT 1 FROM pg_indexes WHERE schemaname = current_schema() AND indexname = ?1"
        }
    };
    let found = tx.query_first(sql, &[Bind::Text(index)], |_| Ok::<(), StoreError>(()))?;
    Ok(found.is_some())
}

/// Can an index be used? One that was being made when its maker went cannot (PostgreSQL). `None` when there is none.
pub(crate) fn index_is_valid(tx: &mut Tx<'_>, index: &str) -> Result<Option<bool>, SchemaError> {
    let sql = "SELECT i.indisvalid FROM pg_index AS i JOIN pg_class AS c ON c.oid = i.indexrelid
               WHERE c.relnamespace = current_schema()::regnamespace AND c.relname = ?1";
    tx.query_first(sql, &[Bind::Text(index)], |row| Ok(row.int(0)? == 1))
}

/// Every table.
pub(crate) fn tables(tx: &mut Tx<'_>) -> Result<Vec<String>, SchemaError> {
    let sql = match tx.dialect() {
        Dialect::Sqlite => {
            "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite%' ORDER BY name"
        }
        Dialect::Postgres => {
            "SELECT table_name::text FROM information_schema.tables
             WHERE table_schema = current_schema() AND table_type = 'BASE TABLE' ORDER BY table_name"
        }
    };
    let mut tables = Vec::new();
    tx.query(sql, &[], |row| {
        tables.push(row.text(0)?.to_owned());
        Ok::<(), StoreError>(())
    })?;
    Ok(tables)
}

/// The indexes that have a statement of their own, and their tables.
pub(crate) fn indexes(tx: &mut Tx<'_>) -> Result<Vec<(String, String)>, SchemaError> {
    let sql = match tx.dialect() {
        Dialect::Sqlite => {
            "SELECT name, tbl_name FROM sqlite_schema WHERE type = 'index' AND sql IS NOT NULL ORDER BY name"
        }
        Dialect::Postgres => {
            "SELECT i.relname::text, t.relname::text FROM pg_index AS x
             JOIN pg_class AS i ON i.oid = x.indexrelid JOIN pg_class AS t ON t.oid = x.indrelid
             WHERE t.relnamespace = current_schema()::regnamespace AND NOT x.indisprimary ORDER BY i.relname"
        }
    };
    let mut indexes = Vec::new();
    tx.query(sql, &[], |row| {
        indexes.push((row.text(0)?.to_owned(), row.text(1)?.to_owned()));
        Ok::<(), StoreError>(())
    })?;
    Ok(indexes)
}

/// Our triggers and their statements (SQLite).
pub(crate) fn trigger_bodies(tx: &mut Tx<'_>) -> Result<Vec<(String, String)>, SchemaError> {
    let mut triggers = Vec::new();
    tx.query(
        "SELECT name, sql FROM sqlite_schema WHERE type = 'trigger' AND name LIKE '%~%'",
        &[],
        |row| {
            triggers.push((row.text(0)?.to_owned(), row.text(1)?.to_owned()));
            Ok::<(), StoreError>(())
        },
    )?;
    Ok(triggers)
}

/// Our triggers and their tables. No name of anything else has a `~` in it.
pub(crate) fn triggers(tx: &mut Tx<'_>) -> Result<Vec<(String, String)>, SchemaError> {
    let sql = match tx.dialect() {
        Dialect::Sqlite => "SELECT name, tbl_name FROM sqlite_schema WHERE type = 'trigger' AND name LIKE '%~%' ORDER BY name",
        Dialect::Postgres => {
            "SELECT t.tgname::text, c.relname::text FROM pg_trigger AS t JOIN pg_class AS c ON c.oid = t.tgrelid
             WHERE c.relnamespace = current_schema()::regnamespace AND NOT t.tgisinternal AND t.tgname LIKE '%~%'
             ORDER BY t.tgname"
        }
    };
    let mut triggers = Vec::new();
    tx.query(sql, &[], |row| {
        triggers.push((row.text(0)?.to_owned(), row.text(1)?.to_owned()));
        Ok::<(), StoreError>(())
    })?;
    Ok(triggers)
}

/// Is there nothing at all in the database?
pub(crate) fn is_empty(tx: &mut Tx<'_>) -> Result<bool, SchemaError> {
    let sql = match tx.dialect() {
        Dialect::Sqlite => "SELECT count(*) FROM sqlite_schema",
        Dialect::Postgres => {
            "SELECT count(*) FROM information_schema.tables WHERE table_schema = current_schema() AND table_type = 'BASE TABLE'"
        }
    };
    Ok(super::count(tx, sql)? == 0)
}

/// Refuses references that lead nowhere. PostgreSQL has checked each when it was made.
pub(crate) fn check_references(tx: &mut Tx<'_>) -> Result<(), SchemaError> {
    check_references_by(tx, "PRAGMA foreign_key_check")
}

/// As `check_references`, for those of one table.
pub(crate) fn check_references_of(tx: &mut Tx<'_>, table: &str) -> Result<(), SchemaError> {
    check_references_by(tx, &format!("PRAGMA foreign_key_check(\"{table}\")"))
}

fn check_references_by(tx: &mut Tx<'_>, check: &str) -> Result<(), SchemaError> {
    if tx.dialect() == Dialect::Postgres {
        return Ok(());
    }
    let mut broken = Vec::new();
    tx.query(check, &[], |row| {
        broken.push(row.text(0)?.to_owned());
        Ok::<(), StoreError>(())
    })?;
    match broken.first() {
        None => Ok(()),
        Some(table) => Err(SchemaError::BrokenReferences {
            table: table.clone(),
            records: broken.len(),
        }),
    }
}
