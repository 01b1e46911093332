//! Secrets and signatures, as the Standard Webhooks specification writes them.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use mainstay_core::{RandomSource, RecordId, Timestamp};
use mainstay_store::webhooks::SealedSecrets;
use ring::hmac;

use crate::keys::SecretKeys;

/// Bytes of a secret; the specification takes 24 to 64.
const SECRET_BYTES: usize = 32;

/// What messages are signed with.
pub(super) struct Secrets {
    current: Vec<u8>,
    /// The one before, which signs too until then.
    previous: Option<(Vec<u8>, Timestamp)>,
}

impl Secrets {
    /// `None` where a key is missing that they are encrypted with.
    pub(super) fn open(keys: &SecretKeys, sealed: &SealedSecrets) -> Option<Self> {
        let current = keys.open_kept(sealed.current.clone())?;
        let previous = match &sealed.previous {
            None => None,
            Some((secret, until)) => Some((keys.open_kept(secret.clone())?, *until)),
        };
        Some(Self { current, previous })
    }
}

pub(super) fn new_secret(random: &dyn RandomSource) -> [u8; SECRET_BYTES] {
    let mut secret = [0; SECRET_BYTES];
    random.fill(&mut secret);
    secret
}

/// For whoever checks signatures; shown once.
pub(super) fn secret_text(secret: &[u8]) -> String {
    format!("whsec_{}", STANDARD.encode(secret))
}

/// The headers of one attempt. While a secret is being replaced, both sign.
pub(super) fn headers(
    secrets: &Secrets,
    id: &RecordId,
    at: Timestamp,
    body: &str,
) -> [(&'static str, String); 3] {
    let signed = format!("{id}.{}.{body}", at.seconds());
    let sign = |secret: &[u8]| {
        let key = hmac::Key::new(hmac::HMAC_SHA256, secret);
        format!("v1,{}", STANDARD.encode(hmac::sign(&key, signed.as_bytes())))
    };
    let mut signatures = sign(&secrets.current);
    if let Some((previous, until)) = &secrets.previous
        && at < *until
    {
        signatures.push(' ');
        signatures.push_str(&sign(previous));
    }
    [
        ("webhook-id", id.to_string()),
        ("webhook-timestamp", at.seconds().to_string()),
        ("webhook-signature", signatures),
    ]
}
