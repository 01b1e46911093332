//! Mails that tell people what happened to their account: a reader of the journal that writes into the outbox.

use std::sync::Arc;

use mainstay_core::mail::MailKind;
use mainstay_core::{RecordId, Timestamp, limits};
use mainstay_store::journal::{Kind, StoredEntry};
use mainstay_store::{StoreError, Tx, WriteTx, account_tokens, accounts};
use serde_json::{Value as Json, json};

use super::post::{NewMail, post};
use crate::auth::{DELETED_DOMAIN, USERS};
use crate::context::Context;
use crate::environment::Environment;
use crate::failure::Failure;
use crate::readers::{Choice, Kinds, Pace, Reader, Start, Step};

/// Its cursor is kept under this name.
const NAME: &str = "security_mails";

/// One row for each entry about a user that they are told of, with the mail that tells it.
const TOLD: &[(Kind, MailKind)] = &[
    (Kind::PasswordChanged, MailKind::PasswordChanged),
    (Kind::PasswordReset, MailKind::PasswordChanged),
    (Kind::TokenReused, MailKind::TokenReused),
    (Kind::SecondFactorAdded, MailKind::SecondFactorAdded),
    (Kind::SecondFactorRemoved, MailKind::SecondFactorRemoved),
    (Kind::RecoveryCodeUsed, MailKind::RecoveryCodeUsed),
    (Kind::PasskeyAdded, MailKind::PasskeyAdded),
    (Kind::PasskeyRemoved, MailKind::PasskeyRemoved),
    (Kind::IdentityLinked, MailKind::IdentityLinked),
];
/// Sign-ins, of which those with a new device are told.
const SIGN_INS: [Kind; 3] = [Kind::SignedUp, Kind::SignedIn, Kind::InvitationAccepted];

/// The reader of the journal that tells people.
pub fn security_mails(environment: &Arc<Environment>) -> Reader {
    let environment = Arc::clone(environment);
    Reader {
        name: NAME,
        start: Start::Now,
        kinds: Kinds::Asked(about_accounts),
        pace: Pace::SOON,
        step: Step::InTransaction(Arc::new(move |tx, batch| {
            let ctx = environment.system_context();
            for entry in &batch.entries {
                tell(tx, &ctx, entry)?;
            }
            Ok(())
        })),
    }
}

/// Changes of other records than users are none of its business, and cost it no transaction.
#[expect(clippy::unnecessary_wraps, reason = "other readers ask the database")]
fn about_accounts(_: &mut Tx<'_>) -> Result<Choice, StoreError> {
    Ok(Box::new(|entry| {
        let mut told = TOLD.iter().map(|(kind, _)| kind).chain(&SIGN_INS);
        told.any(|kind| kind.as_str() == entry.kind)
            || (entry.kind == Kind::RecordUpdated.as_str()
                && entry.collection == Some(USERS)
                && entry.payload().is_ok_and(|payload| payload.contains("\"email\"")))
    }))
}

fn tell(tx: &mut WriteTx<'_>, ctx: &Context, entry: &StoredEntry) -> Result<(), Failure> {
    let Some(user) = entry.record_id else {
        return Ok(());
    };
    if entry.kind == Kind::RecordUpdated.as_str() {
        return tell_old_address(tx, ctx, entry, user);
    }
    if SIGN_INS.iter().any(|kind| kind.as_str() == entry.kind) {
        return tell_new_device(tx, ctx, entry, user);
    }
    let told = TOLD.iter().find(|(kind, _)| kind.as_str() == entry.kind);
    match told {
        Some((_, MailKind::IdentityLinked)) => tell_linked(tx, ctx, entry, user),
        Some((_, mail)) => tell_user(tx, ctx, *mail, user, what_happened(entry)),
        None => Ok(()),
    }
}

fn tell_user(
    tx: &mut WriteTx<'_>,
    ctx: &Context,
    kind: MailKind,
    user: RecordId,
    variables: Json,
) -> Result<(), Failure> {
    let Some(address) = accounts::email_of(tx, &user)? else {
        return Ok(());
    };
    let mail = NewMail {
        kind,
        address: &address,
        user: Some(user),
        variables,
    };
    post(tx, ctx, &mail)
}

/// Whoever changed it may be somebody else, and reads only what comes to the new one.
fn tell_old_address(
    tx: &mut WriteTx<'_>,
    ctx: &Context,
    entry: &StoredEntry,
    user: RecordId,
) -> Result<(), Failure> {
    let payload: Json = serde_json::from_str(&entry.payload).unwrap_or(Json::Null);
    let (old, new) = (payload["old"]["email"].as_str(), payload["new"]["email"].as_str());
    let (Some(old), Some(new)) = (old, new) else {
        return Ok(());
    };
    if new.ends_with(DELETED_DOMAIN) {
        return Ok(());
    }
    let mail = NewMail {
        kind: MailKind::AddressChanged,
        address: old,
        user: Some(user),
        variables: what_happened(entry),
    };
    post(tx, ctx, &mail)
}

/// The first device of a user is no news to them.
fn tell_new_device(
    tx: &mut WriteTx<'_>,
    ctx: &Context,
    entry: &StoredEntry,
    user: RecordId,
) -> Result<(), Failure> {
    let payload: Json = serde_json::from_str(&entry.payload).unwrap_or(Json::Null);
    let Some(device) = payload["device"].as_str() else {
        return Ok(());
    };
    let devices_max = limits::KNOWN_DEVICES_MAX;
    if !account_tokens::note_device(tx, &user, device, entry.at, devices_max)? {
        return Ok(());
    }
    let mut variables = what_happened(entry);
    variables["device"] = device.into();
    tell_user(tx, ctx, MailKind::NewDevice, user, variables)
}

/// Whoever has signed up at a provider just now knows.
fn tell_linked(
    tx: &mut WriteTx<'_>,
    ctx: &Context,
    entry: &StoredEntry,
    user: RecordId,
) -> Result<(), Failure> {
    let payload: Json = serde_json::from_str(&entry.payload).unwrap_or(Json::Null);
    if payload["is_new"] == true {
        return Ok(());
    }
    let name = payload["provider"].as_str().unwrap_or_default();
    let mut providers = ctx.release.definition.auth.providers.iter();
    let title = providers
        .find(|provider| provider.name == name)
        .map_or(name, |provider| provider.title.as_str());
    let mut variables = what_happened(entry);
    variables["provider"] = title.into();
    tell_user(tx, ctx, MailKind::IdentityLinked, user, variables)
}

/// Of a passkey with its name.
fn what_happened(entry: &StoredEntry) -> Json {
    let mut what = json!({
        "at": to_the_minute(entry.at),
        "address": entry.address.as_deref().unwrap_or("-"),
    });
    if [Kind::PasskeyAdded, Kind::PasskeyRemoved]
        .iter()
        .any(|kind| kind.as_str() == entry.kind)
    {
        let payload: Json = serde_json::from_str(&entry.payload).unwrap_or(Json::Null);
        what["passkey"] = payload["name"].as_str().unwrap_or_default().into();
    }
    what
}

/// `2026-01-01 12:00 UTC`
fn to_the_minute(at: Timestamp) -> String {
    let text = at.to_string().replacen('T', " ", 1);
    format!("{} UTC", text.get(..16).unwrap_or(&text))
}
