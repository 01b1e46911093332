//! The rows of passkeys. Nobody signs in to rooms with one.

use serde_json::{Value as Json, json};

pub(super) const ROWS: &[super::Row] = &[
    ("begin_passkey_sign_in", "", [403, 403, 403, 403, 403]),
    ("sign_in_with_passkey", "", [403, 403, 403, 403, 403]),
    ("list_passkeys", "", [401, 200, 200, 200, 200]),
    ("begin_passkey", "", [401, 403, 403, 403, 403]),
    ("add_passkey", "", [401, 403, 403, 403, 403]),
    // The id is that of no passkey of theirs.
    ("rename_passkey", "", [401, 404, 404, 404, 404]),
    ("remove_passkey", "", [401, 404, 404, 404, 404]),
];

/// What a request carries.
pub(super) fn body(operation: &str, password: &str) -> Option<Json> {
    match operation {
        "begin_passkey" | "remove_passkey" => Some(json!({"current_password": password})),
        "rename_passkey" => Some(json!({"name": "Telephone"})),
        "add_passkey" => {
            let response = json!({"clientDataJSON": "AA", "attestationObject": "AA"});
            Some(json!({"credential": {"id": "AA", "response": response}}))
        }
        "sign_in_with_passkey" => {
            let response = json!({
                "clientDataJSON": "AA",
                "authenticatorData": "AA",
                "signature": "AA",
                "userHandle": "AA",
            });
            Some(json!({"credential": {"id": "AA", "response": response}}))
        }
        _ => None,
    }
}
