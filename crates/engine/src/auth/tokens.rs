//! Access tokens: JWTs signed with Ed25519 (RFC 7519, RFC 8037, RFC 9068), and opaque refresh tokens.
//!
//! One algorithm, and keys of our own: a token names the one of ours that it was signed with, and nothing else that it says
//! about algorithms and keys is believed (RFC 8725). A token that was verified is remembered for a minute, since a
//! signature costs more than the read that it guards; where other processes end sessions too, for less than a second.

use std::sync::Arc;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use mainstay_core::definition::PlanId;
use mainstay_core::{Actor, Code, Definition, Problem, RandomSource, RecordId, Timestamp};
use mainstay_store::Dialect;
use serde::{Deserialize, Serialize};

use super::keys::KeyGrant;
use super::remembered::Remembered;
use crate::keys::SecretKeys;

/// The only ones (RFC 8037, RFC 9068).
pub(super) const ALGORITHM: &str = "EdDSA";
const TYPE: &str = "at+jwt";
/// Of our own: nothing that takes the one takes the other.
const SHARE_TYPE: &str = "share+jwt";
/// No token of ours is longer.
const TOKEN_BYTES_MAX: usize = 1_024;
/// 256 bits, twice what OWASP ASVS 5.0 7.2.3 asks for.
const SECRET_BYTES: usize = 32;

/// Who a token speaks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Identity {
    pub actor: Actor,
    pub session: RecordId,
    pub expires_at: Timestamp,
    /// Must the user have a second factor, and has none? Then setting one up is all that the session is for.
    pub lacks_second_factor: bool,
    /// The plan that the user is on.
    pub plan: Option<PlanId>,
}

/// What a request proves who it is with.
#[derive(Debug, Clone)]
pub enum Bearer {
    Session(Identity),
    Key(Arc<KeyGrant>),
}

impl Bearer {
    pub fn actor(&self) -> Actor {
        match self {
            Self::Session(identity) => identity.actor,
            Self::Key(grant) => grant.actor(),
        }
    }

    /// The plan of whoever acts, or of the owner of their key.
    pub fn plan(&self) -> Option<PlanId> {
        match self {
            Self::Session(identity) => identity.plan,
            Self::Key(grant) => grant.plan,
        }
    }

    /// When it ends, if that is known.
    pub fn expires_at(&self) -> Option<Timestamp> {
        match self {
            Self::Session(identity) => Some(identity.expires_at),
            Self::Key(grant) => grant.expires_at,
        }
    }
}

/// A share whose link somebody has opened.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ShareGrant {
    /// Of the share's record.
    pub id: RecordId,
    pub expires_at: Timestamp,
}

#[derive(Debug, Serialize, Deserialize)]
struct ShareClaims {
    iss: String,
    aud: String,
    sub: String,
    exp: i64,
}

/// What a verified token claims, before the database is asked whether its session still lives.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Claimed {
    pub(crate) user: RecordId,
    pub(crate) session: RecordId,
    pub(crate) expires_at: Timestamp,
}

pub struct Tokens {
    keys: Arc<SecretKeys>,
    issuer: String,
    audience: String,
    lifetime_minutes: u32,
    remembered: Remembered<String, Identity>,
}

impl std::fmt::Debug for Tokens {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Tokens")
            .field("keys", &self.keys)
            .finish_non_exhaustive()
    }
}

#[derive(Debug, Serialize, Deserialize)]
struct Header {
    alg: String,
    typ: String,
    kid: String,
}

#[derive(Debug, Serialize, Deserialize)]
struct Claims {
    iss: String,
    aud: String,
    sub: String,
    sid: String,
    jti: String,
    iat: i64,
    exp: i64,
}

impl Tokens {
    pub(crate) fn new(keys: Arc<SecretKeys>, definition: &Definition, dialect: Dialect) -> Self {
        Self {
            keys,
            issuer: "mainstay".to_owned(),
            audience: definition.name.clone(),
            lifetime_minutes: definition.auth.access_token_minutes,
            remembered: Remembered::new(dialect == Dialect::Postgres),
        }
    }

    /// Signs an access token; gives it with its lifetime in seconds.
    pub(crate) fn issue(
        &self,
        user: RecordId,
        session: RecordId,
        token_id: RecordId,
        now: Timestamp,
    ) -> Result<(String, i64), Problem> {
        let lifetime_seconds = i64::from(self.lifetime_minutes) * 60;
        let claims = Claims {
            iss: self.issuer.clone(),
            aud: self.audience.clone(),
            sub: user.to_string(),
            sid: session.to_string(),
            jti: token_id.to_string(),
            iat: now.seconds(),
            exp: now.seconds() + lifetime_seconds,
        };
        Ok((sign(&self.keys, TYPE, &claims)?, lifetime_seconds))
    }

    /// What a token of ours of this type claims; nothing where its signature, type, key or length is another.
    fn signed_claims<T: for<'de> Deserialize<'de>>(&self, typ: &str, token: &str) -> Option<T> {
        if token.len() > TOKEN_BYTES_MAX {
            return None;
        }
        let (signed, signature) = token.rsplit_once('.')?;
        let signature = URL_SAFE_NO_PAD.decode(signature).ok()?;
        let (header, claims) = signed.split_once('.')?;
        let header: Header = decode_part(header)?;
        let ours = header.alg == ALGORITHM
            && header.typ == typ
            && self.keys.is_signed(&header.kid, signed.as_bytes(), &signature);
        if ours { decode_part(claims) } else { None }
    }

    /// Signs that a share's link was opened.
    pub(crate) fn issue_share(&self, share: &ShareGrant) -> Result<String, Problem> {
        let claims = ShareClaims {
            iss: self.issuer.clone(),
            aud: self.audience.clone(),
            sub: share.id.to_string(),
            exp: share.expires_at.seconds(),
        };
        sign(&self.keys, SHARE_TYPE, &claims)
    }

    /// Whose link was opened, as far as the grant says. Whether the share still is there the statements ask.
    pub fn verify_share(&self, grant: &str, now: Timestamp) -> Result<ShareGrant, Problem> {
        let invalid = || {
            let detail = "the grant of the share is not valid or has expired: open its link again";
            Problem::new(Code::InvalidToken, detail)
        };
        let claims: ShareClaims = self.signed_claims(SHARE_TYPE, grant).ok_or_else(invalid)?;
        let is_ours = claims.iss == self.issuer && claims.aud == self.audience;
        if !is_ours || claims.exp <= now.seconds() {
            return Err(invalid());
        }
        let micros = claims.exp.checked_mul(1_000_000);
        let expires_at = micros.and_then(Timestamp::from_micros).ok_or_else(invalid)?;
        let id = claims.sub.parse().map_err(|_| invalid())?;
        Ok(ShareGrant { id, expires_at })
    }

    /// Who a token remembered from before speaks for, while it lasts.
    pub(crate) fn recall(&self, token: &str, now: Timestamp) -> Option<Identity> {
        let identity = self.remembered.recall(token, now)?;
        (identity.expires_at > now).then_some(identity)
    }

    /// How often something was forgotten; asked before the database is.
    pub(crate) fn forgotten(&self) -> u64 {
        self.remembered.forgotten()
    }

    /// Remembers who a token speaks for, unless something was forgotten since `asked_at`.
    pub(crate) fn remember(&self, token: &str, identity: Identity, now: Timestamp, asked_at: u64) {
        let ends = (now, Some(identity.expires_at));
        self.remembered
            .remember(&token.to_owned(), identity, ends, asked_at);
    }

    /// Forgets the tokens of an ended session.
    pub(crate) fn forget_session(&self, session: RecordId) {
        self.remembered.forget(|identity| identity.session == session);
    }

    /// Forgets the tokens of a user who was changed.
    pub(crate) fn forget_user(&self, user: RecordId) {
        self.remembered.forget(|identity| identity.actor.id == Some(user));
    }

    /// Forgets all tokens.
    pub(crate) fn forget_all(&self) {
        self.remembered.forget(|_| true);
    }

    /// Checks signature, type, key, issuer, audience and time.
    pub(crate) fn verify(&self, token: &str, now: Timestamp) -> Result<Claimed, Problem> {
        let invalid = || {
            Problem::new(
                Code::InvalidToken,
                "the access token is not valid: refresh it, or sign in again",
            )
        };
        let claims: Claims = self.signed_claims(TYPE, token).ok_or_else(invalid)?;
        if claims.iss != self.issuer || claims.aud != self.audience {
            return Err(invalid());
        }
        if claims.exp <= now.seconds() {
            return Err(Problem::new(
                Code::InvalidToken,
                "the access token has expired: refresh it",
            ));
        }
        let expires_at = claims
            .exp
            .checked_mul(1_000_000)
            .and_then(Timestamp::from_micros)
            .ok_or_else(invalid)?;
        Ok(Claimed {
            user: claims.sub.parse().map_err(|_| invalid())?,
            session: claims.sid.parse().map_err(|_| invalid())?,
            expires_at,
        })
    }
}

/// A JWT of this type, signed with the active key.
pub(super) fn sign<T: Serialize>(keys: &SecretKeys, of_type: &str, claims: &T) -> Result<String, Problem> {
    let signed = keys.sign(|kid| {
        let header = Header {
            alg: ALGORITHM.to_owned(),
            typ: of_type.to_owned(),
            kid: kid.to_owned(),
        };
        format!("{}.{}", encode_part(&header), encode_part(claims))
    });
    let (mut token, signature) = signed.ok_or_else(|| {
        Problem::new(
            Code::Unavailable,
            "this process has no keys to sign with; the setting keys.file names them",
        )
    })?;
    token.push('.');
    token.push_str(&URL_SAFE_NO_PAD.encode(signature));
    Ok(token)
}

fn encode_part<T: Serialize>(part: &T) -> String {
    URL_SAFE_NO_PAD.encode(serde_json::to_vec(part).expect("texts and numbers always serialise"))
}

fn decode_part<T: for<'de> Deserialize<'de>>(part: &str) -> Option<T> {
    serde_json::from_slice(&URL_SAFE_NO_PAD.decode(part).ok()?).ok()
}

/// A new refresh token or session cookie, and what is stored of it.
pub(crate) fn new_secret(random: &dyn RandomSource) -> (String, Vec<u8>) {
    let mut secret = [0u8; SECRET_BYTES];
    random.fill(&mut secret);
    let token = URL_SAFE_NO_PAD.encode(secret);
    let hash = hash_secret(&token);
    (token, hash)
}

/// A secret of 256 bits needs no salt or slow hash: nobody can guess it.
pub(crate) fn hash_secret(token: &str) -> Vec<u8> {
    ring::digest::digest(&ring::digest::SHA256, token.as_bytes())
        .as_ref()
        .to_vec()
}
