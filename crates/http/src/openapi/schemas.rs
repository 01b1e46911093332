//! The schemas that every application has: problems, sessions, batches, history, health.

use mainstay_core::definition::Definition;
use mainstay_core::{Code, limits};
use serde_json::{Map, Value as Json, json};

use super::examples;
use super::names::Names;
use super::operation::Body;
use super::records::{RecordSchemas, schema_ref};

/// Their names, which no schema of a collection can have.
pub(super) const GENERAL: [&str; 15] = [
    "Batch",
    "BatchOperation",
    "BatchResult",
    "BatchResults",
    "FieldError",
    "Health",
    "HistoryEntry",
    "HistoryPage",
    "Problem",
    "Refresh",
    "Session",
    "SetUp",
    "SignIn",
    "SignUp",
    "State",
];

/// The name of the schema of a body, for those that are the same for every collection.
pub(super) fn body_schema(body: Body) -> Option<&'static str> {
    match body {
        Body::NewRecord | Body::Changes => None,
        Body::Batch => Some("Batch"),
        Body::SignUp => Some("SignUp"),
        Body::SignIn => Some("SignIn"),
        Body::Refresh => Some("Refresh"),
        Body::SetUp => Some("SetUp"),
    }
}

/// All schemas of an application's document.
pub(super) fn schemas(definition: &Definition, names: &Names) -> Map<String, Json> {
    let mut schemas = Map::new();
    for collection in &definition.collections {
        RecordSchemas::new(definition, names, collection).add_to(&mut schemas);
    }
    let mut add = |name: &str, schema: Json| schemas.insert(name.to_owned(), schema);
    add("Problem", problem());
    add("FieldError", field_error());
    add("Session", session(definition, names));
    if definition.auth.sign_up {
        add("SignUp", sign_up(definition, names));
    }
    add("SignIn", sign_in());
    add(
        "Refresh",
        texts(
            "A refresh token, exchanged for a new session.",
            &["refresh_token"],
        ),
    );
    add("SetUp", set_up());
    add("Batch", batch());
    add("BatchOperation", batch_operation(definition));
    add("BatchResults", batch_results());
    add("BatchResult", batch_result());
    add("HistoryPage", history_page());
    add("HistoryEntry", history_entry());
    add("Health", health());
    add("State", state());
    schemas
}

fn codes() -> Vec<&'static str> {
    Code::ALL.iter().map(|code| code.as_str()).collect()
}

fn problem() -> Json {
    json!({
        "description": "A failure as RFC 9457 writes it. Branch on `code`, which does not change.",
        "type": "object",
        "properties": {
            "type": { "type": "string", "format": "uri-reference" },
            "title": { "type": "string", "description": "The status in words." },
            "status": { "type": "integer", "minimum": 400, "maximum": 599 },
            "code": { "type": "string", "enum": codes() },
            "detail": { "type": "string", "description": "What happened and what to do, for people." },
            "request_id": {
                "type": "string",
                "format": "uuid",
                "description": "Leads to the request in the server's log. Not in the results of a batch.",
            },
            "errors": {
                "type": "array",
                "items": schema_ref("FieldError"),
                "description": "Every fault of the request's fields.",
            },
        },
        "required": ["type", "title", "status", "code", "detail", "errors"],
        "example": {
            "type": "about:blank",
            "title": "Unprocessable Content",
            "status": 422,
            "code": "validation_failed",
            "detail": "some fields are not valid; see `errors`",
            "request_id": examples::ID,
            "errors": [{ "field": "name", "code": "validation_failed", "message": "must not be empty" }],
        },
    })
}

fn field_error() -> Json {
    json!({
        "description": "What is wrong with one field.",
        "type": "object",
        "properties": {
            "field": {
                "type": "string",
                "description": "The field as the request names it, in a batch with its place in front.",
            },
            "code": { "type": "string", "enum": codes() },
            "message": { "type": "string", "description": "A sentence about the field, for people." },
        },
        "required": ["field", "code", "message"],
    })
}

fn session(definition: &Definition, names: &Names) -> Json {
    let users = definition.collection(definition.users);
    let expires_in = definition.auth.access_token_minutes * 60;
    json!({
        "description": "What somebody who signs in gets.",
        "type": "object",
        "properties": {
            "access_token": {
                "type": "string",
                "description": "Goes with each request as `Authorization: Bearer`.",
            },
            "token_type": { "const": "Bearer" },
            "expires_in": { "type": "integer", "minimum": 0, "description": "Seconds that the access token is good for." },
            "refresh_token": { "type": "string", "description": "Works once, for the next session." },
            "user": schema_ref(&names.of(definition.users).record),
        },
        "required": ["access_token", "token_type", "expires_in", "refresh_token", "user"],
        "example": {
            "access_token": "eyJ...",
            "token_type": "Bearer",
            "expires_in": expires_in,
            "refresh_token": "...",
            "user": examples::record(users),
        },
    })
}

fn password() -> Json {
    json!({
        "type": "string",
        "format": "password",
        "minLength": limits::PASSWORD_CHARACTERS_MIN,
        "maxLength": limits::PASSWORD_CHARACTERS_MAX,
        "writeOnly": true,
    })
}

fn email() -> Json {
    json!({ "type": "string", "format": "email", "maxLength": limits::EMAIL_CHARACTERS_MAX })
}

fn sign_up(definition: &Definition, names: &Names) -> Json {
    let users = definition.collection(definition.users);
    let schemas = RecordSchemas::new(definition, names, users);
    let mut properties = schemas.create_properties();
    properties.insert("password".into(), password());
    let mut required = schemas.create_required();
    required.push("password");
    json!({
        "description": "A new user with the password to sign in with.",
        "type": "object",
        "properties": properties,
        "required": required,
        "additionalProperties": false,
    })
}

fn sign_in() -> Json {
    json!({
        "description": "An account's address and password.",
        "type": "object",
        // Any text may be tried; what a password must look like is nobody's business here.
        "properties": {
            "email": { "type": "string" },
            "password": { "type": "string", "format": "password", "writeOnly": true },
        },
        "required": ["email", "password"],
        "additionalProperties": false,
    })
}

fn set_up() -> Json {
    json!({
        "description": "The printed code, and what the first administrator will sign in with.",
        "type": "object",
        "properties": { "code": { "type": "string" }, "email": email(), "password": password() },
        "required": ["code", "email", "password"],
        "additionalProperties": false,
    })
}

fn texts(description: &str, names: &[&str]) -> Json {
    let properties: Map<String, Json> = names
        .iter()
        .map(|name| ((*name).to_owned(), json!({ "type": "string" })))
        .collect();
    json!({
        "description": description,
        "type": "object",
        "properties": properties,
        "required": names,
        "additionalProperties": false,
    })
}

fn batch() -> Json {
    json!({
        "description": "Writes in the order they are done in.",
        "type": "object",
        "properties": {
            "mode": {
                "type": "string",
                "enum": ["all_or_nothing", "per_record"],
                "description": "Does one that fails undo the others?",
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

fn batch_operation(definition: &Definition) -> Json {
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

fn batch_results() -> Json {
    json!({
        "description": "What became of each write, in their order.",
        "type": "object",
        "properties": {
            "results": { "type": "array", "items": schema_ref("BatchResult"), "maxItems": limits::BATCH_OPERATIONS_MAX },
        },
        "required": ["results"],
    })
}

fn batch_result() -> Json {
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

fn history_page() -> Json {
    json!({
        "description": "Changes of a record, the newest first.",
        "type": "object",
        "properties": {
            "items": { "type": "array", "items": schema_ref("HistoryEntry"), "maxItems": limits::PAGE_MAX },
            "next_cursor": {
                "type": ["string", "null"],
                "description": "The parameter `cursor` of the next page; null when nothing follows.",
            },
        },
        "required": ["items", "next_cursor"],
    })
}

fn history_entry() -> Json {
    json!({
        "description": "One change of a record.",
        "type": "object",
        "properties": {
            "seq": { "type": "integer", "format": "int64", "description": "Its place in the journal." },
            "at": { "type": "string", "format": "date-time" },
            "kind": {
                "type": "string",
                "enum": ["record.created", "record.updated", "record.deleted", "record.restored"],
            },
            "actor": {
                "description": "Who made the change.",
                "type": "object",
                "properties": {
                    "kind": { "type": "string", "enum": ["anonymous", "user", "administrator", "system"] },
                    "id": { "type": ["string", "null"], "format": "uuid", "description": "The user." },
                },
                "required": ["kind", "id"],
            },
            "request_id": { "type": ["string", "null"], "format": "uuid" },
            "version": { "type": ["integer", "null"], "format": "int64", "description": "The version that it led to." },
            "old": {
                "type": ["object", "null"],
                "description": "The fields that changed, as they were; all of them for a deletion.",
            },
            "new": {
                "type": ["object", "null"],
                "description": "The fields that changed, as they are since; all of them for a creation.",
            },
        },
        "required": ["seq", "at", "kind", "actor", "request_id", "version", "old", "new"],
        "example": {
            "seq": 42,
            "at": examples::TIME,
            "kind": "record.updated",
            "actor": { "kind": "user", "id": examples::ID },
            "request_id": examples::ID,
            "version": 2,
            "old": { "completed": false },
            "new": { "completed": true },
        },
    })
}

fn state() -> Json {
    json!({
        "description": "Whether the server, or each of its parts, is usable.",
        "type": "object",
        "properties": {
            "status": { "type": "string", "enum": ["ok", "ready", "not ready"] },
            "checks": {
                "type": "object",
                "additionalProperties": { "type": "string", "enum": ["ok", "failing"] },
            },
        },
        "required": ["status"],
    })
}

fn health() -> Json {
    let count = |description: &str| json!({ "type": "integer", "minimum": 0, "description": description });
    json!({
        "description": "The state of each part of the server.",
        "type": "object",
        "properties": {
            "status": { "type": "string", "enum": ["ready", "not ready"] },
            "version": { "type": "string", "description": "Of Mainstay." },
            "release": { "type": "string", "description": "Of the definition: the digest of its files." },
            "checks": {
                "type": "array",
                "items": {
                    "type": "object",
                    "properties": {
                        "name": { "type": "string" },
                        "ok": { "type": "boolean" },
                        "detail": { "type": "string" },
                        "took_us": count("Microseconds that the check took."),
                    },
                    "required": ["name", "ok", "detail", "took_us"],
                },
            },
            "writes": {
                "type": "object",
                "properties": {
                    "waiting": count("Writes that wait for their turn."),
                    "commits": count("Commits since the start; one can hold many writes."),
                    "done": count("Writes since the start."),
                },
                "required": ["waiting", "commits", "done"],
            },
        },
        "required": ["status", "version", "release", "checks", "writes"],
    })
}
