//! What links and codes in mails have in common: their secrets, and the one answer to any that does not work.

use mainstay_core::definition::SignInMethod;
use mainstay_core::{Code, Problem, RandomSource, RecordId, values};
use mainstay_store::account_tokens::{self, AccountToken, Purpose};
use mainstay_store::{StoreError, Tx, WriteTx, accounts};
use serde_json::Value as Json;

use super::normalise_email;
use super::tokens::hash_secret;
use crate::context::Context;
use crate::failure::Failure;

/// Digits of a code: with a handful of tries, one in twenty million guesses is right.
const CODE_DIGITS: usize = 8;

/// A code for one challenge.
pub(crate) fn new_code(random: &dyn RandomSource) -> String {
    let mut chance = [0; 8];
    random.fill(&mut chance);
    // The remainder favours no code by more than one in a hundred thousand million.
    let number = u64::from_le_bytes(chance) % 10_u64.pow(8);
    format!("{number:0CODE_DIGITS$}")
}

/// What is kept of a code: nothing that fits another challenge.
pub(crate) fn code_digest(challenge: &[u8], code: &str) -> Vec<u8> {
    let mut context = ring::digest::Context::new(&ring::digest::SHA256);
    context.update(challenge);
    context.update(code.as_bytes());
    context.finish().as_ref().to_vec()
}

/// The same for every secret that does not work, whatever the reason: whoever guesses learns nothing.
pub(super) fn invalid_secret() -> Failure {
    Problem::new(
        Code::InvalidSecret,
        "the link or code is not right, was used already, or has run out: ask for another one",
    )
    .into()
}

/// Refuses a way to sign in that the application does not have.
pub(super) fn require_method(ctx: &Context, method: SignInMethod) -> Result<(), Failure> {
    if ctx.release.definition.auth.methods.contains(&method) {
        return Ok(());
    }
    let detail = format!("nobody signs in to this application with `{}`", method.as_str());
    Err(Problem::new(Code::MethodDisabled, detail).into())
}

/// An address as it is looked up; one that cannot be is told, whoever has it.
pub(super) fn take_address(ctx: &Context, email: &str) -> Result<String, Failure> {
    let email = normalise_email(email);
    let users = ctx.of(ctx.release.definition.users);
    let field = users.find_field("email").expect("users always have this field");
    match values::accept(field, Json::from(email.as_str())) {
        Ok(_) => Ok(email),
        Err(refusal) => Err(Problem::field(Code::ValidationFailed, "email", refusal.to_string()).into()),
    }
}

/// Looks at a link without using it up.
pub(super) fn look_at(
    tx: &mut Tx<'_>,
    ctx: &Context,
    purpose: Purpose,
    secret: &str,
) -> Result<AccountToken, Failure> {
    let token = account_tokens::find(tx, purpose, &hash_secret(secret), ctx.now)?;
    token.ok_or_else(invalid_secret)
}

/// Uses a link up.
pub(super) fn take(
    tx: &mut WriteTx<'_>,
    ctx: &Context,
    purpose: Purpose,
    secret: &str,
) -> Result<AccountToken, Failure> {
    let token = look_at(tx, ctx, purpose, secret)?;
    account_tokens::remove(tx, &token.digest)?;
    Ok(token)
}

/// The user of a link, if they are still active and still have the address that it was sent to.
pub(super) fn user_of(
    tx: &mut Tx<'_>,
    ctx: &Context,
    token: &AccountToken,
) -> Result<Option<RecordId>, StoreError> {
    let Some(user) = token.user else {
        return Ok(None);
    };
    let has_it = accounts::email_of(tx, &user)?.is_some_and(|email| email == token.email);
    let account = accounts::find_account(tx, ctx.environment.users_are_soft(), &user)?;
    let is_active = account.is_some_and(|account| account.active);
    Ok(Some(user).filter(|_| has_it && is_active))
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
    fn codes_have_eight_digits() {
        for chance in [0, 1, 77, 0xff] {
            let code = new_code(&Fixed(chance));
            assert!(
                code.len() == 8 && code.bytes().all(|byte| byte.is_ascii_digit()),
                "{code}"
            );
        }
        assert_eq!(new_code(&Fixed(0)), "00000000");
    }

    #[test]
    fn a_code_fits_one_challenge() {
        assert_ne!(code_digest(b"one", "12345678"), code_digest(b"two", "12345678"));
    }
}
