//! Batches: their operations and results.

use mainstay_core::definition::Definition;
use mainstay_core::limits;
use serde_json::{Map, Value as Json, json};

use super::records::schema_ref;

pub(super) fn batch() -> Json {
    json!({
        "description": "Writes in the order they are done in.",
        "type": "object",
        "properties": {
            "mode": {
                "type": "string",
                "enum": ["all_or_nothing", "per_record", "check"],
                "description": "Does one that fails undo the others? `check` writes nothing and tells what would happen.",
            },
            "operations": {
                "type": "array",
                "items": schema_ref("BatchOperation"),
                "minItems": 1,
                "maxItems": limits::BATCH_OPERATIONS_MAX,
            },
        },
        "required": ["mode", "operations"],
        "additionalProperties": false,
    })
}

pub(super) fn batch_operation(definition: &Definition) -> Json {
    let collections: Vec<&str> = definition
        .collections
        .iter()
        .map(|collection| collection.name.as_str())
        .collect();
    let kind = |op: &str, description: &str, keys: &[&str], required: &[&str]| {
        let mut properties = Map::new();
        properties.insert("op".into(), json!({ "const": op }));
        properties.insert(
            "collection".into(),
            json!({ "type": "string", "enum": collections }),
        );
        for key in keys {
            properties.insert((*key).to_owned(), batch_key(key));
        }
        let required: Vec<&str> = ["op", "collection"].iter().chain(required).copied().collect();
        json!({
            "title": op,
            "description": description,
            "type": "object",
            "properties": properties,
            "required": required,
            "additionalProperties": false,
        })
    };
    json!({
        "description": "One write.",
        "oneOf": [
            kind("create", "Creates a record.", &["data"], &["data"]),
            kind("update", "Changes a record.", &["id", "if_version", "data"], &["id", "data"]),
            kind("delete", "Deletes a record.", &["id", "if_version"], &["id"]),
            kind("restore", "Restores a deleted record.", &["id"], &["id"]),
        ],
    })
}

fn batch_key(key: &str) -> Json {
    match key {
        "id" => json!({ "type": "string", "format": "uuid", "description": "The record." }),
        "if_version" => json!({
            "type": "integer",
            "format": "int64",
            "description": "Done only while the record is at this version, like `If-Match`.",
        }),
        _ => json!({ "type": "object", "description": "The fields, as for one record of the collection." }),
    }
}

pub(super) fn batch_results() -> Json {
    json!({
        "description": "What became of each write, in their order.",
        "type": "object",
        "properties": {
            "results": { "type": "array", "items": schema_ref("BatchResult"), "maxItems": limits::BATCH_OPERATIONS_MAX },
        },
        "required": ["results"],
    })
}

pub(super) fn batch_result() -> Json {
    json!({
        "description": "What a single request would have been answered with.",
        "type": "object",
        "properties": {
            "status": { "type": "integer", "minimum": 200, "maximum": 599 },
            "record": { "type": "object", "description": "The record as written; not there after a deletion." },
            "problem": schema_ref("Problem"),
        },
        "required": ["status"],
        "not": { "required": ["record", "problem"] },
    })
}
