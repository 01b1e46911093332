//! Addresses: showing that one has them, and taking another one.

use mainstay_core::mail::MailKind;
use mainstay_core::{Actor, ActorKind, Code, Problem, RecordId, Timestamp};
use mainstay_store::account_tokens::{self, Purpose};
use mainstay_store::journal::Kind;
use mainstay_store::{Priority, Tx, accounts};
use serde_json::{Map, Value as Json, json};

use super::beginning::auth_entry;
use super::by_mail::{invalid_secret, take, take_address, user_of};
use super::passwords::Verdict;
use super::session_list::refuse_ended;
use super::tokens::Identity;
use crate::audit::note_refused_sign_in;
use crate::context::Context;
use crate::failure::Failure;
use crate::mail::{NewMail, post_asked, require_mailing};
use crate::records::{draft_for_update, update_in};

/// The caller's account: what their record does not say.
pub async fn read_account(ctx: &Context) -> Result<Vec<u8>, Failure> {
    let user = ctx.actor.id.ok_or_else(|| ctx.refused("sign in first"))?;
    let soft_delete = ctx.environment.users_are_soft();
    ctx.read(move |tx, ctx| {
        let account = accounts::find_account(tx, soft_delete, &user)?.ok_or_else(Problem::not_found)?;
        let verified_at = account_tokens::verified_at(tx, &user)?;
        let methods = ctx.release.definition.auth.methods.iter();
        let account = json!({
            "email": accounts::email_of(tx, &user)?,
            "verified_at": verified_at.map(|at: Timestamp| at.to_string()),
            "has_password": account.password_hash.is_some(),
            "methods": methods.map(|method| method.as_str()).collect::<Vec<_>>(),
        });
        Ok::<_, Failure>(account.to_string().into_bytes())
    })
    .await
}

/// Sends the caller a link with which they show that they have their address.
pub async fn request_verification(ctx: &Context) -> Result<(), Failure> {
    let user = ctx.actor.id.ok_or_else(|| ctx.refused("sign in first"))?;
    require_mailing(ctx)?;
    ctx.write(Priority::Interactive, move |tx, ctx| {
        if account_tokens::verified_at(tx, &user)?.is_some() {
            return Err(Problem::new(Code::Conflict, "the address is confirmed already").into());
        }
        let Some(email) = accounts::email_of(tx, &user)? else {
            return Err(Problem::not_found().into());
        };
        post_asked(
            tx,
            ctx,
            &NewMail::plain(MailKind::VerifyAddress, &email, Some(user)),
        )
    })
    .await
}

/// Whoever has the link has the address. Nobody needs to be signed in: mails are read on other devices.
pub async fn verify_address(ctx: &Context, secret: String) -> Result<(), Failure> {
    ctx.write(Priority::Interactive, move |tx, ctx| {
        let token = take(tx, ctx, Purpose::VerifyAddress, &secret)?;
        let user = user_of(tx, ctx, &token)?.ok_or_else(invalid_secret)?;
        account_tokens::set_verified(tx, &user, &token.email, ctx.now)?;
        auth_entry(tx, &acting_as(ctx, user), Kind::AddressVerified, Some(user))?;
        Ok(())
    })
    .await
}

/// Sends a link to another address, which is taken once somebody opens it. Whether somebody has that address already is
/// not told.
pub async fn request_address_change(
    ctx: &Context,
    identity: Identity,
    password: String,
    email: &str,
) -> Result<(), Failure> {
    let user = ctx.actor.id.ok_or_else(|| ctx.refused("sign in first"))?;
    require_mailing(ctx)?;
    let email = take_address(ctx, email)?;
    prove_password(ctx, user, password).await?;
    ctx.write(Priority::Interactive, move |tx, ctx| {
        refuse_ended(tx, identity)?;
        account_tokens::remove_of_user(tx, &user, Some(Purpose::ChangeAddress))?;
        auth_entry(tx, ctx, Kind::AddressChangeAsked, Some(user))?;
        post_asked(
            tx,
            ctx,
            &NewMail::plain(MailKind::ChangeAddress, &email, Some(user)),
        )
    })
    .await
}

/// Makes sure that a signed-in user is who they were: what follows cannot be left to whoever found a device.
pub(super) async fn prove_password(ctx: &Context, user: RecordId, password: String) -> Result<(), Failure> {
    let soft_delete = ctx.environment.users_are_soft();
    let hash = ctx
        .read(move |tx: &mut Tx<'_>, _| {
            let account = accounts::find_account(tx, soft_delete, &user)?;
            Ok::<_, Failure>(account.and_then(|account| account.password_hash))
        })
        .await?;
    if hash.is_none() {
        let detail = "the account has no password: ask for one with `request_password_reset` first";
        return Err(Problem::new(Code::Conflict, detail).into());
    }
    if ctx.environment.passwords.verify(password, hash).await? == Verdict::Wrong {
        note_refused_sign_in(ctx, Some(user));
        return Err(Problem::new(Code::InvalidCredentials, "the password is wrong").into());
    }
    Ok(())
}

/// The new address takes the place of the old one. Links that were sent to the old one do not work any more.
pub async fn confirm_address_change(ctx: &Context, secret: String) -> Result<(), Failure> {
    ctx.write(Priority::Interactive, move |tx, ctx| {
        let token = take(tx, ctx, Purpose::ChangeAddress, &secret)?;
        let user = token.user.ok_or_else(invalid_secret)?;
        let soft_delete = ctx.environment.users_are_soft();
        let account = accounts::find_account(tx, soft_delete, &user)?;
        if !account.is_some_and(|account| account.active) {
            return Err(invalid_secret());
        }
        let users = ctx.release.definition.users;
        let system = ctx.acting_as(Actor::SYSTEM);
        let input = Map::from_iter([("email".to_owned(), Json::from(token.email.as_str()))]);
        let draft = draft_for_update(&system, system.of(users), input)?;
        update_in(tx, &system, users, user, None, &draft)?;
        account_tokens::remove_of_user(tx, &user, None)?;
        account_tokens::set_verified(tx, &user, &token.email, ctx.now)?;
        auth_entry(tx, &acting_as(ctx, user), Kind::AddressVerified, Some(user))?;
        Ok(())
    })
    .await
}

/// Whoever uses a link acts as its user.
pub(super) fn acting_as(ctx: &Context, user: RecordId) -> Context {
    ctx.acting_as(Actor {
        kind: ActorKind::User,
        id: Some(user),
    })
}
