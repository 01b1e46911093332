//! From one state to the next beside the work of others: in steps, each short or in slices, that can be stopped between
//! any two and gone on with.
//!
//! One step is the turning point: it makes the new state true. What comes before it can be undone, what comes after it
//! only tidies up. How the steps look is a matter of the database: `online` (SQLite) and `native` (PostgreSQL).

use mainstay_core::RecordId;
use mainstay_core::migrations::State;
use serde::{Deserialize, Serialize};

use super::change::Shaped;
use super::native::{self, Change, Lock};
use super::{SchemaError, online};
use crate::sql::Dialect;
use crate::tx::{Tx, WriteTx};

/// A step, and how it is to be run.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Step {
    /// In one short transaction.
    Once(Act),
    /// In one short transaction with nobody beside it: `Db::exclusive`.
    Alone(Act),
    /// In short transactions, until nothing is left.
    Slices(Act),
    /// Outside of any transaction: `Db::outside`. It may take long, holds up nobody, and can be run again whatever of it
    /// was done; so that it was done is written down afterwards.
    Outside(Act),
}

/// What a step does.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Act {
    /// Makes a table that successors of others refer to.
    Create { table: String },
    /// Makes the successor of a table, and the triggers that bring each change into it.
    Begin { table: String },
    /// Copies rows into the successor of a table.
    Copy { table: String },
    /// The turning point in SQLite: successors take their places, and everything small is changed.
    Swap,
    /// Removes rows of a table that its successor has left behind.
    Clear { table: String, key: Vec<String> },
    /// Drops a table that is empty by now, with the triggers about it.
    Drop { table: String },
    /// Removes the triggers that write to a table.
    Stop { table: String },
    /// Changes a table of PostgreSQL without touching its rows.
    Change(Change),
    /// Works out the values of columns, given by expressions in SQL, for rows that are there.
    Fill {
        table: String,
        values: Vec<(String, String)>,
    },
    /// Makes an index while others write.
    Index {
        table: String,
        name: String,
        sql: String,
    },
    /// Removes an index while others write.
    Forget { index: String },
    /// Asks every row about a constraint that was made for new rows.
    Validate { table: String, constraint: String },
    /// The turning point in PostgreSQL: parts go, and names change.
    Turn(Change),
}

/// How far a step in slices has come: the key of the last row.
pub type Cursor = Vec<RecordId>;

/// What a slice leaves.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Slice {
    More(Cursor),
    Done,
}

/// What a step would do to a database, for a person who decides about it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Explained {
    pub statements: Vec<String>,
    /// The strongest lock that it takes on a table that is in use; nothing where it takes none.
    pub lock: &'static str,
}

/// The way from one state to another.
#[derive(Debug)]
pub struct Transition {
    /// `None` in a database without tables.
    pub from: Option<State>,
    pub to: State,
    pub(crate) shaped_from: Option<Shaped>,
    pub(crate) shaped_to: Shaped,
}

impl Step {
    /// What a person sees while it runs, and the name of the point after it.
    pub fn name(&self) -> String {
        self.act().name()
    }

    pub fn act(&self) -> &Act {
        match self {
            Self::Once(act) | Self::Alone(act) | Self::Slices(act) | Self::Outside(act) => act,
        }
    }

    /// The table whose rows it copies or works out.
    pub fn table_copied(&self) -> Option<&str> {
        match self {
            Self::Slices(Act::Copy { table } | Act::Fill { table, .. }) => Some(table),
            _ => None,
        }
    }

    /// Is the new state true once this step has run?
    pub fn is_turning_point(&self) -> bool {
        matches!(self, Self::Alone(Act::Swap) | Self::Once(Act::Turn(_)))
    }
}

impl Act {
    fn name(&self) -> String {
        match self {
            Self::Create { table } => format!("create {table}"),
            Self::Begin { table } => format!("begin {table}"),
            Self::Copy { table } => format!("copy {table}"),
            Self::Swap => "swap".to_owned(),
            Self::Clear { table, .. } => format!("clear {table}"),
            Self::Drop { table } => format!("drop {table}"),
            Self::Stop { table } => format!("stop {table}"),
            Self::Change(change) | Self::Turn(change) => change.about.clone(),
            Self::Fill { table, .. } => format!("fill {table}"),
            Self::Index { name, .. } => format!("index {name}"),
            Self::Forget { index } => format!("forget {index}"),
            Self::Validate { constraint, .. } => format!("validate {constraint}"),
        }
    }
}

impl Transition {
    pub fn new(from: Option<State>, to: State) -> Result<Self, SchemaError> {
        Ok(Self {
            shaped_from: from.as_ref().map(Shaped::of).transpose()?,
            shaped_to: Shaped::of(&to)?,
            from,
            to,
        })
    }

    /// The steps for a database as it is now. Tables of fewer than `rows_small` rows are changed at the turning point.
    pub fn steps(&self, tx: &mut Tx<'_>, rows_small: u64) -> Result<Vec<Step>, SchemaError> {
        match tx.dialect() {
            Dialect::Sqlite => online::steps(self, tx, rows_small),
            Dialect::Postgres => native::steps(self),
        }
    }

    /// What a step would run. Those of SQLite for the database as it is now; values to be bound are `?1` and so on.
    pub fn explain(&self, tx: &mut Tx<'_>, step: &Step) -> Result<Explained, SchemaError> {
        let act = step.act();
        if let Some((statements, lock)) = native::explain(act) {
            let lock = lock.map_or("", Lock::as_str);
            return Ok(Explained { statements, lock });
        }
        let lock = match (tx.dialect(), step) {
            (Dialect::Postgres, _) => Lock::AccessExclusive.as_str(),
            (Dialect::Sqlite, Step::Alone(_)) => "write lock, alone",
            (Dialect::Sqlite, _) => "write lock, briefly",
        };
        Ok(Explained {
            statements: online::statements(self, tx, act)?,
            lock,
        })
    }

    /// Runs a step, or a slice of at most so many rows of it.
    pub fn run(
        &self,
        tx: &mut WriteTx<'_>,
        act: &Act,
        after: Option<&Cursor>,
        rows: usize,
    ) -> Result<Slice, SchemaError> {
        match act {
            Act::Create { table } => online::create(self, tx, table),
            Act::Begin { table } => online::begin(self, tx, table),
            Act::Copy { table } => online::copy(self, tx, table, after, rows),
            Act::Swap => online::swap(self, tx),
            Act::Clear { table, key } => online::clear(tx, table, key, rows),
            Act::Drop { table } => online::drop_table(tx, table),
            Act::Stop { table } => online::stop(tx, table),
            Act::Change(change) => native::change(tx, change),
            Act::Fill { table, values } => native::fill(tx, table, values, after, rows),
            Act::Index { table, name, sql } => native::index(tx, table, name, sql),
            Act::Forget { index } => native::forget(tx, index),
            Act::Validate { table, constraint } => native::validate(tx, table, constraint),
            Act::Turn(change) => native::turn(self, tx, change),
        }
    }

    /// The steps that undo what was done before the turning point, whatever of it was done.
    pub fn undo_steps(&self, tx: &mut Tx<'_>) -> Result<Vec<Step>, SchemaError> {
        match tx.dialect() {
            Dialect::Sqlite => online::undo_steps(self, tx),
            Dialect::Postgres => native::undo_steps(self),
        }
    }
}
