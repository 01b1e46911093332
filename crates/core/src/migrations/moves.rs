//! Where parts of one physical shape stood in another.

use std::collections::BTreeMap;

use super::expression_names::renamed_fields;
use super::shape::fields_of;
use super::state::{Served, State};

/// Where the tables and columns of one physical shape stood in the one before.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Moves {
    /// New name to old name, for tables that were there.
    pub tables: BTreeMap<String, String>,
    /// By new table: new column to old column, for columns that were there.
    pub columns: BTreeMap<String, BTreeMap<String, String>>,
}

impl Moves {
    /// The column in which the values of a new table's column stand now.
    pub fn column(&self, table: &str, column: &str) -> Option<&str> {
        self.columns.get(table)?.get(column).map(String::as_str)
    }

    /// An expression over a new table's columns, over those of the old one.
    pub fn expression(&self, table: &str, expression: &str) -> String {
        renamed_fields(expression, &|column| {
            self.column(table, column).unwrap_or(column).to_owned()
        })
    }
}

impl State {
    /// Where the parts of `to` stand in this state, by the newest shape that both serve.
    pub fn moves(&self, to: &Self) -> Moves {
        let (here, there) = (self.physical(), to.physical());
        let mut moves = Moves::default();
        if let Some((from, to)) = self.common(to) {
            for (collection, layout) in &from.layout.tables {
                let table = to.layout.table(collection).to_owned();
                moves.tables.insert(table.clone(), layout.table.clone());
                let columns = layout.columns.iter();
                let columns = columns
                    .map(|(field, column)| (to.layout.column(collection, field).to_owned(), column.clone()));
                moves.columns.insert(table, columns.collect());
            }
        }
        for (table, declaration) in &there.shape.collections {
            let taken = |old: &String| moves.tables.values().any(|known| known == old);
            if !moves.tables.contains_key(table)
                && here.shape.collections.contains_key(table)
                && !taken(table)
            {
                moves.tables.insert(table.clone(), table.clone());
            }
            let Some(old_table) = moves.tables.get(table) else {
                continue;
            };
            let old_fields = here.shape.collections.get(old_table).and_then(fields_of);
            let columns = moves.columns.entry(table.clone()).or_default();
            for column in fields_of(declaration).into_iter().flatten().map(|(name, _)| name) {
                let was_there = old_fields.is_some_and(|fields| fields.contains_key(column));
                let taken = columns.values().any(|known| known == column);
                if was_there && !taken && !columns.contains_key(column) {
                    columns.insert(column.clone(), column.clone());
                }
            }
        }
        moves
    }

    /// A shape that both serve, here and there. What stands in both is one and the same. Only after or before a contract
    /// there is no such shape; then the newest that is equal counts, for two of them may be.
    fn common<'s>(&'s self, to: &'s Self) -> Option<(&'s Served, &'s Served)> {
        let same = |equal: &dyn Fn(&Served, &Served) -> bool| {
            let found = |from: &'s Served| {
                let there = to.served.iter().rev().find(|there| equal(from, there));
                Some((from, there?))
            };
            self.served.iter().rev().find_map(found)
        };
        same(&|a, b| a == b).or_else(|| same(&|a, b| a.shape == b.shape))
    }
}
