//! Signing up, in and out; refreshing; and who a token speaks for.

use mainstay_core::{Actor, ActorKind, Code, Problem, RecordId, Timestamp, Value, limits};
use mainstay_store::accounts::{self, Account};
use mainstay_store::journal::{Entry, Kind, append};
use mainstay_store::{Priority, StoreError, WriteTx};
use serde_json::{Map, Value as Json};

use super::accounts::user_json;
use super::normalise_email;
use super::tokens::{Identity, hash_refresh_token, new_refresh_token};
use crate::context::Context;
use crate::environment::Environment;
use crate::failure::Failure;
use crate::records::{create_in, draft_for_create};

const MICROS_PER_DAY: i64 = 86_400_000_000;

/// A session as its owner gets it.
#[derive(Debug, Clone)]
pub struct Session {
    pub access_token: String,
    pub expires_in_seconds: i64,
    pub refresh_token: String,
    /// The user's own record as JSON.
    pub user: Vec<u8>,
}

impl Environment {
    /// Who the bearer of an access token is.
    pub async fn identify(&self, token: &str, now: Timestamp) -> Result<Identity, Failure> {
        if let Some(identity) = self.tokens.recall(token, now) {
            return Ok(identity);
        }
        let asked_at = self.tokens.forgotten();
        let claimed = self.tokens.verify(token, now)?;
        let soft_delete = self.users_are_soft();
        let account = self
            .db
            .read(move |tx| {
                let user = accounts::session_user(tx, &claimed.session)?;
                if user != Some(claimed.user) {
                    return Ok::<_, StoreError>(None);
                }
                accounts::find_account(tx, soft_delete, &claimed.user)
            })
            .await?;
        let account = account
            .filter(|account| account.active)
            .ok_or_else(|| Problem::new(Code::InvalidToken, "the session has ended: sign in again"))?;
        let identity = Identity {
            actor: actor_of(&account),
            session: claimed.session,
            expires_at: claimed.expires_at,
        };
        self.tokens.remember(token, identity, now, asked_at);
        Ok(identity)
    }

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

fn actor_of(account: &Account) -> Actor {
    let kind = if account.administrator {
        ActorKind::Administrator
    } else {
        ActorKind::User
    };
    Actor {
        kind,
        id: Some(account.id),
    }
}

/// Refuses a password that is too short or too long, counted in characters.
pub(crate) fn check_password(password: &str) -> Result<(), Failure> {
    let characters = password.chars().count();
    if (limits::PASSWORD_CHARACTERS_MIN..=limits::PASSWORD_CHARACTERS_MAX).contains(&characters) {
        return Ok(());
    }
    let message = format!(
        "must have {} to {} characters",
        limits::PASSWORD_CHARACTERS_MIN,
        limits::PASSWORD_CHARACTERS_MAX
    );
    Err(Problem {
        code: Code::ValidationFailed,
        ..Problem::field(Code::ValidationFailed, "password", message)
    }
    .into())
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
    check_password(&password)?;
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
        create_in(tx, ctx, users, &draft)?;
        accounts::set_password(tx, &draft.id(), &hash, ctx.now)?;
        Ok((draft.id(), Kind::SignedUp))
    })
    .await
}

/// Signs in with address and password. The answer to a wrong one is the same, and takes as long, as to an unknown one.
pub async fn sign_in(ctx: &Context, email: &str, password: String) -> Result<Session, Failure> {
    let environment = &ctx.environment;
    let soft_delete = environment.users_are_soft();
    let email = normalise_email(email);
    let account = ctx
        .read(move |tx, _| accounts::find_account_by_email(tx, soft_delete, &email))
        .await
        .map_err(Failure::from)?;
    let hash = account.as_ref().and_then(|account| account.password_hash.clone());
    let correct = environment.passwords.verify(password, hash).await?;
    let Some(account) = account.filter(|account| correct && account.active) else {
        record_refusal(ctx).await?;
        return Err(Problem::new(
            Code::InvalidCredentials,
            "the e-mail address or the password is wrong",
        )
        .into());
    };
    begin(ctx, move |_, _| Ok((account.id, Kind::SignedIn))).await
}

async fn record_refusal(ctx: &Context) -> Result<(), Failure> {
    ctx.write(Priority::Background, move |tx, ctx| {
        auth_entry(tx, ctx, Kind::SignInRefused, None).map_err(Failure::from)
    })
    .await
}

/// Begins a session for the user that `who` gives, in one transaction with it.
pub(super) async fn begin(
    ctx: &Context,
    mut who: impl FnMut(&mut WriteTx<'_>, &Context) -> Result<(RecordId, Kind), Failure> + Send + 'static,
) -> Result<Session, Failure> {
    let environment = std::sync::Arc::clone(&ctx.environment);
    let session = environment.new_id();
    let (refresh_token, hash) = new_refresh_token(environment.random.as_ref());
    let days = i64::from(ctx.release.definition.auth.refresh_token_days);
    let expires_at = ctx.now.saturating_add_micros(days * MICROS_PER_DAY);
    let (user, json) = ctx
        .write(Priority::Interactive, move |tx, in_tx| {
            let (user, kind) = who(tx, in_tx)?;
            accounts::begin_session(tx, &session, &user, &hash, in_tx.now, expires_at)?;
            let actor = Actor {
                kind: ActorKind::User,
                id: Some(user),
            };
            auth_entry(tx, &in_tx.acting_as(actor), kind, Some(user))?;
            Ok::<_, Failure>((user, user_json(tx, in_tx, user)?))
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

pub(super) fn auth_entry(
    tx: &mut WriteTx<'_>,
    ctx: &Context,
    kind: Kind,
    user: Option<RecordId>,
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
            payload: "{}",
        },
    )
}

/// What became of a refresh token.
enum Refreshed {
    Session(RecordId, RecordId, Vec<u8>),
    Refused,
}

/// Exchanges a refresh token for its successor and a new access token. It works once.
pub async fn refresh_session(ctx: &Context, refresh_token: &str) -> Result<Session, Failure> {
    let environment = std::sync::Arc::clone(&ctx.environment);
    let old_hash = hash_refresh_token(refresh_token);
    let (next_token, next_hash) = new_refresh_token(environment.random.as_ref());
    let refreshed = ctx
        .write(Priority::Interactive, move |tx, in_tx| {
            refresh_in(tx, in_tx, &old_hash, &next_hash)
        })
        .await?;
    let refused = || {
        Failure::from(Problem::new(
            Code::InvalidToken,
            "the refresh token is not valid any more: sign in again",
        ))
    };
    match refreshed {
        Refreshed::Session(user, session, json) => {
            let (access_token, expires_in_seconds) =
                environment
                    .tokens
                    .issue(user, session, environment.new_id(), ctx.now);
            Ok(Session {
                access_token,
                expires_in_seconds,
                refresh_token: next_token,
                user: json,
            })
        }
        Refreshed::Refused => Err(refused()),
    }
}

fn refresh_in(
    tx: &mut WriteTx<'_>,
    ctx: &Context,
    old_hash: &[u8],
    next_hash: &[u8],
) -> Result<Refreshed, Failure> {
    let Some(token) = accounts::find_refresh_token(tx, old_hash)? else {
        return Ok(Refreshed::Refused);
    };
    if token.used {
        // Whoever holds the newer one may be a thief, so the session is over for both. An error would undo its end, so
        // this is an answer.
        let (tokens, session) = (std::sync::Arc::clone(&ctx.environment.tokens), token.session);
        tx.after_commit(move || tokens.forget_session(session));
        accounts::end_session(tx, &token.session)?;
        let actor = Actor {
            kind: ActorKind::User,
            id: Some(token.user),
        };
        auth_entry(tx, &ctx.acting_as(actor), Kind::TokenReused, Some(token.user))?;
        return Ok(Refreshed::Refused);
    }
    let soft_delete = ctx.environment.users_are_soft();
    let account = accounts::find_account(tx, soft_delete, &token.user)?.filter(|account| account.active);
    if token.expires_at <= ctx.now || account.is_none() {
        accounts::end_session(tx, &token.session)?;
        return Ok(Refreshed::Refused);
    }
    accounts::rotate_refresh_token(tx, &token.session, old_hash, next_hash, ctx.now)?;
    let json = user_json(tx, ctx, token.user)?;
    Ok(Refreshed::Session(token.user, token.session, json))
}

/// Ends the session that a token belongs to.
pub async fn sign_out(ctx: &Context, identity: Identity) -> Result<(), Failure> {
    ctx.write(Priority::Interactive, move |tx, in_tx| {
        let tokens = std::sync::Arc::clone(&in_tx.environment.tokens);
        tx.after_commit(move || tokens.forget_session(identity.session));
        if accounts::end_session(tx, &identity.session)? {
            auth_entry(tx, in_tx, Kind::SignedOut, in_tx.actor.id)?;
        }
        Ok::<_, Failure>(())
    })
    .await?;
    Ok(())
}
