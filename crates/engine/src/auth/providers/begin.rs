//! The way to a provider: an address to go to, and a secret that only the same browser or program can come back with.
//!
//! State, nonce and PKCE verifier are derived from that one secret, of which the digest is kept: nothing in the database, in
//! an address or in a log is enough to go on with somebody else's sign-in.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use mainstay_core::definition::{Provider, ProviderKind};
use mainstay_core::{Code, Problem, limits};
use mainstay_store::identities::{self, NewAttempt};
use mainstay_store::{Priority, StoreError};

use super::{GITHUB_AUTHORIZE, find_provider, unreachable_provider};
use crate::auth::tokens::{hash_secret, new_secret};
use crate::context::Context;
use crate::failure::Failure;

/// Somebody who is about to ask a provider.
#[derive(Clone)]
pub struct BegunAtProvider {
    /// Where the browser goes.
    pub url: String,
    /// What whoever comes back has to show.
    pub secret: String,
    pub expires_in_seconds: i64,
}

impl std::fmt::Debug for BegunAtProvider {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("BegunAtProvider(..)")
    }
}

/// What is derived from the secret of a sign-in.
pub(super) struct Derived {
    pub(super) state: String,
    pub(super) nonce: String,
    pub(super) verifier: String,
}

impl Derived {
    pub(super) fn of(secret: &str) -> Self {
        Self {
            state: derive("state", secret),
            nonce: derive("nonce", secret),
            verifier: derive("verifier", secret),
        }
    }
}

fn derive(name: &str, secret: &str) -> String {
    URL_SAFE_NO_PAD.encode(hash_secret(&format!("mainstay sign-in {name}\0{secret}")))
}

/// Begins a sign-in at a provider that leads back to `redirect_uri`, and then to `return_to`.
pub async fn begin_at_provider(
    ctx: &Context,
    provider: &str,
    redirect_uri: &str,
    return_to: &str,
) -> Result<BegunAtProvider, Failure> {
    let provider = find_provider(ctx, provider)?;
    let environment = &ctx.environment;
    let endpoint = match &provider.kind {
        ProviderKind::GitHub => GITHUB_AUTHORIZE.to_owned(),
        ProviderKind::OpenIdConnect { issuer } => {
            let known = &environment.known_providers;
            let metadata = known.metadata(&environment.outbound, issuer, ctx.now).await;
            let metadata = metadata.map_err(|fault| unreachable_provider(provider, &fault))?;
            metadata.authorization_endpoint.clone()
        }
    };
    let (secret, hash) = new_secret(environment.random.as_ref());
    let lifetime_seconds = limits::PROVIDER_SIGN_IN_MINUTES * 60;
    let expires_at = ctx.now.saturating_add_micros(lifetime_seconds * 1_000_000);
    let (name, uri, path) = (
        provider.name.clone(),
        redirect_uri.to_owned(),
        return_to.to_owned(),
    );
    ctx.write(Priority::Interactive, move |tx, _| {
        let attempt = NewAttempt {
            hash: &hash,
            provider: &name,
            redirect_uri: &uri,
            return_to: &path,
            expires_at,
        };
        identities::add_attempt(tx, &attempt)
    })
    .await
    .map_err(|error: StoreError| Failure::from(error))?;
    Ok(BegunAtProvider {
        url: address(&endpoint, provider, redirect_uri, &Derived::of(&secret)),
        secret,
        expires_in_seconds: lifetime_seconds,
    })
}

/// RFC 6749, 4.1.1; RFC 7636, 4.3; OpenID Connect Core 1.0, 3.1.2.1.
fn address(endpoint: &str, provider: &Provider, redirect_uri: &str, derived: &Derived) -> String {
    let challenge = URL_SAFE_NO_PAD.encode(hash_secret(&derived.verifier));
    let scopes = provider.scopes.join(" ");
    let mut parameters = vec![
        ("response_type", "code"),
        ("client_id", &provider.client_id),
        ("redirect_uri", redirect_uri),
        ("scope", &scopes),
        ("state", &derived.state),
        ("code_challenge", &challenge),
        ("code_challenge_method", "S256"),
    ];
    if matches!(provider.kind, ProviderKind::OpenIdConnect { .. }) {
        parameters.push(("nonce", &derived.nonce));
    }
    let query = form_urlencoded::Serializer::new(String::new())
        .extend_pairs(parameters)
        .finish();
    let joint = if endpoint.contains('?') { '&' } else { '?' };
    format!("{endpoint}{joint}{query}")
}

/// Refuses what a program may not be led back to: only what the definition names, letter by letter (RFC 9700, 2.1).
pub fn check_redirect(ctx: &Context, provider: &str, redirect_uri: &str) -> Result<(), Failure> {
    let provider = find_provider(ctx, provider)?;
    if provider.redirects.iter().any(|known| known == redirect_uri) {
        return Ok(());
    }
    let message = "is not among the `redirects` of the provider in the definition";
    Err(Problem::field(Code::ValidationFailed, "redirect_uri", message).into())
}
