//! The way back from a provider: who came back, and which user that is.

use mainstay_core::{Actor, Code, Problem, RecordId, Value};
use mainstay_store::identities::{self, Attempt};
use mainstay_store::journal::Kind;
use mainstay_store::{Priority, StoreError, WriteTx, account_tokens, accounts};
use serde_json::{Map, Value as Json, json};

use super::begin::Derived;
use super::exchange::Asking;
use super::{Person, ProviderFault, find_provider, unreachable_provider};
use crate::auth::beginning::{auth_entry_with, enter};
use crate::auth::challenge::SignIn;
use crate::auth::normalise_email;
use crate::auth::sessions::HeldWith;
use crate::auth::tokens::hash_secret;
use crate::context::Context;
use crate::failure::Failure;
use crate::records::{create_self_in, draft_for_create};

/// What somebody came back with.
#[derive(Clone)]
pub struct CameBack {
    /// Of the browser or program that began.
    pub secret: String,
    pub state: String,
    pub code: String,
    /// RFC 9207: which provider it was.
    pub issuer: Option<String>,
}

impl std::fmt::Debug for CameBack {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("CameBack(..)")
    }
}

/// A sign-in with the page that it goes on at.
#[derive(Debug)]
pub struct ReturnedTo {
    pub path: String,
    pub outcome: Result<SignIn, Failure>,
}

/// Signs in whoever came back from a provider to a program.
pub async fn complete_at_provider(ctx: &Context, provider: &str, back: CameBack) -> Result<SignIn, Failure> {
    let attempt = take_attempt(ctx, provider, &back).await?;
    enter_known(ctx, (provider, &attempt), &back, HeldWith::Tokens).await
}

/// Signs in whoever came back to a page of ours, with a cookie. An attempt that is known says where to go on, also when it
/// failed.
pub async fn complete_at_provider_with_cookie(
    ctx: &Context,
    provider: &str,
    back: CameBack,
) -> Result<ReturnedTo, Failure> {
    let attempt = take_attempt(ctx, provider, &back).await?;
    let outcome = enter_known(ctx, (provider, &attempt), &back, HeldWith::Cookie).await;
    Ok(ReturnedTo {
        path: attempt.return_to,
        outcome,
    })
}

async fn enter_known(
    ctx: &Context,
    (provider, attempt): (&str, &Attempt),
    back: &CameBack,
    held_with: HeldWith,
) -> Result<SignIn, Failure> {
    let person = ask(ctx, attempt, back).await?;
    let who = Known::new(ctx, provider, person)?;
    let ctx = ctx.acting_as(Actor::SYSTEM);
    enter(&ctx, held_with, move |tx, ctx| who.find_or_create(tx, ctx)).await
}

/// Where a sign-in that the provider refused goes on; it is over.
pub async fn return_path(ctx: &Context, provider: &str, back: CameBack) -> Result<String, Failure> {
    Ok(take_attempt(ctx, provider, &back).await?.return_to)
}

/// Finds what began, and ends it: whoever comes a second time, or with something of another browser, finds nothing.
async fn take_attempt(ctx: &Context, provider: &str, back: &CameBack) -> Result<Attempt, Failure> {
    let known = find_provider(ctx, provider)?;
    let derived = Derived::of(&back.secret);
    if derived.state != back.state {
        return Err(not_ours());
    }
    let hash = hash_secret(&back.secret);
    let attempt = ctx
        .write(Priority::Interactive, move |tx, _| {
            identities::take_attempt(tx, &hash)
        })
        .await
        .map_err(|error: StoreError| Failure::from(error))?;
    attempt
        .filter(|attempt| attempt.expires_at > ctx.now && attempt.provider == known.name)
        .ok_or_else(not_ours)
}

async fn ask(ctx: &Context, attempt: &Attempt, back: &CameBack) -> Result<Person, Failure> {
    let provider = find_provider(ctx, &attempt.provider)?;
    let environment = &ctx.environment;
    let asking = Asking {
        outbound: &environment.outbound,
        known: &environment.known_providers,
        client_secret: environment
            .provider_secrets
            .get(&provider.name)
            .map(String::as_str),
        now: ctx.now,
    };
    if let (Some(said), mainstay_core::definition::ProviderKind::OpenIdConnect { issuer }) =
        (&back.issuer, &provider.kind)
        && said != issuer
    {
        return Err(refused(&provider.name, &ProviderFault::Issuer));
    }
    let derived = Derived::of(&back.secret);
    let person = asking
        .person(provider, &back.code, &attempt.redirect_uri, &derived)
        .await;
    person.map_err(|fault| match fault {
        ProviderFault::Unreachable(_) | ProviderFault::Address(_) | ProviderFault::Status(500..) => {
            unreachable_provider(provider, &fault)
        }
        fault => refused(&provider.name, &fault),
    })
}

fn refused(provider: &str, fault: &ProviderFault) -> Failure {
    tracing::warn!(
        provider,
        error = fault as &dyn std::error::Error,
        "what a provider said was not believed"
    );
    Problem::new(
        Code::InvalidCredentials,
        "the provider did not say who you are in a way that can be believed: begin again",
    )
    .into()
}

fn not_ours() -> Failure {
    Problem::new(
        Code::InvalidCredentials,
        "this sign-in was not begun here, or has run out: begin again",
    )
    .into()
}

/// Somebody whom a provider has told us of.
struct Known {
    provider: String,
    person: Person,
    may_sign_up: bool,
}

impl Known {
    fn new(ctx: &Context, provider: &str, person: Person) -> Result<Self, Failure> {
        let settings = &ctx.release.definition.auth;
        let own = find_provider(ctx, provider)?.sign_up;
        Ok(Self {
            provider: provider.to_owned(),
            person,
            may_sign_up: own.unwrap_or(settings.sign_up),
        })
    }

    /// The user that this is: the one that it was before; else the one with the same address, if both sides have verified
    /// it; else a new one.
    fn find_or_create(&self, tx: &mut WriteTx<'_>, ctx: &Context) -> Result<(RecordId, Kind), Failure> {
        let (issuer, subject) = (self.person.issuer.as_str(), self.person.subject.as_str());
        let soft_delete = ctx.environment.users_are_soft();
        if let Some(user) = identities::find_user(tx, issuer, subject)? {
            let account = accounts::find_account(tx, soft_delete, &user)?.filter(|account| account.active);
            return account
                .map(|account| (account.id, Kind::SignedIn))
                .ok_or_else(not_active);
        }
        let email = self.person.verified_email.as_deref().map(normalise_email);
        let email = email.ok_or_else(|| {
            let detail =
                "the provider has no verified address of yours, and without one you cannot be known here";
            Failure::from(Problem::new(Code::AccountNotLinked, detail))
        })?;
        let account = accounts::find_account_by_email(tx, soft_delete, &email)?;
        let (user, kind) = match account {
            Some(account) => {
                if account_tokens::verified_at(tx, &account.id)?.is_none() {
                    let detail = "there is an account with this address, which was never verified here: sign in as you did, \
                                  verify the address, and come back";
                    return Err(Problem::new(Code::AccountNotLinked, detail).into());
                }
                if !account.active {
                    return Err(not_active());
                }
                (account.id, Kind::SignedIn)
            }
            None if self.may_sign_up => (self.create(tx, ctx, &email)?, Kind::SignedUp),
            None => {
                let detail =
                    "this application does not let people sign up; ask an administrator for an account";
                return Err(Problem::new(Code::SignUpDisabled, detail).into());
            }
        };
        identities::link(tx, (issuer, subject), &user, ctx.now)?;
        let payload = json!({"provider": self.provider, "issuer": issuer, "is_new": kind == Kind::SignedUp})
            .to_string();
        auth_entry_with(tx, ctx, Kind::IdentityLinked, Some(user), &payload)?;
        Ok((user, kind))
    }

    fn create(&self, tx: &mut WriteTx<'_>, ctx: &Context, email: &str) -> Result<RecordId, Failure> {
        let users = ctx.release.definition.users;
        let mut fields = Map::from_iter([("email".to_owned(), Json::from(email))]);
        // Where users have a name, it is what people expect to see there.
        if let (Some(name), true) = (&self.person.name, ctx.of(users).find_field("name").is_some()) {
            fields.insert("name".to_owned(), Json::from(name.as_str()));
        }
        let mut draft = draft_for_create(&ctx.acting_as(Actor::ANONYMOUS), ctx.of(users), fields)?;
        let own = mainstay_core::definition::SystemField::CreatedBy.id();
        draft.set(own, Value::Id(draft.id()));
        create_self_in(tx, ctx, &draft)?;
        account_tokens::set_verified(tx, &draft.id(), email, ctx.now)?;
        Ok(draft.id())
    }
}

fn not_active() -> Failure {
    Problem::new(Code::InvalidCredentials, "this account is not active").into()
}
