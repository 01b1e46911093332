//! Quoted identifiers. A [`Name`](mainstay_core::Name) cannot hold a quote, so quoting is enough.

use mainstay_core::definition::{Check, FieldKind};
use mainstay_core::{Collection, Field};

/// A field's column in quotes.
pub fn column(field: &Field) -> String {
    quote(field.column.as_str())
}

pub fn table(collection: &Collection) -> String {
    quote(collection.table.as_str())
}

/// The join table of a relation to many: `owner`, `target`, `position`. Two underscores cannot occur in a name.
pub fn join_table(collection: &Collection, field: &Field) -> String {
    quote(&join_table_name(collection, field))
}

pub(super) fn join_table_name(collection: &Collection, field: &Field) -> String {
    join_table_name_of(collection.table.as_str(), field.column.as_str())
}

/// The join table of a relation by the names of its table and column.
pub(crate) fn join_table_name_of(table: &str, column: &str) -> String {
    constraint_name(&format!("{table}__{column}"))
}

/// Bytes of a name in PostgreSQL (4.1.1); it cuts off what is longer.
const NAME_BYTES_MAX: usize = 63;

/// The name of a constraint, index or join table: a long one ends with a part of its digest instead.
pub fn constraint_name(full: &str) -> String {
    if full.len() <= NAME_BYTES_MAX {
        return full.to_owned();
    }
    let digest = ring::digest::digest(&ring::digest::SHA256, full.as_bytes());
    let mut name = full[..NAME_BYTES_MAX - 17].to_owned();
    name.push('~');
    for byte in &digest.as_ref()[..8] {
        name.push_str(&format!("{byte:02x}"));
    }
    name
}

pub(crate) fn quote(name: &str) -> String {
    format!("\"{name}\"")
}

/// The name of an index over these fields; `kind` is `unique` or `index`.
pub fn index_name<S: AsRef<str>>(collection: &Collection, kind: &str, fields: &[S]) -> String {
    let fields: Vec<&str> = fields.iter().map(AsRef::as_ref).collect();
    constraint_name(&format!("{}.{kind}.{}", collection.table, fields.join(".")))
}

/// The name of the constraint that keeps a declared check.
pub fn check_name(collection: &Collection, check: &Check) -> String {
    constraint_name(&format!("{}.check.{}", collection.table, check.name))
}

/// What of a field a constraint bounds, as its name ends.
const BOUNDS: [&str; 10] = [
    "id", "length", "range", "boolean", "date", "option", "list", "json", "email", "url",
];

/// The name of the constraint that bounds a field in one way.
pub(super) fn bound_name(collection: &Collection, field: &Field, what: &str) -> String {
    constraint_name(&format!("{}.{}.{what}", collection.table, field.column))
}

/// Every name that a constraint on this field may have.
pub fn field_constraint_names<'c>(
    collection: &'c Collection,
    field: &'c Field,
) -> impl Iterator<Item = String> + 'c {
    let scale = match &field.kind {
        FieldKind::Decimal { scale, .. } => Some(format!("decimal_{scale}")),
        _ => None,
    };
    let bounds = BOUNDS.iter().map(|bound| (*bound).to_owned()).chain(scale);
    bounds.map(|what| bound_name(collection, field, &what))
}
