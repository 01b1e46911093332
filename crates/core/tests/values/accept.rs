//! What each kind takes from JSON, and the sentence for what it refuses.

mod addresses;
mod numbers;

use mainstay_core::values::accept;
use mainstay_core::{Code, RecordId, Value};
use serde_json::{Value as Json, json};

use crate::kinds::{definition, field};

const ID: &str = "0198c5a2-7a3e-7cc1-9b1e-3f1f4f5a6b7c";
const OTHER_ID: &str = "0198c5a2-7a3e-7cc1-9b1e-3f1f4f5a6b7d";

#[track_caller]
fn takes(name: &str, cases: &[(Json, Value)]) {
    let definition = definition();
    for (json, value) in cases {
        let taken = accept(field(&definition, name), json.clone());
        assert_eq!(taken.as_ref(), Ok(value), "{name}: {json}");
    }
}

#[track_caller]
fn refuses(name: &str, cases: &[(Json, &str)]) {
    let definition = definition();
    for (json, message) in cases {
        let refusal = accept(field(&definition, name), json.clone()).expect_err(&format!("{name}: {json}"));
        assert_eq!(refusal.message, *message, "{name}: {json}");
        assert_eq!(refusal.code, Code::ValidationFailed);
    }
}

fn text(value: &str) -> Value {
    Value::Text(value.into())
}

fn id(text: &str) -> RecordId {
    text.parse().unwrap()
}

#[test]
fn null_is_for_fields_that_are_not_required() {
    for name in [
        "line",
        "integer",
        "number",
        "decimal",
        "boolean",
        "datetime",
        "date",
        "select",
        "multi_select",
    ] {
        takes(name, &[(Json::Null, Value::Null)]);
    }
    for name in ["json", "email", "url", "relation"] {
        takes(name, &[(Json::Null, Value::Null)]);
    }
    takes("many", &[(Json::Null, Value::Ids(vec![]))]);
    refuses("required", &[(Json::Null, "is required")]);
    refuses(
        "required_many",
        &[
            (Json::Null, "is required"),
            (json!([]), "needs at least one target"),
        ],
    );
}

#[test]
fn texts() {
    // Characters count, not bytes; what is given is stored as it is.
    takes(
        "line",
        &[
            (json!("äöüßé"), text("äöüßé")),
            (json!("  "), text("  ")),
            (json!("a\tb"), text("a\tb")),
        ],
    );
    takes(
        "text",
        &[(json!(""), text("")), (json!("a\nb\r\n"), text("a\nb\r\n"))],
    );
    takes("rich", &[(json!("# a\n\nb"), text("# a\n\nb"))]);
    takes("code", &[(json!("ABC"), text("ABC"))]);
    refuses(
        "line",
        &[
            (json!("a"), "has fewer than 2 characters"),
            (json!("abcdef"), "has more than 5 characters"),
            (json!("a\nb"), "must not contain line breaks"),
            (json!("a\rb"), "must not contain line breaks"),
            (json!("a\0b"), "must not contain NUL characters"),
            (json!(12), "must be a string, not a number"),
            (json!(true), "must be a string, not a boolean"),
            (json!(["ab"]), "must be a string, not a list"),
            (json!({}), "must be a string, not an object"),
        ],
    );
    refuses("text", &[(json!("a\0"), "must not contain NUL characters")]);
    refuses("code", &[(json!("AbC"), "does not match the pattern ^[A-Z]+$")]);
}

#[test]
fn booleans() {
    takes(
        "boolean",
        &[
            (json!(true), Value::Bool(true)),
            (json!(false), Value::Bool(false)),
        ],
    );
    refuses(
        "boolean",
        &[
            (json!("true"), "must be true or false, not a string"),
            (json!(1), "must be true or false, not a number"),
        ],
    );
}

#[test]
fn dates_and_times() {
    takes(
        "datetime",
        &[
            (json!("1970-01-01T00:00:01.5Z"), Value::Int(1_500_000)),
            (json!("1970-01-01T01:00:00+01:00"), Value::Int(0)),
        ],
    );
    takes("date", &[(json!("2024-02-29"), text("2024-02-29"))]);
    let datetime = "is not a date and time: expected RFC 3339 with an offset, such as 2026-01-31T12:00:00Z";
    refuses(
        "datetime",
        &[
            (json!("2026-01-31"), datetime),
            (json!("2026-01-31T12:00:00"), datetime),
            (json!(0), "must be a string, not a number"),
        ],
    );
    let date = "is not a date: expected year, month and day, such as 2026-01-31";
    refuses(
        "date",
        &[(json!("2023-02-29"), date), (json!("2026-01-31T12:00:00Z"), date)],
    );
}

#[test]
fn options() {
    takes("select", &[(json!("low"), text("low"))]);
    refuses(
        "select",
        &[
            (json!("Low"), "must be one of \"low\", \"high\""),
            (json!(""), "must be one of \"low\", \"high\""),
            (json!(["low"]), "must be a string, not a list"),
        ],
    );
    takes(
        "multi_select",
        &[
            (json!([]), text("[]")),
            (json!(["a", "b"]), text(r#"["b","a"]"#)),
            (json!(["say \"c\""]), text(r#"["say \"c\""]"#)),
        ],
    );
    refuses(
        "multi_select",
        &[
            (json!("a"), "must be a list, not a string"),
            (json!(["a", 3]), "must be a list of strings, but has a number"),
            (
                json!(["a", "x"]),
                "has \"x\", which is not one of \"b\", \"a\", \"say \\\"c\\\"\"",
            ),
            (json!(["a", "a"]), "must not repeat \"a\""),
            (json!(["a", "b", "say \"c\""]), "has more than 2 items"),
            (json!(vec!["a"; 100_000]), "must not repeat \"a\""),
        ],
    );
}

#[test]
fn json_values() {
    takes(
        "json",
        &[
            (
                json!({ "b": 1, "a": [true, null, "x"] }),
                text(r#"{"a":[true,null,"x"],"b":1}"#),
            ),
            (json!("text"), text("\"text\"")),
            (json!(0), text("0")),
            (json!(false), text("false")),
        ],
    );
    takes(
        "shape",
        &[(json!({ "x": 1, "y": ["a"] }), text(r#"{"x":1,"y":["a"]}"#))],
    );
    refuses(
        "shape",
        &[
            (
                json!([]),
                "does not fit its schema: value is not of type \"object\"",
            ),
            (
                json!({ "y": [] }),
                "does not fit its schema: \"x\" is a required property",
            ),
            (
                json!({ "x": "1", "y": ["a", 1, 2] }),
                "does not fit its schema: /x: value is not of type \"integer\"; /y/1: value is not of type \"string\"; \
                 /y/2: value is not of type \"string\"",
            ),
            (
                json!({ "x": 1, "y": [1, 2, 3, 4, 5, 6, 7] }),
                "does not fit its schema: /y/0: value is not of type \"string\"; /y/1: value is not of type \"string\"; \
                 /y/2: value is not of type \"string\"; /y/3: value is not of type \"string\"; \
                 /y/4: value is not of type \"string\"",
            ),
            (
                json!({ "x": 1, "z": "a".repeat(60) }),
                "has more than 60 bytes as compact JSON",
            ),
        ],
    );
}

#[test]
fn relations() {
    takes(
        "relation",
        &[
            (json!(ID), Value::Id(id(ID))),
            (json!(ID.to_uppercase()), Value::Id(id(ID))),
        ],
    );
    takes(
        "many",
        &[
            (json!([OTHER_ID, ID]), Value::Ids(vec![id(OTHER_ID), id(ID)])),
            (json!([]), Value::Ids(vec![])),
        ],
    );
    let no_id = "is not an id: expected a UUID such as 0198c5a2-7a3e-7cc1-9b1e-3f1f4f5a6b7c";
    refuses(
        "relation",
        &[
            (json!("ada"), no_id),
            (json!(ID.replace('-', "")), no_id),
            (json!(3), "must be an id (a UUID as a string), not a number"),
            (
                json!({ "id": ID }),
                "must be an id (a UUID as a string), not an object",
            ),
        ],
    );
    let repeats = format!("must not repeat {ID}");
    refuses(
        "many",
        &[
            (json!(ID), "must be a list, not a string"),
            (json!([ID, "x"]), no_id),
            (json!([ID, null]), "must be an id (a UUID as a string), not null"),
            (json!([ID, OTHER_ID, ID]), &repeats),
            (json!(vec![ID; 1_001]), "has more than 1000 targets"),
        ],
    );
}
