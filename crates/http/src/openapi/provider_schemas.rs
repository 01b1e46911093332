//! The schemas of signing in at a provider.

use serde_json::{Value as Json, json};

pub(super) fn schemas() -> Vec<(&'static str, Json)> {
    vec![
        ("Providers", providers()),
        ("BeginAtProvider", begin()),
        ("BegunAtProvider", begun()),
        ("CompleteAtProvider", complete()),
    ]
}

pub(super) fn providers() -> Json {
    json!({
        "description": "Where people may sign in.",
        "type": "object",
        "properties": {
            "items": {
                "type": "array",
                "items": provider(),
            },
        },
        "required": ["items"],
    })
}

pub(super) fn provider() -> Json {
    json!({
        "type": "object",
        "properties": {
            "name": { "type": "string", "description": "As it stands in addresses." },
            "title": { "type": "string", "description": "For people." },
        },
        "required": ["name", "title"],
    })
}

pub(super) fn begin() -> Json {
    json!({
        "description": "Where the provider is to lead back to.",
        "type": "object",
        "properties": { "redirect_uri": { "type": "string" } },
        "required": ["redirect_uri"],
        "additionalProperties": false,
    })
}

pub(super) fn begun() -> Json {
    json!({
        "description": "A sign-in at a provider that was begun.",
        "type": "object",
        "properties": {
            "url": { "type": "string", "format": "uri", "description": "To be opened in a browser." },
            "secret": { "type": "string", "description": "To be kept, and sent with what comes back." },
            "expires_in": { "type": "integer", "description": "Seconds until it has to begin again." },
        },
        "required": ["url", "secret", "expires_in"],
    })
}

pub(super) fn complete() -> Json {
    json!({
        "description": "What the provider led back with, and the secret of the beginning.",
        "type": "object",
        "properties": {
            "secret": { "type": "string" },
            "state": { "type": "string" },
            "code": { "type": "string" },
            "iss": { "type": "string", "description": "If the provider gave it." },
        },
        "required": ["secret", "state", "code"],
        "additionalProperties": false,
    })
}
