//! A new password for somebody who has forgotten theirs.

use mainstay_core::definition::SignInMethod;
use mainstay_core::mail::MailKind;
use mainstay_store::account_tokens::{self, Purpose};
use mainstay_store::journal::Kind;
use mainstay_store::{Priority, accounts};

use super::beginning::auth_entry;
use super::by_mail::{invalid_secret, look_at, require_method, take, take_address, user_of};
use super::password_rules::check_password;
use super::session_list::end_all;
use super::verification::acting_as;
use crate::context::Context;
use crate::failure::Failure;
use crate::mail::{NewMail, post_asked, require_mailing};

/// Sends a link to whoever has the address. Nobody is looked up before the answer: it is the same, and takes the same
/// time, whether anybody has it.
pub async fn request_password_reset(ctx: &Context, email: &str) -> Result<(), Failure> {
    require_method(ctx, SignInMethod::Password)?;
    require_mailing(ctx)?;
    let email = take_address(ctx, email)?;
    ctx.write(Priority::Interactive, move |tx, ctx| {
        post_asked(tx, ctx, &NewMail::plain(MailKind::ResetPassword, &email, None))
    })
    .await
}

/// Sets another password with the secret of the link, and ends every session.
///
/// Whoever forgot it has none that matters, and anybody else's must go. It signs nobody in, so that it is no way around a
/// second factor.
pub async fn reset_password(ctx: &Context, secret: String, password: String) -> Result<(), Failure> {
    require_method(ctx, SignInMethod::Password)?;
    let token = {
        let secret = secret.clone();
        ctx.read(move |tx, ctx| look_at(tx, ctx, Purpose::ResetPassword, &secret))
            .await?
    };
    check_password(&ctx.release.definition, &token.email, &password)?;
    let environment = &ctx.environment;
    let hash = environment.passwords.hash(password, environment.salt()).await?;
    ctx.write(Priority::Interactive, move |tx, ctx| {
        let token = take(tx, ctx, Purpose::ResetPassword, &secret)?;
        let user = user_of(tx, ctx, &token)?.ok_or_else(invalid_secret)?;
        accounts::set_password(tx, &user, &hash, ctx.now)?;
        account_tokens::remove_of_user(tx, &user, None)?;
        account_tokens::set_verified(tx, &user, &token.email, ctx.now)?;
        let by_user = acting_as(ctx, user);
        auth_entry(tx, &by_user, Kind::PasswordReset, Some(user))?;
        end_all(tx, &by_user, user)
    })
    .await
}
