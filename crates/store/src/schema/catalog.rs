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
    if tx.dialect() == Dialect::Postgres {
        return Ok(());
    }
    let mut broken = Vec::new();
    tx.query("PRAGMA foreign_key_check", &[], |row| {
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
