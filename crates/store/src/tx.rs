//! A transaction as closures see it: statements with bound values, rows with typed columns.

use std::ops::{Deref, DerefMut};

use mainstay_core::{RecordId, Value};

use crate::db::StoreError;
use crate::sql::Dialect;

/// What a database does for a transaction.
pub(crate) trait Transaction {
    fn dialect(&self) -> Dialect;

    /// Runs a query to its end, or until `each` has had enough.
    fn query(
        &mut self,
        sql: &str,
        binds: &[Bind<'_>],
        each: &mut dyn FnMut(&Row<'_>) -> Next,
    ) -> Result<(), StoreError>;

    /// Runs a statement that returns no rows; gives the number of rows it changed.
    fn execute(&mut self, sql: &str, binds: &[Bind<'_>]) -> Result<usize, StoreError>;

    /// Runs statements without values: changes of the schema.
    fn run_script(&mut self, sql: &str) -> Result<(), StoreError>;

    /// Has the database ended the transaction by itself, with all that was done in it?
    fn is_over(&self) -> bool;
}

/// Does a reader of rows want another one?
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Next {
    Row,
    Nothing,
}

/// A read-only view of the database.
pub struct Tx<'c> {
    transaction: &'c mut (dyn Transaction + 'c),
    statements: u64,
    rows: u64,
}

impl std::fmt::Debug for Tx<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Tx")
            .field("statements", &self.statements)
            .field("rows", &self.rows)
            .finish_non_exhaustive()
    }
}

/// A value to bind, borrowed where that saves a copy.
#[derive(Debug, Clone, Copy)]
pub enum Bind<'a> {
    Null,
    Int(i64),
    Real(f64),
    Text(&'a str),
    Id(&'a RecordId),
    Blob(&'a [u8]),
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
            Value::Id(id) => Self::Id(id),
        }
    }
}

impl<'a> From<&'a RecordId> for Bind<'a> {
    fn from(id: &'a RecordId) -> Self {
        Self::Id(id)
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
    pub(crate) fn new(transaction: &'c mut (dyn Transaction + 'c)) -> Self {
        Self {
            transaction,
            statements: 0,
            rows: 0,
        }
    }

    /// The database that runs the statements.
    pub fn dialect(&self) -> Dialect {
        self.transaction.dialect()
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
        mut each: impl FnMut(&Row<'_>) -> Result<(), E>,
    ) -> Result<(), E> {
        self.statements += 1;
        let (mut rows, mut failed) = (0, None);
        let run = self.transaction.query(sql, binds, &mut |row| {
            rows += 1;
            match each(row) {
                Ok(()) => Next::Row,
                Err(error) => {
                    failed = Some(error);
                    Next::Nothing
                }
            }
        });
        self.rows += rows;
        match failed {
            Some(error) => Err(error),
            None => Ok(run?),
        }
    }

    /// The first row of a query, read by `read`; the statement is still run to its end.
    pub fn query_first<T, E: From<StoreError>>(
        &mut self,
        sql: &str,
        binds: &[Bind<'_>],
        mut read: impl FnMut(&Row<'_>) -> Result<T, E>,
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

    /// The plan that the database would follow for these values, a line a step.
    pub fn explain(&mut self, sql: &str, binds: &[Bind<'_>]) -> Result<Vec<String>, StoreError> {
        let (sql, column) = match self.dialect() {
            Dialect::Sqlite => (format!("EXPLAIN QUERY PLAN {sql}"), 3),
            Dialect::Postgres => (format!("EXPLAIN {sql}"), 0),
        };
        let mut lines = Vec::new();
        self.query(&sql, binds, |row| {
            lines.push(row.text(column)?.to_owned());
            Ok::<(), StoreError>(())
        })?;
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
    pub(crate) fn new(transaction: &'c mut (dyn Transaction + 'c)) -> Self {
        Self {
            tx: Tx::new(transaction),
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
        let changed = self.tx.transaction.execute(sql, binds)?;
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

    /// Runs statements without values: changes of the schema.
    pub(crate) fn run_script(&mut self, sql: &str) -> Result<(), StoreError> {
        self.tx.statements += 1;
        self.tx.transaction.run_script(sql)
    }

    /// Has references checked when the transaction is committed: for records that point to one another in a circle.
    pub fn defer_references(&mut self) -> Result<(), StoreError> {
        match self.dialect() {
            Dialect::Sqlite => self.run_script("PRAGMA defer_foreign_keys = ON"),
            Dialect::Postgres => self.run_script("SET CONSTRAINTS ALL DEFERRED"),
        }
    }

    /// Does part of the work so that its failure undoes that part alone.
    pub fn attempt<T, E: From<StoreError>>(
        &mut self,
        part: impl FnOnce(&mut Self) -> Result<T, E>,
    ) -> Result<T, E> {
        self.run_script("SAVEPOINT part")?;
        let result = part(self);
        if self.tx.transaction.is_over() {
            // Stopped for its time limit or a full disk: the database has undone everything by itself.
            return result;
        }
        if result.is_err() {
            self.run_script("ROLLBACK TO SAVEPOINT part")?;
        }
        self.run_script("RELEASE SAVEPOINT part")?;
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

/// One row of an answer.
#[derive(Debug)]
pub struct Row<'a>(RowOf<'a>);

#[derive(Debug)]
pub(crate) enum RowOf<'a> {
    Sqlite(&'a rusqlite::Row<'a>),
    Postgres(&'a postgres::Row),
}

/// One value of a row.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum Cell<'a> {
    Null,
    /// Truth values are 0 and 1.
    Int(i64),
    Real(f64),
    Text(&'a str),
    Blob(&'a [u8]),
}

impl<'a> Row<'a> {
    pub(crate) fn new(row: RowOf<'a>) -> Self {
        Self(row)
    }

    pub fn is_null(&self, column: usize) -> Result<bool, StoreError> {
        Ok(matches!(self.cell(column)?, Cell::Null))
    }

    pub fn int(&self, column: usize) -> Result<i64, StoreError> {
        match self.cell(column)? {
            Cell::Int(number) => Ok(number),
            other => Err(unexpected("an integer", column, other)),
        }
    }

    pub fn real(&self, column: usize) -> Result<f64, StoreError> {
        match self.cell(column)? {
            Cell::Real(number) => Ok(number),
            other => Err(unexpected("a number", column, other)),
        }
    }

    pub fn text(&self, column: usize) -> Result<&str, StoreError> {
        match self.cell(column)? {
            Cell::Text(text) => Ok(text),
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
        match self.cell(column)? {
            Cell::Blob(bytes) => Ok(bytes),
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
        (0..self.width())
            .map(|column| {
                Ok(match self.cell(column)? {
                    Cell::Null => "null".to_owned(),
                    Cell::Int(number) => number.to_string(),
                    Cell::Real(number) => number.to_string(),
                    Cell::Text(text) => text.to_owned(),
                    Cell::Blob(bytes) => bytes
                        .iter()
                        .fold(String::new(), |text, byte| text + &format!("{byte:02x}")),
                })
            })
            .collect()
    }

    /// The number of columns.
    pub(crate) fn width(&self) -> usize {
        match &self.0 {
            RowOf::Sqlite(row) => row.as_ref().column_count(),
            RowOf::Postgres(row) => row.len(),
        }
    }

    #[inline]
    pub(crate) fn cell(&self, column: usize) -> Result<Cell<'_>, StoreError> {
        match &self.0 {
            RowOf::Sqlite(row) => crate::db::sqlite_cell(row, column),
            RowOf::Postgres(row) => crate::db::postgres_cell(row, column),
        }
    }
}

fn unexpected(wanted: &str, column: usize, found: Cell<'_>) -> StoreError {
    let found = match found {
        Cell::Null => "null",
        Cell::Int(_) => "an integer",
        Cell::Real(_) => "a number",
        Cell::Text(_) => "text",
        Cell::Blob(_) => "bytes",
    };
    StoreError::Corrupt(format!("column {column} should hold {wanted}, holds {found}"))
}
