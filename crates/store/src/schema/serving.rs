//! Which releases a database can serve, and whether it stands as they need it.

use std::collections::{BTreeMap, BTreeSet};

use mainstay_core::definition::Definition;
use mainstay_core::migrations::State;

use super::change::Shaped;
use super::reshape::{self, Prepared};
use super::state::{StoredState, applied_migrations, read_state, write_state};
use super::{SchemaError, catalog, complete_state, read_stored, system};
use crate::db::StoreError;
use crate::tx::{Tx, WriteTx};

/// Are the tables and columns that stand in the database those of the state, whatever else is to be said of them?
pub fn has_columns_of(tx: &mut Tx<'_>, state: &State) -> Result<bool, SchemaError> {
    let shaped = Shaped::of(state)?;
    let mut wanted = BTreeMap::new();
    for table in shaped.tables(tx.dialect()) {
        wanted.insert(
            table.sql.name,
            table.sql.columns.into_iter().collect::<BTreeSet<_>>(),
        );
    }
    let mut there = BTreeMap::new();
    for name in read_stored(tx)?.tables.into_keys() {
        let columns = catalog::columns(tx, &name)?.into_iter().map(|column| column.name);
        there.insert(name, columns.collect::<BTreeSet<_>>());
    }
    Ok(there == wanted)
}

/// Has anybody made tables of records in the database?
pub fn has_tables(tx: &mut Tx<'_>) -> Result<bool, SchemaError> {
    Ok(!read_stored(tx)?.tables.is_empty())
}

/// Makes the state that of a database which has its tables and columns, perhaps in the words of an older Mainstay. In
/// `Db::exclusive`.
pub fn take_over(tx: &mut WriteTx<'_>, from: Option<&State>, state: &State) -> Result<(), SchemaError> {
    reshape::reshape(tx, from, state, Prepared::default())?;
    complete_state(tx, state)?;
    catalog::check_references(tx)?;
    write_state(
        tx,
        &StoredState {
            state: state.clone(),
            development: false,
        },
    )
}

/// Refuses a database that was ever served in production, or was led by migrations: `dev` changes without asking much.
pub fn refuse_production(tx: &mut Tx<'_>) -> Result<(), SchemaError> {
    match read_state(tx)? {
        Some(stored) if !stored.development => Err(SchemaError::Production),
        _ => Ok(()),
    }
}

/// From here on the database is none for development.
pub fn set_production(tx: &mut WriteTx<'_>) -> Result<(), SchemaError> {
    tx.execute("UPDATE _state SET development = 0 WHERE development = 1", &[])?;
    Ok(())
}

/// Makes sure that the database serves the shape of a definition, to which migrations must have led.
pub fn expect_served(tx: &mut WriteTx<'_>, definition: &Definition) -> Result<(), SchemaError> {
    if catalog::exists(tx, system::COPY)? {
        return Err(SchemaError::HalfCopied);
    }
    system::apply(tx)?;
    let stored = read_state(tx)?;
    if stored.is_some_and(|stored| stored.state.serving(&definition.shape).is_some()) {
        return Ok(());
    }
    let applied = applied_migrations(tx)?.last().map_or(0, |last| last.number);
    Err(SchemaError::NotServed { applied })
}

/// Puts a definition onto the tables and columns of the database. False when they have the very names that it gives.
pub fn lay_out(tx: &mut Tx<'_>, definition: &mut Definition) -> Result<bool, SchemaError> {
    let Some(stored) = read_state(tx)? else {
        return Ok(false);
    };
    let Some(served) = stored.state.serving(&definition.shape) else {
        return Ok(false);
    };
    stored.state.lay_out(served, definition);
    let is_plain = definition.collections.iter().all(|collection| {
        collection.table == collection.name
            && collection.fields.iter().all(|field| field.column == field.name)
    });
    Ok(!is_plain || stored.state != State::plain(served.number, served.shape.clone()))
}

/// Does the database serve the shape of the definition, and is it what its state asks for?
pub fn is_current(tx: &mut Tx<'_>, definition: &Definition) -> Result<bool, SchemaError> {
    match read_state(tx)? {
        Some(stored) if stored.state.serving(&definition.shape).is_some() => is_made(tx, &stored.state),
        _ => Ok(false),
    }
}

/// Do the tables stand that the state asks for?
fn is_made(tx: &mut Tx<'_>, state: &State) -> Result<bool, SchemaError> {
    let mut stored: BTreeMap<String, String> = BTreeMap::new();
    tx.query("SELECT name, sql FROM _schema", &[], |row| {
        stored.insert(row.text(0)?.to_owned(), row.text(1)?.to_owned());
        Ok::<(), StoreError>(())
    })?;
    let shaped = Shaped::of(state)?;
    let tables = shaped.tables(tx.dialect()).into_iter().map(|table| table.sql);
    let wanted: BTreeMap<String, String> = tables
        .flat_map(|table| {
            let parts = table.indexes.into_iter().chain(table.references);
            parts.chain([(table.name, table.create)])
        })
        .collect();
    Ok(stored == wanted)
}
