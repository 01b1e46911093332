//! Signing up and in: sessions begin.

use mainstay_core::{Actor, ActorKind, Code, Problem, RecordId, Value};
use mainstay_store::accounts::{self, Account};
use mainstay_store::journal::{Entry, Kind, append};
use mainstay_store::sessions::{self, NewSession, SessionSecret};
use mainstay_store::{Priority, StoreError, WriteTx};
use serde_json::{Map, Value as Json};

use super::accounts::{address_in, user_json};
use super::normalise_email;
use super::password_rules::check_password;
use super::passwords::Verdict;
use super::session_limits::SessionLimits;
use super::session_list::end_excess;
use super::tokens::new_secret;
use crate::audit::note_refused_sign_in;
use crate::context::Context;
use crate::environment::Environment;
use crate::failure::Failure;
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
        accounts::set_password(tx, &draft.id(), &hash, ctx.now)?;
        Ok((draft.id(), Kind::SignedUp))
    })
    .await
}

/// Signs in with address and password. The answer to a wrong one is the same, and takes as long, as to an unknown one.
pub async fn sign_in(ctx: &Context, email: &str, password: String) -> Result<Session, Failure> {
    let proven = prove(ctx, email, password).await?;
    begin(ctx, move |tx, ctx| proven.stand(tx, ctx)).await
}

/// Signs in as [`sign_in`], with a cookie in the place of tokens.
pub async fn sign_in_with_cookie(
    ctx: &Context,
    email: &str,
    password: String,
) -> Result<CookieSession, Failure> {
    let proven = prove(ctx, email, password).await?;
    let (secret, hash) = new_secret(ctx.environment.random.as_ref());
    let id = ctx.environment.new_id();
    let lifetime = SessionLimits::of(&ctx.release.definition.auth).end_of_session(ctx.now);
    let user = ctx
        .write(Priority::Interactive, move |tx, in_tx| {
            let who = proven.stand(tx, in_tx)?;
            begin_in(tx, in_tx, id, SessionSecret::Cookie(&hash), who)
        })
        .await?;
    Ok(CookieSession {
        secret,
        lifetime_seconds: lifetime.seconds() - ctx.now.seconds(),
        user,
    })
}

/// An account whose password was given.
struct Proven {
    account: Account,
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
    let account = ctx
        .read(move |tx, _| accounts::find_account_by_email(tx, soft_delete, &email))
        .await
        .map_err(Failure::from)?;
    let hash = account.as_ref().and_then(|account| account.password_hash.clone());
    let verdict = environment.passwords.verify(password.clone(), hash).await?;
    let correct = verdict != Verdict::Wrong;
    let known = account.as_ref().map(|account| account.id);
    let Some(account) = account.filter(|account| correct && account.active) else {
        note_refused_sign_in(ctx, known);
        return Err(wrong_credentials());
    };
    let renewed = match verdict {
        Verdict::RightButOld => renew_hash(ctx, password).await,
        _ => None,
    };
    Ok(Proven { account, renewed })
}

fn wrong_credentials() -> Failure {
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

/// Begins a session for the user that `who` gives, in one transaction with it.
pub(super) async fn begin(
    ctx: &Context,
    mut who: impl FnMut(&mut WriteTx<'_>, &Context) -> Result<(RecordId, Kind), Failure> + Send + 'static,
) -> Result<Session, Failure> {
    let environment = std::sync::Arc::clone(&ctx.environment);
    let session = environment.new_id();
    let (refresh_token, hash) = new_secret(environment.random.as_ref());
    let (user, json) = ctx
        .write(Priority::Interactive, move |tx, in_tx| {
            let who = who(tx, in_tx)?;
            let json = begin_in(tx, in_tx, session, SessionSecret::RefreshToken(&hash), who)?;
            Ok::<_, Failure>((who.0, json))
        })
        .await?;
    let (access_token, expires_in_seconds) =
        environment
            .tokens
            .issue(user, session, environment.new_id(), ctx.now);
    Ok(Session {
        access_token,
        expires_in_seconds,
        refresh_token,
        user: json,
    })
}

/// Begins a session of a user, who did what the journal says; gives the user as JSON.
fn begin_in(
    tx: &mut WriteTx<'_>,
    ctx: &Context,
    id: RecordId,
    secret: SessionSecret<'_>,
    (user, kind): (RecordId, Kind),
) -> Result<Vec<u8>, Failure> {
    let begun = NewSession {
        id,
        user,
        secret,
        device: ctx.device.as_deref(),
        address: ctx.origin.address.as_deref(),
        begins_at: ctx.now,
        expires_at: SessionLimits::of(&ctx.release.definition.auth).end_of_session(ctx.now),
    };
    sessions::begin_session(tx, &begun)?;
    let actor = Actor {
        kind: ActorKind::User,
        id: Some(user),
    };
    let by_user = ctx.acting_as(actor);
    auth_entry(tx, &by_user, kind, Some(user))?;
    end_excess(tx, &by_user, user)?;
    user_json(tx, ctx, user)
}

pub(super) fn auth_entry(
    tx: &mut WriteTx<'_>,
    ctx: &Context,
    kind: Kind,
    user: Option<RecordId>,
) -> Result<(), StoreError> {
    auth_entry_with(tx, ctx, kind, user, "{}")
}

pub(super) fn auth_entry_with(
    tx: &mut WriteTx<'_>,
    ctx: &Context,
    kind: Kind,
    user: Option<RecordId>,
    payload: &str,
) -> Result<(), StoreError> {
    append(
        tx,
        &Entry {
            at: ctx.now,
            kind,
            actor: ctx.actor,
            origin: &ctx.origin,
            collection: user.map(|_| "users"),
            record_id: user,
            version: None,
            payload,
        },
    )
}
