//! What a browser sends of an authenticator: `RegistrationResponseJSON` and `AuthenticationResponseJSON` (Web
//! Authentication, 5.1.8). Browsers add what is not needed here, so unknown members are let be.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use mainstay_core::limits::{AUTHENTICATOR_BYTES_MAX, CREDENTIAL_BYTES_MAX};
use mainstay_core::{Code, Problem};
use serde::Deserialize;
use serde_json::Value as Json;

/// A passkey that was made just now.
#[derive(Clone)]
pub struct NewCredential {
    pub(super) client_data: Vec<u8>,
    pub(super) attestation: Vec<u8>,
}

/// Something that a passkey has signed.
#[derive(Clone)]
pub struct Assertion {
    pub(super) credential: Vec<u8>,
    pub(super) client_data: Vec<u8>,
    pub(super) authenticator_data: Vec<u8>,
    pub(super) signature: Vec<u8>,
    /// Whose it is.
    pub(super) user_handle: Vec<u8>,
}

impl std::fmt::Debug for NewCredential {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("NewCredential(..)")
    }
}

impl std::fmt::Debug for Assertion {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Assertion(..)")
    }
}

#[derive(Deserialize)]
struct Sent<R> {
    id: String,
    response: R,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct SentRegistration {
    #[serde(rename = "clientDataJSON")]
    client_data: String,
    attestation_object: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct SentAssertion {
    #[serde(rename = "clientDataJSON")]
    client_data: String,
    authenticator_data: String,
    signature: String,
    /// A passkey is found without a name, so its authenticator always says whose it is.
    user_handle: String,
}

impl NewCredential {
    pub fn from_json(credential: Json) -> Result<Self, Problem> {
        let sent: Sent<SentRegistration> = parse(credential)?;
        Ok(Self {
            client_data: decode(&sent.response.client_data, AUTHENTICATOR_BYTES_MAX)?,
            attestation: decode(&sent.response.attestation_object, AUTHENTICATOR_BYTES_MAX)?,
        })
    }
}

impl Assertion {
    pub fn from_json(credential: Json) -> Result<Self, Problem> {
        let sent: Sent<SentAssertion> = parse(credential)?;
        Ok(Self {
            credential: decode(&sent.id, CREDENTIAL_BYTES_MAX)?,
            client_data: decode(&sent.response.client_data, AUTHENTICATOR_BYTES_MAX)?,
            authenticator_data: decode(&sent.response.authenticator_data, AUTHENTICATOR_BYTES_MAX)?,
            signature: decode(&sent.response.signature, AUTHENTICATOR_BYTES_MAX)?,
            user_handle: decode(&sent.response.user_handle, CREDENTIAL_BYTES_MAX)?,
        })
    }
}

fn parse<R: for<'de> Deserialize<'de>>(credential: Json) -> Result<Sent<R>, Problem> {
    serde_json::from_value(credential).map_err(|_| not_one())
}

fn decode(text: &str, bytes_max: usize) -> Result<Vec<u8>, Problem> {
    let bytes = URL_SAFE_NO_PAD.decode(text).map_err(|_| not_one())?;
    Some(bytes)
        .filter(|bytes| bytes.len() <= bytes_max)
        .ok_or_else(not_one)
}

fn not_one() -> Problem {
    let message = "must be what the browser gave, as its `toJSON()` writes it";
    Problem::field(Code::ValidationFailed, "credential", message)
}
