//! Webhooks: what is taken and answered.

use mainstay_core::limits;
use serde_json::{Map, Value as Json, json};

use super::examples;
use super::records::schema_ref;

/// The names of their schemas.
pub(super) const NAMES: [&str; 9] = [
    "NewWebhook",
    "Webhook",
    "WebhookAttempt",
    "WebhookChanges",
    "WebhookDelivery",
    "WebhookDeliveryPage",
    "WebhookList",
    "WebhookRotation",
    "WebhookSecret",
];

pub(super) fn schemas() -> [(&'static str, Json); 9] {
    [
        ("NewWebhook", new_webhook()),
        ("Webhook", webhook()),
        ("WebhookAttempt", attempt()),
        ("WebhookChanges", changes()),
        ("WebhookDelivery", delivery()),
        ("WebhookDeliveryPage", delivery_page()),
        ("WebhookList", list()),
        ("WebhookRotation", rotation()),
        ("WebhookSecret", secret()),
    ]
}

/// The schema of a webhook as its creation answers it: the only answer with the secret.
pub(super) fn created() -> Json {
    json!({
        "allOf": [schema_ref("Webhook")],
        "properties": { "secret": secret_text() },
        "required": ["secret"],
    })
}

pub(super) fn example() -> Json {
    json!({
        "url": "https://search.example/hooks",
        "kinds": ["record.*"],
        "collections": ["users"],
    })
}

fn secret_text() -> Json {
    json!({ "type": "string", "description": "`whsec_` and 32 bytes in base64." })
}

/// What can be set.
fn settable() -> Map<String, Json> {
    let properties = json!({
        "url": {
            "type": "string",
            "maxLength": limits::URL_CHARACTERS_MAX,
            "description": "Where messages are posted; https, on the public internet.",
        },
        "description": { "type": "string", "maxLength": limits::TITLE_CHARACTERS_MAX },
        "kinds": {
            "type": "array",
            "items": { "type": "string", "maxLength": limits::NAME_CHARACTERS_MAX },
            "minItems": 1,
            "maxItems": limits::WEBHOOK_KINDS_MAX,
            "description": "Kinds of journal entries, such as `record.created`, or groups of them, such as `record.*`.",
        },
        "collections": {
            "type": "array",
            "items": { "type": "string", "maxLength": limits::NAME_CHARACTERS_MAX },
            "description": "Whose entries are wanted; without any, those of all.",
        },
        "filter": {
            "type": ["string", "null"],
            "description": "An expression in CEL over the record's own fields, which its entries must fulfil. Needs \
                            exactly one collection.",
        },
        "enabled": { "type": "boolean" },
    });
    match properties {
        Json::Object(properties) => properties,
        _ => Map::new(),
    }
}

fn new_webhook() -> Json {
    json!({
        "description": "A webhook to make.",
        "type": "object",
        "properties": settable(),
        "required": ["url", "kinds"],
        "additionalProperties": false,
    })
}

fn changes() -> Json {
    json!({
        "description": "Changes of a webhook.",
        "type": "object",
        "properties": settable(),
        "additionalProperties": false,
    })
}

fn webhook() -> Json {
    let mut properties = settable();
    let more = json!({
        "id": { "type": "string", "format": "uuid" },
        "disabled_reason": { "type": ["string", "null"], "description": "Why it was switched off by itself." },
        "failing_since": {
            "type": ["string", "null"],
            "format": "date-time",
            "description": "When the first of the attempts failed since which none has succeeded.",
        },
        "pending": {
            "type": "integer",
            "minimum": 0,
            "maximum": limits::WEBHOOK_PENDING_MAX,
            "description": "Messages that wait to be sent, at once or again.",
        },
        "created_at": { "type": "string", "format": "date-time" },
        "updated_at": { "type": "string", "format": "date-time" },
    });
    properties.extend(more.as_object().cloned().unwrap_or_default());
    let required: Vec<String> = properties.keys().cloned().collect();
    json!({
        "description": "Somebody who is told of journal entries.",
        "type": "object",
        "properties": properties,
        "required": required,
    })
}

fn list() -> Json {
    json!({
        "description": "All webhooks, the oldest first.",
        "type": "object",
        "properties": {
            "items": { "type": "array", "items": schema_ref("Webhook"), "maxItems": limits::WEBHOOKS_MAX },
        },
        "required": ["items"],
    })
}

fn rotation() -> Json {
    json!({
        "description": "How a secret is replaced.",
        "type": "object",
        "properties": {
            "overlap_seconds": {
                "type": "integer",
                "minimum": 0,
                "maximum": limits::WEBHOOK_OVERLAP_SECONDS_MAX,
                "default": limits::WEBHOOK_OVERLAP_SECONDS_DEFAULT,
                "description": "For how long the secret before signs too.",
            },
        },
        "additionalProperties": false,
    })
}

fn secret() -> Json {
    json!({
        "description": "A new secret, shown once.",
        "type": "object",
        "properties": {
            "secret": secret_text(),
            "previous_until": { "type": "string", "format": "date-time" },
        },
        "required": ["secret", "previous_until"],
    })
}

fn attempt() -> Json {
    json!({
        "description": "One attempt to deliver a message.",
        "type": "object",
        "properties": {
            "at": { "type": "string", "format": "date-time" },
            "status": { "type": ["integer", "null"], "description": "Of the answer; null when there was none." },
            "duration_ms": { "type": "integer", "minimum": 0 },
            "error": { "type": ["string", "null"], "description": "Why it failed; null when it succeeded." },
            "answer": { "type": ["string", "null"], "description": "The first 1024 bytes of the answer." },
        },
        "required": ["at", "status", "duration_ms", "error", "answer"],
    })
}

fn delivery() -> Json {
    json!({
        "description": "A message to a webhook.",
        "type": "object",
        "properties": {
            "id": { "type": "string", "format": "uuid", "description": "The header `webhook-id` of every attempt." },
            "type": { "type": "string", "description": "The kind of the entry, or `webhook.test`." },
            "seq": { "type": ["integer", "null"], "format": "int64", "description": "The entry's place in the journal." },
            "state": { "type": "string", "enum": ["pending", "delivered", "failed"] },
            "created_at": { "type": "string", "format": "date-time" },
            "next_attempt_at": { "type": ["string", "null"], "format": "date-time" },
            "finished_at": { "type": ["string", "null"], "format": "date-time" },
            "attempts_made": { "type": "integer", "minimum": 0 },
            "attempts": { "type": "array", "items": schema_ref("WebhookAttempt"), "description": "The last 20." },
        },
        "required": [
            "id", "type", "seq", "state", "created_at", "next_attempt_at", "finished_at", "attempts_made", "attempts",
        ],
        "example": {
            "id": examples::ID,
            "type": "record.created",
            "seq": 42,
            "state": "delivered",
            "created_at": examples::TIME,
            "next_attempt_at": null,
            "finished_at": examples::TIME,
            "attempts_made": 1,
            "attempts": [
                { "at": examples::TIME, "status": 204, "duration_ms": 38, "error": null, "answer": "" },
            ],
        },
    })
}

fn delivery_page() -> Json {
    json!({
        "description": "Messages to a webhook, the newest first.",
        "type": "object",
        "properties": {
            "items": { "type": "array", "items": schema_ref("WebhookDelivery"), "maxItems": limits::PAGE_MAX },
            "next_cursor": {
                "type": ["string", "null"],
                "description": "The parameter `cursor` of the next page; null when nothing follows.",
            },
        },
        "required": ["items", "next_cursor"],
    })
}
