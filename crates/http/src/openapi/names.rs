//! What the schemas of a collection are called.

use mainstay_core::CollectionId;
use mainstay_core::definition::Definition;

/// The names of one collection's schemas: `Todos`, `TodosCreate` and so on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct SchemaNames {
    /// A record as it is read, with all its fields.
    pub(super) record: String,
    /// Some of its fields, as the parameter `fields` asks for them.
    pub(super) selection: String,
    /// The related records that `expand` asks for.
    pub(super) expand: String,
    pub(super) create: String,
    pub(super) update: String,
    pub(super) page: String,
    /// In front of the name of a json field with a schema of its own.
    pub(super) value_prefix: String,
}

/// The names for every collection of a definition.
#[derive(Debug)]
pub(super) struct Names(Vec<SchemaNames>);

impl Names {
    /// `general` are the names of the schemas that every application has.
    pub(super) fn new(definition: &Definition, general: impl IntoIterator<Item = String>) -> Self {
        let mut taken: Vec<String> = general.into_iter().collect();
        let names = definition.collections.iter().map(|collection| {
            let mut base = pascal_case(collection.name.as_str());
            // `a_b` and `ab_` look alike without underscores, and `todos_create` looks like a schema of `todos`.
            while all_of(&base).iter().any(|name| taken.contains(name)) {
                base.push('_');
            }
            taken.extend(all_of(&base));
            schema_names(&base)
        });
        Self(names.collect())
    }

    pub(super) fn of(&self, collection: CollectionId) -> &SchemaNames {
        &self.0[usize::from(collection.0)]
    }
}

fn schema_names(base: &str) -> SchemaNames {
    SchemaNames {
        record: base.to_owned(),
        selection: format!("{base}Selection"),
        expand: format!("{base}Expand"),
        create: format!("{base}Create"),
        update: format!("{base}Update"),
        page: format!("{base}Page"),
        value_prefix: format!("{base}."),
    }
}

fn all_of(base: &str) -> [String; 6] {
    let names = schema_names(base);
    [
        names.record,
        names.selection,
        names.expand,
        names.create,
        names.update,
        names.page,
    ]
}

/// `saved_views` is `SavedViews`.
fn pascal_case(name: &str) -> String {
    name.split('_').map(capitalised).collect()
}

fn capitalised(word: &str) -> String {
    let mut characters = word.chars();
    match characters.next() {
        Some(first) => first.to_ascii_uppercase().to_string() + characters.as_str(),
        None => String::new(),
    }
}
