//! Whether a user lets a client in, and the code that it gets then.

use mainstay_core::redirects::is_web_redirect;
use mainstay_core::{ClientScopes, Code, Problem, RecordId, Timestamp, limits};
use mainstay_store::client_sessions::{self, ClientCode};
use mainstay_store::clients::{self, Consent};
use mainstay_store::journal::Kind;
use mainstay_store::{Priority, Tx, WriteTx, sessions};
use serde_json::json;

use super::authorize::Asked;
use super::{Refusal, find_client, read_scopes};
use crate::auth::beginning::auth_entry_with;
use crate::auth::session_list::refuse_ended;
use crate::auth::tokens::{Identity, new_secret};
use crate::context::Context;
use crate::failure::Failure;

/// What comes next for whoever is in front of the browser.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Step {
    SignIn,
    /// They are asked whether the client may have what it asks for.
    Ask,
    /// Nothing is to be asked.
    LetIn,
    /// The client wanted nobody to be asked.
    Refuse(Refusal),
}

/// Who agreed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Agreed {
    /// The user, to everything that is asked for.
    Now,
    /// Nobody needs to be asked.
    Before,
}

/// What comes next.
pub async fn next_step(ctx: &Context, identity: Option<Identity>, asked: &Asked) -> Result<Step, Failure> {
    let (client, scopes) = (asked.client.id.clone(), asked.scopes.clone());
    let known = ctx
        .read(move |tx, _| {
            let Some(identity) = identity else {
                return Ok(None);
            };
            let Some(began_at) = sessions::session_began_at(tx, &identity.session)? else {
                return Ok(None);
            };
            let user = identity.actor.id.expect("a session has a user");
            let covered = has_agreed(tx, &user, &client, &scopes)?;
            Ok::<_, Failure>(Some((began_at, covered)))
        })
        .await?;
    let signed_in = known.filter(|(began_at, _)| !asked.prompt.login && is_recent(ctx, asked, *began_at));
    Ok(match signed_in {
        None if asked.prompt.none => Step::Refuse(Refusal::new("login_required", "nobody is signed in")),
        None => Step::SignIn,
        Some((_, covered)) if !must_ask(asked, covered) => Step::LetIn,
        Some(_) if asked.prompt.none => {
            Step::Refuse(Refusal::new("consent_required", "the user has to be asked"))
        }
        Some(_) => Step::Ask,
    })
}

fn is_recent(ctx: &Context, asked: &Asked, began_at: Timestamp) -> bool {
    let age_micros = |seconds: i64| began_at.saturating_add_micros(seconds * 1_000_000);
    asked.max_age.is_none_or(|seconds| age_micros(seconds) >= ctx.now)
}

/// Any program on the same machine can be led back to where one is that is no web page: nobody knows that it is the one that
/// the user once agreed to, nor our own (RFC 8252, 8.6).
fn must_ask(asked: &Asked, covered: bool) -> bool {
    let is_known = asked.client.own || covered;
    asked.prompt.consent || !is_known || !is_web_redirect(&asked.back.redirect_uri)
}

fn has_agreed(
    tx: &mut Tx<'_>,
    user: &RecordId,
    client: &str,
    scopes: &ClientScopes,
) -> Result<bool, Failure> {
    let consent = clients::find_consent(tx, user, client)?;
    let agreed = consent.map(|consent| read_scopes(&consent.scopes)).transpose()?;
    Ok(agreed.is_some_and(|agreed| agreed.cover_all(scopes)))
}

/// Lets a client in; gives the code that leads it to its tokens.
pub async fn let_client_in(
    ctx: &Context,
    identity: Identity,
    asked: &Asked,
    agreed: Agreed,
) -> Result<String, Failure> {
    let user = identity.actor.id.ok_or_else(|| ctx.refused("sign in first"))?;
    let (secret, hash) = new_secret(ctx.environment.random.as_ref());
    let (client, scopes) = (asked.client.clone(), asked.scopes.clone());
    let asks = must_ask(asked, false) && agreed == Agreed::Before;
    let is_web = is_web_redirect(&asked.back.redirect_uri);
    let mut code = ClientCode {
        client: client.id.clone(),
        user,
        within: Some(identity.session),
        redirect_uri: asked.back.redirect_uri.clone(),
        challenge: asked.challenge.clone(),
        scopes: scopes.text(),
        nonce: asked.nonce.clone(),
        authenticated_at: ctx.now,
        expires_at: ctx
            .now
            .saturating_add_micros(limits::CLIENT_CODE_SECONDS * 1_000_000),
        session: None,
    };
    ctx.write(Priority::Interactive, move |tx, ctx| {
        refuse_ended(tx, identity)?;
        let now = find_client(tx, &ctx.release.definition, &client.id)?;
        let stands = now.is_some_and(|now| now == client);
        // What was looked at before may be another thing by now.
        if !stands || (asks && !(is_web && has_agreed(tx, &user, &client.id, &scopes)?)) {
            let detail = "the client has changed meanwhile: begin again";
            return Err(Problem::new(Code::Conflict, detail).into());
        }
        if agreed == Agreed::Now {
            note_consent(tx, ctx, user, (&client.id, &client.name, &scopes))?;
        }
        let began_at = sessions::session_began_at(tx, &identity.session)?;
        code.authenticated_at = began_at.unwrap_or(ctx.now);
        client_sessions::add_code(tx, &hash, &code)?;
        Ok::<_, Failure>(())
    })
    .await?;
    Ok(secret)
}

/// Keeps what a user has agreed to, beside what they had before.
fn note_consent(
    tx: &mut WriteTx<'_>,
    ctx: &Context,
    user: RecordId,
    (client, name, scopes): (&str, &str, &ClientScopes),
) -> Result<(), Failure> {
    let before = clients::find_consent(tx, &user, client)?;
    let before = before.map(|consent| read_scopes(&consent.scopes)).transpose()?;
    if before.as_ref().is_some_and(|before| before.cover_all(scopes)) {
        return Ok(());
    }
    let all = before.unwrap_or_default().and(scopes);
    let consent = Consent {
        client: client.to_owned(),
        scopes: all.text(),
        given_at: ctx.now,
    };
    clients::set_consent(tx, &user, &consent)?;
    let payload = json!({"client": client, "name": name, "scopes": all.texts()}).to_string();
    auth_entry_with(tx, ctx, Kind::ConsentGiven, Some(user), &payload)?;
    Ok(())
}
