//! The steps that take away what only releases before the newest need.

use std::collections::BTreeMap;

use toml::{Table, Value};

use super::conversion::is_true;
use super::operation::{Operation, differences};
use super::shape::{fields_of, list};
use super::state::{Fill, State};

impl State {
    /// What a contract would do now, in the order in which it does it; nothing when there is nothing to take away.
    pub fn contract_steps(&self) -> Vec<Operation> {
        let after = self.contracted(0);
        let (here, there) = (self.physical(), after.physical());
        let moves = self.moves(&after);
        let mut steps = Vec::new();
        for table in here.shape.collections.keys() {
            if !moves.tables.values().any(|kept| kept == table) {
                steps.push(Operation::DropTable { table: table.clone() });
            }
        }
        for (name, old_name) in &moves.tables {
            let tables = Tables {
                name,
                old_name,
                old: &here.shape.collections[old_name],
                new: &there.shape.collections[name],
                columns: &moves.columns[name],
            };
            tables.drop_columns(&here.fills, &mut steps);
            tables.rename(&mut steps);
            tables.tighten(&mut steps);
        }
        steps
    }
}

/// One table before and after.
struct Tables<'s> {
    name: &'s String,
    old_name: &'s String,
    old: &'s Table,
    new: &'s Table,
    /// New column to old column.
    columns: &'s BTreeMap<String, String>,
}

impl Tables<'_> {
    fn drop_columns(&self, fills: &[Fill], steps: &mut Vec<Operation>) {
        let mut drop = |column: &str, down: Option<String>| {
            steps.push(Operation::DropColumn {
                table: self.old_name.clone(),
                column: column.to_owned(),
                down,
            });
        };
        for (column, _) in fields_of(self.old).into_iter().flatten() {
            if !self.columns.values().any(|kept| kept == column) {
                let mut fills = fills.iter();
                let fill = fills.find(|fill| fill.table == *self.old_name && fill.column == *column);
                drop(column, fill.map(|fill| fill.expression.clone()));
            }
        }
        if is_true(self.old, "soft_delete") && !is_true(self.new, "soft_delete") {
            drop("deleted_at", None);
        }
    }

    fn rename(&self, steps: &mut Vec<Operation>) {
        if self.name != self.old_name {
            steps.push(Operation::RenameTable {
                from: self.old_name.clone(),
                to: self.name.clone(),
            });
        }
        for (column, old_column) in self.columns {
            if column != old_column {
                steps.push(Operation::RenameColumn {
                    table: self.name.clone(),
                    from: old_column.clone(),
                    to: column.clone(),
                });
            }
        }
    }

    fn tighten(&self, steps: &mut Vec<Operation>) {
        let mut tighten = |what: String| {
            steps.push(Operation::Tighten {
                table: self.name.clone(),
                what,
            });
        };
        for (column, field) in fields_of(self.new).into_iter().flatten() {
            let old = self.columns.get(column).and_then(|old| {
                let old = fields_of(self.old)?.get(old)?;
                old.as_table()
            });
            if let (Some(old), Some(field)) = (old, field.as_table()) {
                let what = tightened(old, field);
                if !what.is_empty() {
                    tighten(format!("{column}: {what}"));
                }
            }
        }
        let name = |check: &Value| check.get("name").and_then(Value::as_str).map(str::to_owned);
        let held: Vec<_> = list(self.old, "checks").iter().map(name).collect();
        for check in list(self.new, "checks").iter().map(name) {
            if !held.contains(&check) {
                tighten(format!("check {}", check.unwrap_or_default()));
            }
        }
    }
}

/// The difference but for what tables and columns are called.
fn tightened(old: &Table, new: &Table) -> String {
    let (mut old, mut new) = (old.clone(), new.clone());
    for key in ["to", "index"] {
        old.remove(key);
        new.remove(key);
    }
    if old.contains_key("check") && new.contains_key("check") {
        // It was held for all shapes, so it is the same check, perhaps over columns of other names.
        old.remove("check");
        new.remove("check");
    }
    differences(&old, &new)
}
