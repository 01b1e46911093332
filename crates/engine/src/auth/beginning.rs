//! Where sessions begin.

use std::sync::Arc;

use mainstay_core::{Actor, ActorKind, Code, Problem, RecordId, limits};
use mainstay_store::journal::{Entry, Kind, append};
use mainstay_store::sessions::{self, NewSession, SessionSecret};
use mainstay_store::{Priority, StoreError, WriteTx, api_keys, client_sessions, second_factors};
use serde_json::{Map, Value as Json, json};

use super::accounts::user_json;
use super::challenge::{SignIn, asks_for_second_factor, challenge};
use super::passkeys::must_use_passkey;
use super::session_limits::SessionLimits;
use super::session_list::{end_excess, end_replaced, note_ended};
use super::sessions::{Begun, CookieSession, HeldWith, Session, wrong_credentials};
use super::tokens::new_secret;
use crate::context::Context;
use crate::failure::Failure;

/// What somebody has shown to sign in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Shown {
    /// Enough for users without a second factor.
    FirstFactor,
    Totp,
    RecoveryCode,
    /// Two factors in one: the device, and what it knows its owner by.
    Passkey,
}

impl Shown {
    /// The second factor, as the journal calls it.
    fn second_factor(self) -> Option<&'static str> {
        match self {
            Self::FirstFactor => None,
            Self::Totp => Some("totp"),
            Self::RecoveryCode => Some("recovery_code"),
            Self::Passkey => Some("passkey"),
        }
    }
}

/// Whose session begins, and by what.
#[derive(Debug, Clone, Copy)]
pub(super) struct Entrant {
    pub(super) user: RecordId,
    pub(super) kind: Kind,
    pub(super) shown: Shown,
}

/// Somebody with one factor.
fn entrant((user, kind): (RecordId, Kind)) -> Entrant {
    Entrant {
        user,
        kind,
        shown: Shown::FirstFactor,
    }
}

/// Begins a session for the user that `who` gives, in one transaction with it; for users who can have no second factor
/// yet.
pub(super) async fn begin(
    ctx: &Context,
    mut who: impl FnMut(&mut WriteTx<'_>, &Context) -> Result<(RecordId, Kind), Failure> + Send + 'static,
) -> Result<Session, Failure> {
    let begun = begin_with_tokens(ctx, move |tx, ctx| who(tx, ctx).map(|who| Some(entrant(who)))).await?;
    Ok(begun.expect("there is somebody"))
}

/// Begins a session for the user that `who` gives, in one transaction with it, or a challenge in its place where that user
/// has a second factor. Then `who` is asked once more: what it did the first time has been undone.
pub(super) async fn enter(
    ctx: &Context,
    held_with: HeldWith,
    who: impl Fn(&mut WriteTx<'_>, &Context) -> Result<(RecordId, Kind), Failure> + Send + Sync + 'static,
) -> Result<SignIn, Failure> {
    let who = Arc::new(who);
    let first = Arc::clone(&who);
    let begun = try_begin(ctx, held_with, move |tx, ctx| {
        first(tx, ctx).map(|who| Some(entrant(who)))
    });
    match begun.await {
        Err(failure) if asks_for_second_factor(&failure) => {
            let challenge = challenge(ctx, move |tx, ctx| Ok(who(tx, ctx)?.0));
            Ok(SignIn::Challenge(challenge.await?))
        }
        begun => Ok(SignIn::Session(begun?.expect("there is somebody"))),
    }
}

/// Begins a session for whoever `who` gives, in one transaction with it; none for nobody, whose transaction stands.
pub(super) async fn try_begin(
    ctx: &Context,
    held_with: HeldWith,
    who: impl FnMut(&mut WriteTx<'_>, &Context) -> Result<Option<Entrant>, Failure> + Send + 'static,
) -> Result<Option<Begun>, Failure> {
    Ok(match held_with {
        HeldWith::Tokens => begin_with_tokens(ctx, who).await?.map(Begun::Tokens),
        HeldWith::Cookie => begin_with_cookie(ctx, who).await?.map(Begun::Cookie),
    })
}

async fn begin_with_tokens(
    ctx: &Context,
    mut who: impl FnMut(&mut WriteTx<'_>, &Context) -> Result<Option<Entrant>, Failure> + Send + 'static,
) -> Result<Option<Session>, Failure> {
    let environment = Arc::clone(&ctx.environment);
    let session = environment.new_id();
    let (refresh_token, hash) = new_secret(environment.random.as_ref());
    let begun = ctx
        .write(Priority::Interactive, move |tx, in_tx| {
            let Some(who) = who(tx, in_tx)? else {
                return Ok(None);
            };
            let json = begin_in(tx, in_tx, session, SessionSecret::RefreshToken(&hash), who)?;
            Ok::<_, Failure>(Some((who.user, json)))
        })
        .await?;
    let Some((user, json)) = begun else {
        return Ok(None);
    };
    let (access_token, expires_in_seconds) =
        environment
            .tokens
            .issue(user, session, environment.new_id(), ctx.now)?;
    Ok(Some(Session {
        access_token,
        expires_in_seconds,
        refresh_token,
        user: json,
    }))
}

async fn begin_with_cookie(
    ctx: &Context,
    mut who: impl FnMut(&mut WriteTx<'_>, &Context) -> Result<Option<Entrant>, Failure> + Send + 'static,
) -> Result<Option<CookieSession>, Failure> {
    let (secret, hash) = new_secret(ctx.environment.random.as_ref());
    let id = ctx.environment.new_id();
    let lifetime = SessionLimits::of(&ctx.release.definition.auth).end_of_session(ctx.now);
    let begun = ctx
        .write(Priority::Interactive, move |tx, in_tx| {
            let Some(who) = who(tx, in_tx)? else {
                return Ok(None);
            };
            let user = begin_in(tx, in_tx, id, SessionSecret::Cookie(&hash), who)?;
            if let Some(before) = in_tx.cookie_before {
                end_replaced(tx, in_tx, before)?;
            }
            Ok::<_, Failure>(Some(user))
        })
        .await?;
    Ok(begun.map(|user| CookieSession {
        secret,
        lifetime_seconds: lifetime.seconds() - ctx.now.seconds(),
        user,
    }))
}

/// Begins a session of a user, who did what the journal says; gives the user as JSON. Every session begins here, so that
/// no way in passes by a second factor, and none is for a service account.
fn begin_in(
    tx: &mut WriteTx<'_>,
    ctx: &Context,
    id: RecordId,
    secret: SessionSecret<'_>,
    Entrant { user, kind, shown }: Entrant,
) -> Result<Vec<u8>, Failure> {
    if api_keys::is_service_account(tx, &user)? {
        return Err(wrong_credentials());
    }
    if shown == Shown::FirstFactor && second_factors::has_totp(tx, &user)? {
        let detail = "this account has a second factor, which has to be shown, too";
        return Err(Problem::new(Code::SecondFactorRequired, detail).into());
    }
    if shown == Shown::FirstFactor && must_use_passkey(tx, ctx, &user)? {
        let detail = "this account must have a second factor, and has a passkey: sign in with that";
        return Err(Problem::new(Code::MethodDisabled, detail).into());
    }
    let begun = NewSession {
        id,
        user,
        secret,
        device: ctx.device.as_deref(),
        address: ctx.origin.address.as_deref(),
        begins_at: ctx.now,
        expires_at: SessionLimits::of(&ctx.release.definition.auth).end_of_session(ctx.now),
        client: None,
    };
    sessions::begin_session(tx, &begun)?;
    let actor = Actor {
        kind: ActorKind::User,
        id: Some(user),
    };
    let by_user = ctx.acting_as(actor);
    let said = [
        ("device", ctx.device.as_deref()),
        ("second_factor", shown.second_factor()),
    ];
    let payload: Map<String, Json> = said
        .into_iter()
        .filter_map(|(name, text)| Some((name.to_owned(), Json::from(text?))))
        .collect();
    let payload = Json::Object(payload).to_string();
    auth_entry_with(tx, &by_user, kind, Some(user), &payload)?;
    end_excess(tx, &by_user, user)?;
    user_json(tx, ctx, user)
}

/// Begins the session of a client, by a code that its user has given from a session of their own: whatever it takes to sign
/// in was shown then.
pub(super) fn begin_for_client(
    tx: &mut WriteTx<'_>,
    ctx: &Context,
    session: &NewSession<'_>,
    client: &str,
) -> Result<(), Failure> {
    if api_keys::is_service_account(tx, &session.user)? {
        return Err(wrong_credentials());
    }
    sessions::begin_session(tx, session)?;
    let by_user = ctx.acting_as(Actor {
        kind: ActorKind::User,
        id: Some(session.user),
    });
    let payload = json!({"client": client, "device": session.device}).to_string();
    auth_entry_with(tx, &by_user, Kind::ClientSignedIn, Some(session.user), &payload)?;
    let max = limits::CLIENT_SESSIONS_OF_USER_MAX;
    let ended = client_sessions::end_excess_sessions(tx, &session.user, client, max)?;
    note_ended(tx, &by_user, session.user, ended)?;
    end_excess(tx, &by_user, session.user)
}

pub(super) fn auth_entry(
    tx: &mut WriteTx<'_>,
    ctx: &Context,
    kind: Kind,
    user: Option<RecordId>,
) -> Result<(), StoreError> {
    auth_entry_with(tx, ctx, kind, user, "{}")
}

pub(super) fn auth_entry_with(
    tx: &mut WriteTx<'_>,
    ctx: &Context,
    kind: Kind,
    user: Option<RecordId>,
    payload: &str,
) -> Result<(), StoreError> {
    append(
        tx,
        &Entry {
            at: ctx.now,
            kind,
            actor: ctx.actor,
            origin: &ctx.origin,
            collection: user.map(|_| "users"),
            record_id: user,
            version: None,
            payload,
        },
    )
}
