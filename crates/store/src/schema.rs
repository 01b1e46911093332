//! Bringing a database to the shape that a definition or the migrations ask for.
//!
//! `_state` holds the shapes that the database serves, and `_schema` the statements that made each table and index. What
//! differs from the wanted ones is changed: in one transaction (`reshape`), or beside the work of others, in slices.

pub(crate) mod catalog;
pub(crate) mod change;
mod drift;
mod fit;
mod follow;
mod native;
mod online;
mod reshape;
mod returning;
mod serving;
mod state;
pub(crate) mod system;
mod transition;

use std::collections::BTreeMap;

use mainstay_core::definition::Diagnostic;
use mainstay_core::migrations::{Answer, Question, State, StateError};

use crate::db::StoreError;
use crate::sql::{FillError, TableSql};
use crate::tx::{Bind, Tx, WriteTx};

use change::Shaped;
pub use drift::drift;
pub use fit::{Misfit, misfits};
pub use follow::{apply, losses};
pub use native::{Change, Lock};
use reshape::Prepared;
pub use returning::{Altered, altered_by_contract};
pub use serving::{
    expect_served, has_columns_of, has_tables, is_current, lay_out, refuse_production, set_production,
    take_over,
};
pub use state::{
    AppliedMigration, StoredState, applied_migrations, forget_migration, read_progress, read_state,
    record_migration, write_progress, write_state,
};
pub use system::release_row;
pub use transition::{Act, Cursor, Explained, Slice, Step, Transition};

/// What may become of data, and what became of what is gone.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Decisions {
    pub loss: Loss,
    /// What a person said, question by question.
    pub answers: Vec<(Question, Answer)>,
}

impl From<Loss> for Decisions {
    fn from(loss: Loss) -> Self {
        Self {
            loss,
            answers: Vec::new(),
        }
    }
}

/// May a change drop data?
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Loss {
    Refuse,
    Allow,
}

/// Why a database cannot take the shape of a definition.
#[derive(Debug, thiserror::Error)]
pub enum SchemaError {
    #[error("these changes would lose data: {}", .0.join("; "))]
    WouldLose(Vec<String>),
    #[error(
        "{records} records of {table} have no value for the required field {column}: give it a default, or give them one first"
    )]
    NoValue {
        table: String,
        column: String,
        records: i64,
    },
    #[error(
        "the type of {table}.{column} changed, and {records} records have a value of the old one: add a field of the new \
         type beside it and move the values"
    )]
    TypeChanged {
        table: String,
        column: String,
        records: i64,
    },
    #[error("existing records of {table} do not fit: {reason}")]
    DoesNotFit { table: String, reason: String },
    #[error("{table} is locked by another transaction: try again in a moment")]
    Locked { table: String },
    #[error("{records} references would lead nowhere after the change, the first in {table}")]
    BrokenReferences { table: String, records: usize },
    #[error("the database was made by a newer Mainstay (format {found}, this one knows {known})")]
    TooNew { found: i64, known: i64 },
    #[error(
        "the database does not serve this definition, the last of its migrations is number {applied}: bring it there with \
         `mainstay migrate apply`"
    )]
    NotServed { applied: u32 },
    #[error(
        "the database is one of production, and `mainstay dev` touches none: name a folder of your own with --data"
    )]
    Production,
    #[error("another process has taken over")]
    LostLease,
    #[error("the SQL of the step \"{about}\" failed")]
    Sql {
        about: String,
        #[source]
        source: StoreError,
    },
    #[error("{}", .0.join("; "))]
    Refused(Vec<String>),
    #[error("{}", .0.iter().map(Question::hint).collect::<Vec<_>>().join("; "))]
    Unanswered(Vec<Question>),
    #[error("the tables of the shape cannot be declared: {}", .0.iter().map(|fault| fault.message.as_str()).collect::<Vec<_>>().join("; "))]
    Invalid(Vec<Diagnostic>),
    #[error(transparent)]
    State(#[from] StateError),
    #[error(transparent)]
    Fill(#[from] FillError),
    #[error("a copy into the database has not come to its end: run the same `mainstay copy` again")]
    HalfCopied,
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// What is stored of one table, index or reference.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Stored {
    sql: String,
    table: String,
}

type StoredByName = BTreeMap<String, Stored>;

/// The parts of the shape, by what they are.
#[derive(Debug, Default)]
struct StoredShape {
    tables: StoredByName,
    indexes: StoredByName,
    references: StoredByName,
}

/// Makes our own tables, or brings them to this format.
pub fn prepare(tx: &mut WriteTx<'_>) -> Result<(), SchemaError> {
    if catalog::exists(tx, system::COPY)? {
        return Err(SchemaError::HalfCopied);
    }
    system::apply(tx)
}

/// Runs statements that were written by hand, where there are any for this database.
pub fn run_sql(tx: &mut WriteTx<'_>, about: &str, sql: Option<&str>) -> Result<(), SchemaError> {
    let Some(sql) = sql else { return Ok(()) };
    tx.run_script(sql).map_err(|source| SchemaError::Sql {
        about: about.to_owned(),
        source,
    })
}

/// How many rows a table has.
pub fn count_rows(tx: &mut Tx<'_>, table: &str) -> Result<u64, SchemaError> {
    Ok(count(tx, &format!("SELECT count(*) FROM \"{table}\""))?.unsigned_abs())
}

/// Makes the tables of a state in an empty database, but no references and no state.
pub(crate) fn make_tables(tx: &mut WriteTx<'_>, state: &State) -> Result<(), SchemaError> {
    system::apply(tx)?;
    reshape::reshape(tx, None, state, Prepared::default())?;
    Ok(())
}

/// Makes the references of a database whose tables were filled before, and checks those that it had.
pub(crate) fn complete(tx: &mut WriteTx<'_>) -> Result<(), SchemaError> {
    let Some(stored) = read_state(tx)? else {
        return Ok(());
    };
    complete_state(tx, &stored.state)?;
    catalog::check_references(tx)
}

fn complete_state(tx: &mut WriteTx<'_>, state: &State) -> Result<(), SchemaError> {
    let shaped = Shaped::of(state)?;
    let tables: Vec<TableSql> = shaped
        .tables(tx.dialect())
        .into_iter()
        .map(|table| table.sql)
        .collect();
    add_references(tx, &tables)
}

/// Makes the references that are not there (any more), now that every table is.
fn add_references(tx: &mut WriteTx<'_>, wanted: &[TableSql]) -> Result<(), SchemaError> {
    let stored = read_stored(tx)?.references;
    for table in wanted {
        for (name, sql) in &table.references {
            if stored.contains_key(name) {
                continue;
            }
            tx.run_script(sql).map_err(|error| match error {
                StoreError::Violation(_) => SchemaError::BrokenReferences {
                    table: table.name.clone(),
                    records: 1,
                },
                other => other.into(),
            })?;
            store(tx, "reference", name, &table.name, sql)?;
        }
    }
    Ok(())
}

fn read_stored(tx: &mut Tx<'_>) -> Result<StoredShape, SchemaError> {
    let mut shape = StoredShape::default();
    tx.query("SELECT kind, name, of_table, sql FROM _schema", &[], |row| {
        let stored = Stored {
            table: row.text(2)?.to_owned(),
            sql: row.text(3)?.to_owned(),
        };
        let part = match row.text(0)? {
            "table" => &mut shape.tables,
            "index" => &mut shape.indexes,
            _ => &mut shape.references,
        };
        part.insert(row.text(1)?.to_owned(), stored);
        Ok::<(), StoreError>(())
    })?;
    // A table that was dropped took its indexes along.
    let tables = &shape.tables;
    shape.indexes.retain(|_, index| tables.contains_key(&index.table));
    Ok(shape)
}

fn store(tx: &mut WriteTx<'_>, kind: &str, name: &str, table: &str, sql: &str) -> Result<(), SchemaError> {
    tx.execute_one(
        "INSERT INTO _schema (kind, name, of_table, sql) VALUES (?1, ?2, ?3, ?4)
         ON CONFLICT (kind, name) DO UPDATE SET sql = excluded.sql, of_table = excluded.of_table",
        &[
            Bind::Text(kind),
            Bind::Text(name),
            Bind::Text(table),
            Bind::Text(sql),
        ],
    )?;
    Ok(())
}

/// The number that a query gives.
fn count(tx: &mut Tx<'_>, sql: &str) -> Result<i64, SchemaError> {
    let count = tx.query_first(sql, &[], |row| row.int(0))?;
    Ok(count.unwrap_or(0))
}
