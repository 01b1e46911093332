//! Changing tables of PostgreSQL beside those who write, piece by piece.
//!
//! Before the turning point only new parts come, each beside the old one: columns and the triggers that keep them, values
//! in slices, constraints that are first made for new rows and then checked for all, indexes outside of transactions.
//! Whatever is there serves the releases of before, and can be taken away again. At the turning point parts go and names
//! change, which touches no row. A lock that is not to be had at once is asked for again later by whoever runs the steps:
//! those who write wait behind one who waits.

mod difference;
mod parts;
mod plan;
mod turn;

use mainstay_core::RecordId;
use serde::{Deserialize, Serialize};

use super::change::Way;
use super::reshape::does_not_fit;
use super::transition::{Act, Cursor, Slice, Step, Transition};
use super::{SchemaError, catalog, count, read_stored, store};
use crate::db::{StoreError, Violation};
use crate::sql::{Dialect, quote};
use crate::tx::{Bind, WriteTx};

use plan::Plan;
pub(super) use turn::key_name;

/// How long a change waits for the lock of one table; everybody else who wants the table waits behind it.
const LOCK_TIMEOUT_MS: u32 = 100;

/// A lock on a table (PostgreSQL, 13.3.1), the weakest first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Lock {
    RowExclusive,
    ShareUpdateExclusive,
    ShareRowExclusive,
    AccessExclusive,
}

impl Lock {
    pub fn as_str(self) -> &'static str {
        match self {
            Self::RowExclusive => "ROW EXCLUSIVE",
            Self::ShareUpdateExclusive => "SHARE UPDATE EXCLUSIVE",
            Self::ShareRowExclusive => "SHARE ROW EXCLUSIVE",
            Self::AccessExclusive => "ACCESS EXCLUSIVE",
        }
    }
}

/// Statements that change no row.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Change {
    /// What they do, for a person.
    pub about: String,
    /// Taken before the statements, in this order, each within a time.
    pub locks: Vec<(String, Lock)>,
    pub statements: Vec<String>,
}

impl Change {
    fn new(about: String) -> Self {
        Self {
            about,
            ..Self::default()
        }
    }

    /// Takes a lock along, or a stronger one.
    fn lock(&mut self, table: &str, lock: Lock) {
        match self.locks.iter_mut().find(|(known, _)| known == table) {
            Some((_, known)) => *known = lock.max(*known),
            None => self.locks.push((table.to_owned(), lock)),
        }
        // All who take several take them in one order.
        self.locks.sort();
    }

    fn push(&mut self, statement: String) {
        self.statements.push(statement);
    }
}

/// What leads from one state to the other; `None` where tables have to be built anew.
fn plan(transition: &Transition) -> Result<Option<Plan>, SchemaError> {
    let Some(from) = transition.from.as_ref().zip(transition.shaped_from.as_ref()) else {
        return Ok(None);
    };
    let way = Way::new(Some(from), (&transition.to, &transition.shaped_to));
    let old = from.1.tables(Dialect::Postgres);
    let new = transition.shaped_to.tables(Dialect::Postgres);
    match difference::difference(&way, &old, &new)? {
        Some(difference) => Plan::of(from.1, &transition.shaped_to, &difference),
        None => Ok(None),
    }
}

pub(super) fn steps(transition: &Transition) -> Result<Vec<Step>, SchemaError> {
    let Some(plan) = plan(transition)? else {
        return Ok(vec![Step::Alone(Act::Swap)]);
    };
    let mut steps = plan.before;
    steps.push(Step::Once(Act::Turn(plan.turn)));
    steps.extend(plan.after);
    Ok(steps)
}

pub(super) fn undo_steps(transition: &Transition) -> Result<Vec<Step>, SchemaError> {
    Ok(plan(transition)?.map(|plan| plan.undo).unwrap_or_default())
}

/// Runs the statements of a change.
pub(super) fn change(tx: &mut WriteTx<'_>, change: &Change) -> Result<Slice, SchemaError> {
    set_lock_timeout(tx)?;
    for (table, lock) in &change.locks {
        let sql = format!("LOCK TABLE {} IN {} MODE", quote(table), lock.as_str());
        tx.run_script(&sql).map_err(|error| locked(table, error))?;
    }
    for statement in &change.statements {
        tx.run_script(statement)
            .map_err(|error| locked(&change.about, error))?;
    }
    Ok(Slice::Done)
}

/// Lets no statement of a transaction wait long for a lock.
pub(super) fn set_lock_timeout(tx: &mut WriteTx<'_>) -> Result<(), StoreError> {
    tx.run_script(&format!("SET LOCAL lock_timeout = {LOCK_TIMEOUT_MS}"))
}

pub(super) fn locked(table: &str, error: StoreError) -> SchemaError {
    match error {
        StoreError::Locked => SchemaError::Locked {
            table: table.to_owned(),
        },
        other => does_not_fit(table, other),
    }
}

/// The turning point: afterwards the tables are what the new state asks for, and `_schema` says so.
pub(super) fn turn(
    transition: &Transition,
    tx: &mut WriteTx<'_>,
    turn: &Change,
) -> Result<Slice, SchemaError> {
    change(tx, turn)?;
    let stored = read_stored(tx)?;
    let tables = transition.shaped_to.tables(Dialect::Postgres);
    for (kind, known) in [
        ("table", stored.tables),
        ("index", stored.indexes),
        ("reference", stored.references),
    ] {
        let mut left = known;
        for table in tables.iter().map(|table| &table.sql) {
            let own = [(table.name.clone(), table.create.clone())];
            let parts: &[(String, String)] = match kind {
                "table" => &own,
                "index" => &table.indexes,
                _ => &table.references,
            };
            for (name, sql) in parts {
                let known = left.remove(name);
                if known.is_none_or(|known| known.sql != *sql || known.table != table.name) {
                    store(tx, kind, name, &table.name, sql)?;
                }
            }
        }
        for name in left.keys() {
            tx.execute(
                "DELETE FROM _schema WHERE kind = ?1 AND name = ?2",
                &[Bind::Text(kind), Bind::Text(name)],
            )?;
        }
    }
    Ok(Slice::Done)
}

/// Makes an index outside of transactions. What a try before left of it, which no statement can use, goes first.
pub(super) fn index(tx: &mut WriteTx<'_>, table: &str, name: &str, sql: &str) -> Result<Slice, SchemaError> {
    let valid = catalog::index_is_valid(tx, name)?;
    if valid == Some(true) {
        return Ok(Slice::Done);
    }
    let remove = format!("DROP INDEX CONCURRENTLY IF EXISTS {}", quote(name));
    if valid.is_some() {
        tx.run_script(&remove)?;
    }
    tx.run_script(sql).map_err(|error| {
        // Half an index would still cost those who write.
        match tx.run_script(&remove) {
            Ok(()) => does_not_fit(table, error),
            Err(StoreError::Unavailable) => SchemaError::Store(error),
            Err(left) => SchemaError::Store(left),
        }
    })?;
    Ok(Slice::Done)
}

/// Asks every row about a constraint that so far only new rows have met.
pub(super) fn validate(tx: &mut WriteTx<'_>, table: &str, constraint: &str) -> Result<Slice, SchemaError> {
    let sql = validate_sql(table, constraint);
    match tx.run_script(&sql) {
        Ok(()) => Ok(Slice::Done),
        Err(StoreError::Violation(Violation::NotNull { column, .. })) => Err(SchemaError::NoValue {
            records: count(
                tx,
                &format!(
                    "SELECT count(*) FROM {} WHERE {} IS NULL",
                    quote(table),
                    quote(&column)
                ),
            )?,
            table: table.to_owned(),
            column,
        }),
        Err(StoreError::Violation(Violation::ForeignKey)) => Err(SchemaError::BrokenReferences {
            table: table.to_owned(),
            records: 1,
        }),
        Err(error) => Err(does_not_fit(table, error)),
    }
}

fn validate_sql(table: &str, constraint: &str) -> String {
    format!(
        "ALTER TABLE {} VALIDATE CONSTRAINT {}",
        quote(table),
        quote(constraint)
    )
}

/// Works out new columns for the next rows. Only rows that it changes are written.
pub(super) fn fill(
    tx: &mut WriteTx<'_>,
    table: &str,
    values: &[(String, String)],
    after: Option<&Cursor>,
    rows: usize,
) -> Result<Slice, SchemaError> {
    let start: Vec<Bind<'_>> = after.into_iter().flatten().map(Bind::Id).collect();
    let end: Option<RecordId> =
        tx.query_first(&slice_end_sql(table, after.is_none(), rows), &start, |row| {
            row.id(0)
        })?;
    let Some(end) = end else { return Ok(Slice::Done) };
    let binds: Vec<Bind<'_>> = [Bind::Id(&end)].into_iter().chain(start).collect();
    tx.execute(&fill_sql(table, values, after.is_none()), &binds)
        .map_err(|error| does_not_fit(table, error))?;
    Ok(Slice::More(vec![end]))
}

fn slice_end_sql(table: &str, from_start: bool, rows: usize) -> String {
    let after = if from_start { "" } else { " WHERE \"id\" > ?1" };
    format!(
        "SELECT \"id\" FROM (SELECT \"id\" FROM {}{after} ORDER BY \"id\" LIMIT {rows}) AS part ORDER BY \"id\" DESC LIMIT 1",
        quote(table)
    )
}

fn fill_sql(table: &str, values: &[(String, String)], from_start: bool) -> String {
    let after = if from_start { "" } else { " AND r.\"id\" > ?2" };
    let set: Vec<String> = values
        .iter()
        .map(|(column, value)| format!("{} = {value}", quote(column)))
        .collect();
    let differs: Vec<String> = values
        .iter()
        .map(|(column, value)| format!("r.{} IS DISTINCT FROM {value}", quote(column)))
        .collect();
    format!(
        "UPDATE {} AS r SET {} WHERE r.\"id\" <= ?1{after} AND ({})",
        quote(table),
        set.join(", "),
        differs.join(" OR ")
    )
}

/// What an act would run, as text, and the strongest lock that it takes. `None` for the acts of the other database.
pub(super) fn explain(act: &Act) -> Option<(Vec<String>, Option<Lock>)> {
    Some(match act {
        Act::Change(change) | Act::Turn(change) => (
            change.statements.clone(),
            change.locks.iter().map(|(_, lock)| *lock).max(),
        ),
        Act::Index { sql, .. } => (vec![sql.clone()], Some(Lock::ShareUpdateExclusive)),
        Act::Forget { index } => (vec![forget_sql(index)], Some(Lock::ShareUpdateExclusive)),
        Act::Validate { table, constraint } => (
            vec![validate_sql(table, constraint)],
            Some(Lock::ShareUpdateExclusive),
        ),
        Act::Fill { table, values } => (vec![fill_sql(table, values, false)], Some(Lock::RowExclusive)),
        _ => return None,
    })
}

/// Removes an index outside of transactions.
pub(super) fn forget(tx: &mut WriteTx<'_>, index: &str) -> Result<Slice, SchemaError> {
    tx.run_script(&forget_sql(index))?;
    Ok(Slice::Done)
}

fn forget_sql(index: &str) -> String {
    format!("DROP INDEX CONCURRENTLY IF EXISTS {}", quote(index))
}

/// Keeps everybody else from the tables that are to be built anew: what they wrote meanwhile would be lost.
pub(super) fn lock_all(tx: &mut WriteTx<'_>) -> Result<(), SchemaError> {
    set_lock_timeout(tx)?;
    let tables: Vec<String> = read_stored(tx)?.tables.into_keys().collect();
    for table in tables {
        let sql = format!("LOCK TABLE {} IN ACCESS EXCLUSIVE MODE", quote(&table));
        tx.run_script(&sql).map_err(|error| locked(&table, error))?;
    }
    Ok(())
}
