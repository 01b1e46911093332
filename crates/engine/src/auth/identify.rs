//! Who a token or a cookie speaks for.

use mainstay_core::definition::PlanId;
use mainstay_core::{Actor, ActorKind, Code, Definition, Problem, Timestamp};
use mainstay_store::accounts::{self, Account};
use mainstay_store::sessions::{self, SessionState};
use mainstay_store::{StoreError, Tx, second_factors};

use super::passkeys::has_passkey;
use super::session_limits::SessionLimits;
use super::tokens::{Identity, hash_secret};
use crate::environment::Environment;
use crate::failure::Failure;
use crate::rates::plan_of;

impl Environment {
    /// Who the bearer of an access token is.
    pub async fn identify(&self, token: &str, now: Timestamp) -> Result<Identity, Failure> {
        match self.tokens.recall(token, now) {
            Some(identity) => Ok(identity),
            None => self.identify_anew(token, now).await,
        }
    }

    /// As `identify`, without believing what is remembered: the session lives now, and the token ends when it says.
    pub async fn identify_anew(&self, token: &str, now: Timestamp) -> Result<Identity, Failure> {
        let asked_at = self.tokens.forgotten();
        let claimed = self.tokens.verify(token, now)?;
        let release = self.release();
        let found = self
            .db
            .read(move |tx| {
                let session = sessions::find_session(tx, &claimed.session)?;
                let session = session.filter(|session| session.user == claimed.user);
                found(tx, &release.definition, session)
            })
            .await?;
        let mut identity = self.admit(found, now)?;
        identity.expires_at = identity.expires_at.min(claimed.expires_at);
        self.tokens.remember(token, identity, now, asked_at);
        Ok(identity)
    }

    /// Who the holder of a session cookie is.
    pub async fn identify_cookie(&self, cookie: &str, now: Timestamp) -> Result<Identity, Failure> {
        match self.tokens.recall(&remembered_as(cookie), now) {
            Some(identity) => Ok(identity),
            None => self.identify_cookie_anew(cookie, now).await,
        }
    }

    /// As `identify_cookie`, without believing what is remembered.
    pub async fn identify_cookie_anew(&self, cookie: &str, now: Timestamp) -> Result<Identity, Failure> {
        let asked_at = self.tokens.forgotten();
        let hash = hash_secret(cookie);
        let release = self.release();
        let found = self
            .db
            .read(move |tx| {
                let session = sessions::find_session_by_cookie(tx, &hash)?;
                found(tx, &release.definition, session)
            })
            .await?;
        let identity = self.admit(found, now)?;
        self.tokens
            .remember(&remembered_as(cookie), identity, now, asked_at);
        Ok(identity)
    }

    /// Who uses a session, while it lasts and its user is active; notes the use.
    fn admit(&self, found: Option<Found>, now: Timestamp) -> Result<Identity, Failure> {
        let limits = SessionLimits::of(&self.release().definition.auth);
        let Found {
            account,
            session,
            lacks_second_factor,
            plan,
        } = found
            .filter(|found| found.account.active && limits.end_of(&found.session) > now)
            .ok_or_else(|| Problem::new(Code::InvalidToken, "the session has ended: sign in again"))?;
        self.session_uses.note(&session, now);
        Ok(Identity {
            actor: actor_of(&account),
            session: session.id,
            expires_at: limits.end_of(&session),
            lacks_second_factor,
            plan,
        })
    }
}

/// No header holds a line break, so that a token is never taken for a cookie.
fn remembered_as(cookie: &str) -> String {
    format!("\n{cookie}")
}

/// A session that was found, with its user.
struct Found {
    account: Account,
    session: SessionState,
    lacks_second_factor: bool,
    plan: Option<PlanId>,
}

fn found(
    tx: &mut Tx<'_>,
    definition: &Definition,
    session: Option<SessionState>,
) -> Result<Option<Found>, StoreError> {
    let Some(session) = session else {
        return Ok(None);
    };
    let soft_delete = definition.collection(definition.users).soft_delete;
    let Some(account) = accounts::find_account(tx, soft_delete, &session.user)? else {
        return Ok(None);
    };
    let wanted = definition.auth.second_factor.is_wanted_of(account.administrator);
    let lacks_second_factor =
        wanted && !second_factors::has_totp(tx, &account.id)? && !has_passkey(tx, definition, &account.id)?;
    Ok(Some(Found {
        plan: plan_of(tx, definition, &account.id)?,
        account,
        session,
        lacks_second_factor,
    }))
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
