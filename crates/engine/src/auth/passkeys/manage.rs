//! The passkeys that somebody has.

use mainstay_core::definition::{ProviderKind, SignInMethod};
use mainstay_core::{Code, Problem, RecordId};
use mainstay_store::journal::Kind;
use mainstay_store::passkeys::{self, Passkey};
use mainstay_store::{Priority, Tx, WriteTx, accounts, identities};
use serde_json::{Value as Json, json};

use super::checked_name;
use crate::auth::beginning::auth_entry_with;
use crate::auth::fresh::require_fresh;
use crate::auth::providers::GITHUB_ISSUER;
use crate::auth::session_list::refuse_ended;
use crate::auth::tokens::Identity;
use crate::context::Context;
use crate::failure::Failure;

/// The passkeys of the caller, the oldest first.
pub async fn list_passkeys(ctx: &Context) -> Result<Vec<Json>, Failure> {
    let user = ctx.actor.id.ok_or_else(|| ctx.refused("sign in first"))?;
    let passkeys = ctx.read(move |tx, _| passkeys::list(tx, &user).map_err(Failure::from));
    Ok(passkeys.await?.iter().map(passkey_json).collect())
}

/// Gives a passkey of the caller another name.
pub async fn rename_passkey(
    ctx: &Context,
    identity: Identity,
    (id, name): (RecordId, &str),
) -> Result<Json, Failure> {
    let user = ctx.actor.id.ok_or_else(|| ctx.refused("sign in first"))?;
    let name = checked_name(name)?;
    ctx.write(Priority::Interactive, move |tx, ctx| {
        refuse_ended(tx, identity)?;
        let mut passkey = passkeys::find(tx, &user, &id)?.ok_or_else(Problem::not_found)?;
        passkeys::rename(tx, &id, &name)?;
        passkey.name.clone_from(&name);
        auth_entry_with(tx, ctx, Kind::PasskeyRenamed, Some(user), &said(&passkey))?;
        Ok::<_, Failure>(passkey_json(&passkey))
    })
    .await
}

/// Removes a passkey of the caller, unless nothing else lets them in.
pub async fn remove_passkey(
    ctx: &Context,
    identity: Identity,
    id: RecordId,
    current_password: Option<String>,
) -> Result<(), Failure> {
    let user = ctx.actor.id.ok_or_else(|| ctx.refused("sign in first"))?;
    require_fresh(ctx, identity, current_password).await?;
    ctx.write(Priority::Interactive, move |tx, ctx| {
        refuse_ended(tx, identity)?;
        let passkeys = passkeys::list(tx, &user)?;
        let found = passkeys.iter().find(|passkey| passkey.id == id);
        let passkey = found.ok_or_else(Problem::not_found)?;
        if passkeys.len() == 1 && !has_another_way(tx, ctx, &user)? {
            let detail =
                "without this passkey you could not sign in any more: add another one, or a password, first";
            return Err(Problem::new(Code::Conflict, detail).into());
        }
        remove_in(tx, ctx, passkey)
    })
    .await
}

/// Removes all passkeys of a user; `false` for none.
pub(crate) fn remove_all_passkeys(
    tx: &mut WriteTx<'_>,
    ctx: &Context,
    user: &RecordId,
) -> Result<bool, Failure> {
    let passkeys = passkeys::list(tx, user)?;
    for passkey in &passkeys {
        remove_in(tx, ctx, passkey)?;
    }
    Ok(!passkeys.is_empty())
}

fn remove_in(tx: &mut WriteTx<'_>, ctx: &Context, passkey: &Passkey) -> Result<(), Failure> {
    passkeys::remove(tx, &passkey.id)?;
    auth_entry_with(tx, ctx, Kind::PasskeyRemoved, Some(passkey.user), &said(passkey))?;
    forget_after_commit(tx, ctx, passkey.user);
    Ok(())
}

/// Can the user sign in without a passkey?
fn has_another_way(tx: &mut Tx<'_>, ctx: &Context, user: &RecordId) -> Result<bool, Failure> {
    let settings = &ctx.release.definition.auth;
    let account = accounts::find_account(tx, ctx.environment.users_are_soft(), user)?;
    let has_password = account.is_some_and(|account| account.password_hash.is_some());
    let by_method = settings.methods.iter().any(|method| match method {
        SignInMethod::Password => has_password,
        SignInMethod::EmailCode | SignInMethod::MagicLink => ctx.environment.mailing.is_some(),
        SignInMethod::Passkey => false,
    });
    if by_method {
        return Ok(true);
    }
    let known_at = identities::issuers_of(tx, user)?;
    Ok(settings.providers.iter().any(|provider| {
        let issuer = match &provider.kind {
            ProviderKind::OpenIdConnect { issuer } => issuer,
            ProviderKind::GitHub => GITHUB_ISSUER,
        };
        known_at.iter().any(|known| known == issuer)
    }))
}

/// What is remembered may say that there is no second factor, or that there is one.
pub(super) fn forget_after_commit(tx: &mut WriteTx<'_>, ctx: &Context, user: RecordId) {
    let tokens = std::sync::Arc::clone(&ctx.environment.tokens);
    tx.after_commit(move || tokens.forget_user(user));
}

/// What the journal says of a passkey.
pub(super) fn said(passkey: &Passkey) -> String {
    json!({"passkey": passkey.id.to_string(), "name": passkey.name}).to_string()
}

pub(super) fn passkey_json(passkey: &Passkey) -> Json {
    json!({
        "id": passkey.id.to_string(),
        "name": passkey.name,
        "created_at": passkey.created_at.to_string(),
        "last_used_at": passkey.last_used_at.map(|at| at.to_string()),
        "backed_up": passkey.backed_up,
    })
}
