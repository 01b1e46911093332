//! Clients that sign people in here: what is taken and answered.

use mainstay_core::limits;
use serde_json::{Value as Json, json};

use super::examples;
use super::records::schema_ref;

/// The names of their schemas.
pub(super) const NAMES: [&str; 6] = [
    "Client",
    "ClientChanges",
    "ClientList",
    "ConnectedApplication",
    "ConnectedApplicationList",
    "NewClient",
];

pub(super) fn schemas() -> [(&'static str, Json); 6] {
    [
        ("ConnectedApplication", connected_application()),
        (
            "ConnectedApplicationList",
            list("ConnectedApplication", "The applications that a user has let in."),
        ),
        ("Client", client()),
        ("ClientChanges", changes()),
        (
            "ClientList",
            list("Client", "Every client, the declared ones first."),
        ),
        ("NewClient", new_client()),
    ]
}

/// The schema of a client as it is answered once: with its secret, where it has one.
pub(super) fn created() -> Json {
    json!({
        "allOf": [schema_ref("Client")],
        "properties": {
            "secret": { "type": "string", "description": "There for clients that can keep one; shown here alone." },
        },
    })
}

pub(super) fn example() -> Json {
    json!({
        "name": "Time tracker",
        "redirects": ["https://time.example.org/back"],
        "scopes": ["openid", "email", "offline_access", "*:read"],
    })
}

fn name() -> Json {
    json!({ "type": "string", "minLength": 1, "maxLength": limits::TITLE_CHARACTERS_MAX, "description": "For people." })
}

fn redirects() -> Json {
    json!({
        "type": "array",
        "items": { "type": "string" },
        "minItems": 1,
        "maxItems": limits::CLIENT_REDIRECTS_MAX,
        "description": "Where it may be led back to, letter by letter; for 127.0.0.1 and [::1] on any port.",
    })
}

fn scopes() -> Json {
    json!({
        "type": "array",
        "items": { "type": "string" },
        "minItems": 1,
        "maxItems": limits::API_KEY_SCOPES_MAX,
        "description": "What it may ask for: `openid`, `profile`, `email`, `offline_access`, and scopes of API keys.",
    })
}

fn own() -> Json {
    json!({ "type": "boolean", "default": false, "description": "Is it the application's own? Then nobody is asked." })
}

fn new_client() -> Json {
    json!({
        "description": "A client to register.",
        "type": "object",
        "properties": {
            "name": name(),
            "own": own(),
            "confidential": {
                "type": "boolean",
                "default": true,
                "description": "Can it keep a secret, as a server can and a program on people's devices cannot?",
            },
            "redirects": redirects(),
            "scopes": scopes(),
        },
        "required": ["name", "redirects", "scopes"],
        "additionalProperties": false,
    })
}

fn changes() -> Json {
    json!({
        "description": "What is to be changed of a client.",
        "type": "object",
        "properties": { "name": name(), "own": own(), "redirects": redirects(), "scopes": scopes() },
        "additionalProperties": false,
    })
}

fn client() -> Json {
    json!({
        "description": "A program that signs people in here.",
        "type": "object",
        "properties": {
            "id": { "type": "string", "description": "Its `client_id`." },
            "name": name(),
            "own": own(),
            "confidential": { "type": "boolean", "description": "Does it have a secret?" },
            "declared": { "type": "boolean", "description": "Does it stand in the definition? It is changed there." },
            "redirects": redirects(),
            "scopes": scopes(),
            "created_at": { "type": ["string", "null"], "format": "date-time" },
            "created_by": { "type": ["string", "null"], "format": "uuid" },
        },
        "required": [
            "id", "name", "own", "confidential", "declared", "redirects", "scopes", "created_at", "created_by",
        ],
        "example": {
            "id": examples::ID,
            "name": "Time tracker",
            "own": false,
            "confidential": true,
            "declared": false,
            "redirects": ["https://time.example.org/back"],
            "scopes": ["openid", "email", "offline_access", "*:read"],
            "created_at": examples::TIME,
            "created_by": examples::ID,
        },
    })
}

fn connected_application() -> Json {
    json!({
        "description": "A client that a user has let in.",
        "type": "object",
        "properties": {
            "client": { "type": "string", "description": "Its `client_id`." },
            "name": { "type": "string" },
            "own": { "type": "boolean", "description": "Is it the application's own?" },
            "scopes": { "type": "array", "items": { "type": "string" } },
            "agreed_at": {
                "type": ["string", "null"],
                "format": "date-time",
                "description": "Null where nobody had to be asked.",
            },
            "last_used_at": {
                "type": ["string", "null"],
                "format": "date-time",
                "description": "When it last got a token; null when it has none.",
            },
            "sessions": { "type": "integer", "minimum": 0, "description": "How many it has." },
        },
        "required": ["client", "name", "own", "scopes", "agreed_at", "last_used_at", "sessions"],
    })
}

fn list(of: &str, description: &str) -> Json {
    json!({
        "description": description,
        "type": "object",
        "properties": { "items": { "type": "array", "items": schema_ref(of) } },
        "required": ["items"],
    })
}
