//! What of each table stays, comes and goes on the way from one state to another.
//!
//! Until the turning point tables and columns keep the names that they have, so everything new is told in those: a new
//! part whose name is in use stands beside the old one, under a name for the time being.

use std::collections::{BTreeMap, BTreeSet};

use mainstay_core::definition::FieldKind;

use super::super::SchemaError;
use super::super::change::{ShapedTable, Way};
use super::parts::{Parts, beside};
use crate::sql::{CheckSql, ColumnSql, Dialect, IndexSql, ReferenceSql, TableSql, renamed_identifiers};

/// From all tables to all tables.
#[derive(Debug, Default)]
pub(super) struct Difference {
    pub(super) created: Vec<TableSql>,
    pub(super) changed: Vec<TableDifference>,
    pub(super) dropped: Vec<TableSql>,
}

/// A table that stays. Columns are under the names that they have before the turning point, where nothing else is said.
#[derive(Debug)]
pub(super) struct TableDifference {
    pub(super) old: String,
    pub(super) new: String,
    pub(super) added: Vec<ColumnSql>,
    /// Values of new columns for the rows that are there.
    pub(super) fills: Vec<(String, String)>,
    pub(super) dropped: Vec<String>,
    /// Old name, or that for the time being, and new name.
    pub(super) renamed: Vec<(String, String)>,
    /// Columns that must not be null any more, and columns that may be from now on.
    pub(super) required: Vec<String>,
    pub(super) loosened: Vec<String>,
    pub(super) defaults: Vec<(String, Option<String>)>,
    pub(super) checks: Parts<CheckSql>,
    pub(super) indexes: Parts<IndexSql>,
    pub(super) references: Parts<ReferenceSql>,
    pub(super) redirected: Vec<Redirected>,
}

/// A reference that only does something else from now on when its target goes.
#[derive(Debug)]
pub(super) struct Redirected {
    pub(super) old: ReferenceSql,
    /// As it will be.
    pub(super) new: ReferenceSql,
}

/// The difference; `None` where it cannot be made piece by piece.
pub(super) fn difference(
    way: &Way<'_>,
    old: &[ShapedTable<'_>],
    new: &[ShapedTable<'_>],
) -> Result<Option<Difference>, SchemaError> {
    let mut difference = Difference::default();
    let mut pairs = Vec::new();
    for table in new {
        let known = way
            .old_name(table)
            .and_then(|name| old.iter().find(|old| old.sql.name == name));
        match known {
            Some(known) => pairs.push((known, table)),
            None => difference.created.push(table.sql.clone()),
        }
    }
    let names = Names {
        tables: pairs
            .iter()
            .map(|(old, new)| (old.sql.name.clone(), new.sql.name.clone()))
            .collect(),
        indexes: old
            .iter()
            .flat_map(|table| &table.sql.parts.indexes)
            .map(|index| index.name.clone())
            .collect(),
    };
    for table in old {
        if !names.tables.contains_key(&table.sql.name) {
            difference.dropped.push(table.sql.clone());
        }
    }
    // Its name would have to be free before the turning point.
    let in_the_way = |table: &TableSql| old.iter().any(|old| old.sql.name == table.name);
    if difference.created.iter().any(in_the_way) {
        return Ok(None);
    }
    for table in &mut difference.created {
        for reference in &mut table.parts.references {
            reference.target = names.before(&reference.target);
        }
    }
    for (old, new) in pairs {
        match table_difference(way, old, new, &names)? {
            Some(table) => difference.changed.push(table),
            None => return Ok(None),
        }
    }
    Ok(Some(difference))
}

/// Names of all tables.
struct Names {
    /// Old to new.
    tables: BTreeMap<String, String>,
    /// Those of all indexes that there are.
    indexes: BTreeSet<String>,
}

impl Names {
    /// What a table is called until the turning point.
    fn before(&self, new: &str) -> String {
        let known = self.tables.iter().find(|(_, known)| *known == new);
        known.map_or_else(|| new.to_owned(), |(old, _)| old.clone())
    }

    fn after(&self, old: &str) -> String {
        let known = self.tables.get(old);
        known.cloned().unwrap_or_else(|| gone(old))
    }
}

/// A name that nothing has.
fn gone(name: &str) -> String {
    format!("{name}~gone")
}

fn table_difference(
    way: &Way<'_>,
    old: &ShapedTable<'_>,
    new: &ShapedTable<'_>,
    names: &Names,
) -> Result<Option<TableDifference>, SchemaError> {
    // By the new names of columns those that they have until the turning point.
    let (mut before, mut after) = (BTreeMap::new(), BTreeMap::new());
    for column in &new.sql.columns {
        let name = match way.stands_in(new, column, &old.sql.columns) {
            Some(known) => {
                let known = old.sql.columns.iter().find(|name| **name == known);
                known.expect("it was found among them")
            }
            None if old.sql.columns.contains(column) => &beside(column),
            None => column,
        };
        before.insert(column.as_str(), name.clone());
        if let Some(known) = old.sql.columns.iter().find(|known| *known == name) {
            after.insert(known.as_str(), column.as_str());
        }
    }
    let dropped = |column: &&String| !after.contains_key(column.as_str());
    let mut table = TableDifference {
        old: old.sql.name.clone(),
        new: new.sql.name.clone(),
        dropped: old.sql.columns.iter().filter(dropped).cloned().collect(),
        renamed: before
            .iter()
            .filter(|(new, old)| *new != old)
            .map(|(new, old)| (old.clone(), (*new).to_owned()))
            .collect(),
        checks: checks(old, new, &before, &after),
        indexes: indexes(old, new, &before, &after, names),
        references: references(old, new, &before, &after, names),
        added: Vec::new(),
        fills: Vec::new(),
        required: Vec::new(),
        loosened: Vec::new(),
        defaults: Vec::new(),
        redirected: Vec::new(),
    };
    table.find_redirected(names);
    for column in &new.sql.parts.columns {
        let name = &before[column.name.as_str()];
        let Some(known) = old.sql.parts.columns.iter().find(|old| old.name == *name) else {
            table.add_column(way, new, column, name)?;
            continue;
        };
        if known.ty != column.ty || scale(old, &known.name) != scale(new, &column.name) {
            return Ok(None);
        }
        match (known.required, column.required) {
            (false, true) => table.required.push(known.name.clone()),
            (true, false) => table.loosened.push(known.name.clone()),
            _ => {}
        }
        if known.default != column.default {
            table.defaults.push((known.name.clone(), column.default.clone()));
        }
    }
    Ok(Some(table))
}

impl TableDifference {
    fn add_column(
        &mut self,
        way: &Way<'_>,
        table: &ShapedTable<'_>,
        column: &ColumnSql,
        name: &str,
    ) -> Result<(), SchemaError> {
        let mut added = ColumnSql {
            name: name.to_owned(),
            ..column.clone()
        };
        if added.required && added.default.is_none() {
            // Rows that are there have nothing yet.
            added.required = false;
            self.required.push(added.name.clone());
        }
        if way.is_filled(table, &column.name) {
            let source = way.new_value(table, &column.name, Dialect::Postgres)?;
            self.fills.push((name.to_owned(), source.of_row));
        }
        self.added.push(added);
        Ok(())
    }

    /// A reference that leads where another one led takes its place in one moment: beside one another the stricter of
    /// the two would hold.
    fn find_redirected(&mut self, names: &Names) {
        let renamed = &self.renamed;
        let after = |column: &str| {
            let known = renamed.iter().find(|(old, _)| old == column);
            known.map_or(column, |(_, new)| new.as_str()).to_owned()
        };
        let mut left = Vec::new();
        for old in std::mem::take(&mut self.references.dropped) {
            let same =
                |(made, _): &(ReferenceSql, String)| made.column == old.column && made.target == old.target;
            match self.references.added.iter().position(same) {
                Some(place) => {
                    let (made, name) = self.references.added.remove(place);
                    let new = ReferenceSql {
                        column: after(&made.column),
                        target: names.after(&made.target),
                        name,
                        ..made
                    };
                    self.redirected.push(Redirected { old, new });
                }
                None => left.push(old),
            }
        }
        self.references.dropped = left;
    }

    /// Is there anything to do?
    pub(super) fn is_empty(&self) -> bool {
        self.old == self.new
            && self.added.is_empty()
            && self.dropped.is_empty()
            && self.renamed.is_empty()
            && self.required.is_empty()
            && self.loosened.is_empty()
            && self.defaults.is_empty()
            && self.checks.is_empty()
            && self.indexes.is_empty()
            && self.references.is_empty()
            && self.redirected.is_empty()
    }
}

type Before<'c> = BTreeMap<&'c str, String>;
type After<'c> = BTreeMap<&'c str, &'c str>;

/// SQL over columns in the names that they will have.
fn sql_after(sql: &str, after: &After<'_>) -> String {
    renamed_identifiers(sql, &|column| {
        Some(
            after
                .get(column)
                .map_or_else(|| gone(column), |new| (*new).to_owned()),
        )
    })
}

/// SQL over columns in the names that they have.
fn sql_before(sql: &str, before: &Before<'_>) -> String {
    renamed_identifiers(sql, &|column| before.get(column).cloned())
}

fn checks(
    old: &ShapedTable<'_>,
    new: &ShapedTable<'_>,
    before: &Before<'_>,
    after: &After<'_>,
) -> Parts<CheckSql> {
    let later = |check: &CheckSql| CheckSql {
        condition: sql_after(&check.condition, after),
        ..check.clone()
    };
    let made = |check: &CheckSql| CheckSql {
        condition: sql_before(&check.condition, before),
        ..check.clone()
    };
    let old = &old.sql.parts.checks;
    let taken = old.iter().map(|check| check.name.clone()).collect();
    Parts::of(
        old.iter().map(|check| (later(check), check.clone())).collect(),
        new.sql
            .parts
            .checks
            .iter()
            .map(|check| (check.clone(), made(check)))
            .collect(),
        |old, new| old.condition == new.condition,
        &taken,
    )
}

fn indexes(
    old: &ShapedTable<'_>,
    new: &ShapedTable<'_>,
    before: &Before<'_>,
    after: &After<'_>,
    names: &Names,
) -> Parts<IndexSql> {
    let later = |index: &IndexSql| IndexSql {
        keys: sql_after(&index.keys, after),
        ..index.clone()
    };
    let made = |index: &IndexSql| IndexSql {
        keys: sql_before(&index.keys, before),
        ..index.clone()
    };
    let (old, new) = (&old.sql.parts.indexes, &new.sql.parts.indexes);
    Parts::of(
        old.iter().map(|index| (later(index), index.clone())).collect(),
        new.iter().map(|index| (index.clone(), made(index))).collect(),
        |old, new| old.unique == new.unique && old.keys == new.keys,
        &names.indexes,
    )
}

fn references(
    old: &ShapedTable<'_>,
    new: &ShapedTable<'_>,
    before: &Before<'_>,
    after: &After<'_>,
    names: &Names,
) -> Parts<ReferenceSql> {
    let later = |reference: &ReferenceSql| ReferenceSql {
        column: after
            .get(reference.column.as_str())
            .map_or_else(|| gone(&reference.column), |new| (*new).to_owned()),
        target: names.after(&reference.target),
        ..reference.clone()
    };
    let made = |reference: &ReferenceSql| ReferenceSql {
        column: before
            .get(reference.column.as_str())
            .unwrap_or(&reference.column)
            .clone(),
        target: names.before(&reference.target),
        ..reference.clone()
    };
    let (old, new) = (&old.sql.parts.references, &new.sql.parts.references);
    let taken = old.iter().map(|reference| reference.name.clone()).collect();
    Parts::of(
        old.iter()
            .map(|reference| (later(reference), reference.clone()))
            .collect(),
        new.iter()
            .map(|reference| (reference.clone(), made(reference)))
            .collect(),
        |old, new| old.column == new.column && old.target == new.target && old.action == new.action,
        &taken,
    )
}

/// The digits after the point of a column of decimals: the same number means something else at another scale.
fn scale(table: &ShapedTable<'_>, column: &str) -> Option<u8> {
    match table.collection.find_field(column)?.kind {
        FieldKind::Decimal { scale, .. } => Some(scale),
        _ => None,
    }
}
