//! Clients give back what they were given (RFC 7009), and ask whether it still is good (RFC 7662).

use mainstay_core::Timestamp;
use mainstay_store::client_sessions::{self, ClientSession};
use mainstay_store::journal::Kind;
use mainstay_store::{Priority, Tx, sessions};
use serde_json::{Value as Json, json};

use super::credentials::{Credentials, authenticate};
use super::{Client, Refusal, grant_of_token};
use crate::auth::beginning::auth_entry;
use crate::auth::keys::forget_keys_after_commit;
use crate::auth::session_limits::SessionLimits;
use crate::auth::tokens::hash_secret;
use crate::context::Context;
use crate::failure::Failure;

/// Ends an access token, or with a refresh token the session and everything of it. What is unknown, or another client's, is
/// none of the caller's business, and no error either.
pub async fn revoke_token(
    ctx: &Context,
    credentials: Credentials,
    token: &str,
) -> Result<Result<(), Refusal>, Failure> {
    let hash = hash_secret(token);
    ctx.write(Priority::Interactive, move |tx, ctx| {
        let client = match authenticate(tx, ctx, &credentials)? {
            Ok(client) => client,
            Err(refusal) => return Ok(Err(refusal)),
        };
        let is_own = |session: &ClientSession| session.client == client.id;
        if let Some(token) = client_sessions::find_token(tx, &hash)?.filter(|token| is_own(&token.session)) {
            client_sessions::remove_token(tx, &hash)?;
            forget_keys_after_commit(tx, ctx, token.session.state.user);
        }
        if let Some(session) = client_sessions::find_session_of_refresh_token(tx, &hash)?.filter(is_own) {
            sessions::end_session(tx, &session.state.id)?;
            forget_keys_after_commit(tx, ctx, session.state.user);
            auth_entry(tx, ctx, Kind::SignedOut, Some(session.state.user))?;
        }
        Ok(Ok(()))
    })
    .await
}

/// What a token is good for, for a client with a secret and about its own tokens alone.
pub async fn introspect_token(
    ctx: &Context,
    issuer: &str,
    credentials: Credentials,
    token: &str,
) -> Result<Result<Json, Refusal>, Failure> {
    let (hash, issuer) = (hash_secret(token), issuer.to_owned());
    let read = ctx.read(move |tx, ctx| {
        let client = match authenticate(tx, ctx, &credentials)? {
            Ok(client) if client.secret_hash.is_some() => client,
            _ => return Ok(Err(Refusal::invalid_client())),
        };
        let described = match of_access_token(tx, ctx, &client, &hash)? {
            None => of_refresh_token(tx, ctx, &client, &hash)?,
            described => described,
        };
        let Some(mut described) = described else {
            return Ok(Ok(json!({ "active": false })));
        };
        described["active"] = json!(true);
        described["client_id"] = json!(client.id);
        described["iss"] = json!(issuer);
        Ok::<_, Failure>(Ok(described))
    });
    read.await
}

fn of_access_token(
    tx: &mut Tx<'_>,
    ctx: &Context,
    client: &Client,
    hash: &[u8],
) -> Result<Option<Json>, Failure> {
    let grant = grant_of_token(tx, &ctx.release.definition, hash, ctx.now)?;
    let grant = grant.filter(|grant| grant.expires_at.is_some_and(|ends_at| ends_at > ctx.now));
    Ok(grant.and_then(|grant| {
        let of_client = grant.client.filter(|own| own.client == client.id)?;
        Some(json!({
            "token_type": "Bearer",
            "sub": grant.owner.to_string(),
            "scope": of_client.scopes.text(),
            "exp": grant.expires_at.map(Timestamp::seconds),
        }))
    }))
}

fn of_refresh_token(
    tx: &mut Tx<'_>,
    ctx: &Context,
    client: &Client,
    hash: &[u8],
) -> Result<Option<Json>, Failure> {
    let token = sessions::find_refresh_token(tx, hash, Some(&client.id))?;
    let ends_at = |token: &sessions::RefreshToken| {
        SessionLimits::of(&ctx.release.definition.auth).end_of(&token.session)
    };
    let token = token.filter(|token| token.used_at.is_none() && ends_at(token) > ctx.now);
    let session = client_sessions::find_session_of_refresh_token(tx, hash)?;
    Ok(token.zip(session).map(|(token, session)| {
        json!({
            "sub": session.state.user.to_string(),
            "scope": session.scopes,
            "exp": ends_at(&token).seconds(),
        })
    }))
}
