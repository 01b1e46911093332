//! The clients that a user has let in: seeing them, and taking it back.

use std::collections::BTreeMap;

use mainstay_core::{ClientScopes, Code, Problem, RecordId, Timestamp, limits};
use mainstay_store::journal::Kind;
use mainstay_store::{Priority, client_sessions, clients};
use serde_json::json;

use super::{find_client, read_scopes};
use crate::auth::beginning::auth_entry_with;
use crate::auth::keys::forget_keys_after_commit;
use crate::auth::session_list::refuse_ended;
use crate::auth::tokens::Identity;
use crate::context::Context;
use crate::failure::Failure;

/// A client that a user has let in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Application {
    pub id: String,
    pub name: String,
    pub own: bool,
    pub scopes: ClientScopes,
    /// None where nobody had to be asked.
    pub agreed_at: Option<Timestamp>,
    pub last_used_at: Option<Timestamp>,
    pub sessions: usize,
}

/// The clients that the caller has agreed to, or that have a session of theirs.
pub async fn list_applications(ctx: &Context) -> Result<Vec<Application>, Failure> {
    let user = ctx.actor.id.ok_or_else(|| ctx.refused("sign in first"))?;
    ctx.read(move |tx, ctx| {
        let mut found: BTreeMap<String, Application> = BTreeMap::new();
        for consent in clients::list_consents(tx, &user)? {
            let known = of(&mut found, consent.client);
            known.agreed_at = Some(consent.given_at);
            known.scopes = read_scopes(&consent.scopes)?;
        }
        for session in client_sessions::list_sessions(tx, &user, limits::SESSIONS_MAX)? {
            let known = of(&mut found, session.client);
            known.scopes = known.scopes.and(&read_scopes(&session.scopes)?);
            known.last_used_at = known.last_used_at.max(Some(session.state.last_used_at));
            known.sessions += 1;
        }
        let mut applications = Vec::new();
        for (id, known) in found {
            // One that the definition does not have any more can do nothing.
            if let Some(client) = find_client(tx, &ctx.release.definition, &id)? {
                applications.push(Application {
                    name: client.name,
                    own: client.own,
                    ..known
                });
            }
        }
        Ok::<_, Failure>(applications)
    })
    .await
}

fn of(found: &mut BTreeMap<String, Application>, id: String) -> &mut Application {
    found.entry(id).or_insert_with_key(|id| Application {
        id: id.clone(),
        name: String::new(),
        own: false,
        scopes: ClientScopes::default(),
        agreed_at: None,
        last_used_at: None,
        sessions: 0,
    })
}

/// Takes back what the caller let a client have: its tokens and sessions end at once.
pub async fn disconnect_application(ctx: &Context, identity: Identity, client: &str) -> Result<(), Failure> {
    let user: RecordId = ctx.actor.id.ok_or_else(|| ctx.refused("sign in first"))?;
    let client = client.to_owned();
    ctx.write(Priority::Interactive, move |tx, ctx| {
        refuse_ended(tx, identity)?;
        if !clients::disconnect(tx, &user, &client)? {
            let detail = "you have let no such application in";
            return Err(Problem::new(Code::NotFound, detail).into());
        }
        forget_keys_after_commit(tx, ctx, user);
        let payload = json!({ "client": client }).to_string();
        auth_entry_with(tx, ctx, Kind::ConsentRevoked, Some(user), &payload)?;
        Ok::<_, Failure>(())
    })
    .await
}
