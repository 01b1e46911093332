//! Types with their options, and defaults.

use super::*;

const TYPES: &str = r#"
[fields.text]
type = "text"
min = 1
max = 20
pattern = "^a"
multiline = true
[fields.plain]
type = "text"
[fields.integer]
type = "integer"
min = -5
[fields.number]
type = "number"
max = 3
[fields.decimal]
type = "decimal"
precision = 5
scale = 1
min = "-2.5"
[fields.digit]
type = "decimal"
precision = 1
[fields.multi]
type = "multi_select"
options = ["a", "b", "c"]
max = 2
[fields.all]
type = "multi_select"
options = ["a", "b", "c"]
[fields.json]
type = "json"
schema = { type = "object" }
"#;

#[test]
fn every_type_has_its_options() {
    let definition = read_things(TYPES);
    let kind = |name| &field(&definition, name).kind;
    let FieldKind::Text(text) = kind("text") else {
        panic!()
    };
    assert_eq!(
        (text.min, text.max, text.multiline, text.rich),
        (1, 20, true, false)
    );
    assert!(text.pattern.is_some());
    assert!(matches!(kind("plain"), FieldKind::Text(options) if options.max == 10_000 && !options.multiline));
    assert!(matches!(
        kind("integer"),
        FieldKind::Integer {
            min: -5,
            max: i64::MAX
        }
    ));
    assert!(matches!(kind("number"), FieldKind::Number { max, .. } if (*max - 3.0).abs() < f64::EPSILON));
    assert!(matches!(
        kind("decimal"),
        FieldKind::Decimal {
            precision: 5,
            scale: 1,
            min: -25,
            max: 99_999
        }
    ));
    assert!(matches!(
        kind("digit"),
        FieldKind::Decimal {
            precision: 1,
            scale: 1,
            min: -9,
            max: 9
        }
    ));
    assert!(matches!(
        kind("multi"),
        FieldKind::MultiSelect { items_max: 2, .. }
    ));
    assert!(matches!(kind("all"), FieldKind::MultiSelect { items_max: 3, .. }));
    assert!(matches!(
        kind("json"),
        FieldKind::Json {
            schema: Some(_),
            bytes_max: 65_536
        }
    ));
}

const DEFAULTS: &str = r#"
[fields.datetime]
type = "datetime"
default = 1970-01-01T00:00:01+00:00
[fields.date]
type = "date"
default = 2026-01-31
[fields.day]
type = "date"
default = "now()"
[fields.decimal]
type = "decimal"
default = "12.5"
[fields.integer]
type = "integer"
default = 0x10
[fields.number]
type = "number"
default = 3
[fields.multi]
type = "multi_select"
options = ["a", "b"]
default = ["b", "a"]
[fields.json]
type = "json"
default = { b = [1, 2.5], a = "x" }
[fields.owner]
type = "relation"
to = "users"
default = "auth.id"
[fields.other]
type = "relation"
to = "things"
default = "0198c5a2-7a3e-7cc1-9b1e-3f1f4f5a6b7c"
"#;

#[test]
fn defaults_are_stored_values() {
    let definition = read_things(DEFAULTS);
    let id: RecordId = "0198c5a2-7a3e-7cc1-9b1e-3f1f4f5a6b7c".parse().unwrap();
    for (name, default) in [
        ("datetime", DefaultValue::Literal(Value::Int(1_000_000))),
        ("date", DefaultValue::Literal(Value::Text("2026-01-31".into()))),
        ("day", DefaultValue::Now),
        ("decimal", DefaultValue::Literal(Value::Int(1_250))),
        ("integer", DefaultValue::Literal(Value::Int(16))),
        ("number", DefaultValue::Literal(Value::Real(3.0))),
        ("multi", DefaultValue::Literal(Value::Text(r#"["a","b"]"#.into()))),
        (
            "json",
            DefaultValue::Literal(Value::Text(r#"{"a":"x","b":[1,2.5]}"#.into())),
        ),
        ("owner", DefaultValue::AuthId),
        ("other", DefaultValue::Literal(Value::Id(id))),
    ] {
        assert_eq!(field(&definition, name).default, Some(default), "{name}");
    }
}
