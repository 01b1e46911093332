//! Values that follow from others while two shapes are served.

use std::collections::BTreeSet;

use toml::Table;

use super::conversion::obvious;
use super::expression_names::{fields_read, renamed_fields};
use super::layout::Layout;
use super::state::Fill;

/// A value that follows from a record as it was, or as it is.
pub(super) struct Conversion {
    /// As the newer shape names it.
    pub(super) collection: String,
    pub(super) column: String,
    pub(super) expression: String,
    pub(super) way: Way,
    pub(super) required: bool,
    pub(super) strict: bool,
}

#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Way {
    /// For the newer shape, from the record as it was.
    Up,
    /// For the older shape, from the record as it is.
    Down,
}

impl Conversion {
    pub(super) fn new(collection: &str, column: String, expression: String, way: Way) -> Self {
        Self {
            collection: collection.to_owned(),
            column,
            expression,
            way,
            required: false,
            strict: false,
        }
    }
}

/// Did nobody say how to convert?
pub(super) fn is_obvious(up: &str, from: &Table, to: &Table) -> bool {
    match fields_read(up).as_slice() {
        [field] => obvious(field, from, to).as_deref() == Some(up),
        _ => false,
    }
}

pub(super) fn fills(conversions: &[Conversion], before: &Layout, after: &Layout) -> Vec<Fill> {
    let columns = |layout: &Layout, table: &str| -> BTreeSet<String> {
        let tables = layout.tables.values().filter(|known| known.table == table);
        tables.flat_map(|known| known.columns.values().cloned()).collect()
    };
    let fill = |conversion: &Conversion| {
        let table = after.table(&conversion.collection).to_owned();
        let (own, other) = match conversion.way {
            Way::Up => (before, after),
            Way::Down => (after, before),
        };
        let collection = own.tables.iter().find(|(_, known)| known.table == table);
        let collection = collection.map_or(conversion.collection.as_str(), |(name, _)| name);
        let expression = renamed_fields(&conversion.expression, &|field| {
            own.column(collection, field).to_owned()
        });
        let others = columns(other, &table);
        let watches: Vec<String> = fields_read(&expression)
            .into_iter()
            .filter(|column| columns(own, &table).contains(column) && !others.contains(column))
            .collect();
        Fill {
            column: conversion.column.clone(),
            on_insert: !watches.is_empty() || conversion.required,
            strict: conversion.strict,
            watches,
            expression,
            table,
        }
    };
    conversions.iter().map(fill).collect()
}
