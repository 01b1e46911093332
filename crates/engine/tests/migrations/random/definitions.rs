//! Random definitions with the values that their fields take, and changes of them.

mod changes;

use std::collections::BTreeMap;

use mainstay_core::Definition;
use mainstay_core::definition::SourceFile;
use serde_json::{Value as Json, json};

pub(super) use changes::{Change, changed, changes, model};

const COLLECTIONS: [&str; 4] = ["boxes", "things", "things_2", "users"];
const FIELDS: [&str; 6] = ["a", "a_2", "b", "c", "d", "e"];

/// Declarations of a field; `X` is its name, `T` a collection. With each the values that records get, as JSON; the records
/// of a collection are meant by `@`.
const DECLARATIONS: &[(&str, &str)] = &[
    (
        "type = \"text\"",
        r#"["", "7", "x", "1.5", "2026-01-31", "true", "straße", null]"#,
    ),
    (
        "type = \"text\"\nmin = 1\nmax = 20\nrequired = true",
        r#"["a", "12", "2026-01-31T12:00:00Z", "false", "b"]"#,
    ),
    (
        "type = \"text\"\nmax = 20000\nindex = true",
        r#"["a", "line", "3", null]"#,
    ),
    ("type = \"text\"\nrich = true", "[\"a\\nb\", \"*c*\", null]"),
    (
        "type = \"text\"\nunique = true",
        r#"["a", "b", "c", "1", "2", "x", "y", null]"#,
    ),
    (
        "type = \"text\"\ncheck = \"\"\"record.X != 'a' &&\n  size(record.X) < 3\"\"\"",
        r#"["b", "", "12", null]"#,
    ),
    (
        "type = \"integer\"\nmin = 3\nrequired = true\ndefault = 4",
        "[3, 4, 5, 7000000000]",
    ),
    (
        "type = \"integer\"\nmax = 10\ndefault = 1\ncheck = \"record.X != 3\"",
        "[-5, 0, 1, 10, null]",
    ),
    ("type = \"integer\"", "[-5, 0, 1, 3, 10, 11, null]"),
    (
        "type = \"number\"\nmin = -1.5\nmax = 7",
        "[-1.5, 0, 0.1, 3, 6.999, null]",
    ),
    (
        "type = \"decimal\"",
        r#"["0.00", "-1.50", "1234567.89", "3.00", null]"#,
    ),
    (
        "type = \"decimal\"\nscale = 3\nprecision = 9\nmin = \"-1.500\"",
        r#"["-1.500", "0.125", "999999.999", null]"#,
    ),
    (
        "type = \"decimal\"\nscale = 3\nmax = \"99.125\"\ndefault = \"1.000\"",
        r#"["-5.000", "99.125", "0.001", null]"#,
    ),
    (
        "type = \"boolean\"\nrequired = true\ndefault = false",
        "[true, false]",
    ),
    ("type = \"boolean\"", "[true, false, null]"),
    (
        "type = \"datetime\"\nrequired = true\ndefault = \"now()\"",
        r#"["2026-01-31T12:00:00Z", "1969-12-31T23:59:59.999999Z"]"#,
    ),
    (
        "type = \"datetime\"\ndefault = 2026-01-31T12:00:00Z",
        r#"["2026-01-31T00:00:00Z", "0001-01-01T00:00:00Z", null]"#,
    ),
    (
        "type = \"date\"\nindex = true",
        r#"["2026-01-31", "1969-12-31", null]"#,
    ),
    (
        "type = \"date\"\nrequired = true\ndefault = \"now()\"",
        r#"["2024-02-29", "9999-12-31"]"#,
    ),
    (
        "type = \"select\"\noptions = [\"a\", \"b\"]\ndefault = \"a\"",
        r#"["a", "b", null]"#,
    ),
    (
        "type = \"select\"\noptions = [\"c\", \"b # c\", \"a\"]\nrequired = true",
        r#"["a", "c", "b # c"]"#,
    ),
    (
        "type = \"multi_select\"\noptions = [\"a\", \"b\", \"c\"]\nmax = 2",
        r#"[[], ["a"], ["b", "c"], null]"#,
    ),
    (
        "type = \"multi_select\"\noptions = [\"a\", \"b\"]\nrequired = true",
        r#"[["a"], ["a", "b"]]"#,
    ),
    (
        "type = \"json\"\ndefault = { a = [1, \"b\"] }",
        r#"[{"a": null}, [1, 2.5], "text", 7, null]"#,
    ),
    (
        "type = \"email\"\nunique = true\nrequired = true",
        r#"["a@b.cd", "c@d.ef", "g@h.ij", "k@l.mn"]"#,
    ),
    ("type = \"email\"", r#"["a@b.cd", "c@d.ef", null]"#),
    (
        "type = \"url\"",
        r#"["https://example.org/a", "http://b.example", null]"#,
    ),
    ("type = \"relation\"\nto = \"T\"", r#"["@", "@", null]"#),
    ("type = \"relation\"\nto = \"T\"\nmany = true", r#"[["@"], []]"#),
    (
        "type = \"relation\"\nto = \"T\"\nrequired = true\non_delete = \"cascade\"",
        r#"["@"]"#,
    ),
    (
        "type = \"relation\"\nto = \"users\"\ndefault = \"auth.id\"\nrequired = true",
        r#"["@"]"#,
    ),
];

const SETTINGS: &[&str] = &[
    "",
    "soft_delete = true\n",
    "order = \"-X\"\n",
    "order = \"created_at\"\n",
];

const ITEMS: &[&str] = &[
    "[[indexes]]\nfields = [\"X\", \"created_at\"]\n",
    "[[indexes]]\nfields = [\"X\"]\nunique = true\n",
    "[[indexes]]\nfields = [\"created_by\", \"X\"]\nunique = true\n",
    "[[checks]]\nname = \"filled\"\nexpression = \"record.X != null\"\n",
    "[[checks]]\nname = \"first\"\nexpression = \"record.X != null || record.version < 3\"\n",
];

/// What a person writes beside a field whose values become others: `up` and `down`, over no field at all.
const WAYS: &[(&str, &str)] = &[
    ("text", "'b'"),
    ("integer", "5"),
    ("number", "2.5"),
    ("boolean", "true"),
    ("select", "'a'"),
];

/// A definition that can be changed.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Model {
    collections: BTreeMap<&'static str, CollectionModel>,
}

#[derive(Debug, Clone, Default, PartialEq)]
struct CollectionModel {
    fields: BTreeMap<&'static str, FieldModel>,
    settings: &'static str,
    items: Vec<(&'static str, &'static str)>,
    was: Option<&'static str>,
}

#[derive(Debug, Clone, PartialEq)]
struct FieldModel {
    declaration: usize,
    to: &'static str,
    /// The declaration before all changes.
    before: Option<usize>,
    /// Lines beside the declaration: `was`, `up` and `down`.
    marks: String,
}

impl Model {
    /// Nothing of what is marked stays marked once it has happened.
    fn unmarked(&self) -> Self {
        let mut model = self.clone();
        for collection in model.collections.values_mut() {
            collection.was = None;
            for field in collection.fields.values_mut() {
                field.marks.clear();
                field.before = Some(field.declaration);
            }
        }
        model
    }

    pub(super) fn files(&self) -> Vec<SourceFile> {
        let file = |path: String, text: String| SourceFile { path, text };
        let collections = self
            .collections
            .iter()
            .map(|(name, collection)| file(format!("collections/{name}.toml"), collection.text()));
        let application = file("mainstay.toml".to_owned(), "name = \"test\"".to_owned());
        collections.chain([application]).collect()
    }

    pub(super) fn definition(&self) -> Option<Definition> {
        Definition::read(self.files()).ok()
    }

    /// Some values for a record, as a client gives them; `of` gives ids of a collection's records.
    pub(super) fn values(
        &self,
        collection: &str,
        seed: u64,
        of: &dyn Fn(&str) -> Vec<String>,
    ) -> serde_json::Map<String, Json> {
        let mut values = serde_json::Map::new();
        let fields = self.collections.get(collection).map(|known| &known.fields);
        for (place, (name, field)) in (1_u64..).zip(fields.into_iter().flatten()) {
            let (declaration, pool) = DECLARATIONS[field.declaration];
            let pool: Vec<Json> = serde_json::from_str(pool).unwrap();
            let chosen = mixed(seed, place);
            // What is left out gets its default.
            if chosen.is_multiple_of(7) {
                continue;
            }
            let to = if declaration.contains("\"users\"") {
                "users"
            } else {
                field.to
            };
            let value = &pool[usize::try_from(chosen % pool.len() as u64).unwrap()];
            let ids = of(to);
            let id = || ids.get(usize::try_from(chosen / 11).unwrap() % ids.len().max(1));
            let value = match value {
                Json::String(text) if text == "@" => json!(id()),
                Json::Array(items) if items == &[json!("@")] => json!(id().into_iter().collect::<Vec<_>>()),
                other => other.clone(),
            };
            values.insert((*name).to_owned(), value);
        }
        values
    }

    pub(super) fn collections(&self) -> impl Iterator<Item = &'static str> {
        self.collections.keys().copied()
    }
}

/// Spreads the bits of two numbers (`SplitMix64`, Steele et al. 2014).
pub(super) fn mixed(a: u64, b: u64) -> u64 {
    let mut word = a.wrapping_add(b.wrapping_mul(0x9e37_79b9_7f4a_7c15));
    word = (word ^ (word >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    word = (word ^ (word >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    (word ^ (word >> 31)) >> 1
}

impl CollectionModel {
    fn text(&self) -> String {
        let first = self.fields.keys().next().copied().unwrap_or("id");
        let mut text = self.settings.replace('X', first);
        if let Some(was) = self.was {
            text.push_str(&format!("was = \"{was}\"\n"));
        }
        for (name, field) in &self.fields {
            let declaration = DECLARATIONS[field.declaration].0;
            let declaration = declaration
                .replace('X', name)
                .replace("\"T\"", &format!("\"{}\"", field.to));
            text.push_str(&format!("[fields.{name}]\n{declaration}\n{}", field.marks));
        }
        for (item, field) in &self.items {
            text.push_str(&item.replace('X', field));
        }
        text
    }
}
