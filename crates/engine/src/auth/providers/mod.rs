//! Signing in at somebody else: OpenID Connect, and OAuth 2.0 of GitHub.
//!
//! `docs/decisions/0035-openid-connect.md` says what is checked, and who becomes which user.

mod begin;
mod complete;
mod discovery;
mod exchange;
mod id_token;
#[cfg(test)]
mod id_token_tests;

use mainstay_core::definition::Provider;
use mainstay_core::{Code, Problem};
use mainstay_gateways::{DestinationFault, OutboundError};

use crate::context::Context;
use crate::failure::Failure;
pub use begin::{BegunAtProvider, begin_at_provider, check_redirect};
pub use complete::{
    CameBack, ReturnedTo, complete_at_provider, complete_at_provider_with_cookie, return_path,
};
pub use discovery::KnownProviders;
use id_token::IdTokenFault;

const GITHUB_AUTHORIZE: &str = "https://github.com/login/oauth/authorize";
const GITHUB_TOKEN: &str = "https://github.com/login/oauth/access_token";
const GITHUB_USER: &str = "https://api.github.com/user";
const GITHUB_EMAILS: &str = "https://api.github.com/user/emails";
pub(super) const GITHUB_ISSUER: &str = "https://github.com";

/// Whom a provider speaks of.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Person {
    pub(super) issuer: String,
    /// Who it is there, for good; an address may become somebody else's.
    pub(super) subject: String,
    /// An address that the provider has verified.
    pub(super) verified_email: Option<String>,
    pub(super) name: Option<String>,
}

/// Why a provider could not say who somebody is. For the log: the caller learns that it failed.
#[derive(Debug, thiserror::Error)]
pub(super) enum ProviderFault {
    #[error("the provider cannot be reached")]
    Unreachable(#[from] OutboundError),
    #[error("an address of the provider {0}")]
    Address(#[from] DestinationFault),
    #[error("the provider answers with the status {0}")]
    Status(u16),
    #[error("what the provider says about itself is not as the standard has it")]
    Metadata,
    #[error("the provider calls itself by another issuer than the definition")]
    Issuer,
    #[error("the provider does not take the code: {0}")]
    Code(String),
    #[error(transparent)]
    IdToken(#[from] IdTokenFault),
}

fn find_provider<'c>(ctx: &'c Context, name: &str) -> Result<&'c Provider, Failure> {
    let providers = &ctx.release.definition.auth.providers;
    let found = providers.iter().find(|provider| provider.name == name);
    found.ok_or_else(|| Problem::new(Code::NotFound, "there is no such provider").into())
}

/// The providers that people may sign in at: name and title.
pub fn list_providers(ctx: &Context) -> Vec<(String, String)> {
    let providers = ctx.release.definition.auth.providers.iter();
    providers
        .map(|provider| (provider.name.clone(), provider.title.clone()))
        .collect()
}

fn unreachable_provider(provider: &Provider, fault: &ProviderFault) -> Failure {
    tracing::warn!(
        provider = provider.name,
        error = fault as &dyn std::error::Error,
        "a provider could not be asked"
    );
    let detail = format!("{} cannot be asked now; try again in a moment", provider.title);
    Problem::new(Code::Unavailable, detail).into()
}
