//! The turning point: parts go, and names change. None of its statements looks at a row.

use std::collections::BTreeMap;

use super::super::transition::{Act, Step};
use super::difference::{Difference, Redirected, TableDifference};
use super::parts::Parts;
use super::plan::{drop_keeper, required_name};
use super::{Change, Lock};
use crate::sql::{IndexSql, LEFT, constraint_name, quote};

/// Longest name of a table of which the name of its primary key is made; what is longer is cut off by PostgreSQL.
const KEYED_BYTES_MAX: usize = 58;

/// The triggers that keep columns, by what becomes of them.
#[derive(Debug, Default)]
pub(super) struct Keepers {
    /// Before the turning point, by table.
    pub(super) made: BTreeMap<String, String>,
    /// Tables that lose theirs at the turning point, under their old names.
    pub(super) dropped: Vec<String>,
    /// Made at the turning point, for tables under their new names.
    pub(super) replaced: Vec<(String, String)>,
}

/// The turning point, and the steps after it.
pub(super) fn turn(difference: &Difference, keepers: &Keepers) -> (Change, Vec<Step>) {
    let mut turn = Change::new("turn".to_owned());
    let mut after = Vec::new();
    for table in &keepers.dropped {
        turn.lock(table, Lock::AccessExclusive);
        turn.push(drop_keeper(table));
    }
    for table in &difference.changed {
        drop_references(&mut turn, table);
    }
    for table in &difference.changed {
        drop_parts(&mut turn, table, &mut after);
    }
    if !difference.dropped.is_empty() {
        for table in &difference.dropped {
            turn.lock(&table.name, Lock::AccessExclusive);
            for reference in &table.parts.references {
                turn.lock(&reference.target, Lock::AccessExclusive);
            }
        }
        let tables: Vec<String> = difference
            .dropped
            .iter()
            .map(|table| quote(&table.name))
            .collect();
        turn.push(format!("DROP TABLE {}", tables.join(", ")));
    }
    rename_indexes(&mut turn, difference);
    for table in &difference.changed {
        change_columns(&mut turn, table);
        rename_parts(&mut turn, table);
    }
    rename_tables(&mut turn, difference);
    for (_, keeper) in &keepers.replaced {
        turn.push(keeper.clone());
    }
    for table in &difference.changed {
        redirect(&mut turn, table, &mut after);
    }
    (turn, after)
}

/// Some changes of one table, while it has its old name.
fn alter(turn: &mut Change, table: &str, changes: &[String]) {
    if changes.is_empty() {
        return;
    }
    turn.lock(table, Lock::AccessExclusive);
    turn.push(format!("ALTER TABLE {} {}", quote(table), changes.join(", ")));
}

fn drop_references(turn: &mut Change, table: &TableDifference) {
    let dropped = table.references.dropped.iter();
    let dropped: Vec<(&str, &str)> = dropped
        .map(|reference| (reference.name.as_str(), reference.target.as_str()))
        .collect();
    for (_, target) in &dropped {
        turn.lock(target, Lock::AccessExclusive);
    }
    for redirected in &table.redirected {
        turn.lock(&redirected.old.target, Lock::AccessExclusive);
    }
    let redirected = table
        .redirected
        .iter()
        .map(|redirected| redirected.old.name.as_str());
    let names = dropped.iter().map(|(name, _)| *name).chain(redirected);
    let changes: Vec<String> = names
        .map(|name| format!("DROP CONSTRAINT {}", quote(name)))
        .collect();
    alter(turn, &table.old, &changes);
}

/// What nobody wants any more. An index that is only a burden goes later, without holding up anybody.
fn drop_parts(turn: &mut Change, table: &TableDifference, after: &mut Vec<Step>) {
    let checks = table.checks.dropped.iter();
    let mut changes: Vec<String> = checks
        .map(|check| format!("DROP CONSTRAINT {}", quote(&check.name)))
        .collect();
    let of_dropped = |index: &IndexSql| {
        let mut columns = table.dropped.iter();
        columns.any(|column| index.keys.contains(&quote(column)))
    };
    for index in &table.indexes.dropped {
        if index.unique {
            turn.lock(&table.old, Lock::AccessExclusive);
            turn.push(format!("DROP INDEX {}", quote(&index.name)));
        } else if !of_dropped(index) {
            let left = constraint_name(&format!("{}{LEFT}", index.name));
            turn.push(rename_index(&index.name, &left));
            after.push(Step::Outside(Act::Forget { index: left }));
        }
    }
    let columns = table.dropped.iter();
    changes.extend(columns.map(|column| format!("DROP COLUMN {}", quote(column))));
    alter(turn, &table.old, &changes);
}

fn change_columns(turn: &mut Change, table: &TableDifference) {
    let mut changes = Vec::new();
    for column in &table.loosened {
        changes.push(format!("ALTER COLUMN {} DROP NOT NULL", quote(column)));
    }
    for (column, default) in &table.defaults {
        changes.push(match default {
            Some(default) => format!("ALTER COLUMN {} SET DEFAULT {default}", quote(column)),
            None => format!("ALTER COLUMN {} DROP DEFAULT", quote(column)),
        });
    }
    for column in &table.required {
        changes.push(format!("ALTER COLUMN {} SET NOT NULL", quote(column)));
    }
    alter(turn, &table.old, &changes);
    // Only then: it is what spares the look at every row.
    let checks = table.required.iter();
    let checks: Vec<String> = checks
        .map(|column| format!("DROP CONSTRAINT {}", quote(&required_name(&table.old, column))))
        .collect();
    alter(turn, &table.old, &checks);
}

fn rename_parts(turn: &mut Change, table: &TableDifference) {
    let constraints: Vec<(String, String)> = renamings(&table.checks, |check| &check.name)
        .chain(renamings(&table.references, |reference| &reference.name))
        .collect();
    let of = quote(&table.old);
    let mut statements = rename_all(&constraints, |from, to| {
        format!(
            "ALTER TABLE {of} RENAME CONSTRAINT {} TO {}",
            quote(from),
            quote(to)
        )
    });
    statements.extend(rename_all(&table.renamed, |from, to| {
        format!("ALTER TABLE {of} RENAME COLUMN {} TO {}", quote(from), quote(to))
    }));
    if !statements.is_empty() {
        turn.lock(&table.old, Lock::AccessExclusive);
    }
    turn.statements.extend(statements);
}

/// From the names for the time being, or of before, to those that last.
fn renamings<'p, T>(
    parts: &'p Parts<T>,
    name: impl Fn(&T) -> &String + 'p,
) -> impl Iterator<Item = (String, String)> + 'p {
    let added = parts.added.iter();
    let added = added.map(move |(made, last)| (name(made).clone(), last.clone()));
    parts.renamed.iter().cloned().chain(added)
}

/// Names of indexes are those of the whole database.
fn rename_indexes(turn: &mut Change, difference: &Difference) {
    let tables = difference.changed.iter();
    let indexes: Vec<(String, String)> = tables
        .flat_map(|table| renamings(&table.indexes, |index| &index.name))
        .collect();
    turn.statements.extend(rename_all(&indexes, rename_index));
}

fn rename_index(from: &str, to: &str) -> String {
    format!("ALTER INDEX {} RENAME TO {}", quote(from), quote(to))
}

/// A table that was built anew before this rule may have a key of another name.
fn rename_key(from: &str, to: &str) -> String {
    format!("ALTER INDEX IF EXISTS {} RENAME TO {}", quote(from), quote(to))
}

fn rename_tables(turn: &mut Change, difference: &Difference) {
    let tables: Vec<(String, String)> = difference
        .changed
        .iter()
        .filter(|table| table.old != table.new)
        .map(|table| (table.old.clone(), table.new.clone()))
        .collect();
    for (old, _) in &tables {
        turn.lock(old, Lock::AccessExclusive);
    }
    let keys: Vec<(String, String)> = tables
        .iter()
        .map(|(old, new)| (key_name(old), key_name(new)))
        .collect();
    turn.statements.extend(rename_all(&keys, rename_key));
    turn.statements.extend(rename_all(&tables, |from, to| {
        format!("ALTER TABLE {} RENAME TO {}", quote(from), quote(to))
    }));
}

/// What PostgreSQL calls the primary key of a table.
pub(crate) fn key_name(table: &str) -> String {
    format!("{}_pkey", &table[..table.len().min(KEYED_BYTES_MAX)])
}

/// Gives names, in two rounds where one wants the name that another has.
fn rename_all(names: &[(String, String)], statement: impl Fn(&str, &str) -> String) -> Vec<String> {
    let names: Vec<&(String, String)> = names.iter().filter(|(from, to)| from != to).collect();
    let in_the_way = |name: &String| names.iter().any(|(from, _)| from == name);
    let (late, early): (Vec<_>, Vec<_>) = names.iter().enumerate().partition(|(_, (_, to))| in_the_way(to));
    let between = |place: usize| format!("~{place}");
    let first = late
        .iter()
        .map(|(place, (from, _))| statement(from, &between(*place)));
    let then = early.iter().map(|(_, (from, to))| statement(from, to));
    let last = late
        .iter()
        .map(|(place, (_, to))| statement(&between(*place), to));
    first.chain(then).chain(last).collect()
}

/// A reference that only does something else from now on. The one before it held until now, so every row meets it; the
/// look at them comes later.
fn redirect(turn: &mut Change, table: &TableDifference, after: &mut Vec<Step>) {
    for Redirected { new: reference, .. } in &table.redirected {
        turn.push(format!("{} NOT VALID", reference.add(&table.new)));
        after.push(Step::Outside(Act::Validate {
            table: table.new.clone(),
            constraint: reference.name.clone(),
        }));
    }
}
