//! The JSON Schema of a definition's files, for editors: made from the tables that the reader works by.
//!
//! It is weaker than the reader, which also looks at names, bounds against each other and expressions. It never
//! refuses what the reader takes.

use serde_json::{Map, Value as Json, json};

use super::keys::{APPLICATION, COLLECTION, Choice, FIELD, FieldType, Key, MAIL_TEMPLATE, Shape, TableKeys};
use super::names::all_reserved;
use crate::limits::{EXPRESSION_BYTES_MAX, FIELDS_MAX, NAME_CHARACTERS_MAX, RELATION_TARGETS_MAX};

const NAME_PATTERN: &str = "^[a-z][a-z0-9]*(_[a-z0-9]+)*_?$";
const ORDER_PATTERN: &str = "^-?[a-z][a-z0-9]*(_[a-z0-9]+)*_?$";
const APPLICATION_NAME_PATTERN: &str = "^[a-z][a-z0-9-]*$";
const DECIMAL_PATTERN: &str = r"^-?[0-9]+(\.[0-9]+)?$";
/// The bounds of the numbers are for the reader.
const RATE_PATTERN: &str = "^(off|[0-9]+/[0-9]+[smh])$";
/// No control character and no `|`, no white space at the ends.
const OPTION_PATTERN: &str = r"^[^\s\p{Cc}|]([^\p{Cc}|]*[^\s\p{Cc}|])?$";

/// A kind of file in a definition.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DefinitionFile {
    /// `mainstay.toml`
    Application,
    /// `collections/<name>.toml`
    Collection,
    /// `mail/<mail>.<language>.toml`
    Mail,
}

/// The JSON Schema (draft 2020-12) of a file of that kind.
pub fn json_schema(file: DefinitionFile) -> Json {
    let (title, keys) = match file {
        DefinitionFile::Application => ("Mainstay: mainstay.toml", &APPLICATION),
        DefinitionFile::Collection => ("Mainstay: collections/<name>.toml", &COLLECTION),
        DefinitionFile::Mail => ("Mainstay: mail/<mail>.<language>.toml", &MAIL_TEMPLATE),
    };
    let mut schema = table(keys);
    schema["$schema"] = json!("https://json-schema.org/draft/2020-12/schema");
    schema["title"] = json!(title);
    if file == DefinitionFile::Collection {
        schema["$defs"] = field_definitions();
    }
    schema
}

fn table(keys: &TableKeys) -> Json {
    object(keys.doc, keys.keys.iter(), None)
}

fn object<'k>(doc: &str, keys: impl Iterator<Item = &'k Key>, ty: Option<FieldType>) -> Json {
    let mut properties = Map::new();
    let mut required = Vec::new();
    for key in keys {
        properties.insert(key.name.to_owned(), property(key, ty));
        if key.required {
            required.push(key.name);
        }
    }
    let mut schema = json!({
        "type": "object",
        "description": doc,
        "properties": properties,
        "additionalProperties": false,
    });
    if !required.is_empty() {
        schema["required"] = json!(required);
    }
    schema
}

/// `field`, and one `field_<type>` for each type with the keys that apply to it.
fn field_definitions() -> Json {
    let mut definitions = Map::new();
    let mut cases = Vec::new();
    for ty in FieldType::ALL {
        let name = format!("field_{}", ty.name());
        cases.push(json!({
            "if": { "properties": { "type": { "const": ty.name() } }, "required": ["type"] },
            "then": { "$ref": format!("#/$defs/{name}") },
        }));
        let keys = FIELD.keys.iter().filter(|key| key.types.contains(ty));
        definitions.insert(name, object(FIELD.doc, keys, Some(ty)));
    }
    let mut field =
        json!({ "type": "object", "description": FIELD.doc, "required": ["type"], "allOf": cases });
    for key in FIELD.keys.iter().filter(|key| key.name == "type") {
        field["properties"] = json!({ "type": property(key, None) });
    }
    definitions.insert("field".into(), field);
    Json::Object(definitions)
}

fn property(key: &Key, ty: Option<FieldType>) -> Json {
    let mut schema = shape(key.shape, ty);
    schema["description"] = json!(key.doc);
    if let Some(default) = key.default {
        schema["default"] = serde_json::from_str(default).expect("the tables write defaults as JSON");
    }
    schema
}

fn shape(shape: Shape, ty: Option<FieldType>) -> Json {
    match shape {
        Shape::Boolean => json!({ "type": "boolean" }),
        Shape::Integer {
            min: i64::MIN,
            max: i64::MAX,
        } => json!({ "type": "integer" }),
        Shape::Integer { min, max } => json!({ "type": "integer", "minimum": min, "maximum": max }),
        Shape::Number => json!({ "type": "number" }),
        Shape::Text { characters_max } => json!({ "type": "string", "maxLength": characters_max }),
        Shape::ApplicationName => name(APPLICATION_NAME_PATTERN, NAME_CHARACTERS_MAX),
        Shape::Name => name(NAME_PATTERN, NAME_CHARACTERS_MAX),
        Shape::Order => name(ORDER_PATTERN, NAME_CHARACTERS_MAX + 1),
        Shape::Choice(choices) => choice(choices),
        Shape::Rate => json!({ "type": "string", "pattern": RATE_PATTERN }),
        Shape::Choices(choices) => list(&choice(choices), 1, choices.len()),
        Shape::Expression => json!({ "type": "string", "minLength": 1, "maxLength": EXPRESSION_BYTES_MAX }),
        Shape::Texts {
            items_max,
            characters_max,
        } => {
            let item = json!({ "type": "string", "pattern": OPTION_PATTERN, "maxLength": characters_max });
            list(&item, 1, items_max)
        }
        Shape::Names { items_max } => list(&name(NAME_PATTERN, NAME_CHARACTERS_MAX), 1, items_max),
        Shape::Literal => ty.map_or_else(|| json!({}), literal),
        Shape::Decimal => json!({ "type": "string", "pattern": DECIMAL_PATTERN }),
        Shape::JsonSchema => json!({ "type": "object" }),
        Shape::Table(keys) => table(keys),
        Shape::Tables { keys, items_max } => {
            json!({ "type": "array", "maxItems": items_max, "items": table(keys) })
        }
        Shape::NamedTables(keys) if keys.noun != FIELD.noun => json!({
            "type": "object",
            "propertyNames": name(NAME_PATTERN, NAME_CHARACTERS_MAX),
            "additionalProperties": table(keys),
        }),
        Shape::NamedTables(_) => {
            let mut names = name(NAME_PATTERN, NAME_CHARACTERS_MAX);
            names["not"] = json!({ "enum": all_reserved().collect::<Vec<_>>() });
            json!({
                "type": "object",
                "maxProperties": FIELDS_MAX,
                "propertyNames": names,
                "additionalProperties": { "$ref": "#/$defs/field" },
            })
        }
    }
}

fn name(pattern: &str, characters_max: usize) -> Json {
    json!({ "type": "string", "pattern": pattern, "maxLength": characters_max })
}

fn list(item: &Json, items_min: usize, items_max: usize) -> Json {
    json!({ "type": "array", "items": item, "minItems": items_min, "maxItems": items_max, "uniqueItems": true })
}

/// `x-taplo` is how the common TOML language server shows what each text means.
fn choice(choices: &[Choice]) -> Json {
    let texts: Vec<_> = choices.iter().map(|choice| choice.text).collect();
    let docs: Vec<_> = choices.iter().map(|choice| choice.doc).collect();
    json!({ "type": "string", "enum": texts, "x-taplo": { "docs": { "enumValues": docs } } })
}

/// A value of the type, as a default is written. Dates and times of TOML are strings to a JSON Schema.
fn literal(ty: FieldType) -> Json {
    match ty {
        FieldType::Text
        | FieldType::DateTime
        | FieldType::Date
        | FieldType::Select
        | FieldType::Email
        | FieldType::Url => json!({ "type": "string" }),
        FieldType::Integer => json!({ "type": "integer" }),
        FieldType::Number => json!({ "type": "number" }),
        FieldType::Decimal => shape(Shape::Decimal, None),
        FieldType::Boolean => json!({ "type": "boolean" }),
        FieldType::MultiSelect => {
            json!({ "type": "array", "items": { "type": "string" }, "uniqueItems": true })
        }
        FieldType::Json => json!({}),
        FieldType::Relation => json!({
            "type": ["string", "array"],
            "items": { "type": "string" },
            "maxItems": RELATION_TARGETS_MAX,
            "uniqueItems": true,
        }),
    }
}
