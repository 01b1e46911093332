//! Refresh tokens: each works once, and one that comes again ends its session.
//!
//! `docs/decisions/0028-sessions.md` says why one that comes again at once is forgiven.

use std::sync::Arc;

use mainstay_core::{Actor, ActorKind, Code, Problem, RecordId, Timestamp, limits};
use mainstay_store::journal::Kind;
use mainstay_store::sessions::{self, RefreshToken, SessionState};
use mainstay_store::{Priority, WriteTx, accounts};

use super::accounts::user_json;
use super::beginning::auth_entry;
use super::forget_session_after_commit;
use super::session_limits::SessionLimits;
use super::sessions::Session;
use super::tokens::{hash_secret, new_secret};
use crate::context::Context;
use crate::failure::Failure;

/// What became of a refresh token.
pub(super) enum Refreshed {
    Session {
        user: RecordId,
        session: RecordId,
        json: Vec<u8>,
    },
    Refused,
}

/// What a token that was found is good for.
enum Use {
    /// The one that works.
    First,
    /// Used a moment ago, and nobody has used what was given for it.
    AnswerLost,
    /// Used before, or replaced: two hold it, or did.
    Reused,
}

/// Exchanges a refresh token for its successor and a new access token. It works once.
pub async fn refresh_session(ctx: &Context, refresh_token: &str) -> Result<Session, Failure> {
    let environment = Arc::clone(&ctx.environment);
    let old_hash = hash_secret(refresh_token);
    let (next_token, next_hash) = new_secret(environment.random.as_ref());
    let refreshed = ctx
        .write(Priority::Interactive, move |tx, in_tx| {
            refresh_in(tx, in_tx, (&old_hash, &next_hash), None)
        })
        .await?;
    match refreshed {
        Refreshed::Session { user, session, json } => {
            let (access_token, expires_in_seconds) =
                environment
                    .tokens
                    .issue(user, session, environment.new_id(), ctx.now)?;
            Ok(Session {
                access_token,
                expires_in_seconds,
                refresh_token: next_token,
                user: json,
            })
        }
        Refreshed::Refused => Err(Problem::new(
            Code::InvalidToken,
            "the refresh token is not valid any more: sign in again",
        )
        .into()),
    }
}

/// Exchanges the token of a session that was given to `client`, or to none. An error would undo the end of a session, so
/// that a refusal is an answer here.
pub(super) fn refresh_in(
    tx: &mut WriteTx<'_>,
    ctx: &Context,
    (old_hash, next_hash): (&[u8], &[u8]),
    client: Option<&str>,
) -> Result<Refreshed, Failure> {
    let Some(token) = sessions::find_refresh_token(tx, old_hash, client)? else {
        return Ok(Refreshed::Refused);
    };
    let SessionState {
        id: session, user, ..
    } = token.session;
    let give_successor = match usage(&token, ctx.now) {
        Use::First => sessions::rotate_refresh_token,
        Use::AnswerLost => sessions::replace_refresh_token,
        Use::Reused => {
            end(tx, ctx, session)?;
            let actor = Actor {
                kind: ActorKind::User,
                id: Some(user),
            };
            auth_entry(tx, &ctx.acting_as(actor), Kind::TokenReused, Some(user))?;
            return Ok(Refreshed::Refused);
        }
    };
    let soft_delete = ctx.environment.users_are_soft();
    let account = accounts::find_account(tx, soft_delete, &user)?.filter(|account| account.active);
    let limits = SessionLimits::of(&ctx.release.definition.auth);
    if account.is_none() || limits.end_of(&token.session) <= ctx.now {
        end(tx, ctx, session)?;
        return Ok(Refreshed::Refused);
    }
    give_successor(tx, &session, old_hash, next_hash, ctx.now)?;
    let json = user_json(tx, ctx, user)?;
    Ok(Refreshed::Session { user, session, json })
}

fn usage(token: &RefreshToken, now: Timestamp) -> Use {
    let Some(used_at) = token.used_at else {
        return Use::First;
    };
    let lost_until = used_at.saturating_add_micros(limits::REFRESH_REPEAT_SECONDS * 1_000_000);
    if token.is_parent && token.repeats < limits::REFRESH_REPEATS_MAX && now < lost_until {
        Use::AnswerLost
    } else {
        Use::Reused
    }
}

/// Ends the session with every token of it, whoever holds one.
fn end(tx: &mut WriteTx<'_>, ctx: &Context, session: RecordId) -> Result<(), Failure> {
    forget_session_after_commit(tx, ctx, session);
    // It was found in this transaction.
    sessions::end_session(tx, &session)?;
    Ok(())
}
