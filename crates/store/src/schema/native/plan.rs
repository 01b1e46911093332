//! The steps before the turning point, those after it, and those that undo.

use std::collections::BTreeMap;

use super::super::SchemaError;
use super::super::change::Shaped;
use super::super::transition::{Act, Step};
use super::difference::{Difference, TableDifference};
use super::turn::{Keepers, turn};
use super::{Change, Lock};
use crate::sql::{
    CheckSql, ColumnSql, Dialect, TableSql, constraint_name, keeper_before, keeper_name, keepers, quote,
};

/// What leads from one state to another.
#[derive(Debug)]
pub(super) struct Plan {
    pub(super) before: Vec<Step>,
    pub(super) turn: Change,
    pub(super) after: Vec<Step>,
    /// Removes what the steps before have made, whatever of it is there.
    pub(super) undo: Vec<Step>,
}

impl Plan {
    /// `None` where the triggers that keep columns would have to know names that nothing has yet.
    pub(super) fn of(
        from: &Shaped,
        to: &Shaped,
        difference: &Difference,
    ) -> Result<Option<Self>, SchemaError> {
        let Some(keepers) = find_keepers(from, to, difference)? else {
            return Ok(None);
        };
        let (turn, after) = turn(difference, &keepers);
        let mut plan = Self {
            before: Vec::new(),
            turn,
            after,
            undo: Vec::new(),
        };
        for table in &difference.created {
            plan.create(table);
        }
        for table in &difference.created {
            plan.refer(table);
        }
        for table in difference.changed.iter().filter(|table| !table.is_empty()) {
            plan.extend(table, keepers.made.get(&table.old).map(String::as_str));
        }
        plan.undo.extend(undo_all(difference, &keepers));
        Ok(Some(plan))
    }

    /// A table that nobody knows yet.
    fn create(&mut self, table: &TableSql) {
        let mut change = Change::new(format!("create {}", table.name));
        change.push(table.create.clone());
        change
            .statements
            .extend(table.indexes.iter().map(|(_, sql)| sql.clone()));
        self.before.push(Step::Once(Act::Change(change)));
    }

    /// Its references, once every table is there.
    fn refer(&mut self, table: &TableSql) {
        if table.parts.references.is_empty() {
            return;
        }
        let mut change = Change::new(format!("refer from {}", table.name));
        for reference in &table.parts.references {
            change.lock(&reference.target, Lock::ShareRowExclusive);
            change.push(reference.add(&table.name));
        }
        self.before.push(Step::Once(Act::Change(change)));
    }

    /// The new parts of a table that stays.
    fn extend(&mut self, table: &TableDifference, keeper: Option<&str>) {
        let name = &table.old;
        if !table.added.is_empty() {
            let columns: Vec<String> = table.added.iter().map(add_column).collect();
            self.alter(format!("add columns to {name}"), name, &columns);
        }
        if let Some(keeper) = keeper {
            let mut change = Change::new(format!("keep columns of {name}"));
            change.lock(name, Lock::ShareRowExclusive);
            change.push(keeper.to_owned());
            self.before.push(Step::Once(Act::Change(change)));
        }
        if !table.fills.is_empty() {
            self.before.push(Step::Slices(Act::Fill {
                table: name.clone(),
                values: table.fills.clone(),
            }));
        }
        let checks: Vec<CheckSql> = new_checks(table);
        let made: Vec<String> = checks
            .iter()
            .map(|check| format!("ADD {} NOT VALID", check.constraint()))
            .collect();
        if !made.is_empty() {
            self.alter(format!("demand of new records of {name}"), name, &made);
        }
        self.add_references(table);
        let checks = checks.into_iter().map(|check| check.name);
        let references = table.references.added.iter();
        for constraint in checks.chain(references.map(|(made, _)| made.name.clone())) {
            self.before.push(Step::Outside(Act::Validate {
                table: name.clone(),
                constraint,
            }));
        }
        for (index, _) in &table.indexes.added {
            let sql = index.create(name);
            self.before.push(Step::Outside(Act::Index {
                table: name.clone(),
                name: index.name.clone(),
                sql: sql.replacen("INDEX ", "INDEX CONCURRENTLY ", 1),
            }));
        }
    }

    fn add_references(&mut self, table: &TableDifference) {
        if table.references.added.is_empty() {
            return;
        }
        let mut change = Change::new(format!("refer from new records of {}", table.old));
        change.lock(&table.old, Lock::ShareRowExclusive);
        for (reference, _) in &table.references.added {
            change.lock(&reference.target, Lock::ShareRowExclusive);
            change.push(format!("{} NOT VALID", reference.add(&table.old)));
        }
        self.before.push(Step::Once(Act::Change(change)));
    }

    fn alter(&mut self, about: String, table: &str, changes: &[String]) {
        self.before
            .push(Step::Once(Act::Change(alter(about, table, changes))));
    }
}

/// One statement that changes a table.
fn alter(about: String, table: &str, changes: &[String]) -> Change {
    let mut change = Change::new(about);
    change.lock(table, Lock::AccessExclusive);
    change.push(format!("ALTER TABLE {} {}", quote(table), changes.join(", ")));
    change
}

fn add_column(column: &ColumnSql) -> String {
    let required = if column.required { " NOT NULL" } else { "" };
    let default = column.default.as_ref();
    let default = default.map_or_else(String::new, |default| format!(" DEFAULT {default}"));
    format!(
        "ADD COLUMN {} {}{required}{default}",
        quote(&column.name),
        column.ty
    )
}

/// The checks that are made, with those that stand for a column that must not be null: once such a one holds for all
/// rows, the column can be made so without looking at them (PostgreSQL, ALTER TABLE, SET NOT NULL).
fn new_checks(table: &TableDifference) -> Vec<CheckSql> {
    let required = table.required.iter().map(|column| CheckSql {
        name: required_name(&table.old, column),
        condition: format!("{} IS NOT NULL", quote(column)),
    });
    let added = table.checks.added.iter().map(|(check, _)| check.clone());
    required.chain(added).collect()
}

pub(super) fn required_name(table: &str, column: &str) -> String {
    constraint_name(&format!("{table}.{column}{}", crate::sql::REQUIRED))
}

/// The triggers of both states.
fn find_keepers(from: &Shaped, to: &Shaped, difference: &Difference) -> Result<Option<Keepers>, SchemaError> {
    let of = |shaped: &Shaped| -> Result<BTreeMap<String, String>, SchemaError> {
        let triggers = keepers(shaped.target(Dialect::Postgres), &shaped.physical.fills)?;
        Ok(triggers
            .into_iter()
            .map(|trigger| (trigger.name, trigger.create))
            .collect())
    };
    let (old, new) = (of(from)?, of(to)?);
    let mut found = Keepers::default();
    for table in &difference.changed {
        let known = old.get(&keeper_name(&table.old));
        let wanted = new.get(&keeper_name(&table.new));
        match (known, wanted) {
            (Some(known), Some(wanted)) if known == wanted => {}
            (None, None) => {}
            (Some(_), None) => found.dropped.push(table.old.clone()),
            (None, Some(wanted)) if table.old == table.new && table.renamed.is_empty() => {
                found.made.insert(table.old.clone(), wanted.clone());
            }
            (None, Some(wanted)) => {
                let names = table.renamed.iter();
                let before = |column: &str| {
                    let known = names.clone().find(|(_, new)| new == column);
                    known.map(|(old, _)| old.clone())
                };
                let made = keeper_before(wanted, &table.old, &before);
                found.made.insert(table.old.clone(), made);
                found.dropped.push(table.old.clone());
                found.replaced.push((table.new.clone(), wanted.clone()));
            }
            // New columns would have to be kept beside those that are.
            (Some(_), Some(_)) if !table.fills.is_empty() => return Ok(None),
            (Some(_), Some(wanted)) => {
                found.dropped.push(table.old.clone());
                found.replaced.push((table.new.clone(), wanted.clone()));
            }
        }
    }
    for table in &difference.created {
        if new.contains_key(&keeper_name(&table.name)) {
            return Ok(None);
        }
    }
    let dropped = difference.dropped.iter().map(|table| &table.name);
    let goes = |table: &&String| old.contains_key(&keeper_name(table));
    found.dropped.extend(dropped.filter(goes).cloned());
    Ok(Some(found))
}

fn undo_all(difference: &Difference, keepers: &Keepers) -> Vec<Step> {
    let mut steps = Vec::new();
    for table in keepers.made.keys() {
        let mut change = Change::new(format!("no longer keep columns of {table}"));
        change.lock(table, Lock::AccessExclusive);
        change.push(drop_keeper(table));
        steps.push(Step::Once(Act::Change(change)));
    }
    for table in &difference.changed {
        for (index, _) in &table.indexes.added {
            let index = index.name.clone();
            steps.push(Step::Outside(Act::Forget { index }));
        }
        let checks = new_checks(table).into_iter().map(|check| check.name);
        let references = table.references.added.iter().map(|(made, _)| made.name.clone());
        let constraints = checks
            .chain(references)
            .map(|name| format!("DROP CONSTRAINT IF EXISTS {}", quote(&name)));
        let columns = table
            .added
            .iter()
            .map(|column| format!("DROP COLUMN IF EXISTS {}", quote(&column.name)));
        let changes: Vec<String> = constraints.chain(columns).collect();
        if changes.is_empty() {
            continue;
        }
        let mut change = alter(format!("take back {}", table.old), &table.old, &changes);
        for (reference, _) in &table.references.added {
            change.lock_if_there(&reference.target, difference);
        }
        steps.push(Step::Once(Act::Change(change)));
    }
    let created: Vec<String> = difference
        .created
        .iter()
        .map(|table| quote(&table.name))
        .collect();
    if !created.is_empty() {
        let mut change = Change::new(format!("take back {}", created.join(", ")));
        let references = difference
            .created
            .iter()
            .flat_map(|table| &table.parts.references);
        for reference in references {
            change.lock_if_there(&reference.target, difference);
        }
        change.push(format!("DROP TABLE IF EXISTS {}", created.join(", ")));
        steps.push(Step::Once(Act::Change(change)));
    }
    steps
}

impl Change {
    /// A lock on a table, unless it is one of those that may not have been made.
    fn lock_if_there(&mut self, table: &str, difference: &Difference) {
        if !difference.created.iter().any(|created| created.name == table) {
            self.lock(table, Lock::AccessExclusive);
        }
    }
}

/// Removes the trigger of a table with its function.
pub(super) fn drop_keeper(table: &str) -> String {
    let name = quote(&keeper_name(table));
    format!(
        "DROP TRIGGER IF EXISTS {name} ON {}; DROP FUNCTION IF EXISTS {name}()",
        quote(table)
    )
}
