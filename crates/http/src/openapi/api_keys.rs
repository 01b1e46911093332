//! API keys and service accounts: what is taken and answered.

use mainstay_core::limits;
use serde_json::{Value as Json, json};

use super::examples;
use super::records::schema_ref;

/// The names of their schemas.
pub(super) const NAMES: [&str; 6] = [
    "ApiKey",
    "ApiKeyList",
    "ApiKeyRotation",
    "NewApiKey",
    "ServiceAccount",
    "ServiceAccountList",
];

pub(super) fn schemas() -> [(&'static str, Json); 6] {
    [
        ("ApiKey", api_key()),
        ("ApiKeyList", list()),
        ("ApiKeyRotation", rotation()),
        ("NewApiKey", new_api_key()),
        ("ServiceAccount", service_account()),
        ("ServiceAccountList", service_account_list()),
    ]
}

/// The schema of a key as its creation answers it: the only answer with the secret.
pub(super) fn created() -> Json {
    json!({
        "allOf": [schema_ref("ApiKey")],
        "properties": {
            "key": { "type": "string", "pattern": "^mk_[a-z2-7]{64}$", "description": "The key itself." },
        },
        "required": ["key"],
    })
}

pub(super) fn example() -> Json {
    json!({ "name": "Nightly export", "scopes": ["*:read"], "networks": ["192.0.2.0/24"] })
}

fn name() -> Json {
    json!({ "type": "string", "minLength": 1, "maxLength": limits::TITLE_CHARACTERS_MAX })
}

fn scopes() -> Json {
    json!({
        "type": "array",
        "items": { "type": "string" },
        "minItems": 1,
        "maxItems": limits::API_KEY_SCOPES_MAX,
        "description": "`<collection>:<action>`, where the action is read, create, update, delete or comment and `*` \
                        stands for all; or `admin`.",
    })
}

fn networks() -> Json {
    json!({
        "type": "array",
        "items": { "type": "string" },
        "maxItems": limits::API_KEY_NETWORKS_MAX,
        "description": "Where it may be used, such as `192.0.2.0/24`; empty for everywhere.",
    })
}

fn new_api_key() -> Json {
    json!({
        "description": "A key to make.",
        "type": "object",
        "properties": {
            "name": name(),
            "scopes": scopes(),
            "networks": networks(),
            "expires_at": {
                "type": ["string", "null"],
                "format": "date-time",
                "description": "When it ends; without it never.",
            },
            "owner": {
                "type": ["string", "null"],
                "format": "uuid",
                "description": "A service account, for administrators; without it the caller.",
            },
        },
        "required": ["name", "scopes"],
        "additionalProperties": false,
    })
}

fn api_key() -> Json {
    let time =
        |description: &str| json!({ "type": "string", "format": "date-time", "description": description });
    let perhaps = |description: &str| json!({ "type": ["string", "null"], "format": "date-time", "description": description });
    json!({
        "description": "A key of a program.",
        "type": "object",
        "properties": {
            "id": { "type": "string", "format": "uuid" },
            "name": name(),
            "owner": { "type": "string", "format": "uuid", "description": "The user that it acts as." },
            "scopes": scopes(),
            "networks": networks(),
            "created_at": time("When it was made."),
            "created_by": { "type": "string", "format": "uuid" },
            "expires_at": perhaps("When it ends; null for never."),
            "replaced_by": {
                "type": ["string", "null"],
                "format": "uuid",
                "description": "Its successor, once it was rotated.",
            },
            "last_used_at": perhaps("To some minutes; null when it was never used."),
            "last_address": { "type": ["string", "null"], "description": "The newest address that it was used from." },
        },
        "required": [
            "id", "name", "owner", "scopes", "networks", "created_at", "created_by", "expires_at", "replaced_by",
            "last_used_at", "last_address",
        ],
        "example": {
            "id": examples::ID,
            "name": "Nightly export",
            "owner": examples::ID,
            "scopes": ["*:read"],
            "networks": ["192.0.2.0/24"],
            "created_at": examples::TIME,
            "created_by": examples::ID,
            "expires_at": null,
            "replaced_by": null,
            "last_used_at": examples::TIME,
            "last_address": "192.0.2.1",
        },
    })
}

fn list() -> Json {
    json!({
        "description": "Keys of one owner, the oldest first.",
        "type": "object",
        "properties": {
            "items": { "type": "array", "items": schema_ref("ApiKey"), "maxItems": limits::API_KEYS_MAX },
        },
        "required": ["items"],
    })
}

fn rotation() -> Json {
    json!({
        "description": "How a key is replaced.",
        "type": "object",
        "properties": {
            "overlap_seconds": {
                "type": "integer",
                "minimum": 0,
                "maximum": limits::API_KEY_OVERLAP_SECONDS_MAX,
                "default": limits::API_KEY_OVERLAP_SECONDS_DEFAULT,
                "description": "For how long the key before works on.",
            },
        },
        "additionalProperties": false,
    })
}

fn service_account() -> Json {
    json!({
        "description": "A user that nobody can sign in as.",
        "type": "object",
        "properties": {
            "id": { "type": "string", "format": "uuid", "description": "Of its record among users." },
            "email": { "type": "string" },
            "active": { "type": "boolean" },
            "created_at": { "type": "string", "format": "date-time" },
        },
        "required": ["id", "email", "active", "created_at"],
    })
}

fn service_account_list() -> Json {
    json!({
        "description": "Every service account, the oldest first.",
        "type": "object",
        "properties": {
            "items": {
                "type": "array",
                "items": schema_ref("ServiceAccount"),
                "maxItems": limits::SERVICE_ACCOUNTS_MAX,
            },
        },
        "required": ["items"],
    })
}
