//! The schemas of a user's own sessions.

use mainstay_core::limits;
use serde_json::{Value as Json, json};

use super::examples;
use super::records::schema_ref;

pub(super) fn own_sessions() -> Json {
    json!({
        "description": "Where a user is signed in, the last used first.",
        "type": "object",
        "properties": {
            "items": { "type": "array", "items": schema_ref("OwnSession"), "maxItems": limits::SESSIONS_MAX },
        },
        "required": ["items"],
    })
}

pub(super) fn own_session() -> Json {
    let time =
        |description: &str| json!({ "type": "string", "format": "date-time", "description": description });
    json!({
        "description": "One session of a user.",
        "type": "object",
        "properties": {
            "id": { "type": "string", "format": "uuid" },
            "created_at": time("When somebody signed in."),
            "last_used_at": time("To some minutes."),
            "expires_at": time("When it ends if nobody uses it again."),
            "device": {
                "type": ["string", "null"],
                "description": "The browser or program that signed in, as it called itself.",
            },
            "address": { "type": ["string", "null"], "description": "Where it signed in from." },
            "current": { "type": "boolean", "description": "Is it the one that asks?" },
        },
        "required": ["id", "created_at", "last_used_at", "expires_at", "device", "address", "current"],
        "example": {
            "id": examples::ID,
            "created_at": examples::TIME,
            "last_used_at": examples::TIME,
            "expires_at": examples::TIME,
            "device": "Firefox on Linux",
            "address": "192.0.2.1",
            "current": true,
        },
    })
}
