//! A new passkey of somebody who is signed in.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use mainstay_core::{Code, Problem, RecordId, limits};
use mainstay_store::journal::Kind;
use mainstay_store::passkeys::{self, Passkey, Wanted};
use mainstay_store::{Priority, WriteTx, accounts, second_factors, sessions};
use serde_json::{Value as Json, json};

use super::answers::NewCredential;
use super::ceremony::{CHALLENGE_SECONDS, Registered, check_new, new_challenge};
use super::client_data::ClientData;
use super::manage::{forget_after_commit, passkey_json, said};
use super::public_key::ALGORITHMS;
use super::relying_party::RelyingParty;
use super::{Fault, PasskeyOptions, checked_name};
use crate::auth::beginning::auth_entry_with;
use crate::auth::fresh::require_fresh;
use crate::auth::session_list::{note_ended, refuse_ended};
use crate::auth::tokens::Identity;
use crate::context::Context;
use crate::failure::Failure;

/// What a passkey without a name is called.
const NAME: &str = "Passkey";

/// Begins to make a passkey: gives what the browser is to ask the authenticator for.
pub async fn begin_passkey(
    ctx: &Context,
    identity: Identity,
    party: &RelyingParty,
    current_password: Option<String>,
) -> Result<PasskeyOptions, Failure> {
    let user = ctx.actor.id.ok_or_else(|| ctx.refused("sign in first"))?;
    require_fresh(ctx, identity, current_password).await?;
    let (email, known) = ctx
        .read(move |tx, _| {
            let email = accounts::email_of(tx, &user)?.unwrap_or_default();
            Ok::<_, Failure>((email, passkeys::list(tx, &user)?))
        })
        .await?;
    refuse_too_many(known.len())?;
    let wanted = Wanted::NewPasskey {
        user,
        session: identity.session,
    };
    let challenge = new_challenge(ctx, wanted).await?;
    Ok(PasskeyOptions {
        public_key: options(ctx, party, (user, &email), (&known, &challenge)),
        expires_in_seconds: CHALLENGE_SECONDS,
    })
}

/// `PublicKeyCredentialCreationOptionsJSON` (Web Authentication, 5.1.9). The handle of a user is their id, which says
/// nothing about them.
fn options(
    ctx: &Context,
    party: &RelyingParty,
    (user, email): (RecordId, &str),
    (known, challenge): (&[Passkey], &str),
) -> Json {
    let exclude: Vec<Json> = known
        .iter()
        .map(|passkey| json!({"type": "public-key", "id": URL_SAFE_NO_PAD.encode(&passkey.credential)}))
        .collect();
    let algorithms: Vec<Json> = ALGORITHMS
        .iter()
        .map(|algorithm| json!({"type": "public-key", "alg": algorithm}))
        .collect();
    json!({
        "rp": {"id": party.id, "name": ctx.release.definition.title},
        "user": {"id": URL_SAFE_NO_PAD.encode(user.as_bytes()), "name": email, "displayName": email},
        "challenge": challenge,
        "pubKeyCredParams": algorithms,
        "timeout": CHALLENGE_SECONDS * 1_000,
        "excludeCredentials": exclude,
        "authenticatorSelection": {
            "residentKey": "required",
            "requireResidentKey": true,
            "userVerification": "required",
        },
        "attestation": "none",
    })
}

/// Takes what the authenticator made, in the session that began it; gives the passkey as JSON. Where it is the first second
/// factor of the user, all other sessions end: they began with less.
pub async fn add_passkey(
    ctx: &Context,
    identity: Identity,
    party: &RelyingParty,
    (new, name): (NewCredential, Option<String>),
) -> Result<Json, Failure> {
    let user = ctx.actor.id.ok_or_else(|| ctx.refused("sign in first"))?;
    let name = match (name, &ctx.device) {
        (Some(name), _) => checked_name(&name)?,
        (None, device) => device.clone().unwrap_or_else(|| NAME.to_owned()),
    };
    let client_data = ClientData::read(&new.client_data).map_err(refused)?;
    let hash = client_data.challenge_hash();
    let taken = ctx.write(Priority::Interactive, move |tx, ctx| {
        Ok::<_, Failure>(passkeys::take_challenge(tx, &hash, ctx.now)?)
    });
    let wanted = Wanted::NewPasskey {
        user,
        session: identity.session,
    };
    if taken.await? != Some(wanted) {
        return Err(refused(Fault::Challenge));
    }
    let registered = check_new((&new, &client_data), party).map_err(refused)?;
    let passkey = passkey_of(ctx, user, (registered, name));
    ctx.write(Priority::Interactive, move |tx, ctx| {
        refuse_ended(tx, identity)?;
        add_in(tx, ctx, identity, &passkey)?;
        Ok::<_, Failure>(passkey_json(&passkey))
    })
    .await
}

fn passkey_of(ctx: &Context, user: RecordId, (registered, name): (Registered, String)) -> Passkey {
    Passkey {
        id: ctx.environment.new_id(),
        user,
        credential: registered.credential,
        public_key: registered.public_key,
        sign_count: registered.sign_count,
        backup_eligible: registered.backup_eligible,
        backed_up: registered.backed_up,
        name,
        created_at: ctx.now,
        last_used_at: None,
    }
}

fn add_in(tx: &mut WriteTx<'_>, ctx: &Context, identity: Identity, passkey: &Passkey) -> Result<(), Failure> {
    let user = passkey.user;
    let known = passkeys::list(tx, &user)?.len();
    refuse_too_many(known)?;
    let is_first = known == 0 && !second_factors::has_totp(tx, &user)?;
    if !passkeys::add(tx, passkey)? {
        return Err(Problem::new(Code::Conflict, "this passkey is in use already").into());
    }
    auth_entry_with(tx, ctx, Kind::PasskeyAdded, Some(user), &said(passkey))?;
    forget_after_commit(tx, ctx, user);
    if is_first {
        let ended = sessions::end_other_sessions(tx, &user, &identity.session)?;
        note_ended(tx, ctx, user, ended)?;
    }
    Ok(())
}

fn refuse_too_many(known: usize) -> Result<(), Failure> {
    if known < limits::PASSKEYS_MAX {
        return Ok(());
    }
    let detail = format!("you have {known} passkeys: remove one first");
    Err(Problem::new(Code::Conflict, detail).into())
}

/// Whoever is signed in may know what was wrong.
fn refused(fault: Fault) -> Failure {
    Problem::field(Code::ValidationFailed, "credential", fault.to_string()).into()
}
