//! Answers with entries of the journal: the audit, one's own activity, and what happened to records.

use mainstay_core::limits;
use serde_json::{Value as Json, json};

use super::examples;
use super::records::schema_ref;

fn page(description: &str, item: &str) -> Json {
    json!({
        "description": description,
        "type": "object",
        "properties": {
            "items": { "type": "array", "items": schema_ref(item), "maxItems": limits::PAGE_MAX },
            "next_cursor": {
                "type": ["string", "null"],
                "description": "The parameter `cursor` of the next page; null when nothing follows. A page may have \
                                fewer items than it could, or none, and go on all the same.",
            },
        },
        "required": ["items", "next_cursor"],
    })
}

pub(super) fn audit_page() -> Json {
    page("Entries of the journal, the newest first.", "AuditEntry")
}

pub(super) fn own_activity_page() -> Json {
    page("One's own acts, the newest first.", "OwnActivityEntry")
}

pub(super) fn activity_page() -> Json {
    page("What happened, the newest first.", "ActivityEntry")
}

fn seq() -> Json {
    json!({ "type": "integer", "format": "int64", "description": "Its place in the journal." })
}

fn optional_text(description: &str) -> Json {
    json!({ "type": ["string", "null"], "description": description })
}

fn optional_id(description: &str) -> Json {
    json!({ "type": ["string", "null"], "format": "uuid", "description": description })
}

fn kind(example: &str) -> Json {
    json!({ "type": "string", "description": format!("What happened, such as `{example}`; there will be more kinds.") })
}

fn actor() -> Json {
    json!({
        "description": "Who did it.",
        "type": "object",
        "properties": {
            "kind": { "type": "string", "enum": ["anonymous", "user", "administrator", "system"] },
            "id": optional_id("The user."),
            "label": optional_text("How the user is called; null when the caller may not know, or nobody does."),
        },
        "required": ["kind", "id", "label"],
    })
}

fn version() -> Json {
    json!({ "type": ["integer", "null"], "format": "int64", "description": "The record's version after it." })
}

pub(super) fn audit_entry() -> Json {
    json!({
        "description": "One entry of the journal.",
        "type": "object",
        "properties": {
            "seq": seq(),
            "at": { "type": "string", "format": "date-time" },
            "kind": kind("record.updated"),
            "actor": actor(),
            "address": optional_text("Where the request came from."),
            "request_id": optional_id("The `X-Request-Id` of the request."),
            "collection": optional_text("As it was called then."),
            "record_id": optional_id("The record that it is about."),
            "version": version(),
            "release": { "type": "integer", "format": "int64", "description": "The definition that was in force." },
            "payload": { "type": "object", "description": "Old and new values, or what else there is to say." },
            "withheld": {
                "type": "array",
                "items": { "type": "string" },
                "description": "Fields whose values are not shown: they are hidden, or the definition has them no longer.",
            },
            "erased": { "type": "boolean", "description": "Was the payload erased? Another entry says why." },
        },
        "required": [
            "seq", "at", "kind", "actor", "address", "request_id", "collection", "record_id", "version", "release",
            "payload", "withheld", "erased",
        ],
        "example": {
            "seq": 42,
            "at": examples::TIME,
            "kind": "record.updated",
            "actor": { "kind": "user", "id": examples::ID, "label": "Nora Quinn" },
            "address": "192.0.2.7",
            "request_id": examples::ID,
            "collection": "todos",
            "record_id": examples::ID,
            "version": 2,
            "release": 1,
            "payload": { "old": { "completed": false }, "new": { "completed": true } },
            "withheld": [],
            "erased": false,
        },
    })
}

pub(super) fn audit_status() -> Json {
    json!({
        "description": "What somebody needs to check the journal elsewhere.",
        "type": "object",
        "properties": {
            "public_key": { "type": "string", "description": "Seals are checked with it: 64 hexadecimal digits." },
            "checkpoint": optional_text("The newest seal in one line, to be kept elsewhere; null before the first one."),
            "sealed_seq": { "type": ["integer", "null"], "format": "int64", "description": "The last sealed entry." },
            "sealed_at": { "type": ["string", "null"], "format": "date-time" },
            "newest_seq": { "type": "integer", "format": "int64", "description": "The newest entry." },
            "unsealed": { "type": "integer", "minimum": 0, "description": "Entries that are not sealed yet." },
        },
        "required": ["public_key", "checkpoint", "sealed_seq", "sealed_at", "newest_seq", "unsealed"],
    })
}

pub(super) fn own_activity_entry() -> Json {
    json!({
        "description": "Something that the signed-in user did, or that was done to their account.",
        "type": "object",
        "properties": {
            "seq": seq(),
            "at": { "type": "string", "format": "date-time" },
            "kind": kind("auth.signed_in"),
            "by_oneself": { "type": "boolean", "description": "Did the user do it? A refused sign-in was somebody's." },
            "address": optional_text("Where the request came from."),
            "request_id": optional_id("The `X-Request-Id` of the request."),
            "collection": optional_text("As it was called then."),
            "record_id": optional_id("The record that it is about."),
            "version": version(),
        },
        "required": [
            "seq", "at", "kind", "by_oneself", "address", "request_id", "collection", "record_id", "version",
        ],
    })
}

pub(super) fn activity_entry() -> Json {
    json!({
        "description": "Something that happened to a record.",
        "type": "object",
        "properties": {
            "seq": seq(),
            "at": { "type": "string", "format": "date-time" },
            "kind": kind("record.updated"),
            "actor": actor(),
            "collection": optional_text("As it was called then."),
            "record_id": optional_id("The record."),
            "version": version(),
            "label": optional_text("How the record is called."),
            "fields": {
                "type": "array",
                "description": "The fields that changed.",
                "items": {
                    "type": "object",
                    "properties": {
                        "name": { "type": "string" },
                        "title": { "type": "string" },
                        "old": { "description": "The value before." },
                        "new": { "description": "The value since." },
                    },
                    "required": ["name", "title", "old", "new"],
                },
            },
            "erased": { "type": "boolean", "description": "Were the values erased?" },
            "sentence": { "type": "string", "description": "The same in English." },
        },
        "required": [
            "seq", "at", "kind", "actor", "collection", "record_id", "version", "label", "fields", "erased", "sentence",
        ],
        "example": {
            "seq": 42,
            "at": examples::TIME,
            "kind": "record.updated",
            "actor": { "kind": "user", "id": examples::ID, "label": "Nora Quinn" },
            "collection": "todos",
            "record_id": examples::ID,
            "version": 2,
            "label": "Buy rye flour",
            "fields": [{ "name": "due", "title": "Due", "old": "2026-03-01", "new": "2026-03-04" }],
            "erased": false,
            "sentence": "Nora Quinn changed Due from 2026-03-01 to 2026-03-04 in \"Buy rye flour\"",
        },
    })
}
