//! Sign-in: passwords, sessions, tokens; and what happens to accounts by mail.

mod accounts;
mod beginning;
mod by_mail;
mod challenge;
mod change_password;
mod clients;
mod delete_account;
mod fresh;
mod identify;
mod invitations;
mod keys;
mod mail_sign_in;
mod old_hashes;
mod passkeys;
mod password_rules;
mod passwords;
mod providers;
mod refresh;
mod remembered;
mod reset;
mod second_factor;
mod service_accounts;
mod session_limits;
mod session_list;
mod session_uses;
mod sessions;
mod setup;
mod tokens;
mod totp;
mod typed_codes;
mod verification;

pub(crate) use accounts::user_json;
pub use accounts::{create_user, list_users, read_me};
pub(crate) use by_mail::{code_digest, new_code};
pub use challenge::{NewChallenge, SecondFactorCode, SignIn, complete_sign_in};
pub use change_password::change_password;
pub use clients::{
    Agreed, Application, Asked, Back, Checked, Credentials, Granted, Refusal, Step, Unfit,
    check_authorization, client_metadata, create_client, disconnect_application, exchange_tokens,
    introspect_token, let_client_in, list_applications, list_clients, next_step, public_keys, read_user_info,
    remove_client, revoke_token, rotate_client_secret, update_client,
};
pub(crate) use delete_account::DELETED_DOMAIN;
pub use delete_account::{account_eraser, delete_account, delete_own_account};
pub use invitations::{InviteBy, accept_invitation, create_invitation, list_invitations, revoke_invitation};
pub(crate) use keys::Keys;
pub use keys::{
    KeyGrant, KeyUses, create_api_key, list_api_keys, looks_like_key, revoke_api_key, rotate_api_key,
    use_key, write_key_uses,
};
pub use mail_sign_in::{
    Challenge, request_sign_in_code, request_sign_in_link, sign_in_with_code, sign_in_with_link,
};
pub(crate) use old_hashes::OldHash;
pub use passkeys::{
    Assertion, NewCredential, PasskeyOptions, RelyingParty, add_passkey, begin_passkey,
    begin_passkey_sign_in, list_passkeys, remove_passkey, rename_passkey, sign_in_with_passkey,
};
pub(crate) use password_rules::check_password;
pub use passwords::{Passwords, Verdict};
pub use providers::{
    BegunAtProvider, CameBack, KnownProviders, ReturnedTo, begin_at_provider, check_redirect,
    complete_at_provider, complete_at_provider_with_cookie, list_providers, return_path,
};
pub use refresh::refresh_session;
pub use reset::{request_password_reset, reset_password};
pub use second_factor::{
    NewTotp, SecondFactor, begin_totp, confirm_totp, make_recovery_codes, read_second_factor, remove_totp,
    reset_second_factor,
};
pub use service_accounts::{create_service_account, list_service_accounts};
pub use session_list::{
    OwnSession, end_other_sessions, end_session, end_user_sessions, list_sessions, sign_out,
};
pub(crate) use session_list::{end_all, refuse_ended};
pub use session_uses::{SessionUses, write_session_uses};
pub use sessions::{Begun, CookieBefore, CookieSession, HeldWith, Session, sign_in, sign_up};
pub use setup::{SetupCode, needs_setup, set_up};
pub use tokens::{Bearer, Identity, ShareGrant, Tokens};
pub(crate) use tokens::{hash_secret, new_secret};
pub(crate) use totp::totp_of;
pub use verification::{
    confirm_address_change, read_account, request_address_change, request_verification, verify_address,
};

use std::sync::Arc;

use mainstay_core::{CollectionId, FieldId, RecordId, Value};
use mainstay_store::WriteTx;
use mainstay_store::journal::{Entry, Kind, append};

use crate::context::Context;
use crate::failure::Failure;
use crate::records::{payload, some_values_json};
use keys::forget_keys_after_commit;

/// The collection that accounts are records of.
pub(crate) const USERS: &str = "users";

/// Once a change of a user is on disk, asks the database again who they are.
pub(crate) fn forget_after_commit(
    tx: &mut WriteTx<'_>,
    ctx: &Context,
    collection: CollectionId,
    user: RecordId,
) {
    if collection == ctx.release.definition.users {
        let tokens = Arc::clone(&ctx.environment.tokens);
        tx.after_commit(move || tokens.forget_user(user));
        forget_keys_after_commit(tx, ctx, user);
    }
}

/// Once the end of a session is on disk, asks the database again whom its tokens, and those of clients within it, speak for.
fn forget_session_after_commit(tx: &mut WriteTx<'_>, ctx: &Context, session: RecordId) {
    let environment = Arc::clone(&ctx.environment);
    tx.after_commit(move || {
        environment.tokens.forget_session(session);
        environment.keys.forget_session(session);
    });
}

/// What makes somebody an administrator, or lets them in at all, gets an entry of its own beside that of the change.
pub(crate) fn note_role(
    tx: &mut WriteTx<'_>,
    ctx: &Context,
    user: RecordId,
    changed: &[FieldId],
    (old, new): (&[Value], &[Value]),
) -> Result<(), Failure> {
    let users = ctx.of(ctx.release.definition.users);
    let roles: Vec<FieldId> = ["administrator", "active"]
        .iter()
        .filter_map(|name| users.find_field(name))
        .map(|field| field.id)
        .filter(|field| changed.contains(field))
        .collect();
    if roles.is_empty() {
        return Ok(());
    }
    let (before, after) = (
        some_values_json(users, &roles, old),
        some_values_json(users, &roles, new),
    );
    append(
        tx,
        &Entry {
            at: ctx.now,
            kind: Kind::RoleChanged,
            actor: ctx.actor,
            origin: &ctx.origin,
            collection: Some(users.name.as_str()),
            record_id: Some(user),
            version: None,
            payload: &payload(Some(&before), Some(&after)),
        },
    )?;
    Ok(())
}

/// An address as it is stored and looked up: the same mailbox is one account however it is typed.
pub fn normalise_email(email: &str) -> String {
    email.trim().to_lowercase()
}
