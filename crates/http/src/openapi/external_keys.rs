//! Keys of other services: what is taken and answered.

use mainstay_core::limits;
use serde_json::{Value as Json, json};

use super::examples;
use super::records::schema_ref;

/// The names of their schemas.
pub(super) const NAMES: [&str; 4] = [
    "ExternalKey",
    "ExternalKeyList",
    "ExternalKeyRotation",
    "NewExternalKey",
];

pub(super) fn schemas() -> [(&'static str, Json); 4] {
    [
        ("ExternalKey", external_key()),
        ("ExternalKeyList", list()),
        ("ExternalKeyRotation", rotation()),
        ("NewExternalKey", new_external_key()),
    ]
}

pub(super) fn example() -> Json {
    json!({ "service": "mapbox", "key": "sk.eyJ1IjoiYWRhIn0.b1a2" })
}

pub(super) fn rotation_example() -> Json {
    json!({ "key": "sk.eyJ1IjoiYWRhIn0.c3d4", "overlap_seconds": 3_600 })
}

fn service() -> Json {
    json!({
        "type": "string",
        "pattern": "^[a-z][a-z0-9_]*$",
        "maxLength": limits::NAME_CHARACTERS_MAX,
        "description": "Whose key it is.",
    })
}

fn key() -> Json {
    json!({
        "type": "string",
        "pattern": "^[!-~]+$",
        "minLength": limits::EXTERNAL_KEY_CHARACTERS_MIN,
        "maxLength": limits::EXTERNAL_KEY_CHARACTERS_MAX,
        "writeOnly": true,
        "description": "The key itself, which no answer has.",
    })
}

fn new_external_key() -> Json {
    json!({
        "description": "A key to keep.",
        "type": "object",
        "properties": { "service": service(), "key": key() },
        "required": ["service", "key"],
        "additionalProperties": false,
    })
}

fn rotation() -> Json {
    json!({
        "description": "The key that takes its place.",
        "type": "object",
        "properties": {
            "key": key(),
            "overlap_seconds": {
                "type": "integer",
                "minimum": 0,
                "maximum": limits::API_KEY_OVERLAP_SECONDS_MAX,
                "default": limits::API_KEY_OVERLAP_SECONDS_DEFAULT,
                "description": "For how long the key before stays.",
            },
        },
        "required": ["key"],
        "additionalProperties": false,
    })
}

fn external_key() -> Json {
    json!({
        "description": "A key of another service, without the key.",
        "type": "object",
        "properties": {
            "id": { "type": "string", "format": "uuid" },
            "service": service(),
            "hint": { "type": "string", "description": "Its last four characters, such as `…b1a2`; of a short key none." },
            "created_at": { "type": "string", "format": "date-time" },
            "expires_at": {
                "type": ["string", "null"],
                "format": "date-time",
                "description": "When it is removed, since it has a successor.",
            },
            "replaced_by": {
                "type": ["string", "null"],
                "format": "uuid",
                "description": "Its successor, once it was rotated.",
            },
        },
        "required": ["id", "service", "hint", "created_at", "expires_at", "replaced_by"],
        "example": {
            "id": examples::ID,
            "service": "mapbox",
            "hint": "…b1a2",
            "created_at": examples::TIME,
            "expires_at": null,
            "replaced_by": null,
        },
    })
}

fn list() -> Json {
    json!({
        "description": "The caller's keys of other services, the oldest first.",
        "type": "object",
        "properties": {
            "items": {
                "type": "array",
                "items": schema_ref("ExternalKey"),
                "maxItems": limits::EXTERNAL_KEYS_MAX,
            },
        },
        "required": ["items"],
    })
}
