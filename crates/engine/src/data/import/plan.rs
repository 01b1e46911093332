//! An import checked against the collection and the header, before any row is read.

use std::collections::{HashMap, HashSet};
use std::io::{Read, Seek};

use mainstay_core::definition::{Collection, CollectionId, Field, FieldKind};
use mainstay_core::{FieldId, Value, values};
use mainstay_store::sql::{Statement, select_ids_by_fields};

use super::mapping::{Mapping, read_mapping};
use super::options::ImportOptions;
use super::report::ImportError;
use super::source::Source;
use crate::context::Context;

/// How to turn rows into records.
pub(super) struct Plan {
    pub(super) collection: CollectionId,
    pub(super) columns: Vec<Column>,
    pub(super) constants: Vec<(FieldId, Value)>,
    pub(super) lookups: Vec<Lookup>,
    /// The unique indexes whose fields all get a value here: what tells that a record is there already.
    pub(super) uniques: Vec<Unique>,
    /// Rows of this file by the values that lookups find them by.
    rows: HashMap<Key, KeyedRow>,
}

pub(super) struct Column {
    /// Position in a row.
    pub(super) cell: usize,
    pub(super) name: String,
    pub(super) field: FieldId,
    /// Position in the plan's lookups; `None`: the cell is the value.
    pub(super) lookup: Option<usize>,
}

/// Finding the target of a relation by one of its values.
pub(super) struct Lookup {
    pub(super) to: CollectionId,
    pub(super) by: FieldId,
    /// Values that the target shares with all rows, after the value it is found by.
    pub(super) shared: Vec<Value>,
    pub(super) statement: Statement,
    /// The column by which the target can be a row of this file.
    pub(super) own_column: Option<usize>,
}

pub(super) struct Unique {
    pub(super) fields: Vec<FieldId>,
    pub(super) statement: Statement,
}

/// A field and the text of a value.
type Key = (FieldId, String);

#[derive(Debug, Clone, Copy)]
pub(super) struct KeyedRow {
    pub(super) number: usize,
    pub(super) line: u64,
    /// Another row with the same value.
    pub(super) twin_line: Option<u64>,
}

impl Plan {
    pub(super) fn make(
        ctx: &Context,
        collection: &str,
        header: &[String],
        options: &ImportOptions,
    ) -> Result<Self, ImportError> {
        let collection = ctx.collection(collection)?;
        let mapping = read_mapping(ctx, collection, header, options).map_err(ImportError::Options)?;
        let Mapping {
            columns,
            constants,
            mut lookups,
            given,
        } = mapping;
        for lookup in lookups.iter_mut().filter(|lookup| lookup.to == collection.id) {
            let own = |column: &Column| column.field == lookup.by && column.lookup.is_none();
            lookup.own_column = columns.iter().position(own);
        }
        let uniques = uniques(collection, &given);
        Ok(Self {
            collection: collection.id,
            columns,
            constants,
            lookups,
            uniques,
            rows: HashMap::new(),
        })
    }

    /// Reads the file for the values that its rows are found by, where rows may refer to rows.
    pub(super) fn index_rows<R: Read + Seek>(
        &mut self,
        ctx: &Context,
        source: &mut Source<R>,
    ) -> Result<(), ImportError> {
        let mut own_columns: Vec<usize> = self
            .lookups
            .iter()
            .filter_map(|lookup| lookup.own_column)
            .collect();
        own_columns.dedup();
        if own_columns.is_empty() {
            return Ok(());
        }
        while let Some(row) = source.next()? {
            let Ok(cells) = row.cells else { continue };
            for column in own_columns.iter().map(|position| &self.columns[*position]) {
                let field = ctx.of(self.collection).field(column.field);
                let Some(key) = key_of(field, &cells[column.cell]) else {
                    continue;
                };
                let keyed = KeyedRow {
                    number: row.number,
                    line: row.line,
                    twin_line: None,
                };
                self.rows
                    .entry(key)
                    .and_modify(|earlier| earlier.twin_line = Some(row.line))
                    .or_insert(keyed);
            }
        }
        Ok(())
    }

    /// The row of this file that has the value.
    pub(super) fn row_with(&self, ctx: &Context, lookup: &Lookup, value: &Value) -> Option<KeyedRow> {
        lookup.own_column?;
        let field = ctx.of(lookup.to).field(lookup.by);
        self.rows.get(&(field.id, text_of(field, value))).copied()
    }

    /// May rows refer to rows of this file?
    pub(super) fn has_own_lookups(&self) -> bool {
        !self.rows.is_empty()
    }

    /// The column that gives a field its value; the field's name where none does.
    pub(super) fn column_of(&self, ctx: &Context, field: &str) -> String {
        let id = ctx.of(self.collection).find_field(field).map(|field| field.id);
        let column = self.columns.iter().find(|column| Some(column.field) == id);
        column.map_or(field, |column| &column.name).to_owned()
    }
}

fn key_of(field: &Field, cell: &str) -> Option<Key> {
    let value = values::accept_text(field, cell)
        .ok()
        .filter(|value| !value.is_null())?;
    Some((field.id, text_of(field, &value)))
}

/// The text that stands for a value in messages and as a key.
pub(super) fn text_of(field: &Field, value: &Value) -> String {
    let mut text = Vec::new();
    values::write_text(&field.kind, value, &mut text);
    String::from_utf8(text).expect("values are written as UTF-8")
}

fn uniques(collection: &Collection, given: &HashSet<FieldId>) -> Vec<Unique> {
    let id = collection
        .fields
        .iter()
        .find(|field| matches!(field.kind, FieldKind::Id) && given.contains(&field.id));
    let id = id.map(|field| vec![field.id]);
    let declared = collection
        .indexes
        .iter()
        .filter(|index| index.unique)
        .map(|index| index.fields.clone());
    let usable = id
        .into_iter()
        .chain(declared)
        .filter(|fields| fields.iter().all(|field| given.contains(field)));
    usable
        .map(|fields| Unique {
            statement: select_ids_by_fields(collection, &fields),
            fields,
        })
        .collect()
}
