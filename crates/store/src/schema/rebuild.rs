//! Building a table anew and moving its rows.

use mainstay_core::Value;
use mainstay_core::definition::{DefaultValue, Definition, Field};
use rusqlite::Connection;
use rusqlite::types::ToSql;

use super::SchemaError;
use crate::db::StoreError;
use crate::sql::TableSql;
use crate::tx::Bind;

/// Follows a table's name while its successor is built; no name can hold it.
const BUILDING: &str = "~new";

/// Copies a table's rows into its new shape and tells what changed.
pub(super) fn rebuild(
    tx: &Connection,
    definition: &Definition,
    old_sql: &str,
    table: &TableSql,
) -> Result<Vec<String>, SchemaError> {
    let name = &table.name;
    let old_columns = columns_of(tx, name)?;
    let added: Vec<&String> = table
        .columns
        .iter()
        .filter(|column| !old_columns.contains(column))
        .collect();
    let removed: Vec<&String> = old_columns
        .iter()
        .filter(|column| !table.columns.contains(column))
        .collect();
    let defaults = added
        .iter()
        .map(|column| default_of(definition, name, column))
        .collect::<Vec<_>>();
    refuse_missing_values(tx, definition, name, &added, &defaults)?;

    // The new table takes the old one's name at the end; only its own name is replaced in the statement.
    let building = format!("{name}{BUILDING}");
    let create = table.create.replacen(
        &format!("CREATE TABLE \"{name}\""),
        &format!("CREATE TABLE \"{building}\""),
        1,
    );
    tx.execute_batch(&create)?;
    refuse_changed_types(tx, old_sql, table, &building)?;
    copy_rows(tx, table, &building, &old_columns, &defaults)?;
    tx.execute_batch(&format!("DROP TABLE \"{name}\""))?;
    tx.pragma_update(None, "legacy_alter_table", true)?;
    tx.execute_batch(&format!("ALTER TABLE \"{building}\" RENAME TO \"{name}\""))?;
    tx.pragma_update(None, "legacy_alter_table", false)?;

    let mut changes: Vec<String> = added
        .iter()
        .map(|column| format!("added {name}.{column}"))
        .collect();
    changes.extend(removed.iter().map(|column| format!("removed {name}.{column}")));
    if changes.is_empty() {
        changes.push(format!("changed the constraints of {name}"));
    }
    Ok(changes)
}

/// Values are copied as they are, so their column must mean the same before and after.
fn refuse_changed_types(
    tx: &Connection,
    old_sql: &str,
    table: &TableSql,
    building: &str,
) -> Result<(), SchemaError> {
    let (old, new) = (types_of(tx, &table.name)?, types_of(tx, building)?);
    for (column, old_type) in &old {
        let Some((_, new_type)) = new.iter().find(|(known, _)| known == column) else {
            continue;
        };
        let scale = |sql| scale_of(sql, &table.name, column);
        if old_type == new_type && scale(old_sql) == scale(&table.create) {
            continue;
        }
        let sql = format!(
            "SELECT count(*) FROM \"{}\" WHERE \"{column}\" IS NOT NULL",
            table.name
        );
        let records: i64 = tx.query_row(&sql, [], |row| row.get(0))?;
        if records > 0 {
            return Err(SchemaError::TypeChanged {
                table: table.name.clone(),
                column: column.clone(),
                records,
            });
        }
    }
    Ok(())
}

/// The digits after the point that a decimal column's constraint names; `None` for every other column.
fn scale_of<'s>(sql: &'s str, table: &str, column: &str) -> Option<&'s str> {
    let (_, rest) = sql.split_once(&format!("\"{table}.{column}.decimal_"))?;
    rest.split_once('"').map(|(scale, _)| scale)
}

fn types_of(tx: &Connection, table: &str) -> Result<Vec<(String, String)>, SchemaError> {
    let mut statement = tx.prepare("SELECT name, type FROM pragma_table_info(?1)")?;
    let types = statement
        .query_map([table], |row| Ok((row.get(0)?, row.get(1)?)))?
        .collect::<Result<_, _>>()?;
    Ok(types)
}

fn copy_rows(
    tx: &Connection,
    table: &TableSql,
    building: &str,
    old_columns: &[String],
    defaults: &[Value],
) -> Result<(), SchemaError> {
    let mut position = 0;
    let sources: Vec<String> = table
        .columns
        .iter()
        .map(|column| {
            if old_columns.contains(column) {
                return format!("\"{column}\"");
            }
            position += 1;
            format!("?{position}")
        })
        .collect();
    let targets: Vec<String> = table
        .columns
        .iter()
        .map(|column| format!("\"{column}\""))
        .collect();
    let sql = format!(
        "INSERT INTO \"{building}\" ({}) SELECT {} FROM \"{}\"",
        targets.join(", "),
        sources.join(", "),
        table.name
    );
    let binds: Vec<Bind<'_>> = defaults.iter().map(Bind::from).collect();
    let binds: Vec<&dyn ToSql> = binds.iter().map(|bind| bind as &dyn ToSql).collect();
    tx.execute(&sql, binds.as_slice())
        .map_err(|error| does_not_fit(&table.name, error))?;
    Ok(())
}

/// A breach of a constraint while rows move is the data's fault, not the database's.
pub(super) fn does_not_fit(table: &str, error: rusqlite::Error) -> SchemaError {
    match StoreError::from(error) {
        StoreError::Violation(violation) => SchemaError::DoesNotFit {
            table: table.to_owned(),
            // The table was being built beside the one that people know.
            reason: violation.to_string().replace(BUILDING, ""),
        },
        other => SchemaError::Store(other),
    }
}

pub(super) fn columns_of(tx: &Connection, table: &str) -> Result<Vec<String>, SchemaError> {
    let mut statement = tx.prepare("SELECT name FROM pragma_table_info(?1)")?;
    let columns = statement
        .query_map([table], |row| row.get(0))?
        .collect::<Result<_, _>>()?;
    Ok(columns)
}

fn field_of<'d>(definition: &'d Definition, table: &str, column: &str) -> Option<&'d Field> {
    definition.find_collection(table)?.find_field(column)
}

/// What existing records get in a new column: its literal default, or nothing.
fn default_of(definition: &Definition, table: &str, column: &str) -> Value {
    match field_of(definition, table, column).and_then(|field| field.default.as_ref()) {
        Some(DefaultValue::Literal(value)) => value.clone(),
        _ => Value::Null,
    }
}

fn refuse_missing_values(
    tx: &Connection,
    definition: &Definition,
    table: &str,
    added: &[&String],
    defaults: &[Value],
) -> Result<(), SchemaError> {
    let records: i64 = tx.query_row(&format!("SELECT count(*) FROM \"{table}\""), [], |row| row.get(0))?;
    for (column, default) in added.iter().zip(defaults) {
        let required = field_of(definition, table, column).is_some_and(|field| field.required);
        if records > 0 && required && default.is_null() {
            return Err(SchemaError::NoValue {
                table: table.to_owned(),
                column: (*column).clone(),
                records,
            });
        }
    }
    Ok(())
}
