//! What a client gets for a code or a refresh token (draft-ietf-oauth-v2-1, 3.2, 4.1.3 and 4.3).

use std::collections::BTreeMap;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use mainstay_core::{Actor, ActorKind, ClientScope, ClientScopes, Problem, RecordId, Timestamp};
use mainstay_store::client_sessions::{self, ClientCode};
use mainstay_store::journal::Kind;
use mainstay_store::sessions::{self, ClientPart, NewSession, SessionSecret};
use mainstay_store::{Priority, WriteTx, accounts};
use serde_json::json;

use super::credentials::{Credentials, authenticate};
use super::id_token::sign_id_token;
use super::{Client, Refusal, TOKEN_PREFIX, read_scopes};
use crate::auth::beginning::{auth_entry_with, begin_for_client};
use crate::auth::forget_session_after_commit;
use crate::auth::refresh::{Refreshed, refresh_in};
use crate::auth::session_limits::SessionLimits;
use crate::auth::tokens::{hash_secret, new_secret};
use crate::context::Context;
use crate::failure::Failure;

/// RFC 7636, 4.1.
const VERIFIER_CHARACTERS: std::ops::RangeInclusive<usize> = 43..=128;

/// What a client gets.
#[derive(Clone)]
pub struct Granted {
    pub access_token: String,
    pub expires_in_seconds: i64,
    pub scope: String,
    pub refresh_token: Option<String>,
    pub id_token: Option<String>,
}

impl std::fmt::Debug for Granted {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Granted(..)")
    }
}

/// A new secret and what is kept of it.
#[derive(Clone)]
struct Secret {
    text: String,
    hash: Vec<u8>,
}

/// What is new in an exchange, made before its transaction.
#[derive(Clone)]
struct Fresh {
    session: RecordId,
    access: Secret,
    refresh: Secret,
    lifetime_seconds: i64,
}

impl Fresh {
    fn of(ctx: &Context) -> Self {
        let random = ctx.environment.random.as_ref();
        let secret = |prefix: &str| {
            let text = format!("{prefix}{}", new_secret(random).0);
            Secret {
                hash: hash_secret(&text),
                text,
            }
        };
        Self {
            session: ctx.environment.new_id(),
            access: secret(TOKEN_PREFIX),
            refresh: secret(""),
            lifetime_seconds: i64::from(ctx.release.definition.auth.access_token_minutes) * 60,
        }
    }

    fn access_ends_at(&self, now: Timestamp) -> Timestamp {
        now.saturating_add_micros(self.lifetime_seconds * 1_000_000)
    }
}

/// What was given, before the ID token is signed.
struct Given {
    client: String,
    user: RecordId,
    scopes: ClientScopes,
    authenticated_at: Timestamp,
    nonce: Option<String>,
    with_refresh_token: bool,
}

/// Exchanges a code or a refresh token.
pub async fn exchange_tokens(
    ctx: &Context,
    issuer: &str,
    credentials: Credentials,
    parameters: BTreeMap<String, String>,
) -> Result<Result<Granted, Refusal>, Failure> {
    let fresh = Fresh::of(ctx);
    let made = fresh.clone();
    let own_issuer = issuer.to_owned();
    let given = ctx
        .write(Priority::Interactive, move |tx, ctx| {
            let client = match authenticate(tx, ctx, &credentials)? {
                Ok(client) => client,
                Err(refusal) => return Ok(Err(refusal)),
            };
            let resource = parameters.get("resource").map(|text| text.trim_end_matches('/'));
            if resource.is_some_and(|resource| resource != own_issuer) {
                let description = "the only resource is this server, under its issuer";
                return Ok(Err(Refusal::new("invalid_target", description)));
            }
            match parameters.get("grant_type").map(String::as_str) {
                Some("authorization_code") => exchange_code(tx, ctx, &client, (&parameters, &made)),
                Some("refresh_token") => refresh(tx, ctx, &client, (&parameters, &made)),
                None => Ok(Err(Refusal::invalid_request("grant_type is missing"))),
                Some(_) => {
                    let description = "grant_type must be authorization_code or refresh_token";
                    Ok(Err(Refusal::new("unsupported_grant_type", description)))
                }
            }
        })
        .await?;
    match given {
        Ok(given) => Ok(Ok(granted(ctx, issuer, &given, fresh)?)),
        Err(refusal) => Ok(Err(refusal)),
    }
}

fn granted(ctx: &Context, issuer: &str, given: &Given, fresh: Fresh) -> Result<Granted, Problem> {
    let id_token = given
        .scopes
        .has(&ClientScope::OpenId)
        .then(|| {
            let about = (given.user, given.authenticated_at, given.nonce.as_deref());
            sign_id_token(ctx, (issuer, &given.client), about, fresh.lifetime_seconds)
        })
        .transpose()?;
    Ok(Granted {
        access_token: fresh.access.text,
        expires_in_seconds: fresh.lifetime_seconds,
        scope: given.scopes.text(),
        refresh_token: given.with_refresh_token.then_some(fresh.refresh.text),
        id_token,
    })
}

type Outcome = Result<Result<Given, Refusal>, Failure>;

fn exchange_code(
    tx: &mut WriteTx<'_>,
    ctx: &Context,
    client: &Client,
    (parameters, fresh): (&BTreeMap<String, String>, &Fresh),
) -> Outcome {
    let Some(hash) = parameters.get("code").map(|code| hash_secret(code)) else {
        return Ok(Err(Refusal::invalid_request("code is missing")));
    };
    let invalid = || Refusal::invalid_grant("the code is not good: it is unknown, was used, or has run out");
    let Some(code) = client_sessions::find_code(tx, &hash)? else {
        return Ok(Err(invalid()));
    };
    if let Some(session) = code.session {
        end_what_it_gave(tx, ctx, &code, session)?;
        return Ok(Err(invalid()));
    }
    if code.client != client.id || code.expires_at <= ctx.now {
        return Ok(Err(invalid()));
    }
    let is_other = |uri: &String| *uri != code.redirect_uri;
    if parameters.get("redirect_uri").is_some_and(is_other) {
        let description = "redirect_uri is not the one that the code was asked for with";
        return Ok(Err(Refusal::invalid_grant(description)));
    }
    let verifier = parameters
        .get("code_verifier")
        .map(String::as_str)
        .unwrap_or_default();
    if !VERIFIER_CHARACTERS.contains(&verifier.len())
        || URL_SAFE_NO_PAD.encode(hash_secret(verifier)) != code.challenge
    {
        let description = "code_verifier is missing or does not belong to the challenge";
        return Ok(Err(Refusal::invalid_grant(description)));
    }
    let scopes = read_scopes(&code.scopes)?.within(&client.scopes);
    let soft_delete = ctx.environment.users_are_soft();
    let account = accounts::find_account(tx, soft_delete, &code.user)?;
    if account.is_none_or(|account| !account.active) || scopes.0.is_empty() {
        return Ok(Err(invalid()));
    }
    let given = begin(tx, ctx, client, (code, scopes), fresh)?;
    client_sessions::use_code(tx, &hash, &fresh.session)?;
    Ok(Ok(given))
}

/// Two have the code, or had it: whoever of them got something for it has it no longer (RFC 6749, 4.1.2).
fn end_what_it_gave(
    tx: &mut WriteTx<'_>,
    ctx: &Context,
    code: &ClientCode,
    session: RecordId,
) -> Result<(), Failure> {
    forget_session_after_commit(tx, ctx, session);
    sessions::end_session(tx, &session)?;
    let actor = Actor {
        kind: ActorKind::User,
        id: Some(code.user),
    };
    let payload = json!({"client": code.client}).to_string();
    auth_entry_with(
        tx,
        &ctx.acting_as(actor),
        Kind::CodeReused,
        Some(code.user),
        &payload,
    )?;
    Ok(())
}

fn begin(
    tx: &mut WriteTx<'_>,
    ctx: &Context,
    client: &Client,
    (code, scopes): (ClientCode, ClientScopes),
    fresh: &Fresh,
) -> Result<Given, Failure> {
    let is_lasting = scopes.has(&ClientScope::OfflineAccess);
    let token_ends_at = fresh.access_ends_at(ctx.now);
    let lasting_until = SessionLimits::of(&ctx.release.definition.auth).end_of_session(ctx.now);
    let text = scopes.text();
    let session = NewSession {
        id: fresh.session,
        user: code.user,
        secret: if is_lasting {
            SessionSecret::RefreshToken(&fresh.refresh.hash)
        } else {
            SessionSecret::Nothing
        },
        device: Some(&client.name),
        address: ctx.origin.address.as_deref(),
        begins_at: ctx.now,
        expires_at: if is_lasting { lasting_until } else { token_ends_at },
        client: Some(ClientPart {
            id: &client.id,
            scopes: &text,
            authenticated_at: code.authenticated_at,
            within: if is_lasting { None } else { code.within },
        }),
    };
    begin_for_client(tx, ctx, &session, &client.id)?;
    client_sessions::add_token(tx, &fresh.access.hash, &fresh.session, (&text, token_ends_at))?;
    Ok(Given {
        client: client.id.clone(),
        user: code.user,
        scopes,
        authenticated_at: code.authenticated_at,
        nonce: code.nonce,
        with_refresh_token: is_lasting,
    })
}

fn refresh(
    tx: &mut WriteTx<'_>,
    ctx: &Context,
    client: &Client,
    (parameters, fresh): (&BTreeMap<String, String>, &Fresh),
) -> Outcome {
    let Some(hash) = parameters.get("refresh_token").map(|token| hash_secret(token)) else {
        return Ok(Err(Refusal::invalid_request("refresh_token is missing")));
    };
    let invalid = || {
        Refusal::invalid_grant(
            "the refresh token is not good any more: the user has to let the client in again",
        )
    };
    let session = client_sessions::find_session_of_refresh_token(tx, &hash)?;
    let Some(session) = session.filter(|session| session.client == client.id) else {
        return Ok(Err(invalid()));
    };
    let whole = read_scopes(&session.scopes)?.within(&client.scopes);
    let scopes = match parameters.get("scope").map(|text| ClientScopes::read(text)) {
        None => whole,
        Some(Ok(asked)) if !asked.0.is_empty() && whole.cover_all(&asked) => asked,
        Some(_) => {
            let description = "scope has more than the user has agreed to";
            return Ok(Err(Refusal::new("invalid_scope", description)));
        }
    };
    let refreshed = refresh_in(tx, ctx, (&hash, &fresh.refresh.hash), Some(&client.id))?;
    let Refreshed::Session {
        user, session: id, ..
    } = refreshed
    else {
        return Ok(Err(invalid()));
    };
    let ends_at = fresh.access_ends_at(ctx.now);
    client_sessions::add_token(tx, &fresh.access.hash, &id, (&scopes.text(), ends_at))?;
    Ok(Ok(Given {
        client: client.id.clone(),
        user,
        scopes,
        authenticated_at: session.authenticated_at,
        nonce: None,
        with_refresh_token: true,
    }))
}
