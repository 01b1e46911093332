//! Signing up and in: sessions begin.

use mainstay_core::definition::SignInMethod;
use mainstay_core::mail::MailKind;
use mainstay_core::{Actor, Code, Problem, RecordId, Value};
use mainstay_store::accounts::{self, Account};
use mainstay_store::journal::Kind;
use mainstay_store::{WriteTx, sessions};
use serde_json::{Map, Value as Json};

use super::accounts::address_in;
use super::beginning::{begin, enter};
use super::by_mail::require_method;
use super::challenge::SignIn;
use super::normalise_email;
use super::password_rules::check_password;
use super::passwords::Verdict;
use super::tokens::hash_secret;
use crate::attempts::{self, Attempt, Proof};
use crate::audit::note_refused_sign_in;
use crate::context::Context;
use crate::environment::Environment;
use crate::failure::Failure;
use crate::mail::{NewMail, post};
use crate::records::{create_self_in, draft_for_create};

/// A session as its owner gets it.
#[derive(Debug, Clone)]
pub struct Session {
    pub access_token: String,
    pub expires_in_seconds: i64,
    pub refresh_token: String,
    /// The user's own record as JSON.
    pub user: Vec<u8>,
}

/// A session as a browser gets it.
#[derive(Clone)]
pub struct CookieSession {
    /// For the cookie alone.
    pub secret: String,
    pub lifetime_seconds: i64,
    /// The user's own record as JSON.
    pub user: Vec<u8>,
}

impl std::fmt::Debug for CookieSession {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("CookieSession(..)")
    }
}

/// What a session is to be held with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum HeldWith {
    Tokens,
    Cookie,
}

/// The cookie that a browser sends along when it signs in: its session ends when another cookie takes its place.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct CookieBefore([u8; 32]);

impl CookieBefore {
    pub fn of(cookie: &str) -> Self {
        let digest = hash_secret(cookie);
        Self(digest.try_into().expect("a digest has 32 bytes"))
    }

    pub(super) fn digest(&self) -> &[u8] {
        &self.0
    }
}

impl std::fmt::Debug for CookieBefore {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("CookieBefore(..)")
    }
}

/// A session that has begun.
#[derive(Debug, Clone)]
pub enum Begun {
    Tokens(Session),
    Cookie(CookieSession),
}

impl Environment {
    pub(crate) fn users_are_soft(&self) -> bool {
        let release = self.release();
        release
            .definition
            .collection(release.definition.users)
            .soft_delete
    }

    pub(crate) fn salt(&self) -> [u8; 16] {
        let mut salt = [0; 16];
        self.random.fill(&mut salt);
        salt
    }
}

/// Creates an account for whoever asks, where the application allows it, and signs it in.
pub async fn sign_up(ctx: &Context, password: String, fields: Map<String, Json>) -> Result<Session, Failure> {
    if !ctx.release.definition.auth.sign_up {
        return Err(Problem::new(
            Code::SignUpDisabled,
            "this application does not let people sign up; ask an administrator for an account",
        )
        .into());
    }
    check_password(&ctx.release.definition, address_in(&fields), &password)?;
    // The input is a stranger's, whoever sends it: it sets no read-only field. The rule for creating users, on the other
    // hand, is for creating others; who signs up creates themselves.
    if fields.contains_key("id") {
        return Err(Problem::field(
            Code::ValidationFailed,
            "id",
            "is given by the server: leave it out",
        )
        .into());
    }
    let users = ctx.release.definition.users;
    let draft = draft_for_create(&ctx.acting_as(Actor::ANONYMOUS), ctx.of(users), fields)?;
    let ctx = ctx.acting_as(Actor::SYSTEM);
    let hash = ctx
        .environment
        .passwords
        .hash(password, ctx.environment.salt())
        .await?;
    begin(&ctx, move |tx, ctx| {
        let mut draft = draft.clone();
        let own = mainstay_core::definition::SystemField::CreatedBy.id();
        draft.set(own, Value::Id(draft.id()));
        create_self_in(tx, ctx, &draft)?;
        let user = draft.id();
        accounts::set_password(tx, &user, &hash, ctx.now)?;
        if let Some(email) = accounts::email_of(tx, &user)? {
            post(
                tx,
                ctx,
                &NewMail::plain(MailKind::VerifyAddress, &email, Some(user)),
            )?;
        }
        Ok((user, Kind::SignedUp))
    })
    .await
}

/// Signs in with address and password. The answer to a wrong one is the same, and takes as long, as to an unknown one.
pub async fn sign_in(
    ctx: &Context,
    email: &str,
    password: String,
    held_with: HeldWith,
) -> Result<SignIn, Failure> {
    require_method(ctx, SignInMethod::Password)?;
    let proven = prove(ctx, email, password).await?;
    enter(ctx, held_with, move |tx, ctx| proven.stand(tx, ctx)).await
}

/// Signs in the first administrator, who has no second factor yet, also where nobody signs in with a password from then on.
pub(super) async fn sign_in_first(ctx: &Context, email: &str, password: String) -> Result<Session, Failure> {
    let proven = prove(ctx, email, password).await?;
    begin(ctx, move |tx, ctx| proven.stand(tx, ctx)).await
}

/// An account whose password was given.
struct Proven {
    account: Account,
    attempt: Attempt,
    /// Our own hash in the place of an old one.
    renewed: Option<String>,
}

impl Proven {
    /// Makes sure that it still holds: hashing takes its time, and the password may have been changed meanwhile.
    fn stand(&self, tx: &mut WriteTx<'_>, ctx: &Context) -> Result<(RecordId, Kind), Failure> {
        let id = self.account.id;
        let account = accounts::find_account(tx, ctx.environment.users_are_soft(), &id)?;
        let stands = account
            .is_some_and(|account| account.active && account.password_hash == self.account.password_hash);
        if !stands {
            return Err(wrong_credentials());
        }
        self.attempt.succeeded(tx, ctx.now)?;
        if let (Some(new), Some(old)) = (&self.renewed, &self.account.password_hash) {
            accounts::replace_password_hash(tx, &id, old, new, ctx.now)?;
        }
        Ok((id, Kind::SignedIn))
    }
}

async fn prove(ctx: &Context, email: &str, password: String) -> Result<Proven, Failure> {
    let environment = &ctx.environment;
    let soft_delete = environment.users_are_soft();
    let email = normalise_email(email);
    let asked = email.clone();
    let (account, is_known_here) = ctx
        .read(move |tx, ctx| {
            let account = accounts::find_account_by_email(tx, soft_delete, &asked)?;
            let is_known_here = match (&account, &ctx.origin.address) {
                (Some(account), Some(address)) => sessions::has_begun_from(tx, &account.id, address)?,
                _ => false,
            };
            Ok::<_, Failure>((account, is_known_here))
        })
        .await?;
    let attempt = attempts::begin(ctx, Proof::SignIn, &email, is_known_here).await?;
    let hash = account.as_ref().and_then(|account| account.password_hash.clone());
    let verdict = match environment.passwords.verify(password.clone(), hash).await {
        Ok(verdict) => verdict,
        Err(busy) => {
            attempt.give_back(ctx).await?;
            return Err(busy);
        }
    };
    let correct = verdict != Verdict::Wrong;
    let known = account.as_ref().map(|account| account.id);
    let Some(account) = account.filter(|account| correct && account.active) else {
        note_refused_sign_in(ctx, known);
        attempt.failed(ctx, known);
        return Err(wrong_credentials());
    };
    let renewed = match verdict {
        Verdict::RightButOld => renew_hash(ctx, password).await,
        _ => None,
    };
    Ok(Proven {
        account,
        attempt,
        renewed,
    })
}

pub(super) fn wrong_credentials() -> Failure {
    Problem::new(
        Code::InvalidCredentials,
        "the e-mail address or the password is wrong",
    )
    .into()
}

/// Our own hash of a password whose hash another application made. Without room for the work it is left to the next
/// sign-in.
async fn renew_hash(ctx: &Context, password: String) -> Option<String> {
    let environment = &ctx.environment;
    environment
        .passwords
        .hash(password, environment.salt())
        .await
        .ok()
}
