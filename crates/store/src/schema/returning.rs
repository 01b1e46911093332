//! What comes back of the values that a contract takes away: worked out again, or not the same.

use mainstay_core::migrations::State;

use super::change::Shaped;
use super::{SchemaError, catalog, count};
use crate::sql::{differ, fill_value, quote};
use crate::tx::Tx;

/// A column of a state whose values, worked out again after a contract, would not all be those that are there now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Altered {
    pub table: String,
    pub column: String,
    pub records: u64,
}

/// The columns that a contract of this state drops and a way back would fill with other values.
pub fn altered_by_contract(tx: &mut Tx<'_>, state: &State) -> Result<Vec<Altered>, SchemaError> {
    let (before, after) = (Shaped::of(state)?, Shaped::of(&state.contracted(0))?);
    let target = after.target(tx.dialect());
    let mut altered = Vec::new();
    for fill in &before.physical.fills {
        let (table, column) = (fill.table.as_str(), fill.column.as_str());
        let has = |shaped: &Shaped| {
            shaped
                .physical
                .shape
                .fields(table)
                .any(|(name, _)| name == column)
        };
        let is_there = catalog::columns(tx, table)?
            .iter()
            .any(|known| known.name == column);
        if !is_there || !has(&before) || has(&after) {
            continue;
        }
        let collection = before.definition.find_collection(table);
        let Some(field) = collection.and_then(|collection| collection.find_field(column)) else {
            continue;
        };
        // Tables and columns keep their places through a contract, so the expression can be asked now.
        let value = fill_value(target, table, &fill.expression, (&before.definition, field), "r")?;
        let differs = differ(tx.dialect(), &format!("r.{}", quote(column)), &value);
        let sql = format!("SELECT count(*) FROM {} AS r WHERE {differs}", quote(table));
        let records = count(tx, &sql)?.unsigned_abs();
        if records > 0 {
            altered.push(Altered {
                table: table.to_owned(),
                column: column.to_owned(),
                records,
            });
        }
    }
    Ok(altered)
}
