//! What the browser vouches for: which page asked, for what, and with which challenge (Web Authentication, 5.8.1).

use serde::Deserialize;

use super::Fault;
use super::relying_party::RelyingParty;
use crate::auth::tokens::hash_secret;

/// What a browser was asked to do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Asked {
    Create,
    Get,
}

impl Asked {
    fn as_str(self) -> &'static str {
        match self {
            Self::Create => "webauthn.create",
            Self::Get => "webauthn.get",
        }
    }
}

/// Browsers may add members.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct ClientData {
    #[serde(rename = "type")]
    kind: String,
    challenge: String,
    origin: String,
    #[serde(default)]
    cross_origin: bool,
    #[serde(default)]
    top_origin: Option<String>,
}

impl ClientData {
    pub(super) fn read(bytes: &[u8]) -> Result<Self, Fault> {
        serde_json::from_slice(bytes).map_err(|_| Fault::Malformed)
    }

    /// What is kept of its challenge: our challenges are such texts, 32 bytes in base64url.
    pub(super) fn challenge_hash(&self) -> Vec<u8> {
        hash_secret(&self.challenge)
    }

    /// A page inside a page of another origin is refused, too: people do not see whose it is.
    pub(super) fn check(&self, asked: Asked, party: &RelyingParty) -> Result<(), Fault> {
        if self.kind != asked.as_str() {
            return Err(Fault::Type);
        }
        if self.origin != party.origin || self.cross_origin || self.top_origin.is_some() {
            return Err(Fault::Origin);
        }
        Ok(())
    }
}
