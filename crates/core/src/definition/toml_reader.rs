//! Reads a TOML table by its table of keys: what is not declared there, or has another shape, is a fault.

use std::collections::BTreeMap;
use std::ops::Range;

use toml::Spanned;
use toml::de::{DeArray, DeTable, DeValue};

use super::SourceFile;
use super::faults::{Faults, Place};
use super::keys::{FieldType, Key, Shape, TableKeys, Types};
use super::names::did_you_mean;
use super::shape_words;
use super::shapes;
use super::toml_text;

/// A table whose keys are known and whose values have their shapes; all others were reported and left out.
#[derive(Debug)]
pub(super) struct Table<'a> {
    pub(super) file: &'a SourceFile,
    /// The table's header, or an inline table in full.
    pub(super) span: Range<usize>,
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
        for (name, value) in table {
            let place = Place::new(file, name.span());
            match of.find(keys, name.get_ref()) {
                Found::Key(key) => {
                    if shapes::check(key, file, value, faults) {
                        let entry = Entry {
                            shape: key.shape,
                            value,
                        };
                        entries.insert(key.name, entry);
                    }
                }
                Found::Unknown { known } => {
                    let message = format!("unknown key `{name}` in {}", keys.noun, name = name.get_ref());
                    faults.add(place, message, did_you_mean(name.get_ref(), known, "keys here"));
                }
                Found::OtherTypes { ty, types } => {
                    let name = name.get_ref();
                    let message = format!("`{name}` does not apply to a field of type {}", ty.name());
                    let types: Vec<_> = types.names().collect();
                    faults.add(
                        place,
                        message,
                        format!("it is for fields of type {}", types.join(", ")),
                    );
                }
                Found::Undecided => {}
            }
        }
        for key in of
            .keys(keys)
            .filter(|key| key.required && !table.contains_key(key.name))
        {
            let message = format!("{} needs the key `{}`", of.noun(keys), key.name);
            faults.add(
                Place::new(file, span.clone()),
                message,
                format!("add it: {}", shape_words::example(key)),
            );
        }
        Self { file, span, entries }
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

/// Which of the keys apply.
enum OfType {
    Any,
    Field(Option<FieldType>),
}

enum Found {
    Key(&'static Key),
    Unknown {
        known: Vec<&'static str>,
    },
    OtherTypes {
        ty: FieldType,
        types: Types,
    },
    /// The key is for some types, and which type this is nobody knows.
    Undecided,
}

impl OfType {
    fn applies(&self, key: &Key) -> bool {
        match self {
            Self::Any => true,
            Self::Field(Some(ty)) => key.types.contains(*ty),
            Self::Field(None) => key.types == Types::ALL,
        }
    }

    fn keys(&self, keys: &'static TableKeys) -> impl Iterator<Item = &'static Key> {
        keys.keys.iter().filter(|key| self.applies(key))
    }

    fn find(&self, keys: &'static TableKeys, name: &str) -> Found {
        if let Some(key) = self.keys(keys).find(|key| key.name == name) {
            return Found::Key(key);
        }
        let types = keys
            .keys
            .iter()
            .filter(|key| key.name == name)
            .map(|key| key.types)
            .reduce(Types::union);
        match (types, self) {
            (Some(types), Self::Field(Some(ty))) => Found::OtherTypes { ty: *ty, types },
            (Some(_), _) => Found::Undecided,
            (None, _) => Found::Unknown {
                known: self.keys(keys).map(|key| key.name).collect(),
            },
        }
    }

    fn noun(&self, keys: &TableKeys) -> String {
        match self {
            Self::Field(Some(ty)) => format!("a field of type {}", ty.name()),
            Self::Any | Self::Field(None) => keys.noun.to_owned(),
        }
    }
}
