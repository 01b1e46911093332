//! What an access token of a client is good for: the same grant that an API key is, with the scopes of the client.

use mainstay_core::{Definition, Timestamp};
use mainstay_store::{StoreError, Tx, accounts, client_sessions};

use super::{find_client, read_scopes};
use crate::auth::keys::{ClientGrant, KeyGrant};
use crate::auth::session_limits::SessionLimits;
use crate::rates::plan_of;

/// What the holder of a token may do, while its session, its user and its client are there. What the client may not ask for
/// any more is taken away at once.
pub(in crate::auth) fn grant_of_token(
    tx: &mut Tx<'_>,
    definition: &Definition,
    hash: &[u8],
    now: Timestamp,
) -> Result<Option<KeyGrant>, StoreError> {
    let Some(token) = client_sessions::find_token(tx, hash)? else {
        return Ok(None);
    };
    let session = token.session;
    let limits = SessionLimits::of(&definition.auth);
    if limits.end_of(&session.state) <= now {
        return Ok(None);
    }
    let Some(client) = find_client(tx, definition, &session.client)? else {
        return Ok(None);
    };
    let soft_delete = definition.collection(definition.users).soft_delete;
    let account = accounts::find_account(tx, soft_delete, &session.state.user)?;
    let Some(account) = account.filter(|account| account.active) else {
        return Ok(None);
    };
    let scopes = read_scopes(&token.scopes)?.within(&client.scopes);
    let plan = plan_of(tx, definition, &account.id)?;
    Ok(Some(KeyGrant {
        id: session.state.id,
        owner: account.id,
        of_administrator: account.administrator,
        scopes: scopes.of_api(),
        networks: Vec::new(),
        expires_at: Some(token.expires_at.min(session.state.expires_at)),
        addresses: Vec::new(),
        last_used_at: None,
        plan,
        client: Some(ClientGrant {
            client: client.id,
            within: session.within,
            scopes,
        }),
    }))
}
