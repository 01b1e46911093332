//! A transaction of SQLite.

use std::sync::Arc;

use rusqlite::Connection;
use rusqlite::types::{ToSql, ToSqlOutput, ValueRef};

use crate::db::StoreError;
use crate::slow::SlowStatements;
use crate::sql::Dialect;
use crate::tx::{Bind, Cell, Next, Row, RowOf, Transaction};

/// Statements longer than this are prepared for each run: a few odd ones must not fill the memory of every connection.
const STATEMENT_BYTES_KEPT: usize = 8 * 1024;

/// The transaction that is open on a connection.
pub(super) struct SqliteTransaction<'c> {
    connection: &'c Connection,
    slow: Arc<SlowStatements>,
    may_have_changed: bool,
}

impl<'c> SqliteTransaction<'c> {
    pub(super) fn new(connection: &'c Connection, slow: Arc<SlowStatements>) -> Self {
        Self {
            connection,
            slow,
            may_have_changed: false,
        }
    }

    /// Did anything run that can change the database?
    pub(super) fn may_have_changed(&self) -> bool {
        self.may_have_changed
    }

    fn ran(&mut self, statement: &rusqlite::Statement<'_>) {
        self.may_have_changed |= !statement.readonly();
    }
}

impl Transaction for SqliteTransaction<'_> {
    fn dialect(&self) -> Dialect {
        Dialect::Sqlite
    }

    fn query(
        &mut self,
        sql: &str,
        binds: &[Bind<'_>],
        each: &mut dyn FnMut(&Row<'_>) -> Next,
    ) -> Result<(), StoreError> {
        if sql.len() > STATEMENT_BYTES_KEPT {
            let mut statement = self.connection.prepare(sql)?;
            self.ran(&statement);
            return run_query(&mut statement, binds, each);
        }
        let mut statement = self.connection.prepare_cached(sql)?;
        self.ran(&statement);
        run_query(&mut statement, binds, each)
    }

    fn execute(&mut self, sql: &str, binds: &[Bind<'_>]) -> Result<usize, StoreError> {
        let mut statement = self.connection.prepare_cached(sql)?;
        self.ran(&statement);
        bind_all(&mut statement, binds)?;
        Ok(statement.raw_execute()?)
    }

    fn run_script(&mut self, sql: &str) -> Result<(), StoreError> {
        self.may_have_changed = true;
        Ok(self.connection.execute_batch(sql)?)
    }

    fn is_over(&self) -> bool {
        self.connection.is_autocommit()
    }

    fn slow(&self) -> &SlowStatements {
        &self.slow
    }
}

fn run_query(
    statement: &mut rusqlite::Statement<'_>,
    binds: &[Bind<'_>],
    each: &mut dyn FnMut(&Row<'_>) -> Next,
) -> Result<(), StoreError> {
    bind_all(statement, binds)?;
    let mut rows = statement.raw_query();
    while let Some(row) = rows.next()? {
        if each(&Row::new(RowOf::Sqlite(row))) == Next::Nothing {
            break;
        }
    }
    Ok(())
}

fn bind_all(statement: &mut rusqlite::Statement<'_>, binds: &[Bind<'_>]) -> Result<(), StoreError> {
    for (index, bind) in binds.iter().enumerate() {
        statement.raw_bind_parameter(index + 1, Bound(*bind))?;
    }
    Ok(())
}

struct Bound<'a>(Bind<'a>);

impl ToSql for Bound<'_> {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        let value = match self.0 {
            Bind::Null => ValueRef::Null,
            Bind::Int(number) => ValueRef::Integer(number),
            Bind::Real(number) => ValueRef::Real(number),
            Bind::Text(text) => ValueRef::Text(text.as_bytes()),
            Bind::Id(id) => ValueRef::Blob(id.as_bytes()),
            Bind::Blob(bytes) => ValueRef::Blob(bytes),
        };
        Ok(ToSqlOutput::Borrowed(value))
    }
}

/// One value of a row.
#[inline]
pub(crate) fn sqlite_cell<'a>(row: &'a rusqlite::Row<'_>, column: usize) -> Result<Cell<'a>, StoreError> {
    Ok(match row.get_ref(column)? {
        ValueRef::Null => Cell::Null,
        ValueRef::Integer(number) => Cell::Int(number),
        ValueRef::Real(number) => Cell::Real(number),
        ValueRef::Text(bytes) => Cell::Text(
            std::str::from_utf8(bytes)
                .map_err(|_| StoreError::Corrupt(format!("column {column} is not UTF-8")))?,
        ),
        ValueRef::Blob(bytes) => Cell::Blob(bytes),
    })
}
