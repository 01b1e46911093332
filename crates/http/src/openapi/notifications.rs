//! The schemas of follows and notifications.

use mainstay_core::limits;
use serde_json::{Value as Json, json};

use super::examples;
use super::records::schema_ref;

pub(super) fn follow() -> Json {
    json!({
        "description": "Whether the caller follows a record.",
        "type": "object",
        "properties": { "following": { "type": "boolean" } },
        "required": ["following"],
    })
}

pub(super) fn notification() -> Json {
    let names = [
        "id",
        "at",
        "reason",
        "seq",
        "collection",
        "record_id",
        "comment_id",
        "label",
        "actor",
        "changes",
        "sentence",
        "read_at",
    ];
    json!({
        "description": "Something that happened to a record that concerns the caller.",
        "type": "object",
        "properties": {
            "id": { "type": "string", "format": "uuid" },
            "at": { "type": "string", "format": "date-time" },
            "reason": {
                "type": "string",
                "enum": ["shared", "mentioned", "replied", "commented", "resolved", "changed", "deleted"],
            },
            "seq": { "type": "integer", "format": "int64", "description": "The entry of the journal; of several the last." },
            "collection": { "type": "string" },
            "record_id": { "type": "string", "format": "uuid" },
            "comment_id": { "type": ["string", "null"], "format": "uuid" },
            "label": { "type": "string", "description": "What the record is called." },
            "actor": actor(),
            "changes": { "type": "integer", "minimum": 1, "description": "How many changes in a row it tells of." },
            "sentence": { "type": "string", "description": "All of it in English." },
            "read_at": { "type": ["string", "null"], "format": "date-time" },
        },
        "required": names,
        "x-order": names,
        "example": {
            "id": examples::ID,
            "at": examples::TIME,
            "reason": "commented",
            "seq": 42,
            "collection": "lists",
            "record_id": examples::OTHER_ID,
            "comment_id": examples::ID,
            "label": "Groceries",
            "actor": { "id": examples::OTHER_ID, "label": "Nora" },
            "changes": 1,
            "sentence": "Nora commented on \"Groceries\"",
            "read_at": null,
        },
    })
}

fn actor() -> Json {
    let label = "What the user is called; null when the caller may not read that user.";
    json!({
        "description": "Who did it; null for the command line.",
        "type": ["object", "null"],
        "properties": {
            "id": { "type": "string", "format": "uuid" },
            "label": { "type": ["string", "null"], "description": label },
        },
        "required": ["id", "label"],
    })
}

pub(super) fn notification_page() -> Json {
    json!({
        "description": "Notifications, the newest first.",
        "type": "object",
        "properties": {
            "items": { "type": "array", "items": schema_ref("Notification"), "maxItems": limits::PAGE_MAX },
            "next_cursor": {
                "type": ["string", "null"],
                "description": "The parameter `cursor` of the next page; null when nothing follows.",
            },
        },
        "required": ["items", "next_cursor"],
    })
}

pub(super) fn notification_count() -> Json {
    json!({
        "description": "How many notifications wait to be read.",
        "type": "object",
        "properties": {
            "unread": { "type": "integer", "minimum": 0, "maximum": limits::NOTIFICATIONS_COUNTED_MAX },
            "more": { "type": "boolean", "description": "May there be more than were counted?" },
        },
        "required": ["unread", "more"],
    })
}

pub(super) fn read_notifications() -> Json {
    let id = json!({ "type": "string", "format": "uuid" });
    json!({
        "description": "Which notifications were read: these, one and all before it, or with neither all.",
        "type": "object",
        "properties": {
            "ids": { "type": "array", "items": id, "maxItems": limits::NOTIFICATIONS_NAMED_MAX },
            "up_to": id,
        },
        "not": { "required": ["ids", "up_to"] },
        "additionalProperties": false,
    })
}

pub(super) fn notifications_marked() -> Json {
    json!({
        "description": "What came of it.",
        "type": "object",
        "properties": { "marked": { "type": "integer", "minimum": 0, "description": "How many were not read before." } },
        "required": ["marked"],
    })
}
