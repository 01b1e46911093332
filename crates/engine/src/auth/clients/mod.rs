//! Signing people in for other programs: OAuth 2.1 and OpenID Connect, from the provider's side.
//!
//! A client is a program that a user lets act for them. What it is given is a session of the user, as everybody's, and
//! access tokens that are short-lived API keys: its scopes bind it as those of a key do.
//! `docs/decisions/0037-oauth-provider.md` has the reasons.

mod agree;
mod authorize;
mod connected;
mod credentials;
mod exchange;
mod grant;
mod id_token;
mod input;
mod manage;
mod tokens;
mod user_info;

use mainstay_core::redirects::is_same_redirect;
use mainstay_core::{ClientScopes, Definition};
use mainstay_store::clients::{self, RegisteredClient};
use mainstay_store::{StoreError, Tx};

pub use agree::{Agreed, Step, let_client_in, next_step};
pub use authorize::{Asked, Back, Checked, Unfit, check_authorization};
pub use connected::{Application, disconnect_application, list_applications};
pub use credentials::Credentials;
pub use exchange::{Granted, exchange_tokens};
pub(super) use grant::grant_of_token;
pub use id_token::{client_metadata, public_keys};
pub use manage::{create_client, list_clients, remove_client, rotate_client_secret, update_client};
pub use tokens::{introspect_token, revoke_token};
pub use user_info::read_user_info;

/// So that people and scanners of code know one when they see it.
const TOKEN_PREFIX: &str = "mo_";

/// Is this what access tokens of clients look like, right or wrong?
pub(super) fn is_client_token(token: &str) -> bool {
    token.starts_with(TOKEN_PREFIX)
}

/// Why a client does not get what it asks for, in the words of the standards (RFC 6749, 4.1.2.1 and 5.2).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refusal {
    pub error: &'static str,
    pub description: &'static str,
}

impl Refusal {
    fn new(error: &'static str, description: &'static str) -> Self {
        Self { error, description }
    }

    fn invalid_request(description: &'static str) -> Self {
        Self::new("invalid_request", description)
    }

    fn invalid_grant(description: &'static str) -> Self {
        Self::new("invalid_grant", description)
    }

    fn invalid_client() -> Self {
        Self::new(
            "invalid_client",
            "there is no such client, or its secret is wrong or missing",
        )
    }
}

/// A client, declared or registered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Client {
    pub id: String,
    /// For people.
    pub name: String,
    /// Is it the application's own?
    pub own: bool,
    redirects: Vec<String>,
    scopes: ClientScopes,
    /// Without one it has no secret.
    secret_hash: Option<Vec<u8>>,
}

impl Client {
    fn has_redirect(&self, given: &str) -> bool {
        self.redirects
            .iter()
            .any(|registered| is_same_redirect(registered, given))
    }

    fn of(kept: RegisteredClient) -> Result<Self, StoreError> {
        let corrupt = || {
            StoreError::Corrupt(format!(
                "the client {} has no possible scopes or redirects",
                kept.id
            ))
        };
        Ok(Self {
            redirects: serde_json::from_str(&kept.redirects).map_err(|_| corrupt())?,
            scopes: ClientScopes::read(&kept.scopes).map_err(|_| corrupt())?,
            id: kept.id,
            name: kept.name,
            own: kept.own,
            secret_hash: kept.secret_hash,
        })
    }
}

/// The clients that the definition declares. They have no secret, and ids that no registered client can have.
fn declared(definition: &Definition) -> impl Iterator<Item = Client> {
    let declared = definition.auth.clients.iter();
    declared.map(|declared| Client {
        id: declared.name.clone(),
        name: declared.title.clone(),
        own: true,
        redirects: declared.redirects.clone(),
        scopes: declared.scopes.clone(),
        secret_hash: None,
    })
}

fn find_client(tx: &mut Tx<'_>, definition: &Definition, id: &str) -> Result<Option<Client>, StoreError> {
    if let Some(client) = declared(definition).find(|client| client.id == id) {
        return Ok(Some(client));
    }
    clients::find(tx, id)?.map(Client::of).transpose()
}

fn read_scopes(text: &str) -> Result<ClientScopes, StoreError> {
    ClientScopes::read(text)
        .map_err(|_| StoreError::Corrupt("a session of a client has no possible scopes".to_owned()))
}
