//! Bringing a database to the shape that a definition asks for.
//!
//! The statements that made each table and index are kept in `_schema`; what differs from the wanted ones is changed.
//! An index is dropped and made again; a table is built anew beside the old one and its rows copied, all in one
//! transaction, so that a failed change leaves the database as it was. In PostgreSQL references stand apart from their
//! tables: they are dropped before and made after.

pub(crate) mod catalog;
mod rebuild;
pub(crate) mod system;

use std::collections::{BTreeMap, BTreeSet};

use mainstay_core::definition::Definition;

use crate::db::StoreError;
use crate::sql::{TableSql, Target, table_sql};
use crate::tx::{Bind, Tx, WriteTx};

pub use system::release_row;

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
    #[error("{records} records of {table} have no value for the required field {column}: give it a default")]
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
    #[error("{records} references would lead nowhere after the change, the first in {table}")]
    BrokenReferences { table: String, records: usize },
    #[error("the database was made by a newer Mainstay (format {found}, this one knows {known})")]
    TooNew { found: i64, known: i64 },
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

/// Applies a definition and tells what changed, a sentence each; nothing when all is as it should be.
///
/// Inside `Db::exclusive`, or while the database is opened: references must not be checked before the end.
pub fn apply(tx: &mut WriteTx<'_>, definition: &Definition, loss: Loss) -> Result<Vec<String>, SchemaError> {
    if catalog::exists(tx, system::COPY)? {
        return Err(SchemaError::HalfCopied);
    }
    let changes = apply_tables(tx, definition, loss)?;
    add_references(tx, &wanted_tables(tx, definition))?;
    // Looks at every record: not at each start.
    if !changes.is_empty() {
        catalog::check_references(tx)?;
    }
    Ok(changes)
}

/// Makes the references of a database whose tables were filled before, and checks those that it had.
pub(crate) fn complete(tx: &mut WriteTx<'_>, definition: &Definition) -> Result<(), SchemaError> {
    add_references(tx, &wanted_tables(tx, definition))?;
    catalog::check_references(tx)
}

/// Applies all but the references that stand apart from their tables.
pub(crate) fn apply_tables(
    tx: &mut WriteTx<'_>,
    definition: &Definition,
    loss: Loss,
) -> Result<Vec<String>, SchemaError> {
    system::apply(tx)?;
    let wanted = wanted_tables(tx, definition);
    let stored = read_stored(tx)?;
    let mut changes = Vec::new();
    refuse_losses(tx, &stored.tables, &wanted, loss)?;

    let wanted_names: BTreeSet<&str> = wanted.iter().map(|table| table.name.as_str()).collect();
    let removed: BTreeSet<&str> = stored
        .tables
        .keys()
        .map(String::as_str)
        .filter(|name| !wanted_names.contains(name))
        .collect();
    let remade: BTreeSet<&str> = wanted
        .iter()
        .filter(|table| {
            stored
                .tables
                .get(&table.name)
                .is_some_and(|known| known.sql != table.create)
        })
        .map(|table| table.name.as_str())
        .collect();
    drop_references(tx, &wanted, &stored.references, &removed, &remade)?;
    for name in &removed {
        tx.run_script(&format!("DROP TABLE \"{name}\""))?;
        tx.execute("DELETE FROM _schema WHERE of_table = ?1", &[Bind::Text(name)])?;
        changes.push(format!("removed {name}"));
    }
    for table in &wanted {
        match stored.tables.get(&table.name) {
            None => {
                tx.run_script(&table.create)?;
                changes.push(format!("created {}", table.name));
            }
            Some(known) if known.sql != table.create => {
                changes.extend(rebuild::rebuild(tx, definition, &known.sql, table)?);
            }
            Some(_) => continue,
        }
        store(tx, "table", &table.name, &table.name, &table.create)?;
    }
    apply_indexes(tx, &wanted, &stored.indexes, &remade, &mut changes)?;
    Ok(changes)
}

pub(crate) fn wanted_tables(tx: &Tx<'_>, definition: &Definition) -> Vec<TableSql> {
    let target = Target {
        definition,
        dialect: tx.dialect(),
    };
    definition
        .collections
        .iter()
        .flat_map(|collection| table_sql(target, collection))
        .collect()
}

/// Does the database have the shape of the definition?
pub fn is_current(tx: &mut Tx<'_>, definition: &Definition) -> Result<bool, StoreError> {
    let mut stored: BTreeMap<String, String> = BTreeMap::new();
    tx.query("SELECT name, sql FROM _schema", &[], |row| {
        stored.insert(row.text(0)?.to_owned(), row.text(1)?.to_owned());
        Ok::<(), StoreError>(())
    })?;
    let wanted: BTreeMap<String, String> = wanted_tables(tx, definition)
        .into_iter()
        .flat_map(|table| {
            let parts = table.indexes.into_iter().chain(table.references);
            parts.chain([(table.name, table.create)])
        })
        .collect();
    Ok(stored == wanted)
}

/// Drops the references that are no longer wanted, and those of and to tables that are removed or built anew.
fn drop_references(
    tx: &mut WriteTx<'_>,
    wanted: &[TableSql],
    stored: &StoredByName,
    removed: &BTreeSet<&str>,
    remade: &BTreeSet<&str>,
) -> Result<(), SchemaError> {
    let wanted: BTreeMap<&str, &str> = wanted
        .iter()
        .flat_map(|table| &table.references)
        .map(|(name, sql)| (name.as_str(), sql.as_str()))
        .collect();
    let goes = |name: &str| removed.contains(name) || remade.contains(name);
    for (name, reference) in stored {
        let target = reference.sql.split(" REFERENCES \"").nth(1);
        let target = target.and_then(|rest| rest.split('"').next()).unwrap_or("");
        let unchanged = wanted.get(name.as_str()) == Some(&reference.sql.as_str());
        if unchanged && !goes(&reference.table) && !goes(target) {
            continue;
        }
        tx.run_script(&format!(
            "ALTER TABLE \"{}\" DROP CONSTRAINT \"{name}\"",
            reference.table
        ))?;
        tx.execute(
            "DELETE FROM _schema WHERE kind = 'reference' AND name = ?1",
            &[Bind::Text(name)],
        )?;
    }
    Ok(())
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

fn apply_indexes(
    tx: &mut WriteTx<'_>,
    wanted: &[TableSql],
    stored: &BTreeMap<String, Stored>,
    remade: &BTreeSet<&str>,
    changes: &mut Vec<String>,
) -> Result<(), SchemaError> {
    let wanted_indexes: BTreeMap<&str, (&TableSql, &str)> = wanted
        .iter()
        .flat_map(|table| {
            table
                .indexes
                .iter()
                .map(move |(name, sql)| (name.as_str(), (table, sql.as_str())))
        })
        .collect();
    for (name, index) in stored {
        let unchanged = wanted_indexes
            .get(name.as_str())
            .is_some_and(|(_, sql)| *sql == index.sql);
        if !unchanged {
            tx.run_script(&format!("DROP INDEX IF EXISTS \"{name}\""))?;
            tx.execute(
                "DELETE FROM _schema WHERE kind = 'index' AND name = ?1",
                &[Bind::Text(name)],
            )?;
            changes.push(format!("removed index {name}"));
        }
    }
    for (name, (table, sql)) in wanted_indexes {
        let unchanged = stored.get(name).is_some_and(|index| index.sql == sql);
        if unchanged && !remade.contains(table.name.as_str()) {
            continue;
        }
        tx.run_script(sql)
            .map_err(|error| rebuild::does_not_fit(&table.name, error))?;
        store(tx, "index", name, &table.name, sql)?;
        if !unchanged {
            changes.push(format!("created index {name}"));
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

/// Tables and columns that hold something and are no longer wanted.
fn refuse_losses(
    tx: &mut WriteTx<'_>,
    tables: &BTreeMap<String, Stored>,
    wanted: &[TableSql],
    loss: Loss,
) -> Result<(), SchemaError> {
    if loss == Loss::Allow {
        return Ok(());
    }
    let mut losses = Vec::new();
    for name in tables.keys() {
        let Some(table) = wanted.iter().find(|table| table.name == *name) else {
            let records = count(tx, &format!("SELECT count(*) FROM \"{name}\""))?;
            if records > 0 {
                losses.push(format!("{name} and its {records} records"));
            }
            continue;
        };
        let columns = catalog::columns(tx, name)?;
        for column in columns
            .iter()
            .map(|column| &column.name)
            .filter(|column| !table.columns.contains(column))
        {
            let sql = format!("SELECT count(*) FROM \"{name}\" WHERE \"{column}\" IS NOT NULL");
            let records = count(tx, &sql)?;
            if records > 0 {
                losses.push(format!("{name}.{column} of {records} records"));
            }
        }
    }
    if losses.is_empty() {
        Ok(())
    } else {
        Err(SchemaError::WouldLose(losses))
    }
}
