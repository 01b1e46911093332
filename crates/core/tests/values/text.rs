//! What each kind takes from a cell of a CSV file, and how it is written there.

use mainstay_core::Value;
use mainstay_core::values::{accept_text, write_text};

use crate::kinds::{definition, field};

const ID: &str = "0198c5a2-7a3e-7cc1-9b1e-3f1f4f5a6b7c";
const OTHER_ID: &str = "0198c5a2-7a3e-7cc1-9b1e-3f1f4f5a6b7d";

#[test]
fn cells_are_taken_and_written() {
    let definition = definition();
    let ids = Value::Ids(vec![ID.parse().unwrap(), OTHER_ID.parse().unwrap()]);
    let both = format!("{ID}|{OTHER_ID}");
    for (name, cell, value, written) in [
        ("line", "", Value::Null, ""),
        ("line", " a ", Value::Text(" a ".into()), " a "),
        ("integer", "-5", Value::Int(-5), "-5"),
        ("number", "2.50", Value::Real(2.5), "2.5"),
        ("number", "3", Value::Real(3.0), "3.0"),
        ("decimal", "2.5", Value::Int(250), "2.50"),
        ("boolean", "TRUE", Value::Bool(true), "true"),
        ("boolean", "yes", Value::Bool(true), "true"),
        ("boolean", "1", Value::Bool(true), "true"),
        ("boolean", "False", Value::Bool(false), "false"),
        ("boolean", "no", Value::Bool(false), "false"),
        ("boolean", "0", Value::Bool(false), "false"),
        (
            "datetime",
            "1970-01-01T00:00:00Z",
            Value::Int(0),
            "1970-01-01T00:00:00.000000Z",
        ),
        (
            "date",
            "2026-01-31",
            Value::Text("2026-01-31".into()),
            "2026-01-31",
        ),
        ("select", "low", Value::Text("low".into()), "low"),
        ("multi_select", "a|b", Value::Text(r#"["b","a"]"#.into()), "b|a"),
        ("multi_select", "", Value::Null, ""),
        (
            "json",
            r#"{ "b": 1, "a": 2 }"#,
            Value::Text(r#"{"a":2,"b":1}"#.into()),
            r#"{"a":2,"b":1}"#,
        ),
        ("json", "null", Value::Null, ""),
        (
            "email",
            "ada@example.org",
            Value::Text("ada@example.org".into()),
            "ada@example.org",
        ),
        (
            "url",
            "https://example.org",
            Value::Text("https://example.org".into()),
            "https://example.org",
        ),
        ("relation", ID, Value::Id(ID.parse().unwrap()), ID),
        ("many", &both, ids, &both),
        ("many", "", Value::Ids(vec![]), ""),
        ("id", ID, Value::Id(ID.parse().unwrap()), ID),
    ] {
        let field = field(&definition, name);
        assert_eq!(accept_text(field, cell).as_ref(), Ok(&value), "{name}: {cell}");
        let mut out = Vec::new();
        write_text(&field.kind, &value, &mut out);
        assert_eq!(String::from_utf8(out).unwrap(), written, "{name}: {cell}");
    }
}

#[test]
fn cells_are_refused() {
    let definition = definition();
    for (name, cell, message) in [
        ("required", "", "is required"),
        ("required_many", "", "is required"),
        ("line", "a", "has fewer than 2 characters"),
        ("integer", "5.0", "must be an integer of at most 64 bits"),
        (
            "integer",
            "9223372036854775808",
            "must be an integer of at most 64 bits",
        ),
        ("small", "6", "must be at most 5"),
        (
            "number",
            "1,5",
            "must be a number with a point for decimals, such as 12.5",
        ),
        ("number", "NaN", "must be a finite number"),
        ("number", "inf", "must be a finite number"),
        ("decimal", "1.234", "has more than 2 digits after the point"),
        ("boolean", "maybe", "must be true or false (or yes, no, 1, 0)"),
        ("multi_select", "a|a", "must not repeat \"a\""),
        (
            "multi_select",
            "a||b",
            "has \"\", which is not one of \"b\", \"a\", \"say \\\"c\\\"\"",
        ),
        (
            "json",
            "{",
            "is not JSON: EOF while parsing an object at line 1 column 1",
        ),
        (
            "shape",
            "3",
            "does not fit its schema: value is not of type \"object\"",
        ),
        (
            "many",
            "a|b",
            "is not an id: expected a UUID such as 0198c5a2-7a3e-7cc1-9b1e-3f1f4f5a6b7c",
        ),
    ] {
        let refusal = accept_text(field(&definition, name), cell).expect_err(&format!("{name}: {cell}"));
        assert_eq!(refusal.message, message, "{name}: {cell}");
    }
}
