//! Differences between the tables that stand in a database and those that its state asks for.

use std::collections::{BTreeMap, BTreeSet};

use mainstay_core::migrations::State;

use super::change::Shaped;
use super::reshape::other_form;
use super::{SchemaError, catalog};
use crate::db::StoreError;
use crate::sql::{Dialect, TableSql, keepers};
use crate::tx::{Bind, Tx};

/// Names each difference, a sentence each; nothing when there is none.
pub fn drift(tx: &mut Tx<'_>, state: &State) -> Result<Vec<String>, SchemaError> {
    let shaped = Shaped::of(state)?;
    let mut found = Vec::new();
    let mut known = BTreeSet::new();
    let mut wanted_indexes = BTreeMap::new();
    for table in shaped.tables(tx.dialect()) {
        let sql = table.sql;
        let columns = catalog::columns(tx, &sql.name)?;
        if columns.is_empty() {
            found.push(format!("the table {} is missing", sql.name));
            continue;
        }
        for column in &sql.columns {
            if !columns.iter().any(|there| there.name == *column) {
                found.push(format!("the column {}.{column} is missing", sql.name));
            }
        }
        for column in &columns {
            if !sql.columns.contains(&column.name) {
                found.push(format!(
                    "the column {}.{} is in no migration",
                    sql.name, column.name
                ));
            }
        }
        found.extend(differences(tx, &sql)?);
        wanted_indexes.extend(
            sql.indexes
                .iter()
                .map(|(name, _)| (name.clone(), sql.name.clone())),
        );
        known.insert(sql.name);
    }
    let indexes = catalog::indexes(tx)?;
    for (name, table) in &wanted_indexes {
        let forms = [name.clone(), other_form(name)];
        if known.contains(table)
            && !forms
                .iter()
                .any(|form| indexes.iter().any(|(there, _)| there == form))
        {
            found.push(format!("the index {name} of {table} is missing"));
        }
    }
    for (name, table) in &indexes {
        let base = name.strip_suffix("~2").unwrap_or(name);
        if known.contains(table) && !wanted_indexes.contains_key(base) {
            found.push(format!("the index {name} of {table} is in no migration"));
        }
    }
    for table in catalog::tables(tx)? {
        if !known.contains(&table) && !table.starts_with('_') && !table.contains('~') {
            found.push(format!("the table {table} is in no migration"));
        }
    }
    let triggers: BTreeSet<String> = catalog::triggers(tx)?.into_iter().map(|(name, _)| name).collect();
    for keeper in keepers(shaped.target(tx.dialect()), &shaped.physical.fills)? {
        if !triggers.contains(&keeper.name) {
            found.push(format!("the trigger {} is missing", keeper.name));
        }
    }
    Ok(found)
}

/// What of a table's columns and constraints is not as its statement says.
fn differences(tx: &mut Tx<'_>, wanted: &TableSql) -> Result<Vec<String>, SchemaError> {
    let name = &wanted.name;
    let expected = parts(&wanted.create);
    let actual = match tx.dialect() {
        Dialect::Sqlite => {
            let sql = "SELECT sql FROM sqlite_schema WHERE type = 'table' AND name = ?1";
            let create = tx.query_first(sql, &[Bind::Text(name)], |row| {
                Ok::<_, StoreError>(row.text(0)?.to_owned())
            })?;
            parts(&create.unwrap_or_default())
        }
        Dialect::Postgres => parts_of_catalog(tx, wanted)?,
    };
    let expected = match tx.dialect() {
        Dialect::Sqlite => expected,
        Dialect::Postgres => expected
            .into_iter()
            .map(|(part, text)| (part, in_catalog_words(&text)))
            .collect(),
    };
    let mut found = Vec::new();
    for (part, text) in &expected {
        match actual.get(part) {
            // A missing column is told already.
            None if part.contains('.') => found.push(format!("the constraint {part} of {name} is missing")),
            Some(there) if there != text => {
                found.push(format!("{name}: {part} is `{there}`, and should be `{text}`"));
            }
            _ => {}
        }
    }
    let columns = catalog::columns(tx, name)?;
    for part in actual.keys() {
        let is_column = columns.iter().any(|column| column.name == *part);
        if !is_column && !expected.contains_key(part) {
            found.push(format!("the constraint {part} of {name} is in no migration"));
        }
    }
    Ok(found)
}

/// The lines of a statement of ours that makes a table: columns and constraints by their names.
fn parts(create: &str) -> BTreeMap<String, String> {
    let lines = create.lines().map(|line| line.trim().trim_end_matches(','));
    let named = lines.filter_map(|line| {
        let line = line.strip_prefix("CONSTRAINT ").unwrap_or(line);
        let (name, rest) = line.strip_prefix('"')?.split_once('"')?;
        Some((name.to_owned(), rest.trim().to_owned()))
    });
    named.collect()
}

/// A column's or constraint's words as far as the catalog of PostgreSQL has them.
fn in_catalog_words(text: &str) -> String {
    if text.starts_with("CHECK") {
        return "CHECK".to_owned();
    }
    let required = if text.contains(" NOT NULL") || text.contains(" PRIMARY KEY") {
        " NOT NULL"
    } else {
        ""
    };
    let types = ["double precision", "bigint", "boolean", "uuid", "text"];
    let ty = types.into_iter().find(|ty| text.starts_with(ty)).unwrap_or("?");
    format!("{ty}{required}")
}

fn parts_of_catalog(tx: &mut Tx<'_>, wanted: &TableSql) -> Result<BTreeMap<String, String>, SchemaError> {
    let mut parts = BTreeMap::new();
    let name = Bind::Text(&wanted.name);
    tx.query(
        "SELECT column_name::text, data_type::text || CASE is_nullable WHEN 'NO' THEN ' NOT NULL' ELSE '' END
         FROM information_schema.columns WHERE table_schema = current_schema() AND table_name = ?1",
        &[name],
        |row| {
            parts.insert(row.text(0)?.to_owned(), row.text(1)?.to_owned());
            Ok::<(), StoreError>(())
        },
    )?;
    tx.query(
        "SELECT conname::text, CASE WHEN convalidated THEN 'CHECK' ELSE 'CHECK NOT VALID' END FROM pg_constraint
         WHERE contype = 'c' AND conrelid = (quote_ident(current_schema()) || '.' || quote_ident(?1::text))::regclass",
        &[name],
        |row| {
            parts.insert(row.text(0)?.to_owned(), row.text(1)?.to_owned());
            Ok::<(), StoreError>(())
        },
    )?;
    Ok(parts)
}
