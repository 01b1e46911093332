//! Signing in with two factors: the first one gets a challenge, and a code of the second one turns it into a session.

use mainstay_core::{Actor, ActorKind, Code, Problem, RecordId, limits};
use mainstay_store::journal::Kind;
use mainstay_store::second_factors::{self, Challenge, Totp};
use mainstay_store::{Priority, Tx, WriteTx, accounts, sessions};

use super::beginning::{Entrant, Shown, auth_entry, try_begin};
use super::second_factor::{hash_code, use_code, wrong_code};
use super::sessions::{Begun, HeldWith};
use super::tokens::{hash_secret, new_secret};
use super::typed_codes::as_typed;
use crate::attempts::{self, Proof};
use crate::context::Context;
use crate::failure::Failure;

/// What came of a first factor that was right.
#[derive(Debug, Clone)]
pub enum SignIn {
    Session(Begun),
    /// The user has a second factor, which is to be shown.
    Challenge(NewChallenge),
}

/// A sign-in that waits for a second factor.
#[derive(Clone)]
pub struct NewChallenge {
    pub token: String,
    pub expires_in_seconds: i64,
}

impl std::fmt::Debug for NewChallenge {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("NewChallenge(..)")
    }
}

/// What is shown as the second factor.
#[derive(Clone)]
pub enum SecondFactorCode {
    /// Of the authenticator.
    Totp(String),
    /// For its loss; each works once.
    Recovery(String),
}

impl std::fmt::Debug for SecondFactorCode {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("SecondFactorCode(..)")
    }
}

/// Has whoever `who` gives show a second factor. What comes of it lasts some minutes, and no longer than any of their
/// sessions: a change of the password ends it, too.
pub(super) async fn challenge(
    ctx: &Context,
    mut who: impl FnMut(&mut WriteTx<'_>, &Context) -> Result<RecordId, Failure> + Send + 'static,
) -> Result<NewChallenge, Failure> {
    let (token, hash) = new_secret(ctx.environment.random.as_ref());
    let lifetime_seconds = limits::CHALLENGE_MINUTES * 60;
    ctx.write(Priority::Interactive, move |tx, in_tx| {
        let user = who(tx, in_tx)?;
        let expires_at = in_tx.now.saturating_add_micros(lifetime_seconds * 1_000_000);
        second_factors::add_challenge(tx, &hash, &user, expires_at)?;
        Ok::<_, Failure>(())
    })
    .await?;
    Ok(NewChallenge {
        token,
        expires_in_seconds: lifetime_seconds,
    })
}

/// Is it what the beginning of a session fails with when its user has a second factor?
pub(super) fn asks_for_second_factor(failure: &Failure) -> bool {
    matches!(failure, Failure::Problem(problem) if problem.code == Code::SecondFactorRequired)
}

/// Turns a challenge into a session. Wrong codes are counted for the challenge, and like wrong passwords: whoever knows
/// the password can have one challenge after the other.
pub async fn complete_sign_in(
    ctx: &Context,
    challenge: &str,
    code: SecondFactorCode,
    held_with: HeldWith,
) -> Result<Begun, Failure> {
    let hash = hash_secret(challenge);
    let (user, is_known_here) = {
        let hash = hash.clone();
        ctx.read(move |tx, ctx| {
            let user = find_open(tx, ctx, &hash)?.user;
            let is_known_here = match &ctx.origin.address {
                Some(address) => sessions::has_begun_from(tx, &user, address)?,
                None => false,
            };
            Ok::<_, Failure>((user, is_known_here))
        })
        .await?
    };
    let attempt = attempts::begin(ctx, Proof::SecondFactor, &user.to_string(), is_known_here).await?;
    let right = attempt.clone();
    let begun = try_begin(ctx, held_with, move |tx, ctx| {
        let entrant = meet(tx, ctx, &hash, &code)?;
        if entrant.is_some() {
            right.succeeded(tx, ctx.now)?;
        }
        Ok(entrant)
    });
    if let Some(begun) = begun.await? {
        return Ok(begun);
    }
    attempt.failed(ctx, Some(user));
    Err(wrong_code().into())
}

/// A challenge that can still be met.
fn find_open(tx: &mut Tx<'_>, ctx: &Context, hash: &[u8]) -> Result<Challenge, Failure> {
    let found = second_factors::find_challenge(tx, hash)?;
    let open = found
        .filter(|challenge| challenge.expires_at > ctx.now && challenge.tries < limits::CHALLENGE_TRIES_MAX);
    open.ok_or_else(|| run_out().into())
}

/// Who has met a challenge. A wrong code is no error, which would undo that it is counted.
fn meet(
    tx: &mut WriteTx<'_>,
    ctx: &Context,
    hash: &[u8],
    code: &SecondFactorCode,
) -> Result<Option<Entrant>, Failure> {
    let user = find_open(tx, ctx, hash)?.user;
    let soft_delete = ctx.environment.users_are_soft();
    let account = accounts::find_account(tx, soft_delete, &user)?.filter(|account| account.active);
    let totp = second_factors::find_totp(tx, &user)?.filter(|totp| totp.confirmed_at.is_some());
    let (Some(_), Some(totp)) = (account, totp) else {
        return Err(run_out().into());
    };
    let by_user = ctx.acting_as(Actor {
        kind: ActorKind::User,
        id: Some(user),
    });
    let Some(shown) = show(tx, &by_user, (user, &totp), code)? else {
        second_factors::count_try(tx, hash)?;
        auth_entry(
            tx,
            &ctx.acting_as(Actor::ANONYMOUS),
            Kind::SecondFactorRefused,
            Some(user),
        )?;
        return Ok(None);
    };
    second_factors::remove_challenge(tx, hash)?;
    Ok(Some(Entrant {
        user,
        kind: Kind::SignedIn,
        shown,
    }))
}

fn show(
    tx: &mut WriteTx<'_>,
    ctx: &Context,
    (user, totp): (RecordId, &Totp),
    code: &SecondFactorCode,
) -> Result<Option<Shown>, Failure> {
    match code {
        SecondFactorCode::Totp(code) => {
            let right = use_code(tx, &ctx.environment, (user, totp), &as_typed(code), ctx.now)?;
            Ok(right.then_some(Shown::Totp))
        }
        SecondFactorCode::Recovery(code) => {
            if !second_factors::use_recovery_code(tx, &user, &hash_code(user, code))? {
                return Ok(None);
            }
            auth_entry(tx, ctx, Kind::RecoveryCodeUsed, Some(user))?;
            Ok(Some(Shown::RecoveryCode))
        }
    }
}

fn run_out() -> Problem {
    Problem::new(
        Code::InvalidCredentials,
        "this sign-in has run out, or too many codes were wrong: begin again with the password",
    )
}
