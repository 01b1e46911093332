//! Whoever changes how somebody signs in shows once more who they are: a session may be in the hands of another.

use mainstay_core::{Code, Problem, limits};
use mainstay_store::{accounts, sessions};

use super::passwords::Verdict;
use super::tokens::Identity;
use crate::audit::note_refused_sign_in;
use crate::context::Context;
use crate::failure::Failure;

/// Takes the current password, or a session that has just begun.
pub(super) async fn require_fresh(
    ctx: &Context,
    identity: Identity,
    current_password: Option<String>,
) -> Result<(), Failure> {
    let user = ctx.actor.id.ok_or_else(|| ctx.refused("sign in first"))?;
    let Some(password) = current_password else {
        return require_new_session(ctx, identity).await;
    };
    let soft_delete = ctx.environment.users_are_soft();
    let account = ctx
        .read(move |tx, _| accounts::find_account(tx, soft_delete, &user).map_err(Failure::from))
        .await?;
    let hash = account.and_then(|account| account.password_hash);
    if ctx.environment.passwords.verify(password, hash).await? == Verdict::Wrong {
        note_refused_sign_in(ctx, Some(user));
        return Err(Problem::new(Code::InvalidCredentials, "the current password is wrong").into());
    }
    Ok(())
}

async fn require_new_session(ctx: &Context, identity: Identity) -> Result<(), Failure> {
    let began_at = ctx
        .read(move |tx, _| sessions::session_began_at(tx, &identity.session).map_err(Failure::from))
        .await?;
    let earliest = ctx
        .now
        .saturating_add_micros(-limits::FRESH_SIGN_IN_MINUTES * 60_000_000);
    if began_at.is_some_and(|began_at| began_at >= earliest) {
        return Ok(());
    }
    Err(Problem::new(
        Code::FreshSignInRequired,
        "this changes how you sign in: send `current_password`, or sign in again and repeat it within ten minutes",
    )
    .into())
}
