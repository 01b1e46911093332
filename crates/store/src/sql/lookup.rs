//! Finding records by the values of their fields, without a rule: what an import asks.

use mainstay_core::definition::{Collection, FieldId};

use mainstay_core::Field;

use super::names::{column, table};
use super::statement::{Slot, Statement};

/// The text in a column of the record whose id is bound.
pub fn select_text_by_id(collection: &Collection, field: &Field) -> String {
    format!(
        "SELECT {} FROM {} WHERE \"id\" = ?1",
        column(field),
        table(collection)
    )
}

/// The ids of living records whose `fields` hold the values of arguments 0, 1 and so on. Two rows at most: enough to tell
/// one record from several.
pub fn select_ids_by_fields(collection: &Collection, fields: &[FieldId]) -> Statement {
    let mut statement = Statement::default();
    statement.push(&format!("SELECT \"id\" FROM {} WHERE ", table(collection)));
    for (position, field) in (0_u16..).zip(fields) {
        statement.push(if position > 0 { " AND " } else { "" });
        statement.push(&format!("{} = ", column(collection.field(*field))));
        statement.push_slot(Slot::Argument(position));
    }
    // Said in the words of the unique indexes, which leave deleted records out.
    statement.push(if collection.soft_delete {
        " AND \"deleted_at\" IS NULL"
    } else {
        ""
    });
    statement.push(" LIMIT 2");
    statement
}
