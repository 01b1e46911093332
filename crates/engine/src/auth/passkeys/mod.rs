//! Passkeys (Web Authentication, Level 3): keys in devices of people, who show the device by finger, face or PIN that it is
//! them. So one is two factors.
//!
//! `docs/decisions/0036-passkeys.md` says what is checked here and by what.

mod add;
mod answers;
mod authenticator_data;
mod ceremony;
mod client_data;
mod manage;
mod public_key;
mod relying_party;
mod sign_in;

pub use add::{add_passkey, begin_passkey};
pub use answers::{Assertion, NewCredential};
use mainstay_core::definition::{Definition, SignInMethod};
use mainstay_core::{Code, Problem, RecordId, limits};
use mainstay_store::{StoreError, Tx, accounts, passkeys};
use serde_json::Value as Json;

pub(super) use manage::remove_all_passkeys;
pub use manage::{list_passkeys, remove_passkey, rename_passkey};
pub use relying_party::RelyingParty;
pub use sign_in::{begin_passkey_sign_in, sign_in_with_passkey};

use crate::context::Context;
use crate::failure::Failure;

/// What a browser is asked for, as `parseCreationOptionsFromJSON` and `parseRequestOptionsFromJSON` read it.
#[derive(Debug, Clone)]
pub struct PasskeyOptions {
    pub public_key: Json,
    pub expires_in_seconds: i64,
}

/// Why what came from an authenticator is not believed. The text is part of journal entries.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub(super) enum Fault {
    #[error("it is not what an authenticator sends")]
    Malformed,
    #[error("it was made for something else")]
    Type,
    #[error("its challenge is none of ours, was answered already, or has run out")]
    Challenge,
    #[error("it was made on a page of another origin")]
    Origin,
    #[error("it was made for another host")]
    RelyingParty,
    #[error("nobody was there")]
    UserPresence,
    #[error("the device did not make sure who it was: set up a PIN, a finger or a face")]
    UserVerification,
    #[error("what it says about copies of the key contradicts itself, or what was said before")]
    Backup,
    #[error("it has a key of a kind that is not known here")]
    Algorithm,
    #[error("the signature is wrong")]
    Signature,
    #[error("the counter has not gone on: there may be a copy of the key")]
    Counter,
    #[error("it names another user")]
    User,
}

impl Fault {
    /// Its name in the journal.
    fn as_str(self) -> &'static str {
        match self {
            Self::Malformed => "malformed",
            Self::Type => "type",
            Self::Challenge => "challenge",
            Self::Origin => "origin",
            Self::RelyingParty => "relying_party",
            Self::UserPresence => "user_presence",
            Self::UserVerification => "user_verification",
            Self::Backup => "backup",
            Self::Algorithm => "algorithm",
            Self::Signature => "signature",
            Self::Counter => "counter",
            Self::User => "user",
        }
    }
}

/// Has the user a passkey that they can sign in with? Where nobody signs in with passkeys any more, it is none.
pub(super) fn has_passkey(
    tx: &mut Tx<'_>,
    definition: &Definition,
    user: &RecordId,
) -> Result<bool, StoreError> {
    Ok(definition.auth.methods.contains(&SignInMethod::Passkey) && passkeys::has_any(tx, user)?)
}

/// Must the user sign in with a passkey? They must have a second factor, and it is the one that they have: with less, their
/// password alone could put another one in its place.
pub(super) fn must_use_passkey(tx: &mut Tx<'_>, ctx: &Context, user: &RecordId) -> Result<bool, Failure> {
    let definition = &ctx.release.definition;
    if !has_passkey(tx, definition, user)? {
        return Ok(false);
    }
    let account = accounts::find_account(tx, ctx.environment.users_are_soft(), user)?;
    let administrator = account.is_some_and(|account| account.administrator);
    Ok(definition.auth.second_factor.is_wanted_of(administrator))
}

/// A name for a passkey, as its owner will find it in the list.
fn checked_name(name: &str) -> Result<String, Failure> {
    let name = name.trim();
    let message = if name.is_empty() {
        "must not be empty".to_owned()
    } else if name.chars().count() > limits::PASSKEY_NAME_CHARACTERS_MAX {
        format!(
            "must have at most {} characters",
            limits::PASSKEY_NAME_CHARACTERS_MAX
        )
    } else if name.chars().any(char::is_control) {
        "must be one line".to_owned()
    } else {
        return Ok(name.to_owned());
    };
    Err(Problem::field(Code::ValidationFailed, "name", message).into())
}
