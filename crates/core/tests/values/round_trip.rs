//! What is written reads back as the same value, for random values of every kind.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use mainstay_core::values::{accept, accept_text, write_json, write_text};
use mainstay_core::{Definition, RecordId, Timestamp, Value};
use proptest::prelude::*;
use serde_json::Value as Json;

use crate::kinds::{definition, field};

static DEFINITION: LazyLock<Definition> = LazyLock::new(definition);

fn id() -> impl Strategy<Value = RecordId> {
    any::<[u8; 16]>().prop_map(RecordId::from_bytes)
}

fn micros() -> impl Strategy<Value = i64> {
    let epoch = Timestamp::from_micros(0).unwrap();
    any::<i64>().prop_map(move |micros| epoch.saturating_add_micros(micros).as_micros())
}

fn json() -> impl Strategy<Value = Json> {
    let leaf = prop_oneof![
        Just(Json::Null),
        any::<bool>().prop_map(Json::from),
        any::<i64>().prop_map(Json::from),
        finite().prop_map(Json::from),
        any::<String>().prop_map(Json::from),
    ];
    leaf.prop_recursive(4, 32, 4, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(Json::from),
            prop::collection::btree_map(any::<String>(), inner, 0..4)
                .prop_map(|map: BTreeMap<String, Json>| Json::Object(map.into_iter().collect())),
        ]
    })
}

fn finite() -> impl Strategy<Value = f64> {
    use prop::num::f64::{NEGATIVE, NORMAL, POSITIVE, SUBNORMAL, ZERO};
    (POSITIVE | NEGATIVE | NORMAL | SUBNORMAL | ZERO).prop_map(|number| number + 0.0)
}

/// A field and a value that it may hold.
fn stored() -> impl Strategy<Value = (&'static str, Value)> {
    let options = prop::sample::subsequence(vec!["b", "a", "say \"c\""], 0..=3);
    let text = || any::<String>().prop_map(|text| Value::Text(text.replace('\0', "")));
    prop_oneof![
        prop::sample::select(vec!["text", "json", "relation", "date", "email"])
            .prop_map(|name| (name, Value::Null)),
        text().prop_map(|value| ("text", value)),
        text().prop_map(|value| ("rich", value)),
        any::<i64>().prop_map(|number| ("integer", Value::Int(number))),
        finite().prop_map(|number| ("number", Value::Real(number))),
        (-999_999_999_999_999_999_i64..=999_999_999_999_999_999).prop_map(|n| ("decimal", Value::Int(n))),
        any::<bool>().prop_map(|value| ("boolean", Value::Bool(value))),
        micros().prop_map(|micros| ("datetime", Value::Int(micros))),
        micros().prop_map(|micros| {
            let date = Timestamp::from_micros(micros).unwrap().date();
            ("date", Value::Text(date.to_string()))
        }),
        prop::sample::select(vec!["low", "high"]).prop_map(|option| ("select", Value::Text(option.into()))),
        options.prop_map(|options| ("all", Value::Text(serde_json::to_string(&options).unwrap()))),
        json().prop_map(|json| match json {
            Json::Null => ("json", Value::Null),
            json => ("json", Value::Text(json.to_string())),
        }),
        "[a-z]{1,20}@[a-z]{1,20}\\.org".prop_map(|text| ("email", Value::Text(text))),
        "https://[a-z]{1,20}(:[1-9][0-9]{0,3})?(/[a-z%?#=&]{0,20})?"
            .prop_map(|text| ("url", Value::Text(text))),
        id().prop_map(|id| ("relation", Value::Id(id))),
        id().prop_map(|id| ("id", Value::Id(id))),
        prop::collection::btree_set(any::<[u8; 16]>(), 0..5).prop_map(|ids| (
            "many",
            Value::Ids(ids.into_iter().rev().map(RecordId::from_bytes).collect())
        )),
    ]
}

proptest! {
    #[test]
    fn json_reads_back((name, value) in stored()) {
        let field = field(&DEFINITION, name);
        let mut out = Vec::new();
        write_json(&field.kind, &value, &mut out);
        let json: Json = serde_json::from_slice(&out).unwrap();
        prop_assert_eq!(accept(field, json), Ok(value));
    }

    #[test]
    fn cells_read_back((name, value) in stored()) {
        let field = field(&DEFINITION, name);
        let mut out = Vec::new();
        write_text(&field.kind, &value, &mut out);
        let cell = String::from_utf8(out).unwrap();
        // An empty cell is null; a CSV file cannot tell an empty text or list from it.
        let expected = match value {
            Value::Text(_) if cell.is_empty() => Value::Null,
            value => value,
        };
        prop_assert_eq!(accept_text(field, &cell), Ok(expected));
    }

    #[test]
    fn nothing_makes_accept_panic(json in json(), text in any::<String>()) {
        for field in &DEFINITION.find_collection("things").unwrap().fields {
            if let Ok(value) = accept(field, json.clone()) {
                write_json(&field.kind, &value, &mut Vec::new());
            }
            if let Ok(value) = accept_text(field, &text) {
                write_text(&field.kind, &value, &mut Vec::new());
            }
        }
    }
}
