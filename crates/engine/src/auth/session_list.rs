//! The sessions of a user: seeing them, and ending those that should be over.

use std::sync::Arc;

use mainstay_core::{Actor, ActorKind, Code, Problem, RecordId, Timestamp, limits};
use mainstay_store::journal::Kind;
use mainstay_store::sessions::{self, ListedSession};
use mainstay_store::{Priority, WriteTx, accounts};

use super::beginning::{auth_entry, auth_entry_with};
use super::forget_session_after_commit;
use super::keys::forget_keys_after_commit;
use super::session_limits::SessionLimits;
use super::sessions::CookieBefore;
use super::tokens::Identity;
use crate::context::Context;
use crate::failure::Failure;

/// One of the caller's own sessions.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OwnSession {
    pub id: RecordId,
    pub created_at: Timestamp,
    /// Up to a minute or two before the last use.
    pub last_used_at: Timestamp,
    /// When it ends if nobody uses it again.
    pub expires_at: Timestamp,
    pub device: Option<String>,
    pub address: Option<String>,
    /// Is it the one that asks?
    pub current: bool,
}

/// The caller's sessions that have not ended, the last used first.
pub async fn list_sessions(ctx: &Context, identity: Identity) -> Result<Vec<OwnSession>, Failure> {
    let user = user_of(ctx)?;
    let session_limits = SessionLimits::of(&ctx.release.definition.auth);
    let listed: Vec<ListedSession> = ctx
        .read(move |tx, _| sessions::list_sessions(tx, &user, limits::SESSIONS_MAX).map_err(Failure::from))
        .await?;
    let own = listed.into_iter().map(|listed| OwnSession {
        id: listed.state.id,
        created_at: listed.created_at,
        last_used_at: listed.state.last_used_at,
        expires_at: session_limits.end_of(&listed.state),
        device: listed.device,
        address: listed.address,
        current: listed.state.id == identity.session,
    });
    Ok(own.filter(|session| session.expires_at > ctx.now).collect())
}

/// Ends one of the caller's sessions. Another user's does not exist for them.
pub async fn end_session(ctx: &Context, identity: Identity, session: RecordId) -> Result<(), Failure> {
    let user = user_of(ctx)?;
    ctx.write(Priority::Interactive, move |tx, in_tx| {
        refuse_ended(tx, identity)?;
        if !sessions::end_session_of(tx, &user, &session)? {
            return Err(Problem::new(Code::NotFound, "there is no such session of yours").into());
        }
        forget_session_after_commit(tx, in_tx, session);
        note_ended(tx, in_tx, user, 1)
    })
    .await
}

/// Ends all sessions of the caller but the one that asks.
pub async fn end_other_sessions(ctx: &Context, identity: Identity) -> Result<(), Failure> {
    let user = user_of(ctx)?;
    ctx.write(Priority::Interactive, move |tx, in_tx| {
        refuse_ended(tx, identity)?;
        let ended = sessions::end_other_sessions(tx, &user, &identity.session)?;
        note_ended(tx, in_tx, user, ended)
    })
    .await
}

/// Ends all sessions of a user, for administrators.
pub async fn end_user_sessions(ctx: &Context, user: RecordId) -> Result<(), Failure> {
    if !matches!(ctx.actor.kind, ActorKind::Administrator | ActorKind::System) {
        return Err(ctx.refused("only administrators may end the sessions of others"));
    }
    let soft_delete = ctx.environment.users_are_soft();
    ctx.write(Priority::Interactive, move |tx, in_tx| {
        if accounts::find_account(tx, soft_delete, &user)?.is_none() {
            return Err(Problem::not_found().into());
        }
        end_all(tx, in_tx, user)
    })
    .await
}

/// Ends all sessions of a user, in the transaction of what they end for.
pub(crate) fn end_all(tx: &mut WriteTx<'_>, ctx: &Context, user: RecordId) -> Result<(), Failure> {
    let ended = sessions::end_sessions(tx, &user)?;
    note_ended(tx, ctx, user, ended)
}

/// Ends what is more than a user may have.
pub(super) fn end_excess(tx: &mut WriteTx<'_>, ctx: &Context, user: RecordId) -> Result<(), Failure> {
    let ended = sessions::end_excess_sessions(tx, &user, limits::SESSIONS_MAX)?;
    note_ended(tx, ctx, user, ended)
}

/// Ends the session whose cookie another one takes the place of: nobody has it any more who could end it.
pub(super) fn end_replaced(tx: &mut WriteTx<'_>, ctx: &Context, before: CookieBefore) -> Result<(), Failure> {
    let Some(session) = sessions::find_session_by_cookie(tx, before.digest())? else {
        return Ok(());
    };
    forget_session_after_commit(tx, ctx, session.id);
    if sessions::end_session(tx, &session.id)? {
        let by_user = ctx.acting_as(Actor {
            kind: ActorKind::User,
            id: Some(session.user),
        });
        auth_entry(tx, &by_user, Kind::SignedOut, Some(session.user))?;
    }
    Ok(())
}

/// Says so in the journal, and forgets the tokens once it is on disk.
pub(super) fn note_ended(
    tx: &mut WriteTx<'_>,
    ctx: &Context,
    user: RecordId,
    ended: usize,
) -> Result<(), Failure> {
    if ended == 0 {
        return Ok(());
    }
    let tokens = Arc::clone(&ctx.environment.tokens);
    tx.after_commit(move || tokens.forget_user(user));
    // What clients were given ends with sessions, too.
    forget_keys_after_commit(tx, ctx, user);
    let payload = format!(r#"{{"sessions":{ended}}}"#);
    auth_entry_with(tx, ctx, Kind::SessionsEnded, Some(user), &payload)?;
    Ok(())
}

/// A token may be believed for a moment after its session has ended. That is too long for what decides about sessions:
/// whoever was just locked out must not lock out the owner.
pub(crate) fn refuse_ended(tx: &mut WriteTx<'_>, identity: Identity) -> Result<(), Failure> {
    match sessions::find_session(tx, &identity.session)? {
        Some(_) => Ok(()),
        None => Err(Problem::new(Code::InvalidToken, "the session has ended: sign in again").into()),
    }
}

fn user_of(ctx: &Context) -> Result<RecordId, Failure> {
    ctx.actor.id.ok_or_else(|| ctx.refused("sign in first"))
}

/// Ends the session that asks.
pub async fn sign_out(ctx: &Context, identity: Identity) -> Result<(), Failure> {
    ctx.write(Priority::Interactive, move |tx, in_tx| {
        forget_session_after_commit(tx, in_tx, identity.session);
        if sessions::end_session(tx, &identity.session)? {
            auth_entry(tx, in_tx, Kind::SignedOut, in_tx.actor.id)?;
        }
        Ok::<_, Failure>(())
    })
    .await?;
    Ok(())
}
