//! Access tokens: JWTs signed with Ed25519 (RFC 7519, RFC 8037, RFC 9068), and opaque refresh tokens.
//!
//! One algorithm and one key of our own: what a token says about algorithms and keys is never believed (RFC 8725). A
//! token that was verified is remembered for a minute, since a signature costs more than the read that it guards; where
//! other processes end sessions too, for less than a second.

use std::sync::Arc;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use mainstay_core::{Actor, Code, Definition, Problem, RandomSource, RecordId, Timestamp};
use mainstay_store::{Dialect, WriteTx, keys};
use ring::signature::{ED25519, Ed25519KeyPair, KeyPair, UnparsedPublicKey};
use serde::{Deserialize, Serialize};

use super::keys::KeyGrant;
use super::remembered::Remembered;
use crate::environment::OpenError;

const SIGNING_KEY: &str = "signing";
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

    /// When it ends, if that is known.
    pub fn expires_at(&self) -> Option<Timestamp> {
        match self {
            Self::Session(identity) => Some(identity.expires_at),
            Self::Key(grant) => grant.expires_at,
        }
    }
}

/// What a verified token claims, before the database is asked whether its session still lives.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Claimed {
    pub(crate) user: RecordId,
    pub(crate) session: RecordId,
    pub(crate) expires_at: Timestamp,
}

pub struct Tokens {
    key: Ed25519KeyPair,
    key_id: String,
    issuer: String,
    audience: String,
    lifetime_minutes: u32,
    remembered: Remembered<String, Identity>,
}

impl std::fmt::Debug for Tokens {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Tokens")
            .field("key_id", &self.key_id)
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
    /// Signs with the key of the installation, which is made when it is opened for the first time: every process on one
    /// database believes the others' tokens.
    pub(crate) fn open(
        tx: &mut WriteTx<'_>,
        definition: &Definition,
        random: &dyn RandomSource,
    ) -> Result<Self, OpenError> {
        let mut fresh = [0; 32];
        random.fill(&mut fresh);
        let seed = keys::key(tx, SIGNING_KEY, &fresh)?;
        let key = Ed25519KeyPair::from_seed_unchecked(&seed).map_err(|_| OpenError::Key)?;
        let digest = ring::digest::digest(&ring::digest::SHA256, key.public_key().as_ref());
        Ok(Self {
            key_id: URL_SAFE_NO_PAD.encode(&digest.as_ref()[..9]),
            key,
            issuer: "mainstay".to_owned(),
            audience: definition.name.clone(),
            lifetime_minutes: definition.auth.access_token_minutes,
            remembered: Remembered::new(tx.dialect() == Dialect::Postgres),
        })
    }

    /// Signs an access token; gives it with its lifetime in seconds.
    pub(crate) fn issue(
        &self,
        user: RecordId,
        session: RecordId,
        token_id: RecordId,
        now: Timestamp,
    ) -> (String, i64) {
        let lifetime_seconds = i64::from(self.lifetime_minutes) * 60;
        let header = Header {
            alg: "EdDSA".to_owned(),
            typ: "at+jwt".to_owned(),
            kid: self.key_id.clone(),
        };
        let claims = Claims {
            iss: self.issuer.clone(),
            aud: self.audience.clone(),
            sub: user.to_string(),
            sid: session.to_string(),
            jti: token_id.to_string(),
            iat: now.seconds(),
            exp: now.seconds() + lifetime_seconds,
        };
        let mut token = encode_part(&header);
        token.push('.');
        token.push_str(&encode_part(&claims));
        let signature = self.key.sign(token.as_bytes());
        token.push('.');
        token.push_str(&URL_SAFE_NO_PAD.encode(signature));
        (token, lifetime_seconds)
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

    /// Checks signature, type, key, issuer, audience and time.
    pub(crate) fn verify(&self, token: &str, now: Timestamp) -> Result<Claimed, Problem> {
        let invalid = || {
            Problem::new(
                Code::InvalidToken,
                "the access token is not valid: refresh it, or sign in again",
            )
        };
        if token.len() > TOKEN_BYTES_MAX {
            return Err(invalid());
        }
        let (signed, signature) = token.rsplit_once('.').ok_or_else(invalid)?;
        let signature = URL_SAFE_NO_PAD.decode(signature).map_err(|_| invalid())?;
        UnparsedPublicKey::new(&ED25519, self.key.public_key().as_ref())
            .verify(signed.as_bytes(), &signature)
            .map_err(|_| invalid())?;
        let (header, claims) = signed.split_once('.').ok_or_else(invalid)?;
        let header: Header = decode_part(header).ok_or_else(invalid)?;
        let claims: Claims = decode_part(claims).ok_or_else(invalid)?;
        let ours = header.alg == "EdDSA"
            && header.typ == "at+jwt"
            && header.kid == self.key_id
            && claims.iss == self.issuer
            && claims.aud == self.audience;
        if !ours {
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
