//! What of a definition a database holds: collections and fields in the words of the definition, without what people
//! read and who may do what.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use toml::{Table, Value};

use crate::definition::{Collection, Definition, Diagnostic, FieldKind, SourceFile};

/// Declarations of collections by name, each with the keys alone that matter to a database.
///
/// Keys stand in the order of the alphabet, so that equal shapes are equal texts however their files are arranged.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Shape {
    pub(super) collections: BTreeMap<String, Table>,
}

/// Keys of a field that say what its column is, and whether an index may hold it. A pattern, a schema and rights bind those
/// who write, not the database.
const FIELD_KEYS: [&str; 15] = [
    "type",
    "required",
    "default",
    "unique",
    "index",
    "check",
    "min",
    "max",
    "precision",
    "scale",
    "options",
    "rich",
    "to",
    "many",
    "on_delete",
];

/// What of a definition says how its database came to be.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Marks {
    /// Former names of collections.
    pub collections: BTreeMap<String, String>,
    /// By collection and field.
    pub fields: BTreeMap<(String, String), FieldMarks>,
}

/// The marks of a field.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct FieldMarks {
    /// The former name.
    pub was: Option<String>,
    /// The value of existing records, over the record as it was.
    pub up: Option<String>,
    /// The value that a release before goes on seeing, over the record as it is.
    pub down: Option<String>,
}

impl Shape {
    /// The shape of a definition that has been read from these files.
    pub fn of(definition: &Definition, files: &[SourceFile]) -> Self {
        let mut shape = Self::default();
        for (name, file) in collection_tables(files) {
            if let Some(collection) = definition.find_collection(&name) {
                shape.collections.insert(name, reduced(collection, &file));
            }
        }
        // Every application has users, with or without a file.
        shape.collections.entry("users".to_owned()).or_default();
        shape
    }

    /// The definition of this shape alone: fields and what the database demands of them, no rules.
    pub fn definition(&self) -> Result<Definition, Vec<Diagnostic>> {
        let application = SourceFile {
            path: "mainstay.toml".to_owned(),
            text: "name = \"shape\"".to_owned(),
        };
        let collections = self.collections.iter().map(|(name, table)| SourceFile {
            path: format!("collections/{name}.toml"),
            text: readable(table).to_string(),
        });
        Definition::read(collections.chain([application]).collect())
    }

    /// 64 hexadecimal digits that are equal for equal shapes.
    pub fn digest(&self) -> String {
        let texts = self
            .collections
            .iter()
            .map(|(name, table)| format!("[{name}]\n{table}\n"));
        super::file::digest(&texts.collect::<String>())
    }

    /// The names of the collections.
    pub fn collections(&self) -> impl Iterator<Item = &str> {
        self.collections.keys().map(String::as_str)
    }

    /// The names of a collection's fields, and their declarations.
    pub fn fields(&self, collection: &str) -> impl Iterator<Item = (&str, &Table)> {
        let fields = self.collections.get(collection).and_then(fields_of);
        let fields = fields.into_iter().flatten();
        fields.filter_map(|(name, field)| Some((name.as_str(), field.as_table()?)))
    }

    pub(super) fn field(&self, collection: &str, field: &str) -> Option<&Table> {
        fields_of(self.collections.get(collection)?)?
            .get(field)?
            .as_table()
    }
}

pub(super) fn fields_of(collection: &Table) -> Option<&Table> {
    collection.get("fields")?.as_table()
}

pub(super) fn fields_mut(collection: &mut Table) -> &mut Table {
    let fields = collection
        .entry("fields")
        .or_insert_with(|| Value::Table(Table::new()));
    fields.as_table_mut().expect("a shape's fields are a table")
}

/// The declaration with what its reader asks for besides: a default of several lines needs a text that may have them.
fn readable(collection: &Table) -> Table {
    let mut collection = collection.clone();
    if collection.contains_key("fields") {
        for (_, field) in fields_mut(&mut collection).iter_mut() {
            let is_text = field.get("type").and_then(Value::as_str) == Some("text");
            if let (true, Some(field)) = (is_text, field.as_table_mut()) {
                field.insert("multiline".to_owned(), Value::Boolean(true));
            }
        }
    }
    collection
}

/// Tables under a key with a list of them.
pub(super) fn list<'t>(collection: &'t Table, key: &str) -> &'t [Value] {
    collection
        .get(key)
        .and_then(Value::as_array)
        .map_or(&[], Vec::as_slice)
}

pub(super) fn list_mut<'t>(collection: &'t mut Table, key: &str) -> &'t mut Vec<Value> {
    let list = collection.entry(key).or_insert_with(|| Value::Array(Vec::new()));
    list.as_array_mut().expect("a shape's list is a list")
}

/// Takes away what is empty, and sorts what has no order: equal shapes are equal texts.
pub(super) fn normalise(collection: &mut Table) {
    for key in ["indexes", "checks"] {
        if let Some(Value::Array(items)) = collection.get_mut(key) {
            items.sort_by_key(ToString::to_string);
        }
    }
    collection.retain(|_, value| match value {
        Value::Array(items) => !items.is_empty(),
        Value::Table(table) => !table.is_empty(),
        _ => true,
    });
}

/// The files of collections as tables, by their names. What is no TOML was refused before. Line ends do not count, which
/// version control may change: they are in texts of several lines.
fn collection_tables(files: &[SourceFile]) -> impl Iterator<Item = (String, Table)> {
    files.iter().filter_map(|file| {
        let name = file.path.strip_prefix("collections/")?.strip_suffix(".toml")?;
        Some((name.to_owned(), file.text.replace("\r\n", "\n").parse().ok()?))
    })
}

fn reduced(collection: &Collection, file: &Table) -> Table {
    let mut table = Table::new();
    if collection.soft_delete {
        table.insert("soft_delete".to_owned(), Value::Boolean(true));
    }
    let order = collection.field(collection.order.field).name.as_str();
    if order != "id" {
        table.insert("order".to_owned(), order.into());
    }
    for (name, field) in fields_of(file).into_iter().flatten() {
        if let (Some(field), Some(known)) = (field.as_table(), collection.find_field(name)) {
            let in_table = |check: &str| {
                let mut checks = collection.checks.iter();
                checks.any(|known| known.field.is_some() && known.name.as_str() == check && known.in_table)
            };
            let reduced = reduced_field(field, &known.kind, in_table(name));
            fields_mut(&mut table).insert(name.clone(), Value::Table(reduced));
        }
    }
    let indexes = list(file, "indexes").iter().filter_map(Value::as_table);
    list_mut(&mut table, "indexes").extend(indexes.map(|index| only(index, &["fields", "unique"])));
    for check in list(file, "checks").iter().filter_map(Value::as_table) {
        let name = check.get("name").and_then(Value::as_str).unwrap_or_default();
        let mut known = collection.checks.iter();
        if known.any(|known| known.field.is_none() && known.name.as_str() == name && known.in_table) {
            list_mut(&mut table, "checks").push(only(check, &["name", "expression"]));
        }
    }
    normalise(&mut table);
    table
}

fn reduced_field(field: &Table, kind: &FieldKind, check_in_table: bool) -> Table {
    let mut reduced = Table::new();
    for key in FIELD_KEYS {
        let Some(value) = field.get(key) else { continue };
        let is_silent = match (key, value) {
            (_, Value::Boolean(false)) if key != "default" => true,
            ("on_delete", value) => value.as_str() == Some("restrict"),
            ("check", _) => !check_in_table,
            _ => false,
        };
        if !is_silent {
            let mut value = value.clone();
            write_times_as_texts(&mut value);
            reduced.insert(key.to_owned(), value);
        }
    }
    debug_assert_eq!(
        reduced.get("type").and_then(Value::as_str),
        Some(kind.type_name()),
        "the model follows the file"
    );
    reduced
}

/// Dates and times become the texts that the API has for them: one way to write a default, which JSON can hold too.
pub(super) fn write_times_as_texts(value: &mut Value) {
    match value {
        Value::Datetime(time) => *value = Value::String(time.to_string()),
        Value::Array(items) => items.iter_mut().for_each(write_times_as_texts),
        Value::Table(table) => table
            .iter_mut()
            .for_each(|(_, value)| write_times_as_texts(value)),
        _ => {}
    }
}

fn only(table: &Table, keys: &[&str]) -> Value {
    let kept = keys
        .iter()
        .filter_map(|key| Some(((*key).to_owned(), table.get(*key)?.clone())));
    Value::Table(
        kept.filter(|(_, value)| *value != Value::Boolean(false))
            .collect(),
    )
}

impl Marks {
    /// The marks in the files of a definition.
    pub(crate) fn of(files: &[SourceFile]) -> Self {
        let mut marks = Self::default();
        let text = |table: &Table, key: &str| table.get(key).and_then(Value::as_str).map(str::to_owned);
        for (name, file) in collection_tables(files) {
            if let Some(was) = text(&file, "was") {
                marks.collections.insert(name.clone(), was);
            }
            for (field, table) in fields_of(&file).into_iter().flatten() {
                let Some(table) = table.as_table() else { continue };
                let found = FieldMarks {
                    was: text(table, "was"),
                    up: text(table, "up"),
                    down: text(table, "down"),
                };
                if found != FieldMarks::default() {
                    marks.fields.insert((name.clone(), field.clone()), found);
                }
            }
        }
        marks
    }
}
