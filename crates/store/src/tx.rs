//! A transaction as closures see it: statements with bound values, rows with typed columns.

use std::ops::{Deref, DerefMut};

use mainstay_core::{RecordId, Value};
use rusqlite::Connection;
use rusqlite::types::{ToSql, ToSqlOutput, ValueRef};

use crate::db::StoreError;

/// Statements longer than this are prepared for each run: a few odd ones must not fill the memory of every connection.
const STATEMENT_BYTES_KEPT: usize = 8 * 1024;

/// A read-only view of the database.
#[derive(Debug)]
pub struct Tx<'c> {
    connection: &'c Connection,
    statements: u64,
    rows: u64,
}

/// A value to bind, borrowed where that saves a copy.
#[derive(Debug, Clone, Copy)]
pub enum Bind<'a> {
    Null,
    Int(i64),
    Real(f64),
    Text(&'a str),
    Blob(&'a [u8]),
}

impl ToSql for Bind<'_> {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        let value = match *self {
            Self::Null => ValueRef::Null,
            Self::Int(number) => ValueRef::Integer(number),
            Self::Real(number) => ValueRef::Real(number),
            Self::Text(text) => ValueRef::Text(text.as_bytes()),
            Self::Blob(bytes) => ValueRef::Blob(bytes),
        };
        Ok(ToSqlOutput::Borrowed(value))
    }
}

impl<'a> From<&'a Value> for Bind<'a> {
    /// A relation to many has no column; it binds as null.
    fn from(value: &'a Value) -> Self {
        match value {
            Value::Null | Value::Ids(_) => Self::Null,
            Value::Bool(flag) => Self::Int(i64::from(*flag)),
            Value::Int(number) => Self::Int(*number),
            Value::Real(number) => Self::Real(*number),
            Value::Text(text) => Self::Text(text),
            Value::Id(id) => Self::Blob(id.as_bytes()),
        }
    }
}

impl<'a> From<&'a RecordId> for Bind<'a> {
    fn from(id: &'a RecordId) -> Self {
        Self::Blob(id.as_bytes())
    }
}

impl<'a> From<&'a str> for Bind<'a> {
    fn from(text: &'a str) -> Self {
        Self::Text(text)
    }
}

impl From<i64> for Bind<'_> {
    fn from(number: i64) -> Self {
        Self::Int(number)
    }
}

impl<'a, T> From<Option<T>> for Bind<'a>
where
    Bind<'a>: From<T>,
{
    fn from(value: Option<T>) -> Self {
        value.map_or(Self::Null, Self::from)
    }
}

impl<'c> Tx<'c> {
    pub(crate) fn new(connection: &'c Connection) -> Self {
        Self {
            connection,
            statements: 0,
            rows: 0,
        }
    }

    /// Statements run so far: what a read costs must not depend on how much it finds.
    pub fn statements_run(&self) -> u64 {
        self.statements
    }

    /// Rows that these statements gave or changed.
    pub fn rows_met(&self) -> u64 {
        self.rows
    }

    /// Runs a query to its end and calls `each` for every row.
    pub fn query<E: From<StoreError>>(
        &mut self,
        sql: &str,
        binds: &[Bind<'_>],
        each: impl FnMut(&Row<'_, '_>) -> Result<(), E>,
    ) -> Result<(), E> {
        self.statements += 1;
        if sql.len() > STATEMENT_BYTES_KEPT {
            let mut statement = self.connection.prepare(sql).map_err(StoreError::from)?;
            return run_query(&mut statement, binds, &mut self.rows, each);
        }
        let mut statement = self.connection.prepare_cached(sql).map_err(StoreError::from)?;
        run_query(&mut statement, binds, &mut self.rows, each)
    }

    /// The first row of a query, read by `read`; the statement is still run to its end.
    pub fn query_first<T, E: From<StoreError>>(
        &mut self,
        sql: &str,
        binds: &[Bind<'_>],
        mut read: impl FnMut(&Row<'_, '_>) -> Result<T, E>,
    ) -> Result<Option<T>, E> {
        let mut first = None;
        self.query::<E>(sql, binds, |row| {
            if first.is_none() {
                first = Some(read(row)?);
            }
            Ok(())
        })?;
        Ok(first)
    }

    /// The plan that SQLite would follow, a line a step.
    pub fn explain(&mut self, sql: &str) -> Result<Vec<String>, StoreError> {
        let mut statement = self.connection.prepare(&format!("EXPLAIN QUERY PLAN {sql}"))?;
        let mut rows = statement.raw_query();
        let mut lines = Vec::new();
        while let Some(row) = rows.next()? {
            lines.push(row.get(3)?);
        }
        Ok(lines)
    }
}

/// A transaction that may write.
#[derive(Debug)]
pub struct WriteTx<'c> {
    tx: Tx<'c>,
    after_commit: AfterCommit,
}

/// What to do once a transaction is on disk, before anybody is told.
#[derive(Default)]
pub(crate) struct AfterCommit(pub(crate) Vec<Box<dyn FnOnce() + Send>>);

impl std::fmt::Debug for AfterCommit {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_tuple("AfterCommit").field(&self.0.len()).finish()
    }
}

impl<'c> WriteTx<'c> {
    pub(crate) fn new(connection: &'c Connection) -> Self {
        Self {
            tx: Tx::new(connection),
            after_commit: AfterCommit::default(),
        }
    }

    /// Has something done once the changes are on disk, before the caller is answered: even when the caller is gone by
    /// then. What it does is forgotten when the changes are dropped.
    pub fn after_commit(&mut self, act: impl FnOnce() + Send + 'static) {
        self.after_commit.0.push(Box::new(act));
    }

    pub(crate) fn into_after_commit(self) -> AfterCommit {
        self.after_commit
    }

    /// Runs a statement that returns no rows; gives the number of rows it changed.
    pub fn execute(&mut self, sql: &str, binds: &[Bind<'_>]) -> Result<usize, StoreError> {
        self.tx.statements += 1;
        let mut statement = self.tx.connection.prepare_cached(sql)?;
        bind_all(&mut statement, binds)?;
        let changed = statement.raw_execute()?;
        self.tx.rows += changed as u64;
        Ok(changed)
    }

    /// Runs a statement that must change exactly one row.
    pub fn execute_one(&mut self, sql: &str, binds: &[Bind<'_>]) -> Result<(), StoreError> {
        match self.execute(sql, binds)? {
            1 => Ok(()),
            changed => Err(StoreError::Corrupt(format!(
                "expected to change one row, changed {changed}: {sql}"
            ))),
        }
    }

    /// Does part of the work so that its failure undoes that part alone.
    pub fn attempt<T, E: From<StoreError>>(
        &mut self,
        part: impl FnOnce(&mut Self) -> Result<T, E>,
    ) -> Result<T, E> {
        self.execute("SAVEPOINT part", &[])?;
        let result = part(self);
        if self.tx.connection.is_autocommit() {
            // Stopped for its time limit or a full disk: the database has undone everything by itself.
            return result;
        }
        if result.is_err() {
            self.execute("ROLLBACK TO part", &[])?;
        }
        self.execute("RELEASE part", &[])?;
        result
    }
}

impl<'c> Deref for WriteTx<'c> {
    type Target = Tx<'c>;

    fn deref(&self) -> &Tx<'c> {
        &self.tx
    }
}

impl<'c> DerefMut for WriteTx<'c> {
    fn deref_mut(&mut self) -> &mut Tx<'c> {
        &mut self.tx
    }
}

fn run_query<E: From<StoreError>>(
    statement: &mut rusqlite::Statement<'_>,
    binds: &[Bind<'_>],
    met: &mut u64,
    mut each: impl FnMut(&Row<'_, '_>) -> Result<(), E>,
) -> Result<(), E> {
    bind_all(statement, binds)?;
    let mut rows = statement.raw_query();
    while let Some(row) = rows.next().map_err(StoreError::from)? {
        *met += 1;
        each(&Row(row))?;
    }
    Ok(())
}

fn bind_all(statement: &mut rusqlite::Statement<'_>, binds: &[Bind<'_>]) -> Result<(), StoreError> {
    for (index, bind) in binds.iter().enumerate() {
        statement.raw_bind_parameter(index + 1, bind)?;
    }
    Ok(())
}

/// One row of an answer.
#[derive(Debug)]
pub struct Row<'a, 'stmt>(&'a rusqlite::Row<'stmt>);

impl Row<'_, '_> {
    pub fn is_null(&self, column: usize) -> Result<bool, StoreError> {
        Ok(matches!(self.raw(column)?, ValueRef::Null))
    }

    pub fn int(&self, column: usize) -> Result<i64, StoreError> {
        match self.raw(column)? {
            ValueRef::Integer(number) => Ok(number),
            other => Err(unexpected("an integer", column, other)),
        }
    }

    pub fn real(&self, column: usize) -> Result<f64, StoreError> {
        match self.raw(column)? {
            ValueRef::Real(number) => Ok(number),
            other => Err(unexpected("a number", column, other)),
        }
    }

    pub fn text(&self, column: usize) -> Result<&str, StoreError> {
        match self.raw(column)? {
            ValueRef::Text(bytes) => std::str::from_utf8(bytes)
                .map_err(|_| StoreError::Corrupt(format!("column {column} is not UTF-8"))),
            other => Err(unexpected("text", column, other)),
        }
    }

    pub fn optional_text(&self, column: usize) -> Result<Option<&str>, StoreError> {
        if self.is_null(column)? {
            Ok(None)
        } else {
            self.text(column).map(Some)
        }
    }

    pub fn blob(&self, column: usize) -> Result<&[u8], StoreError> {
        match self.raw(column)? {
            ValueRef::Blob(bytes) => Ok(bytes),
            other => Err(unexpected("bytes", column, other)),
        }
    }

    pub fn id(&self, column: usize) -> Result<RecordId, StoreError> {
        RecordId::from_slice(self.blob(column)?)
            .ok_or_else(|| StoreError::Corrupt(format!("column {column} is not an id of 16 bytes")))
    }

    pub fn optional_id(&self, column: usize) -> Result<Option<RecordId>, StoreError> {
        if self.is_null(column)? {
            Ok(None)
        } else {
            self.id(column).map(Some)
        }
    }

    /// Every column as text, for tests and diagnosis: bytes as hexadecimal digits, null as `null`.
    pub fn texts(&self) -> Result<Vec<String>, StoreError> {
        (0..self.0.as_ref().column_count())
            .map(|column| {
                Ok(match self.raw(column)? {
                    ValueRef::Null => "null".to_owned(),
                    ValueRef::Integer(number) => number.to_string(),
                    ValueRef::Real(number) => number.to_string(),
                    ValueRef::Text(_) => self.text(column)?.to_owned(),
                    ValueRef::Blob(bytes) => bytes
                        .iter()
                        .fold(String::new(), |text, byte| text + &format!("{byte:02x}")),
                })
            })
            .collect()
    }

    fn raw(&self, column: usize) -> Result<ValueRef<'_>, StoreError> {
        Ok(self.0.get_ref(column)?)
    }
}

fn unexpected(wanted: &str, column: usize, found: ValueRef<'_>) -> StoreError {
    StoreError::Corrupt(format!(
        "column {column} should hold {wanted}, holds {}",
        found.data_type()
    ))
}
