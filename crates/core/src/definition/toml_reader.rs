//! Reads a TOML table by its table of keys: what is not declared there, or has another shape, is a fault.

use std::collections::BTreeMap;
use std::ops::Range;

use toml::Spanned;
use toml::de::{DeArray, DeTable, DeValue};

use super::SourceFile;
use super::faults::{Faults, Place};
use super::key_lookup::{Found, OfType, refuse};
use super::keys::{FieldType, Shape, TableKeys};
use super::names::nearest;
use super::shape_words;
use super::shapes;
use super::toml_text;

/// A table whose keys are known and whose values have their shapes; all others were reported and left out.
#[derive(Debug)]
pub(super) struct Table<'a> {
    pub(super) file: &'a SourceFile,
    /// The table's header, or an inline table in full.
    pub(super) span: Range<usize>,
    /// Was a key refused or missing? Then what the table says may not be what was meant.
    pub(super) is_faulty: bool,
    entries: BTreeMap<&'static str, Entry<'a>>,
}

#[derive(Debug, Clone)]
struct Entry<'a> {
    shape: Shape,
    value: &'a Spanned<DeValue<'a>>,
}

impl<'a> Table<'a> {
    pub(super) fn open(
        file: &'a SourceFile,
        keys: &'static TableKeys,
        table: &'a DeTable<'a>,
        span: Range<usize>,
        faults: &mut Faults,
    ) -> Self {
        Self::open_as(file, keys, &OfType::Any, table, span, faults)
    }

    /// Opens the table of a field whose type is `ty`; `None` when it is not known.
    pub(super) fn open_field(
        file: &'a SourceFile,
        keys: &'static TableKeys,
        ty: Option<FieldType>,
        table: &'a DeTable<'a>,
        span: Range<usize>,
        faults: &mut Faults,
    ) -> Self {
        Self::open_as(file, keys, &OfType::Field(ty), table, span, faults)
    }

    fn open_as(
        file: &'a SourceFile,
        keys: &'static TableKeys,
        of: &OfType,
        table: &'a DeTable<'a>,
        span: Range<usize>,
        faults: &mut Faults,
    ) -> Self {
        let mut entries = BTreeMap::new();
        let mut is_faulty = false;
        for (name, value) in table {
            let good = match of.find(keys, name.get_ref()) {
                Found::Key(key) => {
                    let good = shapes::check(key, file, value, faults);
                    if good {
                        entries.insert(
                            key.name,
                            Entry {
                                shape: key.shape,
                                value,
                            },
                        );
                    }
                    good
                }
                refused => {
                    refuse(
                        &refused,
                        keys,
                        name.get_ref(),
                        Place::new(file, name.span()),
                        faults,
                    );
                    false
                }
            };
            is_faulty |= !good;
        }
        for key in of
            .keys(keys)
            .filter(|key| key.required && !table.contains_key(key.name))
        {
            is_faulty = true;
            // A misspelt key is told already.
            let mut names = table.keys().map(|name| name.get_ref().as_ref());
            if !names.any(|name: &str| of.is_unknown(keys, name) && nearest(name, [key.name]).is_some()) {
                let message = format!("{} needs the key `{}`", of.noun(keys), key.name);
                let hint = format!("add it: {}", shape_words::example(key));
                faults.add(Place::new(file, span.clone()), message, hint);
            }
        }
        Self {
            file,
            span,
            is_faulty,
            entries,
        }
    }

    pub(super) fn has(&self, key: &str) -> bool {
        self.entries.contains_key(key)
    }

    pub(super) fn place(&self) -> Place<'a> {
        Place::new(self.file, self.span.clone())
    }

    /// Where the key's value stands; the table itself when there is none.
    pub(super) fn value_place(&self, key: &str) -> Place<'a> {
        let span = self
            .entries
            .get(key)
            .map_or(self.span.clone(), |entry| entry.value.span());
        Place::new(self.file, span)
    }

    pub(super) fn value(&self, key: &str) -> Option<&'a Spanned<DeValue<'a>>> {
        self.entries.get(key).map(|entry| entry.value)
    }

    pub(super) fn text(&self, key: &str) -> Option<&'a str> {
        self.value(key)?.get_ref().as_str()
    }

    pub(super) fn boolean(&self, key: &str) -> Option<bool> {
        self.value(key)?.get_ref().as_bool()
    }

    pub(super) fn integer(&self, key: &str) -> Option<i64> {
        toml_text::integer(self.value(key)?.get_ref().as_integer()?)
    }

    /// A number written with or without a point.
    pub(super) fn number(&self, key: &str) -> Option<f64> {
        shapes::number(self.value(key)?.get_ref())
    }

    fn array(&self, key: &str) -> Option<&'a DeArray<'a>> {
        self.value(key)?.get_ref().as_array()
    }

    /// The items of a list of texts, each with its place.
    pub(super) fn texts(&self, key: &str) -> Option<Vec<(&'a str, Range<usize>)>> {
        Some(
            self.array(key)?
                .iter()
                .filter_map(|item| Some((item.get_ref().as_str()?, item.span())))
                .collect(),
        )
    }

    /// Opens the table under a key. Call it once for each key: it reports what is wrong inside.
    pub(super) fn table(&self, key: &str, faults: &mut Faults) -> Option<Table<'a>> {
        let entry = self.entries.get(key)?;
        let Shape::Table(keys) = entry.shape else {
            return None;
        };
        Some(Self::open(
            self.file,
            keys,
            entry.value.get_ref().as_table()?,
            entry.value.span(),
            faults,
        ))
    }

    /// Opens each table of an array of tables. Call it once for each key: it reports what is wrong inside.
    pub(super) fn tables(&self, key: &str, faults: &mut Faults) -> Vec<Table<'a>> {
        let Some(Entry {
            shape: Shape::Tables { keys, .. },
            ..
        }) = self.entries.get(key)
        else {
            return Vec::new();
        };
        let items = self.array(key).into_iter().flatten();
        items
            .filter_map(|item| {
                Some(Self::open(
                    self.file,
                    keys,
                    item.get_ref().as_table()?,
                    item.span(),
                    faults,
                ))
            })
            .collect()
    }

    /// The tables under a key by their names, in the order of the file.
    pub(super) fn named_tables(&self, key: &str) -> Vec<NamedTable<'a>> {
        let table = self.value(key).and_then(|value| value.get_ref().as_table());
        let mut tables: Vec<_> = table
            .into_iter()
            .flatten()
            .filter_map(|(name, value)| {
                let table = value.get_ref().as_table()?;
                Some(NamedTable {
                    name: name.get_ref(),
                    name_span: name.span(),
                    table,
                    span: value.span(),
                })
            })
            .collect();
        tables.sort_by_key(|table| table.name_span.start);
        tables
    }
}

/// A table of `[x.<name>]`, not opened yet.
#[derive(Debug)]
pub(super) struct NamedTable<'a> {
    pub(super) name: &'a str,
    pub(super) name_span: Range<usize>,
    pub(super) table: &'a DeTable<'a>,
    pub(super) span: Range<usize>,
}
