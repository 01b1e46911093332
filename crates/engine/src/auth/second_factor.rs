//! The second factor of a user: an authenticator that makes codes, and recovery codes for its loss.

use data_encoding::BASE32_NOPAD;
use mainstay_core::{ActorKind, Code, Problem, RandomSource, RecordId, Timestamp, limits};
use mainstay_store::journal::Kind;
use mainstay_store::second_factors::{self, Totp};
use mainstay_store::{Priority, WriteTx, accounts, sessions};
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};

use super::beginning::auth_entry;
use super::fresh::require_fresh;
use super::passkeys::remove_all_passkeys;
use super::session_list::{end_all, note_ended, refuse_ended};
use super::tokens::Identity;
use super::totp::{SECRET_BYTES, step_of_code, totp_of};
use super::typed_codes::{as_typed, typed_code};
use crate::context::Context;
use crate::environment::Environment;
use crate::failure::Failure;
use crate::keys::Sealed;

/// 140 bits: nobody finds one by its digest, however fast that is made.
const RECOVERY_CODE_LETTERS: usize = 28;

/// What an authenticator is set up with. Shown once.
#[derive(Clone)]
pub struct NewTotp {
    /// Base32, for typing.
    pub secret: String,
    /// `otpauth://`, for a QR code.
    pub uri: String,
}

impl std::fmt::Debug for NewTotp {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("NewTotp(..)")
    }
}

/// What a user has of second factors.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SecondFactor {
    /// Since when the authenticator works; `None` for none.
    pub totp_since: Option<Timestamp>,
    pub recovery_codes_left: i64,
    /// Does the application want one of this user?
    pub required: bool,
}

/// What the caller has of second factors.
pub async fn read_second_factor(ctx: &Context) -> Result<SecondFactor, Failure> {
    let user = user_of(ctx)?;
    let settings = &ctx.release.definition.auth;
    let required = settings
        .second_factor
        .is_wanted_of(ctx.actor.kind == ActorKind::Administrator);
    ctx.read(move |tx, _| {
        let totp = second_factors::find_totp(tx, &user)?;
        Ok(SecondFactor {
            totp_since: totp.and_then(|totp| totp.confirmed_at),
            recovery_codes_left: second_factors::count_recovery_codes(tx, &user)?,
            required,
        })
    })
    .await
}

/// Makes a secret for an authenticator. It counts once a code of it was shown; until then another call makes another one.
pub async fn begin_totp(
    ctx: &Context,
    identity: Identity,
    current_password: Option<String>,
) -> Result<NewTotp, Failure> {
    let user = user_of(ctx)?;
    require_fresh(ctx, identity, current_password).await?;
    let environment = &ctx.environment;
    let mut secret = [0; SECRET_BYTES];
    environment.random.fill(&mut secret);
    let sealed = environment
        .secret_keys
        .seal(&totp_of(&user), &secret, environment.random.as_ref());
    let sealed = sealed.ok_or_else(no_keys)?;
    let email = ctx
        .write(Priority::Interactive, move |tx, in_tx| {
            refuse_ended(tx, identity)?;
            let begun = second_factors::begin_totp(tx, &user, (&sealed.key_id, &sealed.bytes), in_tx.now)?;
            if !begun {
                let detail = "there is an authenticator already: remove it first";
                return Err(Problem::new(Code::Conflict, detail).into());
            }
            Ok::<_, Failure>(accounts::email_of(tx, &user)?)
        })
        .await?;
    let secret = BASE32_NOPAD.encode(&secret);
    let uri = uri(&ctx.release.definition.title, &email.unwrap_or_default(), &secret);
    Ok(NewTotp { secret, uri })
}

/// The form that authenticators read.
fn uri(title: &str, email: &str, secret: &str) -> String {
    let encoded = |text: &str| utf8_percent_encode(text, NON_ALPHANUMERIC).to_string();
    let title = encoded(title);
    format!(
        "otpauth://totp/{title}:{}?secret={secret}&issuer={title}",
        encoded(email)
    )
}

/// Takes the first code of a new authenticator, and gives recovery codes. All other sessions end: they began with less.
pub async fn confirm_totp(ctx: &Context, identity: Identity, code: &str) -> Result<Vec<String>, Failure> {
    let user = user_of(ctx)?;
    let (codes, hashes) = fresh_codes(user, ctx.environment.random.as_ref());
    let code = as_typed(code);
    ctx.write(Priority::Interactive, move |tx, in_tx| {
        refuse_ended(tx, identity)?;
        let totp = second_factors::find_totp(tx, &user)?.filter(|totp| totp.confirmed_at.is_none());
        let totp = totp.ok_or_else(|| {
            Problem::new(
                Code::Conflict,
                "no authenticator waits for its first code: begin with a new one",
            )
        })?;
        if !use_code(tx, &in_tx.environment, (user, &totp), &code, in_tx.now)? {
            return Err(wrong_code().into());
        }
        second_factors::confirm_totp(tx, &user, in_tx.now)?;
        second_factors::set_recovery_codes(tx, &user, &hashes)?;
        auth_entry(tx, in_tx, Kind::SecondFactorAdded, Some(user))?;
        let ended = sessions::end_other_sessions(tx, &user, &identity.session)?;
        let tokens = std::sync::Arc::clone(&in_tx.environment.tokens);
        // What is remembered says that there is no second factor.
        tx.after_commit(move || tokens.forget_user(user));
        note_ended(tx, in_tx, user, ended)
    })
    .await?;
    Ok(codes)
}

/// Removes the caller's authenticator with its recovery codes.
pub async fn remove_totp(
    ctx: &Context,
    identity: Identity,
    current_password: Option<String>,
) -> Result<(), Failure> {
    let user = user_of(ctx)?;
    require_fresh(ctx, identity, current_password).await?;
    ctx.write(Priority::Interactive, move |tx, in_tx| {
        refuse_ended(tx, identity)?;
        remove_in(tx, in_tx, user)
    })
    .await
}

/// Makes new recovery codes; those before do not work any more.
pub async fn make_recovery_codes(
    ctx: &Context,
    identity: Identity,
    current_password: Option<String>,
) -> Result<Vec<String>, Failure> {
    let user = user_of(ctx)?;
    require_fresh(ctx, identity, current_password).await?;
    let (codes, hashes) = fresh_codes(user, ctx.environment.random.as_ref());
    ctx.write(Priority::Interactive, move |tx, in_tx| {
        refuse_ended(tx, identity)?;
        if !second_factors::has_totp(tx, &user)? {
            return Err(none_there());
        }
        second_factors::set_recovery_codes(tx, &user, &hashes)?;
        auth_entry(tx, in_tx, Kind::RecoveryCodesMade, Some(user))?;
        Ok::<_, Failure>(())
    })
    .await?;
    Ok(codes)
}

/// Removes the second factor of somebody who has lost it, passkeys too, and ends their sessions. For administrators.
pub async fn reset_second_factor(ctx: &Context, user: RecordId) -> Result<(), Failure> {
    if !matches!(ctx.actor.kind, ActorKind::Administrator | ActorKind::System) {
        return Err(ctx.refused("only administrators may remove the second factor of others"));
    }
    let soft_delete = ctx.environment.users_are_soft();
    ctx.write(Priority::Interactive, move |tx, in_tx| {
        if accounts::find_account(tx, soft_delete, &user)?.is_none() {
            return Err(Problem::not_found().into());
        }
        let had_passkeys = remove_all_passkeys(tx, in_tx, &user)?;
        if second_factors::has_totp(tx, &user)? || !had_passkeys {
            remove_in(tx, in_tx, user)?;
        }
        end_all(tx, in_tx, user)
    })
    .await
}

fn remove_in(tx: &mut WriteTx<'_>, ctx: &Context, user: RecordId) -> Result<(), Failure> {
    if !second_factors::has_totp(tx, &user)? {
        return Err(none_there());
    }
    second_factors::remove_totp(tx, &user)?;
    let tokens = std::sync::Arc::clone(&ctx.environment.tokens);
    tx.after_commit(move || tokens.forget_user(user));
    auth_entry(tx, ctx, Kind::SecondFactorRemoved, Some(user))?;
    Ok(())
}

/// Takes a code of an authenticator; `false` when it is wrong, or was taken before.
pub(super) fn use_code(
    tx: &mut WriteTx<'_>,
    environment: &Environment,
    (user, totp): (RecordId, &Totp),
    code: &str,
    now: Timestamp,
) -> Result<bool, Failure> {
    let sealed = Sealed {
        key_id: totp.key_id.clone(),
        bytes: totp.secret.clone(),
    };
    let secret = environment.secret_keys.open_sealed(&totp_of(&user), &sealed);
    let secret = secret.ok_or_else(no_keys)?;
    match step_of_code(&secret, code, now) {
        Some(step) => Ok(second_factors::use_step(tx, &user, step)?),
        None => Ok(false),
    }
}

/// What is kept of a recovery code. With more than 112 bits it needs no slow hash (NIST SP 800-63B-4, 3.1.2.2).
pub(super) fn hash_code(user: RecordId, code: &str) -> Vec<u8> {
    let text = format!("mainstay recovery code\0{user}\0{}", as_typed(code));
    ring::digest::digest(&ring::digest::SHA256, text.as_bytes())
        .as_ref()
        .to_vec()
}

fn fresh_codes(user: RecordId, random: &dyn RandomSource) -> (Vec<String>, Vec<Vec<u8>>) {
    let codes: Vec<String> = (0..limits::RECOVERY_CODES)
        .map(|_| typed_code::<RECOVERY_CODE_LETTERS>(random))
        .collect();
    let hashes = codes.iter().map(|code| hash_code(user, code)).collect();
    (codes, hashes)
}

pub(super) fn wrong_code() -> Problem {
    Problem::new(
        Code::InvalidCredentials,
        "the code is wrong, or was used before: wait for the next one",
    )
}

fn none_there() -> Failure {
    Problem::new(Code::Conflict, "there is no authenticator").into()
}

fn no_keys() -> Failure {
    Problem::new(
        Code::Unavailable,
        "this process has no key for the secrets of authenticators; the setting keys.file names it",
    )
    .into()
}

fn user_of(ctx: &Context) -> Result<RecordId, Failure> {
    ctx.actor.id.ok_or_else(|| ctx.refused("sign in first"))
}

#[cfg(test)]
mod tests {
    use super::*;

    struct Fixed(u8);

    impl RandomSource for Fixed {
        fn fill(&self, bytes: &mut [u8]) {
            bytes.fill(self.0);
        }
    }

    #[test]
    fn recovery_codes_need_no_slow_hash() {
        const BITS_OF_A_LETTER: usize = 5;
        const BITS_WITHOUT_SLOW_HASH_MIN: usize = 112;
        let (codes, _) = fresh_codes(RecordId::from_bytes([7; 16]), &Fixed(0xff));
        for code in &codes {
            let letters = as_typed(code).len();
            assert!(letters * BITS_OF_A_LETTER >= BITS_WITHOUT_SLOW_HASH_MIN, "{code}");
            assert_eq!(code.split('-').count(), letters / 4, "{code}");
        }
        // Each letter hangs on all of its bits.
        let all: std::collections::HashSet<String> = (0..32)
            .map(|chance| fresh_codes(RecordId::from_bytes([7; 16]), &Fixed(chance)).0[0].clone())
            .collect();
        assert_eq!(all.len(), 32);
    }
}
