//! Signing in with a code or a link that comes by mail.

use mainstay_core::definition::SignInMethod;
use mainstay_core::mail::MailKind;
use mainstay_core::{RecordId, limits};
use mainstay_store::account_tokens::{self, Purpose};
use mainstay_store::journal::Kind;
use mainstay_store::{Priority, StoreError, WriteTx, accounts};
use serde_json::json;

use super::beginning::enter;
use super::by_mail::{code_digest, invalid_secret, require_method, take, take_address, user_of};
use super::challenge::SignIn;
use super::session_list::end_all;
use super::sessions::HeldWith;
use super::tokens::{hash_secret, new_secret};
use super::verification::acting_as;
use crate::audit::note_refused_sign_in;
use crate::context::Context;
use crate::failure::Failure;
use crate::mail::{NewMail, post_asked, require_mailing};

/// What a device holds that has asked for a code: the code works together with it alone.
#[derive(Clone)]
pub struct Challenge {
    pub secret: String,
    pub expires_in_seconds: i64,
}

impl std::fmt::Debug for Challenge {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Challenge(..)")
    }
}

/// Sends a code to whoever has the address, and gives the caller what it works with. For an address that nobody has it
/// gives the like, with which no code works.
pub async fn request_sign_in_code(ctx: &Context, email: &str) -> Result<Challenge, Failure> {
    require_method(ctx, SignInMethod::EmailCode)?;
    require_mailing(ctx)?;
    let email = take_address(ctx, email)?;
    let (secret, digest) = new_secret(ctx.environment.random.as_ref());
    ctx.write(Priority::Interactive, move |tx, ctx| {
        let mail = NewMail {
            variables: json!({"challenge": hex(&digest)}),
            ..NewMail::plain(MailKind::SignInCode, &email, None)
        };
        post_asked(tx, ctx, &mail)
    })
    .await?;
    Ok(Challenge {
        secret,
        expires_in_seconds: limits::MAIL_SIGN_IN_MINUTES * 60,
    })
}

/// Signs in with a code, on the device that asked for it.
pub async fn sign_in_with_code(
    ctx: &Context,
    challenge: &str,
    code: String,
    held_with: HeldWith,
) -> Result<SignIn, Failure> {
    require_method(ctx, SignInMethod::EmailCode)?;
    let digest = hash_secret(challenge);
    let tried = ctx.write(Priority::Interactive, move |tx, ctx| {
        try_code(tx, ctx, &digest, code.trim())
    });
    let Some((user, email)) = tried.await? else {
        note_refused_sign_in(ctx, None);
        return Err(invalid_secret());
    };
    enter(ctx, held_with, move |tx, ctx| stand(tx, ctx, user, &email)).await
}

/// Uses the challenge up when the code is right. A wrong one is counted, which an error would undo.
fn try_code(
    tx: &mut WriteTx<'_>,
    ctx: &Context,
    digest: &[u8],
    code: &str,
) -> Result<Option<(RecordId, String)>, Failure> {
    let Some(token) = account_tokens::find(tx, Purpose::SignInCode, digest, ctx.now)? else {
        return Ok(None);
    };
    let given = code_digest(digest, code);
    // Of digests, a comparison that takes longer the more fits tells nothing.
    if token.code_digest.as_deref() != Some(&given) {
        if token.tries + 1 >= limits::CODE_TRIES_MAX {
            account_tokens::remove(tx, digest)?;
        } else {
            account_tokens::note_try(tx, digest)?;
        }
        return Ok(None);
    }
    account_tokens::remove(tx, digest)?;
    let user = user_of(tx, ctx, &token)?;
    Ok(user.map(|user| (user, token.email)))
}

/// Sends a link to whoever has the address.
pub async fn request_sign_in_link(ctx: &Context, email: &str) -> Result<(), Failure> {
    require_method(ctx, SignInMethod::MagicLink)?;
    require_mailing(ctx)?;
    let email = take_address(ctx, email)?;
    ctx.write(Priority::Interactive, move |tx, ctx| {
        post_asked(tx, ctx, &NewMail::plain(MailKind::SignInLink, &email, None))
    })
    .await
}

/// Signs in with the secret of a link.
pub async fn sign_in_with_link(
    ctx: &Context,
    secret: String,
    held_with: HeldWith,
) -> Result<SignIn, Failure> {
    require_method(ctx, SignInMethod::MagicLink)?;
    enter(ctx, held_with, move |tx, ctx| {
        let token = take(tx, ctx, Purpose::SignInLink, &secret)?;
        let user = user_of(tx, ctx, &token)?.ok_or_else(invalid_secret)?;
        stand(tx, ctx, user, &token.email)
    })
    .await
}

/// The user has shown that they have the address. If they do so for the first time, whoever signed up with it may have
/// been somebody else, who waits for them to use the account: the password of that time and all sessions end.
fn stand(
    tx: &mut WriteTx<'_>,
    ctx: &Context,
    user: RecordId,
    email: &str,
) -> Result<(RecordId, Kind), Failure> {
    let soft_delete = ctx.environment.users_are_soft();
    let account = accounts::find_account(tx, soft_delete, &user)?;
    if !account.is_some_and(|account| account.active) {
        return Err(invalid_secret());
    }
    if account_tokens::verified_at(tx, &user)?.is_none() {
        if accounts::signed_up_alone(tx, &user)? {
            accounts::remove_password(tx, &user)?;
            end_all(tx, &acting_as(ctx, user), user)?;
        }
        account_tokens::set_verified(tx, &user, email, ctx.now)?;
    }
    remove_others(tx, &user)?;
    Ok((user, Kind::SignedIn))
}

/// What was asked for before is of no use any more.
fn remove_others(tx: &mut WriteTx<'_>, user: &RecordId) -> Result<(), StoreError> {
    for purpose in [Purpose::SignInCode, Purpose::SignInLink] {
        account_tokens::remove_of_user(tx, user, Some(purpose))?;
    }
    Ok(())
}

fn hex(bytes: &[u8]) -> String {
    let digits = bytes.iter().flat_map(|byte| [byte >> 4, byte & 0xf]);
    digits
        .filter_map(|digit| char::from_digit(digit.into(), 16))
        .collect()
}
