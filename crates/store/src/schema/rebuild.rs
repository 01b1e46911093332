//! Building a table anew and moving its rows.

use mainstay_core::Value;
use mainstay_core::definition::{DefaultValue, Definition, Field};

use super::catalog::{self, Column};
use super::{SchemaError, count};
use crate::db::StoreError;
use crate::sql::TableSql;
use crate::tx::{Bind, WriteTx};

/// Follows a table's name while its successor is built; no name can hold it.
const BUILDING: &str = "~new";

/// Copies a table's rows into its new shape and tells what changed.
pub(super) fn rebuild(
    tx: &mut WriteTx<'_>,
    definition: &Definition,
    old_sql: &str,
    table: &TableSql,
) -> Result<Vec<String>, SchemaError> {
    let name = &table.name;
    let old = catalog::columns(tx, name)?;
    let old_columns: Vec<String> = old.iter().map(|column| column.name.clone()).collect();
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
    tx.run_script(&create)?;
    refuse_changed_types(tx, old_sql, table, &old, &building)?;
    copy_rows(tx, table, &building, &old_columns, &defaults)?;
    tx.run_script(&format!("DROP TABLE \"{name}\""))?;
    tx.run_script(&format!("ALTER TABLE \"{building}\" RENAME TO \"{name}\""))?;

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
    tx: &mut WriteTx<'_>,
    old_sql: &str,
    table: &TableSql,
    old: &[Column],
    building: &str,
) -> Result<(), SchemaError> {
    let new = catalog::columns(tx, building)?;
    for Column {
        name: column,
        ty: old_type,
    } in old
    {
        let Some(Column { ty: new_type, .. }) = new.iter().find(|known| known.name == *column) else {
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
        let records = count(tx, &sql)?;
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

fn copy_rows(
    tx: &mut WriteTx<'_>,
    table: &TableSql,
    building: &str,
    old_columns: &[String],
    defaults: &[Value],
) -> Result<(), SchemaError> {
    let new = catalog::columns(tx, building)?;
    let mut position = 0;
    let sources: Vec<String> = table
        .columns
        .iter()
        .map(|column| {
            if old_columns.contains(column) {
                return format!("\"{column}\"");
            }
            position += 1;
            // A placeholder in a list of columns tells no type by itself; the table does.
            format!("CAST(?{position} AS {})", type_in(&new, column))
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
    tx.execute(&sql, &binds)
        .map_err(|error| does_not_fit(&table.name, error))?;
    Ok(())
}

fn type_in<'c>(columns: &'c [Column], name: &str) -> &'c str {
    let column = columns.iter().find(|column| column.name == name);
    column.map_or("TEXT", |column| &column.ty)
}

/// A breach of a constraint while rows move is the data's fault, not the database's.
pub(super) fn does_not_fit(table: &str, error: StoreError) -> SchemaError {
    match error {
        StoreError::Violation(violation) => SchemaError::DoesNotFit {
            table: table.to_owned(),
            // The table was being built beside the one that people know.
            reason: violation.to_string().replace(BUILDING, ""),
        },
        other => SchemaError::Store(other),
    }
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
    tx: &mut WriteTx<'_>,
    definition: &Definition,
    table: &str,
    added: &[&String],
    defaults: &[Value],
) -> Result<(), SchemaError> {
    let records = count(tx, &format!("SELECT count(*) FROM \"{table}\""))?;
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
