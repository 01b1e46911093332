//! What each kind takes from JSON, and the sentence for what it refuses.

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
fn integers() {
    takes(
        "integer",
        &[
            (json!(5), Value::Int(5)),
            (json!(i64::MIN), Value::Int(i64::MIN)),
            (json!(i64::MAX), Value::Int(i64::MAX)),
        ],
    );
    takes("small", &[(json!(-5), Value::Int(-5)), (json!(5), Value::Int(5))]);
    refuses(
        "integer",
        &[
            (json!("5"), "must be an integer, not a string"),
            (
                json!(5.0),
                "must be an integer without a decimal point or exponent",
            ),
            (
                json!(1e300),
                "must be an integer without a decimal point or exponent",
            ),
            (json!(u64::MAX), "must be at most 9223372036854775807"),
            (json!(true), "must be an integer, not a boolean"),
        ],
    );
    refuses(
        "small",
        &[
            (json!(-6), "must be at least -5"),
            (json!(6), "must be at most 5"),
        ],
    );
}

#[test]
fn numbers() {
    takes(
        "number",
        &[
            (json!(5), Value::Real(5.0)),
            (json!(-0.5), Value::Real(-0.5)),
            (json!(1e300), Value::Real(1e300)),
        ],
    );
    let definition = definition();
    let Ok(Value::Real(zero)) = accept(field(&definition, "number"), json!(-0.0)) else {
        panic!()
    };
    assert!(zero.is_sign_positive(), "there is one zero");
    refuses(
        "number",
        &[
            (json!("5"), "must be a number, not a string"),
            (json!([]), "must be a number, not a list"),
        ],
    );
    refuses(
        "share",
        &[
            (json!(-1), "must be at least 0"),
            (json!(0.51), "must be at most 0.5"),
        ],
    );
}

#[test]
fn decimals() {
    takes(
        "decimal",
        &[
            (json!("12.5"), Value::Int(1_250)),
            (
                json!("-9999999999999999.99"),
                Value::Int(-999_999_999_999_999_999),
            ),
        ],
    );
    takes(
        "price",
        &[(json!("99.50"), Value::Int(9_950)), (json!("0"), Value::Int(0))],
    );
    refuses(
        "price",
        &[
            (
                json!(12.5),
                "must be a decimal written as a string such as \"12.50\", not a number",
            ),
            (
                json!("12,5"),
                "is not a decimal: expected digits with an optional point, such as \"12.50\"",
            ),
            (json!("1.234"), "has more than 2 digits after the point"),
            (json!("1000"), "has more than 3 digits before the point"),
            (json!("-0.01"), "must be at least 0.00"),
            (json!("99.51"), "must be at most 99.50"),
        ],
    );
    refuses("whole", &[(json!("1.5"), "must not have digits after the point")]);
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
fn emails() {
    for good in [
        "ada@example.org",
        "a.b+c@mail.example.co.uk",
        "o'neil@example.org",
        "ä@exämple.org",
        "a@1.2",
    ] {
        takes("email", &[(json!(good), text(good))]);
    }
    let longest = format!(
        "{}@{}.org",
        "a".repeat(64),
        ["b".repeat(61), "c".repeat(61), "d".repeat(61)].join(".")
    );
    assert_eq!(longest.len(), 254);
    takes("email", &[(json!(longest), text(&longest))]);
    refuses(
        "email",
        &[(json!(format!("{longest}a")), "has more than 254 characters")],
    );
    for bad in [
        "",
        "ada",
        "@example.org",
        "ada@",
        "ada@example",
        "ada@@example.org",
        "a da@example.org",
        "ada@exa mple.org",
        "\"ada\"@example.org",
        "ada@-example.org",
        "ada@example-.org",
        "ada@.org",
        "ada@example.",
        "ada@example..org",
        ".ada@example.org",
        "ada.@example.org",
        "a..a@example.org",
        "ada@[1.2.3.4]",
        "ada@example.org\n",
        "<ada@example.org>",
        "ada@exa_mple.org",
        &format!("{}@example.org", "a".repeat(65)),
    ] {
        refuses(
            "email",
            &[(json!(bad), "is not an e-mail address such as ada@example.org")],
        );
    }
    refuses("email", &[(json!(3), "must be a string, not a number")]);
}

#[test]
fn urls() {
    for good in [
        "https://example.org",
        "http://localhost:8080/a?b=c#d",
        "HTTPS://EXAMPLE.ORG/",
        "https://1.2.3.4/",
        "http://[::1]:80/",
        "https://example.org/ä?q=a|b&r={x}",
        "https://exämple.org/@ada",
        "https://example.org?x",
    ] {
        takes("url", &[(json!(good), text(good))]);
    }
    for bad in [
        "https://",
        "https:///path",
        "https://?x",
        "https://exa_mple.org",
        "https://.org",
        "https://a..b",
        "https://example.org:99999",
        "https://example.org:8a",
        "https://[::1",
        "https://[1.2.3.4]",
        "https://example.org\\@evil.org",
        "https://example.org/<script>",
        "https://example.org/\"x",
    ] {
        refuses(
            "url",
            &[(json!(bad), "is not a URL such as https://example.org/page")],
        );
    }
    let scheme = "must start with http:// or https://";
    let space = "must not contain spaces or control characters";
    refuses(
        "url",
        &[
            (json!(""), scheme),
            (json!("example.org"), scheme),
            (json!("ftp://example.org"), scheme),
            (json!("javascript:alert(1)"), scheme),
            (json!("//example.org"), scheme),
            (json!("https:/example.org"), scheme),
            (json!("https://exa mple.org"), space),
            (json!(" https://example.org"), space),
            (json!("https://example.org/\u{7f}"), space),
            (
                json!("https://example.org@evil.org"),
                "must not contain a user name or password",
            ),
            (
                json!(format!("https://a.b/{}", "c".repeat(2_037))),
                "has more than 2048 characters",
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
