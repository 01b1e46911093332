//! Bringing a database to the shape that a definition asks for.
//!
//! The statements that made each table and index are kept in `_schema`; what differs from the wanted ones is changed.
//! An index is dropped and made again; a table is built anew beside the old one and its rows copied, all in one
//! transaction, so that a failed change leaves the database as it was.

mod rebuild;
mod system;

use std::collections::{BTreeMap, BTreeSet};

use mainstay_core::definition::Definition;
use rusqlite::Connection;

use crate::db::StoreError;
use crate::sql::{TableSql, table_sql};
use crate::tx::Tx;

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
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl From<rusqlite::Error> for SchemaError {
    fn from(error: rusqlite::Error) -> Self {
        Self::Store(error.into())
    }
}

/// What is stored of one table or index.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Stored {
    sql: String,
    table: String,
}

type StoredByName = BTreeMap<String, Stored>;

/// Applies a definition and tells what changed, a sentence each; nothing when all is as it should be.
pub fn apply(
    connection: &mut Connection,
    definition: &Definition,
    loss: Loss,
) -> Result<Vec<String>, SchemaError> {
    system::apply(connection)?;
    let wanted: Vec<TableSql> = definition
        .collections
        .iter()
        .flat_map(|collection| table_sql(definition, collection))
        .collect();
    // Dropping a table that others point to would otherwise act on their rows. Only outside a transaction may this be
    // switched; the references are checked by hand before the commit.
    connection.pragma_update(None, "foreign_keys", false)?;
    let changes = apply_in_transaction(connection, definition, &wanted, loss);
    connection.pragma_update(None, "foreign_keys", true)?;
    changes
}

/// Does the database have the shape of the definition?
pub fn is_current(tx: &mut Tx<'_>, definition: &Definition) -> Result<bool, StoreError> {
    let mut stored: BTreeMap<String, String> = BTreeMap::new();
    tx.query("SELECT name, sql FROM _schema", &[], |row| {
        stored.insert(row.text(0)?.to_owned(), row.text(1)?.to_owned());
        Ok::<(), StoreError>(())
    })?;
    let tables: Vec<TableSql> = definition
        .collections
        .iter()
        .flat_map(|collection| table_sql(definition, collection))
        .collect();
    let wanted: BTreeMap<String, String> = tables
        .into_iter()
        .flat_map(|table| table.indexes.into_iter().chain([(table.name, table.create)]))
        .collect();
    Ok(stored == wanted)
}

fn apply_in_transaction(
    connection: &mut Connection,
    definition: &Definition,
    wanted: &[TableSql],
    loss: Loss,
) -> Result<Vec<String>, SchemaError> {
    let tx = connection.transaction_with_behavior(rusqlite::TransactionBehavior::Immediate)?;
    let (tables, indexes) = read_stored(&tx)?;
    let mut changes = Vec::new();
    refuse_losses(&tx, &tables, wanted, loss)?;

    let wanted_names: BTreeSet<&str> = wanted.iter().map(|table| table.name.as_str()).collect();
    for name in tables.keys().filter(|name| !wanted_names.contains(name.as_str())) {
        tx.execute_batch(&format!("DROP TABLE \"{name}\""))?;
        tx.execute("DELETE FROM _schema WHERE of_table = ?1", [name])?;
        changes.push(format!("removed {name}"));
    }
    let mut remade = BTreeSet::new();
    for table in wanted {
        match tables.get(&table.name) {
            None => {
                tx.execute_batch(&table.create)?;
                changes.push(format!("created {}", table.name));
            }
            Some(stored) if stored.sql != table.create => {
                changes.extend(rebuild::rebuild(&tx, definition, &stored.sql, table)?);
                remade.insert(table.name.as_str());
            }
            Some(_) => continue,
        }
        store(&tx, "table", &table.name, &table.name, &table.create)?;
    }
    apply_indexes(&tx, wanted, &indexes, &remade, &mut changes)?;
    check_references(&tx)?;
    tx.commit()?;
    Ok(changes)
}

fn apply_indexes(
    tx: &Connection,
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
            tx.execute_batch(&format!("DROP INDEX IF EXISTS \"{name}\""))?;
            tx.execute("DELETE FROM _schema WHERE kind = 'index' AND name = ?1", [name])?;
            changes.push(format!("removed index {name}"));
        }
    }
    for (name, (table, sql)) in wanted_indexes {
        let unchanged = stored.get(name).is_some_and(|index| index.sql == sql);
        if unchanged && !remade.contains(table.name.as_str()) {
            continue;
        }
        tx.execute_batch(sql)
            .map_err(|error| rebuild::does_not_fit(&table.name, error))?;
        store(tx, "index", name, &table.name, sql)?;
        if !unchanged {
            changes.push(format!("created index {name}"));
        }
    }
    Ok(())
}

fn read_stored(connection: &Connection) -> Result<(StoredByName, StoredByName), SchemaError> {
    let mut statement = connection.prepare("SELECT kind, name, of_table, sql FROM _schema")?;
    let mut rows = statement.query([])?;
    let (mut tables, mut indexes) = (BTreeMap::new(), BTreeMap::new());
    while let Some(row) = rows.next()? {
        let (kind, name): (String, String) = (row.get(0)?, row.get(1)?);
        let stored = Stored {
            table: row.get(2)?,
            sql: row.get(3)?,
        };
        if kind == "table" {
            tables.insert(name, stored)
        } else {
            indexes.insert(name, stored)
        };
    }
    // A table that was dropped took its indexes along.
    indexes.retain(|_, index| tables.contains_key(&index.table));
    Ok((tables, indexes))
}

fn store(tx: &Connection, kind: &str, name: &str, table: &str, sql: &str) -> Result<(), SchemaError> {
    tx.execute(
        "INSERT INTO _schema (kind, name, of_table, sql) VALUES (?1, ?2, ?3, ?4)
         ON CONFLICT (kind, name) DO UPDATE SET sql = excluded.sql, of_table = excluded.of_table",
        [kind, name, table, sql],
    )?;
    Ok(())
}

/// Tables and columns that hold something and are no longer wanted.
fn refuse_losses(
    tx: &Connection,
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
            let records: i64 =
                tx.query_row(&format!("SELECT count(*) FROM \"{name}\""), [], |row| row.get(0))?;
            if records > 0 {
                losses.push(format!("{name} and its {records} records"));
            }
            continue;
        };
        for column in rebuild::columns_of(tx, name)?
            .iter()
            .filter(|column| !table.columns.contains(column))
        {
            let sql = format!("SELECT count(*) FROM \"{name}\" WHERE \"{column}\" IS NOT NULL");
            let records: i64 = tx.query_row(&sql, [], |row| row.get(0))?;
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

fn check_references(tx: &Connection) -> Result<(), SchemaError> {
    let mut statement = tx.prepare("PRAGMA foreign_key_check")?;
    let broken: Vec<String> = statement
        .query_map([], |row| row.get(0))?
        .collect::<Result<_, _>>()?;
    match broken.first() {
        None => Ok(()),
        Some(table) => Err(SchemaError::BrokenReferences {
            table: table.clone(),
            records: broken.len(),
        }),
    }
}
