//! Passkeys: what is taken and answered. The members of what browsers read and write are those of Web Authentication, 5.1.

use mainstay_core::limits;
use serde_json::{Value as Json, json};

use super::examples;
use super::records::schema_ref;

/// What a request carries.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PasskeyBody {
    New,
    SignIn,
    Name,
}

/// What a successful answer carries.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PasskeyAnswer {
    Options,
    One,
    List,
}

/// The names of their schemas.
pub(super) const NAMES: [&str; 6] = [
    "NewPasskey",
    "Passkey",
    "PasskeyList",
    "PasskeyName",
    "PasskeyOptions",
    "PasskeySignIn",
];

impl PasskeyBody {
    pub(super) fn schema_name(self) -> &'static str {
        match self {
            Self::New => "NewPasskey",
            Self::SignIn => "PasskeySignIn",
            Self::Name => "PasskeyName",
        }
    }

    pub(super) fn example(self) -> Json {
        match self {
            Self::New => json!({ "name": "Telephone", "credential": {} }),
            Self::SignIn => json!({ "credential": {} }),
            Self::Name => json!({ "name": "Telephone" }),
        }
    }
}

impl PasskeyAnswer {
    pub(super) fn schema(self) -> Json {
        schema_ref(match self {
            Self::Options => "PasskeyOptions",
            Self::One => "Passkey",
            Self::List => "PasskeyList",
        })
    }

    pub(super) fn described(self) -> &'static str {
        match self {
            Self::Options => "What to ask the authenticator for.",
            Self::One => "The passkey.",
            Self::List => "The passkeys, the oldest first.",
        }
    }
}

pub(super) fn schemas() -> [(&'static str, Json); 6] {
    [
        ("PasskeyOptions", options()),
        ("NewPasskey", new()),
        ("PasskeySignIn", sign_in()),
        ("PasskeyName", name_alone()),
        ("Passkey", passkey()),
        ("PasskeyList", list()),
    ]
}

fn options() -> Json {
    json!({
        "description": "What a browser asks the authenticator for. It checks the members of `public_key` itself.",
        "type": "object",
        "properties": {
            "public_key": {
                "type": "object",
                "description": "For `PublicKeyCredential.parseCreationOptionsFromJSON` when a passkey is added, and \
                                `parseRequestOptionsFromJSON` when somebody signs in.",
            },
            "expires_in": { "type": "integer", "description": "Seconds until it has to begin again." },
        },
        "required": ["public_key", "expires_in"],
    })
}

fn credential() -> Json {
    json!({ "type": "object", "description": "What the browser gave, as its `toJSON()` writes it." })
}

fn name() -> Json {
    json!({ "type": "string", "minLength": 1, "maxLength": limits::PASSKEY_NAME_CHARACTERS_MAX })
}

fn new() -> Json {
    json!({
        "description": "What the authenticator made, and what it will be called; without a name, as the browser.",
        "type": "object",
        "properties": { "credential": credential(), "name": name() },
        "required": ["credential"],
        "additionalProperties": false,
    })
}

fn sign_in() -> Json {
    json!({
        "description": "What a passkey has signed.",
        "type": "object",
        "properties": {
            "credential": credential(),
            "session": {
                "type": "string",
                "enum": ["tokens", "cookie"],
                "default": "tokens",
                "description": "What the session is held with. A cookie is for browsers on a page of the same host.",
            },
        },
        "required": ["credential"],
        "additionalProperties": false,
    })
}

fn name_alone() -> Json {
    json!({
        "description": "What the passkey will be called.",
        "type": "object",
        "properties": { "name": name() },
        "required": ["name"],
        "additionalProperties": false,
    })
}

fn passkey() -> Json {
    json!({
        "description": "A passkey of the signed-in user.",
        "type": "object",
        "properties": {
            "id": { "type": "string", "format": "uuid" },
            "name": name(),
            "created_at": { "type": "string", "format": "date-time" },
            "last_used_at": { "type": ["string", "null"], "format": "date-time" },
            "backed_up": { "type": "boolean", "description": "Are there copies of it on other devices of its owner?" },
        },
        "required": ["id", "name", "created_at", "last_used_at", "backed_up"],
        "example": {
            "id": examples::ID,
            "name": "Telephone",
            "created_at": examples::TIME,
            "last_used_at": null,
            "backed_up": true,
        },
    })
}

fn list() -> Json {
    json!({
        "description": "The passkeys of the signed-in user.",
        "type": "object",
        "properties": {
            "items": { "type": "array", "items": schema_ref("Passkey"), "maxItems": limits::PASSKEYS_MAX },
        },
        "required": ["items"],
    })
}
