//! A user gives themselves another password.

use mainstay_core::{Code, Problem};
use mainstay_store::journal::Kind;
use mainstay_store::{Priority, accounts, sessions};

use super::beginning::auth_entry;
use super::password_rules::check_password;
use super::passwords::Verdict;
use super::session_list::{note_ended, refuse_ended};
use super::tokens::Identity;
use crate::audit::note_refused_sign_in;
use crate::context::Context;
use crate::failure::Failure;

/// Whoever knows the current password sets another one, and all their other sessions end: one of them may be a thief's.
pub async fn change_password(
    ctx: &Context,
    identity: Identity,
    current: String,
    password: String,
) -> Result<(), Failure> {
    let user = ctx.actor.id.ok_or_else(|| ctx.refused("sign in first"))?;
    let soft_delete = ctx.environment.users_are_soft();
    let (account, email) = ctx
        .read(move |tx, _| {
            let account = accounts::find_account(tx, soft_delete, &user)?;
            Ok::<_, Failure>((account, accounts::email_of(tx, &user)?))
        })
        .await?;
    check_password(&ctx.release.definition, &email.unwrap_or_default(), &password)?;
    let old_hash = account.and_then(|account| account.password_hash);
    let passwords = &ctx.environment.passwords;
    if passwords.verify(current, old_hash.clone()).await? == Verdict::Wrong {
        note_refused_sign_in(ctx, Some(user));
        return Err(wrong());
    }
    let old_hash = old_hash.expect("only a hash makes a password right");
    let new_hash = passwords.hash(password, ctx.environment.salt()).await?;
    ctx.write(Priority::Interactive, move |tx, in_tx| {
        refuse_ended(tx, identity)?;
        if !accounts::replace_password_hash(tx, &user, &old_hash, &new_hash, in_tx.now)? {
            // Somebody was faster, and what was given is not the current one any more.
            return Err(wrong());
        }
        auth_entry(tx, in_tx, Kind::PasswordChanged, Some(user))?;
        let ended = sessions::end_other_sessions(tx, &user, &identity.session)?;
        note_ended(tx, in_tx, user, ended)
    })
    .await
}

fn wrong() -> Failure {
    Problem::new(Code::InvalidCredentials, "the current password is wrong").into()
}
