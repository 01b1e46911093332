//! Where the parts of a shape stand in the database, and what they were called before.

use std::collections::BTreeSet;

use super::super::conversion::{is_true, keeps_column};
use super::super::fills::{Conversion, Way, is_obvious};
use super::super::layout::{Layout, TableLayout};
use super::super::operation::Operation;
use super::super::shape::fields_of;
use super::State;
use crate::limits::NAME_CHARACTERS_MAX;

impl State {
    /// Gives what an operation adds its place, and notes what has to be worked out.
    pub(super) fn place(
        &mut self,
        operation: &Operation,
        layout: &mut Layout,
        conversions: &mut Vec<Conversion>,
    ) {
        match operation {
            Operation::AddCollection {
                collection,
                declaration,
            } => {
                let tables = self.tables_in_use(layout);
                let fields = fields_of(declaration).into_iter().flatten();
                let columns = fields.map(|(field, _)| (field.clone(), field.clone()));
                let table = TableLayout {
                    table: unused(collection, &tables),
                    columns: columns.collect(),
                };
                layout.tables.insert(collection.clone(), table);
                // What another one of this name was called is not its past.
                self.former.remove(collection);
                self.former_fields.remove(collection);
            }
            Operation::RemoveCollection { collection, .. } => {
                layout.tables.remove(collection);
            }
            Operation::RenameCollection { from, to } => {
                if let Some(table) = layout.tables.remove(from) {
                    layout.tables.insert(to.clone(), table);
                    let mut names = self.former.remove(from).unwrap_or_default();
                    // The first one stays the first, also when a later name is an earlier one again.
                    if !names.contains(from) {
                        names.push(from.clone());
                    }
                    self.former.insert(to.clone(), names);
                }
                if let Some(fields) = self.former_fields.remove(from) {
                    self.former_fields.insert(to.clone(), fields);
                }
                for conversion in conversions.iter_mut().filter(|one| one.collection == *from) {
                    conversion.collection.clone_from(to);
                }
            }
            _ => self.place_field(operation, layout, conversions),
        }
    }

    fn place_field(&mut self, operation: &Operation, layout: &mut Layout, conversions: &mut Vec<Conversion>) {
        match operation {
            Operation::AddField {
                collection,
                field,
                declaration,
                up,
            } => {
                // What another one of this name was called is not its past.
                if let Some(fields) = self.former_fields.get_mut(collection) {
                    fields.remove(field);
                }
                let column = self.add_column(layout, collection, field);
                conversions.extend(up.clone().map(|up| Conversion {
                    required: is_true(declaration, "required"),
                    ..Conversion::new(collection, column, up, Way::Up)
                }));
            }
            Operation::RemoveField {
                collection,
                field,
                down,
                ..
            } => {
                let table = layout.tables.get_mut(collection);
                let column = table.and_then(|table| table.columns.remove(field));
                if let (Some(column), Some(down)) = (column, down.clone()) {
                    conversions.push(Conversion::new(collection, column, down, Way::Down));
                }
            }
            Operation::RenameField { collection, from, to } => {
                if let Some(table) = layout.tables.get_mut(collection)
                    && let Some(column) = table.columns.remove(from)
                {
                    table.columns.insert(to.clone(), column);
                }
                let fields = self.former_fields.entry(collection.to_owned()).or_default();
                let mut names = fields.remove(from).unwrap_or_default();
                names.push(from.clone());
                names.retain(|name| name != to);
                fields.insert(to.clone(), names);
            }
            Operation::ChangeField {
                collection,
                field,
                from,
                to,
                up,
                down,
            } if !keeps_column(from, to) => {
                let old = layout.column(collection, field).to_owned();
                let new = self.add_column(layout, collection, field);
                conversions.extend(up.clone().map(|up| Conversion {
                    strict: is_obvious(&up, from, to),
                    required: is_true(to, "required"),
                    ..Conversion::new(collection, new, up, Way::Up)
                }));
                conversions.extend(
                    down.clone()
                        .map(|down| Conversion::new(collection, old, down, Way::Down)),
                );
            }
            _ => {}
        }
    }

    fn tables_in_use(&self, layout: &Layout) -> BTreeSet<String> {
        let layouts = self.served.iter().map(|served| &served.layout).chain([layout]);
        let tables = layouts.flat_map(|layout| layout.tables.values());
        tables.map(|table| table.table.clone()).collect()
    }

    /// A column for a field, under a name that no release uses for another one.
    fn add_column(&self, layout: &mut Layout, collection: &str, field: &str) -> String {
        let table = layout.table(collection).to_owned();
        let layouts = self.served.iter().map(|served| &served.layout).chain([&*layout]);
        let in_use: BTreeSet<String> = layouts
            .flat_map(|layout| layout.tables.values())
            .filter(|known| known.table == table)
            .flat_map(|known| known.columns.values().cloned())
            .collect();
        let column = unused(field, &in_use);
        if let Some(table) = layout.tables.get_mut(collection) {
            table.columns.insert(field.to_owned(), column.clone());
        }
        column
    }
}

/// The name itself, or with the first number behind it that makes it new.
fn unused(name: &str, in_use: &BTreeSet<String>) -> String {
    let numbered = (2..).map(|number| {
        let suffix = format!("_{number}");
        let room = NAME_CHARACTERS_MAX - suffix.len();
        format!("{}{suffix}", name[..name.len().min(room)].trim_end_matches('_'))
    });
    let mut names = std::iter::once(name.to_owned()).chain(numbered);
    names
        .find(|name| !in_use.contains(name))
        .expect("there are more numbers than names")
}
