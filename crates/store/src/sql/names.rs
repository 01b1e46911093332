//! Quoted identifiers. A [`Name`] cannot hold a quote, so quoting is enough.

use mainstay_core::{Collection, Field, Name};

/// A column's or table's name in quotes.
pub fn column(name: &Name) -> String {
    quote(name.as_str())
}

pub fn table(collection: &Collection) -> String {
    quote(collection.name.as_str())
}

/// The join table of a relation to many: `owner`, `target`, `position`. Two underscores cannot occur in a name.
pub fn join_table(collection: &Collection, field: &Field) -> String {
    quote(&format!("{}__{}", collection.name, field.name))
}

pub(super) fn quote(name: &str) -> String {
    format!("\"{name}\"")
}
