//! Who a client is.

use mainstay_store::Tx;

use super::{Client, Refusal, find_client};
use crate::auth::tokens::hash_secret;
use crate::context::Context;
use crate::failure::Failure;

/// How a client says who it is.
#[derive(Clone, PartialEq, Eq)]
pub struct Credentials {
    pub client_id: String,
    pub secret: Option<String>,
}

impl std::fmt::Debug for Credentials {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Credentials")
            .field("client_id", &self.client_id)
            .finish_non_exhaustive()
    }
}

/// Who asks. A client with a secret shows it, and one without shows none.
pub(super) fn authenticate(
    tx: &mut Tx<'_>,
    ctx: &Context,
    credentials: &Credentials,
) -> Result<Result<Client, Refusal>, Failure> {
    let client = find_client(tx, &ctx.release.definition, &credentials.client_id)?;
    let shown = credentials.secret.as_deref().map(hash_secret);
    Ok(client
        .filter(|client| client.secret_hash == shown)
        .ok_or_else(Refusal::invalid_client))
}
