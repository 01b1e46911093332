//! API keys: secrets for programs, with a part of their owner's rights.
//!
//! A key acts as its owner, under the rules that bind the owner, and only in its scopes. Each request with one runs on a
//! release whose definition has the rest of the rules taken out, so that nothing has to ask for the scopes again.

mod identify;
mod input;
mod manage;
mod uses;

use std::sync::Arc;

use mainstay_core::definition::{Mask, PlanId};
use mainstay_core::{Actor, ActorKind, ClientScopes, Network, RandomSource, RecordId, Scopes, Timestamp};
use mainstay_store::accounts::Account;
use mainstay_store::api_keys::ApiKey;
use mainstay_store::{StoreError, WriteTx};

use super::clients::is_client_token;
use super::remembered::Remembered;
use super::tokens::hash_secret;
use crate::context::Context;
use crate::failure::Failure;
pub use identify::use_key;
pub use manage::{create_api_key, list_api_keys, revoke_api_key, rotate_api_key};
pub use uses::{KeyUses, write_key_uses};

/// So that people and scanners of code know one when they see it.
const PREFIX: &str = "mk_";
/// 320 bits: 64 characters of base32.
const SECRET_BYTES: usize = 40;
/// RFC 4648, 6, in small letters.
const ALPHABET: &[u8; 32] = b"abcdefghijklmnopqrstuvwxyz234567";

/// What a key gives whoever has it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeyGrant {
    /// For the access token of a client, the session that it belongs to.
    pub id: RecordId,
    pub owner: RecordId,
    /// Is the owner an administrator?
    pub of_administrator: bool,
    pub scopes: Scopes,
    /// Where it may be used; empty for everywhere.
    pub networks: Vec<Network>,
    pub expires_at: Option<Timestamp>,
    /// Where it was used before, as far as that is written down.
    pub(crate) addresses: Vec<String>,
    pub(crate) last_used_at: Option<Timestamp>,
    /// The plan that the owner is on.
    pub plan: Option<PlanId>,
    /// The client that it was given to, where it is the access token of one and no key.
    pub client: Option<ClientGrant>,
}

/// What is more of the access token of a client.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ClientGrant {
    pub client: String,
    /// The user's session that it ends with.
    pub(crate) within: Option<RecordId>,
    /// What it may know of the user, beside its part of the API.
    pub scopes: ClientScopes,
}

impl KeyGrant {
    /// Who acts with it. Without the scope `admin` nobody is an administrator.
    pub fn actor(&self) -> Actor {
        let kind = if self.of_administrator && self.scopes.has_admin() {
            ActorKind::Administrator
        } else {
            ActorKind::User
        };
        Actor {
            kind,
            id: Some(self.owner),
        }
    }

    fn of(key: &ApiKey, account: &Account, plan: Option<PlanId>) -> Result<Self, StoreError> {
        let corrupt = || {
            StoreError::Corrupt(format!(
                "the API key {} has no possible scopes or networks",
                key.id
            ))
        };
        let texts = |json: &str| serde_json::from_str::<Vec<String>>(json).map_err(|_| corrupt());
        let scopes = texts(&key.scopes)?;
        let scopes = scopes.iter().map(|text| text.parse());
        let networks = texts(&key.networks)?;
        let networks = networks.iter().map(|text| text.parse());
        Ok(Self {
            id: key.id,
            owner: key.owner,
            of_administrator: account.administrator,
            scopes: Scopes(scopes.collect::<Result<_, _>>().map_err(|_| corrupt())?),
            networks: networks.collect::<Result<_, _>>().map_err(|_| corrupt())?,
            expires_at: key.expires_at,
            addresses: texts(&key.addresses)?,
            last_used_at: key.last_used_at,
            plan,
            client: None,
        })
    }
}

/// Keys that were looked up.
#[derive(Debug)]
pub(crate) struct Keys(Remembered<Vec<u8>, Arc<KeyGrant>>);

impl Keys {
    pub(crate) fn new(shared: bool) -> Self {
        Self(Remembered::new(shared))
    }

    /// Forgets what clients were given with, or within, a session that has ended.
    pub(crate) fn forget_session(&self, session: RecordId) {
        self.0.forget(|grant| {
            let is_within = |client: &ClientGrant| grant.id == session || client.within == Some(session);
            grant.client.as_ref().is_some_and(is_within)
        });
    }

    /// Forgets what a client was given that has changed.
    pub(crate) fn forget_client(&self, id: &str) {
        self.0
            .forget(|grant| grant.client.as_ref().is_some_and(|client| client.client == id));
    }

    /// Forgets all keys.
    pub(crate) fn forget_all(&self) {
        self.0.forget(|_| true);
    }

    /// Forgets the keys of a user who was changed.
    pub(crate) fn forget_owner(&self, owner: RecordId) {
        self.0.forget(|grant| grant.owner == owner);
    }
}

/// Once it is on disk, asks the database again what the keys of a user are good for.
pub(crate) fn forget_keys_after_commit(tx: &mut WriteTx<'_>, ctx: &Context, owner: RecordId) {
    let environment = Arc::clone(&ctx.environment);
    tx.after_commit(move || environment.keys.forget_owner(owner));
}

impl Context {
    /// The same request with the rights of a key alone.
    pub(crate) fn with_key(self, grant: Arc<KeyGrant>) -> Result<Self, Failure> {
        let mut ctx = self;
        ctx.actor = grant.actor();
        ctx.origin.key = Some(grant.id);
        if !grant.scopes.has_admin() {
            let definition = &ctx.whole.definition;
            let mask = Mask::new(definition, &grant.scopes, grant.of_administrator);
            ctx.release = ctx.whole.masked(&mask, ctx.environment.db.dialect())?;
            ctx.mask = Some(Arc::new(mask));
        }
        ctx.key = Some(grant);
        Ok(ctx)
    }
}

/// A new key, and what is stored of it.
fn new_key(random: &dyn RandomSource) -> (String, Vec<u8>) {
    let mut secret = [0u8; SECRET_BYTES];
    random.fill(&mut secret);
    let mut key = String::with_capacity(PREFIX.len() + SECRET_BYTES / 5 * 8);
    key.push_str(PREFIX);
    for group in secret.chunks_exact(5) {
        let bits = group.iter().fold(0u64, |bits, byte| bits << 8 | u64::from(*byte));
        for position in (0..8).rev() {
            let index = usize::try_from(bits >> (5 * position) & 31).expect("five bits fit");
            key.push(char::from(ALPHABET[index]));
        }
    }
    let hash = hash_secret(&key);
    (key, hash)
}

/// Is this what keys look like, or access tokens of clients, right or wrong?
pub fn looks_like_key(token: &str) -> bool {
    token.starts_with(PREFIX) || is_client_token(token)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Debug)]
    struct Counting;

    impl RandomSource for Counting {
        fn fill(&self, bytes: &mut [u8]) {
            for (byte, value) in bytes.iter_mut().zip(0..) {
                *byte = value;
            }
        }
    }

    #[test]
    fn keys_are_base32_of_rfc_4648() {
        let (key, hash) = new_key(&Counting);
        assert_eq!(
            key,
            "mk_aaaqeayeaudaocajbifqydiob4ibceqtcqkrmfyydenbwha5dypsaijcemsckjrh"
        );
        assert!(looks_like_key(&key));
        assert_eq!(hash.len(), 32);
    }
}
