//! One shape that serves the releases of several: it holds what any of them writes, and demands what all of them demand.

use std::collections::BTreeSet;

use toml::{Table, Value};

use super::conversion::{has_literal_default, is_true, type_of};
use super::shape::{Shape, fields_mut, fields_of, list, list_mut, normalise};
use crate::definition::ends_shares;

/// Merges shapes that are in the names of the database, the newest last. `filled` are columns that are kept in step:
/// a release that does not know them writes none, and none is what tells.
pub(super) fn merge(shapes: &[Shape], filled: &BTreeSet<(&str, &str)>) -> Shape {
    let mut merged = Shape::default();
    let tables: BTreeSet<&String> = shapes.iter().flat_map(|shape| shape.collections.keys()).collect();
    for name in tables {
        let declared: Vec<&Table> = shapes
            .iter()
            .filter_map(|shape| shape.collections.get(name))
            .collect();
        let mut table = merged_table(&declared);
        for (column, field) in fields_mut(&mut table).iter_mut() {
            let field = field.as_table_mut().expect("a field is a table");
            if filled.contains(&(name.as_str(), column.as_str())) {
                field.remove("required");
                field.remove("default");
            }
        }
        normalise(&mut table);
        merged.collections.insert(name.clone(), table);
    }
    restore_with_their_targets(&mut merged);
    merged
}

fn merged_table(declared: &[&Table]) -> Table {
    let newest = declared.last().expect("a table stands in some shape");
    let mut table = Table::new();
    if declared.iter().any(|table| is_true(table, "soft_delete")) {
        table.insert("soft_delete".to_owned(), Value::Boolean(true));
    }
    if let Some(order) = newest.get("order") {
        table.insert("order".to_owned(), order.clone());
    }
    for older in declared {
        for (column, field) in fields_of(older).into_iter().flatten() {
            let Some(field) = field.as_table() else { continue };
            let fields = fields_mut(&mut table);
            let merged = match fields.get(column).and_then(Value::as_table) {
                Some(known) => widened(known, field),
                None => field.clone(),
            };
            fields.insert(column.clone(), Value::Table(merged));
        }
    }
    for (column, field) in fields_mut(&mut table).iter_mut() {
        let field = field.as_table_mut().expect("a field is a table");
        let everywhere = declared
            .iter()
            .all(|table| fields_of(table).is_some_and(|fields| fields.contains_key(column)));
        if !everywhere {
            // A release that does not know the column leaves it out, and knows nothing of its conditions.
            if !has_literal_default(field) {
                field.remove("required");
            }
            field.remove("check");
        }
        if !everywhere && !fields_of(newest).is_some_and(|fields| fields.contains_key(column)) {
            field.remove("unique");
        }
    }
    // A check that one of them does not know is asked by the others when they write.
    for check in list(newest, "checks") {
        if declared.iter().all(|table| list(table, "checks").contains(check)) {
            list_mut(&mut table, "checks").push(check.clone());
        }
    }
    for index in declared.iter().rev().flat_map(|table| list(table, "indexes")) {
        let is_unique = index.get("unique").and_then(Value::as_bool) == Some(true);
        let same_fields = |known: &Value| known.get("fields") == index.get("fields");
        let is_newest = list(newest, "indexes").contains(index);
        let is_possible = is_newest || (!is_unique && !has_rich_text(&table, index));
        let indexes = list_mut(&mut table, "indexes");
        if is_possible && !indexes.iter().any(same_fields) {
            indexes.push(index.clone());
        }
    }
    remove_repeated_indexes(&mut table);
    table
}

/// An older index over a text that is rich by now, which the reader refuses.
fn has_rich_text(table: &Table, index: &Value) -> bool {
    let names = index.get("fields").and_then(Value::as_array);
    let mut names = names.into_iter().flatten().filter_map(Value::as_str);
    let field = |name: &str| fields_of(table)?.get(name)?.as_table();
    names.any(|name| field(name).is_some_and(|field| is_true(field, "rich")))
}

/// Where deleting a record that can be restored takes others along, those can be restored too. Each shape says so of
/// itself, but one may have the cascade and another one the soft deletion.
fn restore_with_their_targets(merged: &mut Shape) {
    loop {
        let is_soft = |name: &str| {
            let target = merged.collections.get(name);
            target.is_some_and(|target| is_true(target, "soft_delete"))
        };
        let takes_along = |name: &str, field: &str, declared: &Table| {
            let target = declared.get("to").and_then(Value::as_str);
            declared.get("on_delete").and_then(Value::as_str) == Some("cascade")
                && target.is_some_and(|target| is_soft(target) && !ends_shares(name, field, target))
        };
        let hard = merged.collections.iter().find(|(name, table)| {
            let mut fields = fields_of(table).into_iter().flatten();
            !is_soft(name)
                && fields.any(|(field, declared)| {
                    let declared = declared.as_table();
                    declared.is_some_and(|declared| takes_along(name, field, declared))
                })
        });
        let Some(name) = hard.map(|(name, _)| name.clone()) else {
            return;
        };
        if let Some(table) = merged.collections.get_mut(&name) {
            table.insert("soft_delete".to_owned(), Value::Boolean(true));
        }
    }
}

/// A field that was given `index` or `unique` need not be in an index of its own besides, which the reader refuses.
fn remove_repeated_indexes(table: &mut Table) {
    let fields = fields_mut(table).clone();
    list_mut(table, "indexes").retain(|index| {
        let names = index.get("fields").and_then(Value::as_array);
        let single = names
            .filter(|names| names.len() == 1)
            .and_then(|names| names[0].as_str());
        let field = single.and_then(|name| fields.get(name)?.as_table());
        let unique = index.get("unique").and_then(Value::as_bool) == Some(true);
        !field.is_some_and(|field| is_true(field, "unique") || (is_true(field, "index") && !unique))
    });
}

/// What both allow. `newer` decides where both cannot be had.
fn widened(older: &Table, newer: &Table) -> Table {
    let mut wide = newer.clone();
    if !is_true(older, "required") {
        wide.remove("required");
    }
    if is_true(older, "index") && !is_true(newer, "unique") && !is_true(newer, "rich") {
        wide.insert("index".to_owned(), Value::Boolean(true));
    }
    if older.get("check") != newer.get("check") {
        wide.remove("check");
    }
    for key in ["min", "max", "precision"] {
        let bound = |table: &Table| {
            let declared = table.get(key).cloned();
            declared.or_else(|| default_bound(type_of(table), key))
        };
        match (bound(older), bound(newer)) {
            (Some(a), Some(b)) => {
                let is_wider = if key == "min" {
                    is_less(&a, &b)
                } else {
                    is_less(&b, &a)
                };
                if is_wider {
                    wide.insert(key.to_owned(), a);
                }
            }
            _ => {
                wide.remove(key);
            }
        }
    }
    let options = |table: &Table| table.get("options").and_then(Value::as_array).cloned();
    if let (Some(mut all), Some(new)) = (options(older), options(newer)) {
        let more = new
            .into_iter()
            .filter(|option| !all.contains(option))
            .collect::<Vec<_>>();
        all.extend(more);
        wide.insert("options".to_owned(), Value::Array(all));
    }
    wide
}

/// Bounds that hold where none is declared.
fn default_bound(ty: &str, key: &str) -> Option<Value> {
    match (ty, key) {
        ("text", "min") => Some(Value::Integer(0)),
        ("text", "max") => Some(Value::Integer(i64::from(crate::limits::TEXT_CHARACTERS_DEFAULT))),
        ("decimal", "precision") => Some(Value::Integer(18)),
        _ => None,
    }
}

#[expect(
    clippy::cast_precision_loss,
    reason = "bounds of numbers are compared as numbers"
)]
fn is_less(a: &Value, b: &Value) -> bool {
    match (a, b) {
        (Value::Integer(a), Value::Integer(b)) => a < b,
        (Value::String(a), Value::String(b)) => {
            // Decimals of one scale: as scaled integers of the most digits there are.
            let scaled = |text: &str| {
                let digits = text.split_once('.').map_or(0, |(_, fraction)| fraction.len());
                let zeros = "0".repeat(18_usize.saturating_sub(digits));
                let whole = text.replace('.', "") + &zeros;
                whole.parse::<i128>().unwrap_or(0)
            };
            scaled(a) < scaled(b)
        }
        (a, b) => {
            let number = |value: &Value| value.as_float().or_else(|| value.as_integer().map(|n| n as f64));
            number(a) < number(b)
        }
    }
}
