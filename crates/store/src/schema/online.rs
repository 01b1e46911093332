//! Changing large tables of a file without holding up those who write.
//!
//! The next form of a table is built beside it. Triggers bring every change of the old one into the new one, while the rows
//! are copied in slices, indexes and all. Then names change places in one short transaction. What is left behind is cleared
//! away in slices too; until it is gone, triggers remove from it what changes in its successor.

use std::collections::BTreeMap;

use mainstay_core::RecordId;

use super::change::{ShapedTable, TableChange, Way};
use super::reshape::{self, Prepared, does_not_fit, drop_triggers, index_beside};
use super::transition::{Act, Cursor, Slice, Step, Transition};
use super::{SchemaError, catalog, complete_state, count, native, read_stored};
use crate::db::StoreError;
use crate::sql::{BUILDING, Dialect, LEFT, Rebuild, TableSql, create_as, delete_some, index_as, refer_as};
use crate::tx::{Bind, Tx, WriteTx};

/// A column by which the rows of a table of records, or of a join table, can be told in part.
const KEYS: [&str; 2] = ["id", "owner"];
/// Rows of a slice in a statement that is only shown.
const SLICE_EXPLAINED: usize = 1_000;

pub(super) fn steps(
    transition: &Transition,
    tx: &mut Tx<'_>,
    rows_small: u64,
) -> Result<Vec<Step>, SchemaError> {
    let (mut before, mut after) = (Vec::new(), Vec::new());
    for change in changes(transition, tx)? {
        let Some(from) = &change.from else { continue };
        if !is_large(tx, &from.old, rows_small)? {
            continue;
        }
        let table = from.name.clone();
        before.push(Step::Once(Act::Begin { table: table.clone() }));
        before.push(Step::Slices(Act::Copy { table: table.clone() }));
        let left = format!("{table}{LEFT}");
        after.push(Step::Slices(Act::Clear {
            table: left.clone(),
            key: from.key.iter().map(|name| (*name).to_owned()).collect(),
        }));
        after.push(Step::Once(Act::Drop { table: left }));
    }
    if !before.is_empty() {
        let removed = removed(transition).into_iter();
        after.extend(removed.map(|table| {
            Step::Once(Act::Drop {
                table: format!("{table}{LEFT}"),
            })
        }));
        let created = created(transition).into_iter();
        before.splice(
            0..0,
            created.map(|table| Step::Once(Act::Create { table: table.name })),
        );
    }
    before.push(Step::Alone(Act::Swap));
    before.extend(after);
    Ok(before)
}

/// The tables that are new, and whose names are free.
fn created(transition: &Transition) -> Vec<TableSql> {
    let (Some(way), Some(from)) = (way(transition), &transition.shaped_from) else {
        return Vec::new();
    };
    let old = from.tables(Dialect::Sqlite);
    let is_new = |table: &ShapedTable<'_>| {
        way.old_name(table).is_none() && old.iter().all(|old| old.sql.name != table.sql.name)
    };
    let tables = transition.shaped_to.tables(Dialect::Sqlite).into_iter();
    tables.filter(is_new).map(|table| table.sql).collect()
}

fn way(transition: &Transition) -> Option<Way<'_>> {
    let from = transition.from.as_ref().zip(transition.shaped_from.as_ref())?;
    Some(Way::new(Some(from), (&transition.to, &transition.shaped_to)))
}

/// The tables that stay under another name: the old name and the new one.
fn renamed(transition: &Transition) -> Vec<(String, String)> {
    let Some(way) = way(transition) else {
        return Vec::new();
    };
    let tables = transition.shaped_to.tables(Dialect::Sqlite).into_iter();
    tables
        .filter_map(|table| Some((way.old_name(&table)?, table.sql.name)))
        .filter(|(old, new)| old != new)
        .collect()
}

/// The tables that nobody wants any more.
fn removed(transition: &Transition) -> Vec<String> {
    let (Some(way), Some(from)) = (way(transition), &transition.shaped_from) else {
        return Vec::new();
    };
    let tables = transition.shaped_to.tables(Dialect::Sqlite);
    let kept: Vec<String> = tables.iter().filter_map(|table| way.old_name(table)).collect();
    let old = from
        .tables(Dialect::Sqlite)
        .into_iter()
        .map(|table| table.sql.name);
    old.filter(|name| !kept.contains(name)).collect()
}

/// The statement that makes a table before the turning point: it refers to tables by the names that they have.
fn create_sql(transition: &Transition, create: &str) -> String {
    let renamed = renamed(transition);
    refer_as(create, &|table| {
        let known = renamed.iter().find(|(_, new)| new == table);
        known.map(|(old, _)| old.clone())
    })
}

/// The tables that have to be built anew.
fn changes(transition: &Transition, tx: &mut Tx<'_>) -> Result<Vec<TableChange>, SchemaError> {
    let Some(way) = way(transition) else {
        return Ok(Vec::new());
    };
    let stored = read_stored(tx)?;
    let mut changes = Vec::new();
    for table in transition.shaped_to.tables(tx.dialect()) {
        let change = way.change(tx, &table)?;
        let Some(from) = &change.from else { continue };
        let known = stored.tables.get(&from.old);
        let other_indexes = change
            .wanted
            .indexes
            .iter()
            .any(|(name, sql)| stored.indexes.get(name).is_none_or(|known| known.sql != *sql));
        if from.old != from.name
            || known.is_none_or(|known| known.sql != change.wanted.create)
            || other_indexes
        {
            changes.push(change);
        }
    }
    Ok(changes)
}

fn is_large(tx: &mut Tx<'_>, table: &str, rows_small: u64) -> Result<bool, SchemaError> {
    let sql = format!("SELECT count(*) FROM (SELECT 1 FROM \"{table}\" LIMIT {rows_small})");
    Ok(count(tx, &sql)?.unsigned_abs() >= rows_small)
}

fn change_of(
    transition: &Transition,
    tx: &mut Tx<'_>,
    table: &str,
) -> Result<(TableChange, Rebuild), SchemaError> {
    let mut changes = changes(transition, tx)?.into_iter();
    let change = changes.find(|change| change.wanted.name == table);
    change
        .and_then(|change| change.from.clone().map(|from| (change, from)))
        .ok_or_else(|| StoreError::Corrupt(format!("{table} is not to be changed")).into())
}

pub(super) fn create(
    transition: &Transition,
    tx: &mut WriteTx<'_>,
    table: &str,
) -> Result<Slice, SchemaError> {
    if let Some(created) = created(transition).iter().find(|created| created.name == table) {
        tx.run_script(&create_sql(transition, &created.create))?;
    }
    Ok(Slice::Done)
}

pub(super) fn begin(
    transition: &Transition,
    tx: &mut WriteTx<'_>,
    table: &str,
) -> Result<Slice, SchemaError> {
    let (change, from) = change_of(transition, tx, table)?;
    let create = create_sql(transition, &change.wanted.create);
    tx.run_script(&create_as(&create, &from.name, &from.building()))?;
    index_beside(tx, &change)?;
    for (_, mirror) in from.mirrors() {
        tx.run_script(&mirror)?;
    }
    Ok(Slice::Done)
}

pub(super) fn copy(
    transition: &Transition,
    tx: &mut WriteTx<'_>,
    table: &str,
    after: Option<&Cursor>,
    rows: usize,
) -> Result<Slice, SchemaError> {
    let (_, from) = change_of(transition, tx, table)?;
    let start: Vec<Bind<'_>> = after.into_iter().flatten().map(Bind::Id).collect();
    let end = tx.query_first(&from.slice_end(after.is_none(), rows), &start, |row| {
        let key = (0..from.key.len()).map(|place| row.id(place));
        key.collect::<Result<Vec<RecordId>, StoreError>>()
    })?;
    let Some(end) = end else { return Ok(Slice::Done) };
    let binds: Vec<Bind<'_>> = end.iter().map(Bind::Id).chain(start).collect();
    tx.execute(&from.insert_slice(after.is_none()), &binds)
        .map_err(|error| does_not_fit(table, error))?;
    Ok(Slice::More(end))
}

pub(super) fn swap(transition: &Transition, tx: &mut WriteTx<'_>) -> Result<Slice, SchemaError> {
    if tx.dialect() == Dialect::Postgres {
        native::lock_all(tx)?;
    }
    // From here on nothing is brought along any more: nobody else writes.
    drop_triggers(tx)?;
    let changed = changes(transition, tx)?;
    let tables = catalog::tables(tx)?.into_iter();
    let mut prepared = Prepared {
        tables: tables
            .filter_map(|table| table.strip_suffix(BUILDING).map(str::to_owned))
            .collect(),
        renamed: BTreeMap::new(),
    };
    if !prepared.tables.is_empty() {
        tx.run_script("PRAGMA legacy_alter_table = OFF")?;
        remove(tx, &removed(transition))?;
        prepared.renamed = give_names(tx, &renamed(transition))?;
        tx.run_script("PRAGMA legacy_alter_table = ON")?;
    }
    let built = changed.into_iter().map(|change| change.wanted.name);
    let built: Vec<String> = built.filter(|name| !prepared.tables.contains(name)).collect();
    reshape::reshape(tx, transition.from.as_ref(), &transition.to, prepared)?;
    complete_state(tx, &transition.to)?;
    // The others were checked row by row.
    for table in built {
        catalog::check_references_of(tx, &table)?;
    }
    Ok(Slice::Done)
}

/// Removes tables. What is left behind may refer to them, so each is followed by an empty one under another name, until
/// nothing is left behind any more.
fn remove(tx: &mut WriteTx<'_>, removed: &[String]) -> Result<(), SchemaError> {
    for table in removed {
        tx.run_script(&format!(
            "ALTER TABLE \"{table}\" RENAME TO \"{table}{LEFT}\"; DROP TABLE \"{table}{LEFT}\";
             CREATE TABLE \"{table}{LEFT}\" (\"id\" BLOB PRIMARY KEY NOT NULL) STRICT"
        ))?;
        tx.execute("DELETE FROM _schema WHERE of_table = ?1", &[Bind::Text(table)])?;
    }
    Ok(())
}

/// Gives tables their new names, and has those that refer to them follow: the successors of others do. In two rounds:
/// names may change places.
fn give_names(
    tx: &mut WriteTx<'_>,
    renamed: &[(String, String)],
) -> Result<BTreeMap<String, String>, SchemaError> {
    for (place, (old, _)) in renamed.iter().enumerate() {
        tx.run_script(&format!("ALTER TABLE \"{old}\" RENAME TO \"~{place}\""))?;
        tx.execute(
            "UPDATE _schema SET name = CASE kind WHEN 'table' THEN ?1 ELSE name END, of_table = ?1 WHERE of_table = ?2",
            &[Bind::Text(&format!("~{place}")), Bind::Text(old)],
        )?;
    }
    for (place, (_, new)) in renamed.iter().enumerate() {
        tx.run_script(&format!("ALTER TABLE \"~{place}\" RENAME TO \"{new}\""))?;
        tx.execute(
            "UPDATE _schema SET name = CASE kind WHEN 'table' THEN ?1 ELSE name END, of_table = ?1 WHERE of_table = ?2",
            &[Bind::Text(new), Bind::Text(&format!("~{place}"))],
        )?;
    }
    Ok(renamed.iter().cloned().collect())
}

pub(super) fn clear(
    tx: &mut WriteTx<'_>,
    table: &str,
    key: &[String],
    rows: usize,
) -> Result<Slice, SchemaError> {
    let key: Vec<&str> = key.iter().map(String::as_str).collect();
    if !catalog::exists(tx, table)? || tx.execute(&delete_some(table, &key, rows), &[])? == 0 {
        return Ok(Slice::Done);
    }
    Ok(Slice::More(Vec::new()))
}

pub(super) fn drop_table(tx: &mut WriteTx<'_>, table: &str) -> Result<Slice, SchemaError> {
    stop(tx, table)?;
    tx.run_script(&format!("DROP TABLE IF EXISTS \"{table}\""))?;
    Ok(Slice::Done)
}

pub(super) fn stop(tx: &mut WriteTx<'_>, table: &str) -> Result<Slice, SchemaError> {
    for (name, body) in catalog::trigger_bodies(tx)? {
        if body.contains(&format!("\"{table}\"")) {
            tx.run_script(&format!("DROP TRIGGER \"{name}\""))?;
        }
    }
    Ok(Slice::Done)
}

/// What an act would run, as text.
pub(super) fn statements(
    transition: &Transition,
    tx: &mut Tx<'_>,
    act: &Act,
) -> Result<Vec<String>, SchemaError> {
    Ok(match act {
        Act::Begin { table } => {
            let (change, from) = change_of(transition, tx, table)?;
            let create = create_sql(transition, &change.wanted.create);
            let create = create_as(&create, &from.name, &from.building());
            let indexes = change.wanted.indexes.iter();
            let indexes =
                indexes.map(|(name, sql)| index_as(sql, (name, name), (&from.name, &from.building())));
            let mirrors = from.mirrors().into_iter().map(|(_, sql)| sql);
            [create].into_iter().chain(indexes).chain(mirrors).collect()
        }
        Act::Create { table } => {
            let created = created(transition).into_iter();
            let created = created.filter(|created| created.name == *table);
            created
                .map(|table| create_sql(transition, &table.create))
                .collect()
        }
        Act::Copy { table } => vec![change_of(transition, tx, table)?.1.insert_slice(false)],
        Act::Swap => {
            let mut statements = Vec::new();
            for change in changes(transition, tx)? {
                statements.push(change.wanted.create);
                statements.extend(change.wanted.indexes.into_iter().map(|(_, sql)| sql));
            }
            statements
        }
        Act::Clear { table, key } => {
            let key: Vec<&str> = key.iter().map(String::as_str).collect();
            vec![delete_some(table, &key, SLICE_EXPLAINED)]
        }
        Act::Drop { table } => vec![format!("DROP TABLE IF EXISTS \"{table}\"")],
        _ => Vec::new(),
    })
}

/// Before the turning point only new tables and tables under construction are too many, and the triggers that fill them.
pub(super) fn undo_steps(transition: &Transition, tx: &mut Tx<'_>) -> Result<Vec<Step>, SchemaError> {
    let mut steps = Vec::new();
    for table in catalog::tables(tx)?
        .into_iter()
        .filter(|table| table.ends_with(BUILDING))
    {
        let columns = catalog::columns(tx, &table)?;
        let key = KEYS
            .iter()
            .find(|key| columns.iter().any(|column| column.name == **key));
        // First the triggers: nothing is to be added any more.
        steps.push(Step::Once(Act::Stop { table: table.clone() }));
        steps.push(Step::Slices(Act::Clear {
            table: table.clone(),
            key: key.map_or_else(Vec::new, |key| vec![(*key).to_owned()]),
        }));
        steps.push(Step::Once(Act::Drop { table }));
    }
    for table in created(transition) {
        if catalog::exists(tx, &table.name)? {
            steps.push(Step::Once(Act::Drop { table: table.name }));
        }
    }
    Ok(steps)
}
