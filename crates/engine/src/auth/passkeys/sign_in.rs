//! Signing in with a passkey: nobody types a name, the authenticator says whose it is.

use mainstay_core::{Actor, Code, Problem};
use mainstay_store::journal::Kind;
use mainstay_store::passkeys::{self, Passkey, Wanted};
use mainstay_store::{Priority, StoreError, WriteTx, accounts};
use serde_json::json;

use super::answers::Assertion;
use super::ceremony::{CHALLENGE_SECONDS, Signed, check_signed, new_challenge};
use super::client_data::ClientData;
use super::relying_party::RelyingParty;
use super::{Fault, PasskeyOptions};
use crate::audit::note_refused_sign_in;
use crate::auth::beginning::{Entrant, Shown, auth_entry_with, try_begin};
use crate::auth::sessions::{Begun, HeldWith};
use crate::context::Context;
use crate::failure::Failure;

/// Begins a sign-in: gives what the browser is to ask any authenticator for.
///
/// It is `PublicKeyCredentialRequestOptionsJSON` (Web Authentication, 5.1.10), names no credentials, is the same for
/// everybody, and tells nobody who has passkeys.
pub async fn begin_passkey_sign_in(ctx: &Context, party: &RelyingParty) -> Result<PasskeyOptions, Failure> {
    let challenge = new_challenge(ctx, Wanted::SignIn).await?;
    let public_key = json!({
        "challenge": challenge,
        "timeout": CHALLENGE_SECONDS * 1_000,
        "rpId": party.id,
        "userVerification": "required",
    });
    Ok(PasskeyOptions {
        public_key,
        expires_in_seconds: CHALLENGE_SECONDS,
    })
}

/// Signs in with what a passkey has signed. Whatever is wrong, the answer is the same, and the challenge is used up.
pub async fn sign_in_with_passkey(
    ctx: &Context,
    party: &RelyingParty,
    assertion: Assertion,
    held_with: HeldWith,
) -> Result<Begun, Failure> {
    let Ok(client_data) = ClientData::read(&assertion.client_data) else {
        return Err(refuse(ctx));
    };
    let (hash, credential) = (client_data.challenge_hash(), assertion.credential.clone());
    let found = ctx.write(Priority::Interactive, move |tx, ctx| {
        let wanted = passkeys::take_challenge(tx, &hash, ctx.now)?;
        let passkey = passkeys::find_by_credential(tx, &credential)?;
        Ok::<_, Failure>(passkey.map(|passkey| (passkey, wanted == Some(Wanted::SignIn))))
    });
    let Some((passkey, is_asked_for)) = found.await? else {
        return Err(refuse(ctx));
    };
    let checked = if is_asked_for {
        check_signed((&assertion, &client_data), &passkey, party)
    } else {
        Err(Fault::Challenge)
    };
    let begun = match checked {
        Ok(signed) => {
            let enter = move |tx: &mut WriteTx<'_>, ctx: &Context| stand(tx, ctx, &passkey, signed);
            try_begin(ctx, held_with, enter).await?
        }
        Err(fault) => {
            ctx.write(Priority::Interactive, move |tx, ctx| {
                note_fault(tx, ctx, &passkey, fault)
            })
            .await
            .map_err(|error: StoreError| Failure::from(error))?;
            None
        }
    };
    begun.ok_or_else(not_usable)
}

/// Whose session begins, if the passkey is still there and its counter has gone on. That it has not is no error, which
/// would undo that it is in the journal.
fn stand(
    tx: &mut WriteTx<'_>,
    ctx: &Context,
    passkey: &Passkey,
    signed: Signed,
) -> Result<Option<Entrant>, Failure> {
    let user = passkey.user;
    let account = accounts::find_account(tx, ctx.environment.users_are_soft(), &user)?;
    if !account.is_some_and(|account| account.active) {
        return Err(not_usable());
    }
    if !passkeys::note_use(tx, &passkey.id, (signed.sign_count, signed.backed_up), ctx.now)? {
        note_fault(tx, ctx, passkey, Fault::Counter)?;
        return Ok(None);
    }
    Ok(Some(Entrant {
        user,
        kind: Kind::SignedIn,
        shown: Shown::Passkey,
    }))
}

fn note_fault(
    tx: &mut WriteTx<'_>,
    ctx: &Context,
    passkey: &Passkey,
    fault: Fault,
) -> Result<(), StoreError> {
    let payload = json!({"passkey": passkey.id.to_string(), "reason": fault.as_str()}).to_string();
    let by_nobody = ctx.acting_as(Actor::ANONYMOUS);
    auth_entry_with(tx, &by_nobody, Kind::PasskeyRefused, Some(passkey.user), &payload)
}

/// Nobody is known by it.
fn refuse(ctx: &Context) -> Failure {
    note_refused_sign_in(ctx, None);
    not_usable()
}

fn not_usable() -> Failure {
    Problem::new(
        Code::InvalidCredentials,
        "this passkey cannot be used here: try again, or sign in another way",
    )
    .into()
}
