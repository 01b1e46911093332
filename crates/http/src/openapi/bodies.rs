//! The bodies of sign-in and what belongs to it.

use mainstay_core::definition::Definition;
use mainstay_core::limits;
use serde_json::{Value as Json, json};

use super::names::Names;
use super::records::RecordSchemas;

pub(super) fn password() -> Json {
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

pub(super) fn sign_up(definition: &Definition, names: &Names) -> Json {
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

pub(super) fn sign_in() -> Json {
    json!({
        "description": "An account's address and password.",
        "type": "object",
        // Any text may be tried; what a password must look like is nobody's business here.
        "properties": {
            "email": { "type": "string" },
            "password": { "type": "string", "format": "password", "writeOnly": true },
            "session": {
                "type": "string",
                "enum": ["tokens", "cookie"],
                "default": "tokens",
                "description": "What the session is held with. A cookie is for browsers on a page of the same host.",
            },
        },
        "required": ["email", "password"],
        "additionalProperties": false,
    })
}

pub(super) fn change_password() -> Json {
    json!({
        "description": "The password to sign in with from now on, and the one until now.",
        "type": "object",
        "properties": {
            "current_password": { "type": "string", "format": "password", "writeOnly": true },
            "password": password(),
        },
        "required": ["current_password", "password"],
        "additionalProperties": false,
    })
}

pub(super) fn set_up() -> Json {
    json!({
        "description": "The printed code, and what the first administrator will sign in with.",
        "type": "object",
        "properties": { "code": { "type": "string" }, "email": email(), "password": password() },
        "required": ["code", "email", "password"],
        "additionalProperties": false,
    })
}

pub(super) fn refresh() -> Json {
    json!({
        "description": "A refresh token, exchanged for a new session.",
        "type": "object",
        "properties": { "refresh_token": { "type": "string" } },
        "required": ["refresh_token"],
        "additionalProperties": false,
    })
}
