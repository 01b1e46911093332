//! Whose key it is, and whether it may be used from here.

use std::net::IpAddr;
use std::sync::Arc;

use mainstay_core::{Code, Problem, Timestamp};
use mainstay_store::journal::Kind;
use mainstay_store::{StoreError, accounts, api_keys};

use super::KeyGrant;
use crate::audit::note_key_address;
use crate::auth::clients::{grant_of_token, is_client_token};
use crate::auth::tokens::hash_secret;
use crate::context::Context;
use crate::environment::Environment;
use crate::failure::Failure;
use crate::rates::plan_of;

impl Environment {
    /// What the holder of a key, or of the access token of a client, may do, while it lasts and its owner is active. Where it may be used is asked by
    /// [`use_key`].
    pub async fn find_key(&self, key: &str, now: Timestamp) -> Result<Arc<KeyGrant>, Failure> {
        match self.keys.0.recall(&hash_secret(key), now) {
            Some(grant) => Ok(grant),
            None => self.find_key_anew(key, now).await,
        }
    }

    /// As `find_key`, without believing what is remembered.
    pub async fn find_key_anew(&self, key: &str, now: Timestamp) -> Result<Arc<KeyGrant>, Failure> {
        let hash = hash_secret(key);
        let asked_at = self.keys.0.forgotten();
        let soft_delete = self.users_are_soft();
        let of_key = hash.clone();
        let release = self.release();
        let is_of_client = is_client_token(key);
        let read = self.db.read(move |tx| {
            if is_of_client {
                return grant_of_token(tx, &release.definition, &of_key, now);
            }
            let Some(key) = api_keys::find_by_hash(tx, &of_key)? else {
                return Ok(None);
            };
            let account = accounts::find_account(tx, soft_delete, &key.owner)?;
            let Some(account) = account.filter(|account| account.active) else {
                return Ok(None);
            };
            let plan = plan_of(tx, &release.definition, &account.id)?;
            KeyGrant::of(&key, &account, plan).map(Some)
        });
        let found: Option<KeyGrant> = read.await.map_err(|error: StoreError| Failure::from(error))?;
        let grant = found.filter(|grant| grant.expires_at.is_none_or(|expires_at| expires_at > now));
        let grant = Arc::new(grant.ok_or_else(|| {
            let detail = if is_of_client {
                "the access token is not valid: it has expired, or was taken back"
            } else {
                "the API key is not valid: it was revoked, has expired, or its owner is not active"
            };
            Problem::new(Code::InvalidToken, detail)
        })?);
        let ends = (now, grant.expires_at);
        self.keys.0.remember(&hash, Arc::clone(&grant), ends, asked_at);
        Ok(grant)
    }
}

/// The request with the rights of a key, if it may be used from where the request comes; notes the use.
pub fn use_key(ctx: &Context, grant: Arc<KeyGrant>) -> Result<Context, Failure> {
    let ctx = ctx.clone().with_key(grant)?;
    let grant = ctx.key.as_ref().expect("it was just given");
    // Where a client works from says nothing: its users are everywhere.
    if grant.client.is_some() {
        return Ok(ctx);
    }
    let address = ctx.origin.address.as_deref();
    let is_within = |address: IpAddr| grant.networks.iter().any(|network| network.contains(address));
    let parsed: Option<IpAddr> = address.and_then(|text| text.parse().ok());
    if !grant.networks.is_empty() && !parsed.is_some_and(is_within) {
        note_key_address(&ctx, Kind::KeyAddressRefused, grant);
        let detail = "this API key may not be used from this address";
        return Err(Problem::new(Code::AddressRefused, detail).into());
    }
    if let Some(address) = address {
        let is_new = ctx.environment.key_uses.note(grant, address, ctx.now);
        if is_new {
            note_key_address(&ctx, Kind::KeyNewAddress, grant);
        }
    }
    Ok(ctx)
}
