//! The schemas of second factors.

use mainstay_core::limits;
use serde_json::{Value as Json, json};

use super::examples;

pub(super) fn schemas() -> Vec<(&'static str, Json)> {
    vec![
        ("SecondFactor", second_factor()),
        ("SecondFactorNeeded", needed()),
        ("OwnSecondFactor", own()),
        ("CurrentPassword", current_password()),
        ("NewTotp", new_totp()),
        ("TotpCode", totp_code()),
        ("RecoveryCodes", recovery_codes()),
    ]
}

fn code() -> Json {
    json!({
        "type": "string",
        "description": "Six digits of the authenticator.",
        "example": "287082",
    })
}

pub(super) fn second_factor() -> Json {
    json!({
        "description": "The challenge of a sign-in, with a code for it: `code` or `recovery_code`.",
        "type": "object",
        "properties": {
            "challenge": { "type": "string" },
            "code": code(),
            "recovery_code": { "type": "string", "description": "One of the codes for the loss of the authenticator." },
            "session": {
                "type": "string",
                "enum": ["tokens", "cookie"],
                "default": "tokens",
                "description": "What the session is held with. A cookie is for browsers on a page of the same host.",
            },
        },
        "required": ["challenge"],
        "additionalProperties": false,
    })
}

pub(super) fn needed() -> Json {
    json!({
        "description": "The password is right, and the user has a second factor: show it with \
                        `POST /api/v1/auth/sign-in/second-factor`.",
        "type": "object",
        "properties": {
            "second_factor": {
                "type": "object",
                "properties": {
                    "challenge": { "type": "string", "description": "Goes with the code." },
                    "expires_in": { "type": "integer", "description": "Seconds until the sign-in has to begin again." },
                },
                "required": ["challenge", "expires_in"],
            },
        },
        "required": ["second_factor"],
    })
}

pub(super) fn own() -> Json {
    json!({
        "description": "The second factor of the signed-in user.",
        "type": "object",
        "properties": {
            "totp": {
                "description": "The authenticator; null for none.",
                "type": ["object", "null"],
                "properties": { "since": { "type": "string", "format": "date-time" } },
                "required": ["since"],
            },
            "recovery_codes_left": { "type": "integer", "minimum": 0, "maximum": limits::RECOVERY_CODES },
            "required": { "type": "boolean", "description": "Must this user have one?" },
        },
        "required": ["totp", "recovery_codes_left", "required"],
        "example": {
            "totp": { "since": examples::TIME },
            "recovery_codes_left": limits::RECOVERY_CODES,
            "required": false,
        },
    })
}

pub(super) fn current_password() -> Json {
    json!({
        "description": "The current password. A session that began within the last ten minutes needs none.",
        "type": "object",
        "properties": {
            "current_password": { "type": "string", "format": "password", "writeOnly": true },
        },
        "additionalProperties": false,
    })
}

pub(super) fn new_totp() -> Json {
    json!({
        "description": "What an authenticator is set up with. Shown once.",
        "type": "object",
        "properties": {
            "secret": { "type": "string", "description": "In base32, for typing." },
            "uri": { "type": "string", "description": "An otpauth address, for a QR code." },
        },
        "required": ["secret", "uri"],
    })
}

pub(super) fn totp_code() -> Json {
    json!({
        "description": "A code of the new authenticator.",
        "type": "object",
        "properties": { "code": code() },
        "required": ["code"],
        "additionalProperties": false,
    })
}

pub(super) fn recovery_codes() -> Json {
    json!({
        "description": "Codes for the loss of the authenticator. Each works once; they are shown once.",
        "type": "object",
        "properties": {
            "recovery_codes": {
                "type": "array",
                "items": { "type": "string" },
                "maxItems": limits::RECOVERY_CODES,
            },
        },
        "required": ["recovery_codes"],
    })
}
