//! Where in a database the collections and fields of one shape stand.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use toml::{Table, Value};

use super::expression_names::renamed_fields;
use super::shape::{Shape, fields_mut, fields_of, list_mut, normalise};
use crate::definition::Definition;
use crate::ids::Name;

/// Tables and columns by collection and field, as one shape names them.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Layout {
    pub(super) tables: BTreeMap<String, TableLayout>,
}

/// One collection's table.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct TableLayout {
    pub table: String,
    /// Columns of the declared fields.
    pub columns: BTreeMap<String, String>,
}

impl Layout {
    /// Everything stands under its own name.
    pub(super) fn plain(shape: &Shape) -> Self {
        let tables = shape.collections.iter().map(|(name, collection)| {
            let fields = fields_of(collection).into_iter().flatten();
            let layout = TableLayout {
                table: name.clone(),
                columns: fields.map(|(field, _)| (field.clone(), field.clone())).collect(),
            };
            (name.clone(), layout)
        });
        Self {
            tables: tables.collect(),
        }
    }

    /// The table of a collection; what is unknown stands under its own name.
    pub fn table<'l>(&'l self, collection: &'l str) -> &'l str {
        self.tables
            .get(collection)
            .map_or(collection, |layout| &layout.table)
    }

    /// The column of a field; the fields that every record has stand under their own names.
    pub fn column<'l>(&'l self, collection: &str, field: &'l str) -> &'l str {
        let layout = self.tables.get(collection);
        let column = layout.and_then(|layout| layout.columns.get(field));
        column.map_or(field, String::as_str)
    }

    /// The collection whose table this is.
    pub fn collection_of(&self, table: &str) -> Option<&str> {
        let mut tables = self.tables.iter();
        let found = tables.find(|(_, layout)| layout.table == table);
        found.map(|(collection, _)| collection.as_str())
    }

    /// The field whose column this is; what is no column of a declared field keeps its name.
    pub fn field_of<'l>(&'l self, collection: &str, column: &'l str) -> &'l str {
        let columns = self.tables.get(collection).map(|layout| &layout.columns);
        let mut columns = columns.into_iter().flatten();
        let found = columns.find(|(_, known)| *known == column);
        found.map_or(column, |(field, _)| field.as_str())
    }

    /// The shape in the names of the database.
    pub(super) fn physical(&self, shape: &Shape) -> Shape {
        let mut physical = Shape::default();
        for (name, collection) in &shape.collections {
            let mut table = collection.clone();
            let column = |field: &str| self.column(name, field).to_owned();
            let fields = std::mem::take(fields_mut(&mut table));
            for (field, mut declaration) in fields {
                if let Some(declaration) = declaration.as_table_mut() {
                    self.rename_in_field(name, declaration);
                }
                fields_mut(&mut table).insert(column(&field), declaration);
            }
            if let Some(Value::String(order)) = table.get_mut("order") {
                *order = column(order);
            }
            for index in list_mut(&mut table, "indexes") {
                let fields = index.get_mut("fields").and_then(Value::as_array_mut);
                for field in fields.into_iter().flatten() {
                    if let Value::String(field) = field {
                        *field = column(field);
                    }
                }
            }
            for check in list_mut(&mut table, "checks") {
                if let Some(Value::String(expression)) = check.get_mut("expression") {
                    *expression = renamed_fields(expression, &column);
                }
            }
            normalise(&mut table);
            physical.collections.insert(self.table(name).to_owned(), table);
        }
        physical
    }

    fn rename_in_field(&self, collection: &str, declaration: &mut Table) {
        if let Some(Value::String(to)) = declaration.get_mut("to") {
            *to = self.table(to).to_owned();
        }
        if let Some(Value::String(check)) = declaration.get_mut("check") {
            *check = renamed_fields(check, &|field| self.column(collection, field).to_owned());
        }
    }

    /// Puts a definition onto the tables and columns of this layout. Those of its checks that the database does not hold
    /// are asked at each write.
    pub(super) fn lay_out(&self, definition: &mut Definition, physical: &Shape) {
        let name = |text: &str| text.parse::<Name>().expect("tables and columns have good names");
        for collection in &mut definition.collections {
            let known = collection.name.clone();
            collection.table = name(self.table(known.as_str()));
            for field in &mut collection.fields {
                field.column = name(self.column(known.as_str(), field.name.as_str()));
            }
            let table = physical.collections.get(collection.table.as_str());
            for check in &mut collection.checks {
                let held = table.is_some_and(|table| match check.field {
                    Some(field) => {
                        let column = collection.fields[usize::from(field.0)].column.as_str();
                        let field = fields_of(table).and_then(|fields| fields.get(column)?.as_table());
                        field.is_some_and(|field| field.contains_key("check"))
                    }
                    None => super::shape::list(table, "checks")
                        .iter()
                        .any(|held| held.get("name").and_then(Value::as_str) == Some(check.name.as_str())),
                });
                check.in_table = check.in_table && held;
            }
        }
    }
}
