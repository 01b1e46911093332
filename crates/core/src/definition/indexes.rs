//! Indexes: the declared ones, and those that follow from the fields.

use std::ops::Range;

use super::collections::Draft;
use super::faults::{Faults, Place};
use super::labels::known_field;
use super::toml_reader::Table;
use super::{Collection, Field, FieldId, FieldKind, Index, SystemField};

pub(super) fn read(collection: &mut Collection, draft: &Draft<'_>, faults: &mut Faults) {
    if let Some(table) = &draft.table {
        for table in table.tables("indexes", faults) {
            if let Some(index) = declared(&table, collection, draft, faults) {
                collection.indexes.push(index);
            }
        }
    }
    derive(collection, draft);
}

fn declared(
    table: &Table<'_>,
    collection: &Collection,
    draft: &Draft<'_>,
    faults: &mut Faults,
) -> Option<Index> {
    let names = table.texts("fields")?;
    let mut fields = Vec::new();
    for (name, span) in &names {
        fields.extend(indexed_field(name, span.clone(), table, collection, faults));
    }
    if fields.len() < names.len() {
        return None;
    }
    let index = Index {
        fields,
        unique: table.boolean("unique").unwrap_or(false),
    };
    if let Some(other) = same_as(&index, collection, draft) {
        let (message, hint) = (
            format!("there is such an index already, {other}"),
            "remove one of the two",
        );
        faults.add(table.place(), message, hint);
        return None;
    }
    Some(index)
}

fn indexed_field(
    name: &str,
    span: Range<usize>,
    table: &Table<'_>,
    collection: &Collection,
    faults: &mut Faults,
) -> Option<FieldId> {
    let place = Place::new(table.file, span);
    let field = known_field(name, place.clone(), collection, faults)?;
    let what = match &field.kind {
        FieldKind::Json { .. } => "json",
        FieldKind::MultiSelect { .. } => "a multi_select",
        FieldKind::Text(options) if options.rich => "a rich text",
        _ if !field.is_column() => "a relation to many",
        _ => return Some(field.id),
    };
    faults.add(
        place,
        format!("`{name}` is {what} and cannot be in an index"),
        "remove it from the index",
    );
    None
}

/// Where an index over the same fields is declared.
fn same_as(index: &Index, collection: &Collection, draft: &Draft<'_>) -> Option<String> {
    if collection
        .indexes
        .iter()
        .any(|other| other.fields == index.fields)
    {
        return Some("declared above".into());
    }
    let [field] = index.fields[..] else { return None };
    let declared = draft.fields.iter().find(|declared| declared.id == Some(field))?;
    let says = |key| declared.table.boolean(key) == Some(true);
    let key = if says("unique") {
        "unique"
    } else if says("index") && !index.unique {
        "index"
    } else {
        return None;
    };
    Some(format!("through `{key}` of the field `{}`", declared.name))
}

/// Adds what `unique`, relations, `index` and `order` ask for and no other index gives.
fn derive(collection: &mut Collection, draft: &Draft<'_>) {
    let Collection {
        fields,
        indexes,
        order,
        soft_delete,
        ..
    } = collection;
    for field in fields.iter().filter(|field| field.unique && is_indexable(field)) {
        indexes.push(Index {
            fields: vec![field.id],
            unique: true,
        });
    }
    // With soft deletion a unique index leaves deleted records out, so it cannot stand for a plain one.
    let serves = |index: &Index, field| index.fields[0] == field && !(index.unique && *soft_delete);
    let asked = |field: &Field| {
        let declared = draft.fields.iter().find(|declared| declared.id == Some(field.id));
        let says_index = declared.is_some_and(|declared| declared.table.boolean("index") == Some(true));
        let is_relation = !field.system && field.relation().is_some();
        let is_order = field.id == order.field && field.id != SystemField::Id.id();
        (says_index || is_relation || is_order) && is_indexable(field)
    };
    for field in fields.iter().filter(|field| asked(field)) {
        if !indexes.iter().any(|index| serves(index, field.id)) {
            indexes.push(Index {
                fields: vec![field.id],
                unique: false,
            });
        }
    }
}

fn is_indexable(field: &Field) -> bool {
    match &field.kind {
        FieldKind::Json { .. } | FieldKind::MultiSelect { .. } => false,
        FieldKind::Text(options) => !options.rich,
        _ => field.is_column(),
    }
}
