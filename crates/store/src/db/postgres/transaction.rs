//! A transaction of PostgreSQL.

use std::error::Error;
use std::fmt::Write as _;
use std::sync::Arc;
use std::time::Instant;

use bytes::{BufMut, BytesMut};
use postgres::types::{Format, FromSql, IsNull, ToSql, Type};

use super::connection::Connection;
use super::failure::{Ending, ending, store_error};
use crate::db::StoreError;
use crate::slow::SlowStatements;
use crate::sql::Dialect;
use crate::tx::{Bind, Cell, Next, Row, Transaction};

/// What happens when a statement fails. After a failure PostgreSQL takes no other statement until something is undone,
/// while closures may go on, for example to find out which of several checks was broken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Care {
    /// The transaction is over; the closure is run again, with care.
    Without,
    /// Each change stands behind a savepoint of its own and is undone alone: two more round trips each.
    Each,
    /// One statement without a transaction around it.
    Single,
    /// No transaction around any statement: what fails undoes itself alone.
    Outside,
}

/// The transaction that is open on a connection.
pub(super) struct PostgresTransaction<'c> {
    connection: &'c mut Connection,
    care: Care,
    deadline: Option<Instant>,
    slow: Arc<SlowStatements>,
    ending: Option<Ending>,
    statements: u64,
    changed: u64,
}

impl<'c> PostgresTransaction<'c> {
    pub(super) fn new(
        connection: &'c mut Connection,
        care: Care,
        deadline: Option<Instant>,
        slow: Arc<SlowStatements>,
    ) -> Self {
        Self {
            connection,
            care,
            deadline,
            slow,
            ending: None,
            statements: 0,
            changed: 0,
        }
    }

    /// Why it cannot go on.
    pub(super) fn ending(&self) -> Option<Ending> {
        self.ending
    }

    /// Rows changed so far.
    pub(super) fn changed(&self) -> u64 {
        self.changed
    }

    /// May another statement run?
    fn begin_statement(&mut self) -> Result<(), StoreError> {
        if self.care == Care::Single && self.statements > 0 {
            self.ending = Some(Ending::SecondStatement);
        }
        if self.ending.is_none() && self.deadline.is_some_and(|deadline| Instant::now() > deadline) {
            self.ending = Some(Ending::TimedOut);
        }
        self.statements += 1;
        match self.ending {
            None => Ok(()),
            Some(Ending::TimedOut) => Err(StoreError::Timeout),
            // The closure is run again, so nobody sees this.
            Some(_) => Err(StoreError::Conflict),
        }
    }

    fn failed(&mut self, error: postgres::Error, behind_savepoint: bool) -> StoreError {
        let ending = ending(&error);
        if self.care == Care::Outside && ending != Ending::Lost {
            return store_error(error);
        }
        if !(behind_savepoint && ending == Ending::Failed) {
            self.ending = Some(ending);
        } else if let Err(lost) = self
            .connection
            .run_script("ROLLBACK TO SAVEPOINT statement; RELEASE SAVEPOINT statement")
        {
            return self.failed(lost, false);
        }
        store_error(error)
    }

    fn change(
        &mut self,
        run: impl FnOnce(&mut Connection) -> Result<u64, postgres::Error>,
    ) -> Result<u64, StoreError> {
        self.begin_statement()?;
        let careful = self.care == Care::Each;
        if careful {
            let made = self.connection.run_script("SAVEPOINT statement");
            made.map_err(|error| self.failed(error, false))?;
        }
        let changed = run(self.connection).map_err(|error| self.failed(error, careful))?;
        if careful {
            let released = self.connection.run_script("RELEASE SAVEPOINT statement");
            released.map_err(|error| self.failed(error, false))?;
        }
        self.changed += changed;
        Ok(changed)
    }
}

impl Transaction for PostgresTransaction<'_> {
    fn dialect(&self) -> Dialect {
        Dialect::Postgres
    }

    fn query(
        &mut self,
        sql: &str,
        binds: &[Bind<'_>],
        each: &mut dyn FnMut(&Row<'_>) -> Next,
    ) -> Result<(), StoreError> {
        // A plan reads nothing, so the one statement beside it is still a snapshot by itself.
        if !(self.care == Care::Single && sql.starts_with("EXPLAIN ")) {
            self.begin_statement()?;
        }
        let bound: Vec<Bound<'_>> = binds.iter().copied().map(Bound).collect();
        let values: Vec<&(dyn ToSql + Sync)> = bound.iter().map(|bind| bind as _).collect();
        let run = self.connection.query(sql, &values, each);
        run.map_err(|error| self.failed(error, false))
    }

    fn execute(&mut self, sql: &str, binds: &[Bind<'_>]) -> Result<usize, StoreError> {
        let bound: Vec<Bound<'_>> = binds.iter().copied().map(Bound).collect();
        let values: Vec<&(dyn ToSql + Sync)> = bound.iter().map(|bind| bind as _).collect();
        let changed = self.change(|connection| connection.execute(sql, &values))?;
        Ok(usize::try_from(changed).unwrap_or(usize::MAX))
    }

    fn run_script(&mut self, sql: &str) -> Result<(), StoreError> {
        self.begin_statement()?;
        let run = self.connection.run_script(sql);
        run.map_err(|error| self.failed(error, false))
    }

    fn is_over(&self) -> bool {
        self.ending.is_some()
    }

    fn slow(&self) -> &SlowStatements {
        &self.slow
    }
}

/// A value as text, which the server reads as whatever type the statement expects.
#[derive(Debug)]
struct Bound<'a>(Bind<'a>);

impl ToSql for Bound<'_> {
    fn to_sql(&self, _: &Type, out: &mut BytesMut) -> Result<IsNull, Box<dyn Error + Sync + Send>> {
        match self.0 {
            Bind::Null => return Ok(IsNull::Yes),
            Bind::Int(number) => write!(out, "{number}")?,
            Bind::Real(number) => write!(out, "{number:?}")?,
            Bind::Text(text) => out.put_slice(text.as_bytes()),
            Bind::Id(id) => write!(out, "{id}")?,
            Bind::Blob(bytes) => {
                out.put_slice(b"\\x");
                for byte in bytes {
                    write!(out, "{byte:02x}")?;
                }
            }
        }
        Ok(IsNull::No)
    }

    fn accepts(_: &Type) -> bool {
        true
    }

    fn encode_format(&self, _: &Type) -> Format {
        Format::Text
    }

    postgres::types::to_sql_checked!();
}

/// One value of a row.
pub(crate) fn postgres_cell(row: &postgres::Row, column: usize) -> Result<Cell<'_>, StoreError> {
    row.try_get::<_, Read<'_>>(column)
        .map(|read| read.0)
        .map_err(|error| StoreError::Corrupt(format!("column {column}: {error}")))
}

struct Read<'a>(Cell<'a>);

impl<'a> FromSql<'a> for Read<'a> {
    fn from_sql(ty: &Type, raw: &'a [u8]) -> Result<Self, Box<dyn Error + Sync + Send>> {
        Ok(Self(match *ty {
            Type::INT8 => Cell::Int(i64::from_sql(ty, raw)?),
            Type::INT4 => Cell::Int(i64::from(i32::from_sql(ty, raw)?)),
            Type::BOOL => Cell::Int(i64::from(bool::from_sql(ty, raw)?)),
            Type::FLOAT8 => Cell::Real(f64::from_sql(ty, raw)?),
            Type::UUID | Type::BYTEA => Cell::Blob(raw),
            _ => Cell::Text(std::str::from_utf8(raw)?),
        }))
    }

    fn from_sql_null(_: &Type) -> Result<Self, Box<dyn Error + Sync + Send>> {
        Ok(Self(Cell::Null))
    }

    fn accepts(ty: &Type) -> bool {
        matches!(
            *ty,
            Type::INT8
                | Type::INT4
                | Type::BOOL
                | Type::FLOAT8
                | Type::UUID
                | Type::BYTEA
                | Type::TEXT
                | Type::VARCHAR
                | Type::NAME
                | Type::JSON
                | Type::UNKNOWN
        )
    }
}
