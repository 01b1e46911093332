//! What the operations on what was take and answer.

use mainstay_core::limits;
use serde_json::{Value as Json, json};

use super::super::examples;
use super::super::records::schema_ref;

/// Every schema with its name, which stands in `GENERAL` too.
pub(in crate::openapi) fn schemas() -> [(&'static str, Json); 11] {
    [
        ("RecordVersion", record_version()),
        ("VersionComparison", version_comparison()),
        ("TreeVersion", tree_version()),
        (
            "TreeVersionPage",
            page("Named versions, the newest first.", &schema_ref("TreeVersion")),
        ),
        ("TreeComparison", page("Records that differ.", &difference())),
        ("TreeRestored", tree_restored()),
        (
            "TrashPage",
            page("Deletions, the newest first.", &schema_ref("TrashItem")),
        ),
        ("TrashItem", trash_item()),
        ("PutBack", put_back()),
        ("SaveVersion", save_version()),
        ("RestoreTrash", restore_trash()),
    ]
}

fn page(description: &str, items: &Json) -> Json {
    json!({
        "description": description,
        "type": "object",
        "properties": {
            "items": { "type": "array", "items": items, "maxItems": limits::PAGE_MAX },
            "next_cursor": {
                "type": ["string", "null"],
                "description": "The parameter `cursor` of the next page; null when nothing follows.",
            },
        },
        "required": ["items", "next_cursor"],
    })
}

fn actor(description: &str) -> Json {
    json!({
        "description": description,
        "type": "object",
        "properties": {
            "kind": { "type": "string", "enum": ["anonymous", "user", "administrator", "system"] },
            "id": { "type": ["string", "null"], "format": "uuid", "description": "The user." },
        },
        "required": ["kind", "id"],
    })
}

fn time(description: &str) -> Json {
    json!({ "type": "string", "format": "date-time", "description": description })
}

/// The properties of an entry without its values, and their names.
fn head() -> (Json, Vec<&'static str>) {
    let properties = json!({
        "seq": { "type": "integer", "format": "int64", "description": "Its place in the journal." },
        "at": time("When it became so."),
        "kind": { "type": "string" },
        "actor": actor("Who made it so."),
        "request_id": { "type": ["string", "null"], "format": "uuid" },
        "version": { "type": ["integer", "null"], "format": "int64" },
    });
    (
        properties,
        vec!["seq", "at", "kind", "actor", "request_id", "version"],
    )
}

fn record_version() -> Json {
    let (mut properties, mut required) = head();
    properties["record"] = json!({ "type": "object", "description": "Its fields, without hidden ones." });
    required.push("record");
    json!({
        "description": "A record as it was at one of its versions.",
        "type": "object",
        "properties": properties,
        "required": required,
    })
}

fn version_comparison() -> Json {
    let (properties, required) = head();
    let side = json!({ "type": "object", "properties": properties, "required": required });
    let mut changed = side.clone();
    changed["type"] = json!(["object", "null"]);
    changed["description"] = json!("The change that set it last; null where none did.");
    let mut field = field_difference();
    field["properties"]["changed"] = changed;
    field["required"] = json!(["field", "old", "new", "changed"]);
    json!({
        "description": "What differs between two versions of a record.",
        "type": "object",
        "properties": { "from": side, "to": side, "fields": { "type": "array", "items": field } },
        "required": ["from", "to", "fields"],
    })
}

fn field_difference() -> Json {
    json!({
        "type": "object",
        "properties": {
            "field": { "type": "string" },
            "old": { "description": "Its value before." },
            "new": { "description": "Its value after." },
        },
        "required": ["field", "old", "new"],
    })
}

fn tree_version() -> Json {
    json!({
        "description": "A named version of a record and everything under it.",
        "type": "object",
        "properties": {
            "id": { "type": "string", "format": "uuid" },
            "name": { "type": "string" },
            "description": { "type": "string" },
            "at": time("When it was saved."),
            "actor": actor("Who saved it."),
        },
        "required": ["id", "name", "description", "at", "actor"],
        "example": {
            "id": examples::ID,
            "name": "Before the move",
            "description": "",
            "at": examples::TIME,
            "actor": { "kind": "user", "id": examples::ID },
        },
    })
}

fn difference() -> Json {
    json!({
        "type": "object",
        "properties": {
            "collection": { "type": "string" },
            "id": { "type": "string", "format": "uuid" },
            "label": { "type": ["string", "null"], "description": "What the record is called, or was." },
            "change": { "type": "string", "enum": ["added", "removed", "changed"] },
            "fields": { "type": "array", "items": field_difference() },
        },
        "required": ["collection", "id", "label", "change", "fields"],
    })
}

fn tree_restored() -> Json {
    let count = |description: &str| json!({ "type": "integer", "minimum": 0, "description": description });
    json!({
        "description": "How many records were written to make the tree what it was.",
        "type": "object",
        "properties": {
            "saved": {
                "anyOf": [schema_ref("TreeVersion"), { "type": "null" }],
                "description": "The version that keeps what was before; null where there was nothing.",
            },
            "created": count("Records that were deleted for good, under their ids again."),
            "restored": count("Records that were deleted."),
            "changed": count("Records that were different."),
            "deleted": count("Records that were not there then."),
        },
        "required": ["saved", "created", "restored", "changed", "deleted"],
    })
}

fn trash_item() -> Json {
    json!({
        "description": "One deletion.",
        "type": "object",
        "properties": {
            "collection": { "type": "string" },
            "id": { "type": "string", "format": "uuid" },
            "label": { "type": "string", "description": "What the record is called." },
            "deleted_at": time("When it was deleted."),
            "deleted_by": actor("Who deleted it."),
            "purge_at": {
                "type": ["string", "null"],
                "format": "date-time",
                "description": "When it goes for good; null where it is kept.",
            },
            "took": {
                "type": "object",
                "additionalProperties": { "type": "integer", "minimum": 1 },
                "description": "How many records went with it, by collection.",
            },
            "waits_for": {
                "type": ["string", "null"],
                "description": "Why it has not gone for good although it should have, as a sentence.",
            },
        },
        "required": ["collection", "id", "label", "deleted_at", "deleted_by", "purge_at", "took", "waits_for"],
        "example": {
            "collection": "notes",
            "id": examples::ID,
            "label": "Flour",
            "deleted_at": examples::TIME,
            "deleted_by": { "kind": "user", "id": examples::ID },
            "purge_at": "2026-03-31T08:30:00.000000Z",
            "took": { "comments": 2 },
            "waits_for": null,
        },
    })
}

fn put_back() -> Json {
    json!({
        "description": "What of a version to put back.",
        "type": "object",
        "properties": {
            "fields": {
                "type": "array",
                "items": { "type": "string" },
                "description": "The names of fields; without it every field that can be set.",
            },
        },
        "additionalProperties": false,
    })
}

fn save_version() -> Json {
    json!({
        "description": "What to call a version.",
        "type": "object",
        "properties": {
            "name": { "type": "string", "minLength": 1, "maxLength": limits::TITLE_CHARACTERS_MAX, "pattern": "\\S" },
            "description": { "type": ["string", "null"], "maxLength": limits::DESCRIPTION_CHARACTERS_MAX },
        },
        "required": ["name"],
        "additionalProperties": false,
    })
}

fn restore_trash() -> Json {
    json!({
        "description": "Deleted records to restore.",
        "type": "object",
        "properties": {
            "items": {
                "type": "array",
                "items": {
                    "type": "object",
                    "properties": {
                        "collection": { "type": "string" },
                        "id": { "type": "string", "format": "uuid" },
                    },
                    "required": ["collection", "id"],
                    "additionalProperties": false,
                },
                "minItems": 1,
                "maxItems": limits::BATCH_OPERATIONS_MAX,
            },
        },
        "required": ["items"],
        "additionalProperties": false,
    })
}
