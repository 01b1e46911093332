//! Challenges, and what is checked of the answers to them (Web Authentication, 7.1 and 7.2).

use cbor4ii::core::Value;
use mainstay_core::limits;
use mainstay_store::Priority;
use mainstay_store::passkeys::{self, Passkey, Wanted};
use ring::digest::{SHA256, digest};

use super::Fault;
use super::answers::{Assertion, NewCredential};
use super::authenticator_data::{AuthenticatorData, read_value};
use super::client_data::{Asked, ClientData};
use super::public_key::PublicKey;
use super::relying_party::RelyingParty;
use crate::auth::tokens::new_secret;
use crate::context::Context;
use crate::failure::Failure;

pub(super) const CHALLENGE_SECONDS: i64 = limits::PASSKEY_CHALLENGE_MINUTES * 60;

/// Makes a challenge for one purpose. It is kept in the database, so that every process knows it.
pub(super) async fn new_challenge(ctx: &Context, wanted: Wanted) -> Result<String, Failure> {
    let (challenge, hash) = new_secret(ctx.environment.random.as_ref());
    ctx.write(Priority::Interactive, move |tx, ctx| {
        let expires_at = ctx.now.saturating_add_micros(CHALLENGE_SECONDS * 1_000_000);
        passkeys::add_challenge(tx, &hash, wanted, expires_at)?;
        Ok::<_, Failure>(challenge.clone())
    })
    .await
}

/// What a new credential turned out to be.
pub(super) struct Registered {
    pub(super) credential: Vec<u8>,
    pub(super) public_key: Vec<u8>,
    pub(super) sign_count: u32,
    pub(super) backup_eligible: bool,
    pub(super) backed_up: bool,
}

/// Checks a new credential. Statements about the maker of an authenticator are not asked for, and those that come are not
/// looked at: any will do.
pub(super) fn check_new(
    (new, client_data): (&NewCredential, &ClientData),
    party: &RelyingParty,
) -> Result<Registered, Fault> {
    client_data.check(Asked::Create, party)?;
    let data = authenticator_data_of(&new.attestation)?;
    let data = AuthenticatorData::read(&data)?;
    data.check(party)?;
    let made = data.credential.ok_or(Fault::Malformed)?;
    PublicKey::read(made.public_key)?;
    Ok(Registered {
        credential: made.id.to_vec(),
        public_key: made.public_key.to_vec(),
        sign_count: data.sign_count,
        backup_eligible: data.backup_eligible(),
        backed_up: data.backed_up(),
    })
}

/// `authData` of an attestation object (6.5.4).
fn authenticator_data_of(attestation: &[u8]) -> Result<Vec<u8>, Fault> {
    let (Value::Map(members), []) = read_value(attestation)? else {
        return Err(Fault::Malformed);
    };
    let name = Value::Text("authData".to_owned());
    let found = members.into_iter().find(|(key, _)| *key == name);
    match found {
        Some((_, Value::Bytes(bytes))) => Ok(bytes),
        _ => Err(Fault::Malformed),
    }
}

/// What a passkey says of itself with a signature.
#[derive(Debug, Clone, Copy)]
pub(super) struct Signed {
    pub(super) sign_count: u32,
    pub(super) backed_up: bool,
}

/// Checks a signature of a passkey that is known. Its counter is left to the write that notes the use.
pub(super) fn check_signed(
    (assertion, client_data): (&Assertion, &ClientData),
    passkey: &Passkey,
    party: &RelyingParty,
) -> Result<Signed, Fault> {
    if assertion.user_handle != passkey.user.as_bytes() {
        return Err(Fault::User);
    }
    client_data.check(Asked::Get, party)?;
    let data = AuthenticatorData::read(&assertion.authenticator_data)?;
    data.check(party)?;
    if data.backup_eligible() != passkey.backup_eligible {
        return Err(Fault::Backup);
    }
    let mut message = assertion.authenticator_data.clone();
    message.extend_from_slice(digest(&SHA256, &assertion.client_data).as_ref());
    PublicKey::read(&passkey.public_key)?.verify(&message, &assertion.signature)?;
    Ok(Signed {
        sign_count: data.sign_count,
        backed_up: data.backed_up(),
    })
}
