//! What a provider says about itself (OpenID Connect Discovery 1.0), and its keys. Both are kept for a while.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use mainstay_core::Timestamp;
use mainstay_gateways::{Destination, Outbound};
use serde_json::Value as Json;

use super::ProviderFault;

const METADATA_BYTES_MAX: usize = 256 * 1_024;
/// How long it is believed.
const KEPT_MICROS: i64 = 3_600 * 1_000_000;
/// Keys are asked for again when a token names an unknown one, but not more often than this: anybody can name one.
const KEYS_AGAIN_MICROS: i64 = 60 * 1_000_000;

/// What is known of a provider.
#[derive(Debug, Clone)]
pub(super) struct Metadata {
    pub(super) authorization_endpoint: String,
    pub(super) token_endpoint: String,
    pub(super) takes_basic: bool,
    keys_uri: String,
}

/// Metadata and keys of the providers that were asked.
#[derive(Debug, Default)]
pub struct KnownProviders {
    metadata: Mutex<HashMap<String, (Timestamp, Arc<Metadata>)>>,
    keys: Mutex<HashMap<String, (Timestamp, Arc<Json>)>>,
}

impl KnownProviders {
    pub(super) async fn metadata(
        &self,
        outbound: &Outbound,
        issuer: &str,
        now: Timestamp,
    ) -> Result<Arc<Metadata>, ProviderFault> {
        if let Some(known) = recall(&self.metadata, issuer, now, KEPT_MICROS) {
            return Ok(known);
        }
        let address = format!(
            "{}/.well-known/openid-configuration",
            issuer.trim_end_matches('/')
        );
        let document = get_json(outbound, &address).await?;
        // Whoever answers for another issuer could sign people in as anybody there.
        if document["issuer"] != issuer {
            return Err(ProviderFault::Issuer);
        }
        let text = |name: &str| {
            document[name]
                .as_str()
                .map(str::to_owned)
                .ok_or(ProviderFault::Metadata)
        };
        let methods = document["token_endpoint_auth_methods_supported"].as_array();
        let metadata = Arc::new(Metadata {
            authorization_endpoint: text("authorization_endpoint")?,
            token_endpoint: text("token_endpoint")?,
            takes_basic: methods
                .is_none_or(|methods| methods.iter().any(|method| method == "client_secret_basic")),
            keys_uri: text("jwks_uri")?,
        });
        remember(&self.metadata, issuer, now, Arc::clone(&metadata));
        Ok(metadata)
    }

    /// The keys of a provider; those that were kept, or newer ones where a token names one that was not among them.
    pub(super) async fn keys(
        &self,
        outbound: &Outbound,
        metadata: &Metadata,
        now: Timestamp,
        anew: bool,
    ) -> Result<Arc<Json>, ProviderFault> {
        let kept_for = if anew { KEYS_AGAIN_MICROS } else { KEPT_MICROS };
        if let Some(known) = recall(&self.keys, &metadata.keys_uri, now, kept_for) {
            return Ok(known);
        }
        let keys = Arc::new(get_json(outbound, &metadata.keys_uri).await?);
        remember(&self.keys, &metadata.keys_uri, now, Arc::clone(&keys));
        Ok(keys)
    }
}

type Kept<T> = Mutex<HashMap<String, (Timestamp, Arc<T>)>>;

fn recall<T>(kept: &Kept<T>, name: &str, now: Timestamp, for_micros: i64) -> Option<Arc<T>> {
    let kept = kept.lock().unwrap_or_else(PoisonError::into_inner);
    let (at, value) = kept.get(name)?;
    (at.saturating_add_micros(for_micros) > now).then(|| Arc::clone(value))
}

/// Names are those of the definition, and addresses that these providers gave: few.
fn remember<T>(kept: &Kept<T>, name: &str, now: Timestamp, value: Arc<T>) {
    let mut kept = kept.lock().unwrap_or_else(PoisonError::into_inner);
    kept.insert(name.to_owned(), (now, value));
}

async fn get_json(outbound: &Outbound, address: &str) -> Result<Json, ProviderFault> {
    let destination = Destination::parse(address, outbound.private())?;
    let answer = outbound
        .get(
            &destination,
            &[("accept", "application/json".to_owned())],
            METADATA_BYTES_MAX,
        )
        .await?;
    if answer.status != 200 {
        return Err(ProviderFault::Status(answer.status));
    }
    serde_json::from_slice(&answer.body).map_err(|_| ProviderFault::Metadata)
}
