//! A transaction as closures see it: statements with bound values, rows with typed columns.

mod row;

use std::ops::{Deref, DerefMut};
use std::time::{Duration, Instant};

use mainstay_core::{Actor, RecordId, Value};

pub use row::Row;
pub(crate) use row::{Cell, RowOf};

use crate::db::StoreError;
use crate::slow::SlowStatements;
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

    /// Where statements that take long are noted.
    fn slow(&self) -> &SlowStatements;
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
    purpose: Purpose,
}

/// What a transaction is for, as the log of slow statements tells it.
#[derive(Debug, Clone, Copy, Default)]
pub struct Purpose {
    /// The name of the operation.
    pub operation: &'static str,
    pub request_id: Option<RecordId>,
    pub actor: Option<Actor>,
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
            purpose: Purpose::default(),
        }
    }

    /// The database that runs the statements.
    pub fn dialect(&self) -> Dialect {
        self.transaction.dialect()
    }

    /// Says what the statements from now on are for.
    pub fn set_purpose(&mut self, purpose: Purpose) {
        self.purpose = purpose;
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
        let began = Instant::now();
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
        self.note_slow(sql, binds, began.elapsed());
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

    /// Notes a statement that took long, with the plan that it follows; without its values, which may be anybody's.
    fn note_slow(&mut self, sql: &str, binds: &[Bind<'_>], took: Duration) {
        if !self.transaction.slow().is_slow(took) {
            return;
        }
        // A transaction that was ended runs no other statement.
        let plan = if self.transaction.is_over() {
            Vec::new()
        } else {
            self.explain(sql, binds).unwrap_or_default()
        };
        self.transaction
            .slow()
            .note(sql, self.purpose, took, plan.join("\n"));
    }

    /// The plan that the database would follow for these values, a line a step.
    pub fn explain(&mut self, sql: &str, binds: &[Bind<'_>]) -> Result<Vec<String>, StoreError> {
        let (sql, column) = match self.dialect() {
            Dialect::Sqlite => (format!("EXPLAIN QUERY PLAN {sql}"), 3),
            Dialect::Postgres => (format!("EXPLAIN {sql}"), 0),
        };
        let (mut lines, mut failed) = (Vec::new(), None);
        self.transaction
            .query(&sql, binds, &mut |row| match row.text(column) {
                Ok(line) => {
                    lines.push(line.to_owned());
                    Next::Row
                }
                Err(error) => {
                    failed = Some(error);
                    Next::Nothing
                }
            })?;
        failed.map_or(Ok(lines), Err)
    }
}

/// A transaction that may write.
#[derive(Debug)]
pub struct WriteTx<'c> {
    tx: Tx<'c>,
    after_commit: AfterCommit,
}

/// Was something added to the journal?
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Appended(pub(crate) bool);

/// What to do once a transaction is on disk, before anybody is told.
#[derive(Default)]
pub(crate) struct AfterCommit {
    acts: Vec<Box<dyn FnOnce() + Send>>,
    appended: bool,
}

impl AfterCommit {
    /// Takes what is to be done after another job of the same transaction.
    pub(crate) fn extend(&mut self, other: Self) {
        self.acts.extend(other.acts);
        self.appended |= other.appended;
    }

    /// Does it, and says whether readers of the journal are to be told, which is up to the caller: not before they can
    /// see what they are told of.
    pub(crate) fn run(self) -> Appended {
        for act in self.acts {
            act();
        }
        Appended(self.appended)
    }
}

impl std::fmt::Debug for AfterCommit {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("AfterCommit")
            .field("acts", &self.acts.len())
            .field("appended", &self.appended)
            .finish()
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
        self.after_commit.acts.push(Box::new(act));
    }

    /// Has the readers of the journal told, once the changes are on disk, that there is something to read.
    pub(crate) fn notice_append(&mut self) {
        self.after_commit.appended = true;
    }

    pub(crate) fn into_after_commit(self) -> AfterCommit {
        self.after_commit
    }

    /// Runs a statement that returns no rows; gives the number of rows it changed.
    pub fn execute(&mut self, sql: &str, binds: &[Bind<'_>]) -> Result<usize, StoreError> {
        self.tx.statements += 1;
        let began = Instant::now();
        let changed = self.tx.transaction.execute(sql, binds);
        self.tx.note_slow(sql, binds, began.elapsed());
        let changed = changed?;
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

    /// Does work to see what comes of it, and undoes it, with what was to be done after it.
    pub fn rehearse<T, E: From<StoreError>>(
        &mut self,
        work: impl FnOnce(&mut Self) -> Result<T, E>,
    ) -> Result<T, E> {
        let before = std::mem::take(&mut self.after_commit);
        self.run_script("SAVEPOINT rehearsal")?;
        let result = work(self);
        self.after_commit = before;
        if !self.tx.transaction.is_over() {
            self.run_script("ROLLBACK TO SAVEPOINT rehearsal")?;
            self.run_script("RELEASE SAVEPOINT rehearsal")?;
        }
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
