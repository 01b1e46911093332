//! The document's schemas and the server's own checks take the same values.

use mainstay_core::definition::{Definition, SourceFile};
use mainstay_core::values;
use serde_json::{Value as Json, json};

use super::openapi;

/// One field of each kind, some of them required.
const FIELDS: &str = r#"
    [fields.word]
    type = "text"
    min = 2
    max = 4
    required = true
    [fields.lines]
    type = "text"
    multiline = true
    max = 5
    [fields.slug]
    type = "text"
    pattern = '^[a-z]+(-[a-z]+)*$'
    [fields.whole]
    type = "integer"
    min = -2
    max = 5
    [fields.part]
    type = "number"
    min = 0.5
    required = true
    [fields.price]
    type = "decimal"
    precision = 4
    scale = 2
    [fields.done]
    type = "boolean"
    required = true
    [fields.at]
    type = "datetime"
    [fields.day]
    type = "date"
    [fields.level]
    type = "select"
    options = ["low", "high"]
    [fields.tags]
    type = "multi_select"
    options = ["a", "b", "c"]
    max = 2
    required = true
    [fields.any]
    type = "json"
    [fields.something]
    type = "json"
    required = true
    [fields.shaped]
    type = "json"
    schema = { type = "object", required = ["x"], properties = { x = { type = "integer" } } }
    [fields.mail]
    type = "email"
    [fields.link]
    type = "url"
    [fields.one]
    type = "relation"
    to = "things"
    [fields.some]
    type = "relation"
    to = "things"
    many = true
    [fields.more]
    type = "relation"
    to = "things"
    many = true
    required = true
"#;

const ID: &str = "0195a3c9-0e4b-7e0a-b1cf-3d1a7a7f5c02";

/// Values of every kind; each is tried on each field.
fn values_to_try() -> Vec<Json> {
    vec![
        json!(null),
        json!(true),
        json!(0),
        json!(-3),
        json!(5),
        json!(6),
        json!(0.25),
        json!(1.5),
        json!(1e300),
        json!(""),
        json!("a"),
        json!("ab"),
        json!("äöüß"),
        json!("abcde"),
        json!("abcdef"),
        json!("a-b"),
        json!("a-"),
        json!("a\nb"),
        json!("12.50"),
        json!("123"),
        json!("-0.5"),
        json!("1.234"),
        json!("low"),
        json!("LOW"),
        json!("2026-01-31"),
        json!("2026-02-30"),
        json!("2026-01-31T12:00:00Z"),
        json!("2026-01-31T12:00:00.5+02:00"),
        json!("2026-01-31T12:00:00"),
        json!("ada@example.org"),
        json!("ada"),
        json!("https://example.org/page?x=1"),
        json!("ftp://example.org"),
        json!(ID),
        json!(ID.to_uppercase()),
        json!(ID.replace('-', "")),
        json!([]),
        json!(["a"]),
        json!(["a", "a"]),
        json!(["a", "b"]),
        json!(["a", "b", "c"]),
        json!([1]),
        json!([ID]),
        json!([ID, ID]),
        json!({}),
        json!({ "x": 1 }),
        json!({ "x": "one" }),
    ]
}

#[test]
fn the_document_takes_what_the_server_takes() {
    let files = [
        ("mainstay.toml", "name = \"sample\""),
        ("collections/things.toml", FIELDS),
    ];
    let files = files.map(|(path, text)| SourceFile {
        path: path.into(),
        text: text.into(),
    });
    let definition = Definition::read(files.into()).unwrap();
    let document = openapi(&definition);
    let things = definition.find_collection("things").unwrap();
    for field in things.fields.iter().filter(|field| !field.system) {
        let property = &document["components"]["schemas"]["ThingsCreate"]["properties"][field.name.as_str()];
        // The components come along, for the references to them.
        let schema = json!({ "allOf": [property], "components": document["components"] });
        let validator = jsonschema::draft202012::options()
            .should_validate_formats(true)
            .build(&schema)
            .unwrap();
        for value in values_to_try() {
            let taken = values::accept(field, value.clone());
            assert_eq!(
                validator.is_valid(&value),
                taken.is_ok(),
                "{}: {value}: {taken:?}",
                field.name
            );
        }
    }
}
