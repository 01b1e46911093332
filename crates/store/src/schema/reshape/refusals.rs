//! Rows that a table of the new shape could not take, found before they are copied.

use crate::schema::catalog::{self, Column};
use crate::schema::change::TableChange;
use crate::schema::{SchemaError, count};
use crate::tx::WriteTx;

/// A required column needs a value for the rows that are there.
pub(super) fn refuse_missing_values(tx: &mut WriteTx<'_>, table: &TableChange) -> Result<(), SchemaError> {
    let Some(from) = &table.from else { return Ok(()) };
    for column in &table.wanted.required {
        let source = from.columns.iter().find(|source| source.column == *column);
        if let Some(source) = source {
            let sql = format!(
                "SELECT count(*) FROM \"{}\" AS r WHERE {} IS NULL",
                from.old, source.of_row
            );
            let records = count(tx, &sql)?;
            if records > 0 {
                return Err(SchemaError::NoValue {
                    table: from.name.clone(),
                    column: column.clone(),
                    records,
                });
            }
        }
    }
    Ok(())
}

/// Values are copied as they are, so their column must mean the same before and after.
pub(super) fn refuse_changed_types(
    tx: &mut WriteTx<'_>,
    old_sql: &str,
    table: &TableChange,
) -> Result<(), SchemaError> {
    let Some(from) = &table.from else { return Ok(()) };
    let old = catalog::columns(tx, &from.old)?;
    let new = catalog::columns(tx, &from.building())?;
    for Column {
        name: column,
        ty: new_type,
    } in new
    {
        let source = from.columns.iter().find(|source| source.column == column);
        let Some(source) = source else { continue };
        let known = old
            .iter()
            .find(|known| source.of_row == format!("r.\"{}\"", known.name));
        let Some(Column {
            name: before,
            ty: old_type,
        }) = known
        else {
            continue;
        };
        let same_scale =
            scale_of(old_sql, &from.old, before) == scale_of(&table.wanted.create, &from.name, &column);
        if *old_type == new_type && same_scale {
            continue;
        }
        let sql = format!(
            "SELECT count(*) FROM \"{}\" WHERE \"{before}\" IS NOT NULL",
            from.old
        );
        let records = count(tx, &sql)?;
        if records > 0 {
            return Err(SchemaError::TypeChanged {
                table: from.name.clone(),
                column,
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
