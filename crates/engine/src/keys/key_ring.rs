//! The keys of an installation, and what may be done with each.

use std::fmt;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use mainstay_core::{RandomSource, Timestamp};
use ring::signature::{Ed25519KeyPair, KeyPair};

/// 256 bits: what Ed25519 and AES-256 take.
const SECRET_BYTES: usize = 32;
const ID_BYTES: usize = 9;
const ID_CHARACTERS_MAX: usize = 40;
/// Different values among the bytes of a secret. Of 32 that chance gave there are about 30, and fewer than this not once in
/// the life of the universe: the secret is an example, or somebody typed it.
const DIFFERENT_BYTES_MIN: usize = 16;

/// What a key is for. One key serves one purpose.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Purpose {
    /// Signs access tokens (Ed25519).
    Signing,
    /// Encrypts what must be read again (AES-256-GCM).
    Encryption,
}

impl Purpose {
    pub const ALL: [Self; 2] = [Self::Signing, Self::Encryption];

    pub fn as_str(self) -> &'static str {
        match self {
            Self::Signing => "signing",
            Self::Encryption => "encryption",
        }
    }

    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|purpose| purpose.as_str() == text)
    }
}

/// What a key does by now.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum KeyState {
    /// Will be the active one: every process knows it before the first one uses it.
    Next,
    /// Signs and encrypts.
    Active,
    /// Verifies and decrypts what it was used for before.
    Retired,
}

impl KeyState {
    const ALL: [Self; 3] = [Self::Next, Self::Active, Self::Retired];

    pub fn as_str(self) -> &'static str {
        match self {
            Self::Next => "next",
            Self::Active => "active",
            Self::Retired => "retired",
        }
    }

    pub(super) fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.as_str() == text)
    }
}

/// The bytes of a key, which print as nothing.
#[derive(Clone, PartialEq, Eq)]
pub(crate) struct Secret([u8; SECRET_BYTES]);

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret(..)")
    }
}

impl Secret {
    fn fresh(random: &dyn RandomSource) -> Self {
        let mut bytes = [0; SECRET_BYTES];
        random.fill(&mut bytes);
        Self(bytes)
    }

    /// Reads base64url; what chance cannot have made is refused.
    pub(super) fn parse(text: &str) -> Result<Self, SecretFault> {
        let bytes = URL_SAFE_NO_PAD.decode(text).map_err(|_| SecretFault::Encoding)?;
        Self::of(&bytes)
    }

    fn of(bytes: &[u8]) -> Result<Self, SecretFault> {
        let secret: [u8; SECRET_BYTES] = bytes.try_into().map_err(|_| SecretFault::Length(bytes.len()))?;
        let mut different = secret;
        different.sort_unstable();
        let changes = different.windows(2).filter(|pair| pair[0] != pair[1]).count();
        let is_text = secret.iter().all(u8::is_ascii_graphic);
        if is_text || changes + 1 < DIFFERENT_BYTES_MIN {
            return Err(SecretFault::Example);
        }
        Ok(Self(secret))
    }

    pub(super) fn to_text(&self) -> String {
        URL_SAFE_NO_PAD.encode(self.0)
    }

    pub(super) fn bytes(&self) -> &[u8; SECRET_BYTES] {
        &self.0
    }
}

/// Why a secret is none.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum SecretFault {
    #[error("is not base64url")]
    Encoding,
    #[error("has {0} bytes and needs 32")]
    Length(usize),
    #[error("is an example or was typed by somebody; a secret is 32 bytes of chance")]
    Example,
}

/// One key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Key {
    /// `kid` in tokens.
    pub id: String,
    pub purpose: Purpose,
    pub state: KeyState,
    pub created_at: Timestamp,
    pub retired_at: Option<Timestamp>,
    pub(super) secret: Secret,
}

impl Key {
    fn fresh(purpose: Purpose, state: KeyState, now: Timestamp, random: &dyn RandomSource) -> Self {
        let mut id = [0; ID_BYTES];
        random.fill(&mut id);
        // The first of 64 characters is one of the first 32, which are letters: an id is no option of a command.
        id[0] &= 0x7f;
        Self {
            id: URL_SAFE_NO_PAD.encode(id),
            purpose,
            state,
            created_at: now,
            retired_at: None,
            secret: Secret::fresh(random),
        }
    }

    /// The key that tokens were signed with while it was kept in the database. Its id is what they name.
    pub(super) fn moved(seed: &[u8], state: KeyState, now: Timestamp) -> Result<Self, SecretFault> {
        let secret = Secret::of(seed)?;
        let digest = ring::digest::digest(&ring::digest::SHA256, pair_of(&secret).public_key().as_ref());
        Ok(Self {
            id: URL_SAFE_NO_PAD.encode(&digest.as_ref()[..ID_BYTES]),
            purpose: Purpose::Signing,
            state,
            created_at: now,
            retired_at: (state == KeyState::Retired).then_some(now),
            secret,
        })
    }
}

fn pair_of(secret: &Secret) -> Ed25519KeyPair {
    Ed25519KeyPair::from_seed_unchecked(&secret.0).expect("every 32 bytes are a seed")
}

/// Why keys do not go together. Each is a sentence about them.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum RingFault {
    #[error("there is no active {} key", .0.as_str())]
    NoneActive(Purpose),
    #[error("there are {count} {} {} keys and can be only one", .state.as_str(), .purpose.as_str())]
    Several {
        purpose: Purpose,
        state: KeyState,
        count: usize,
    },
    #[error("two keys have the id {0:?}")]
    SameId(String),
    #[error("two keys have the same secret: {0:?} and {1:?}")]
    SameSecret(String, String),
    #[error("{0:?} is no id of a key: write up to 40 letters, digits, hyphens and underscores")]
    Id(String),
}

/// The keys of an installation, which go together: for each purpose one is active and at most one is next.
#[derive(Clone)]
pub struct KeyRing {
    keys: Vec<Key>,
}

impl fmt::Debug for KeyRing {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list()
            .entries(self.keys.iter().map(|key| (&key.id, key.state)))
            .finish()
    }
}

impl KeyRing {
    pub(super) fn new(keys: Vec<Key>) -> Result<Self, RingFault> {
        let is_id = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_';
        for (position, key) in keys.iter().enumerate() {
            if !(1..=ID_CHARACTERS_MAX).contains(&key.id.len()) || !key.id.bytes().all(is_id) {
                return Err(RingFault::Id(key.id.chars().take(ID_CHARACTERS_MAX).collect()));
            }
            for other in &keys[..position] {
                if other.id == key.id {
                    return Err(RingFault::SameId(key.id.clone()));
                }
                if other.secret == key.secret {
                    return Err(RingFault::SameSecret(other.id.clone(), key.id.clone()));
                }
            }
        }
        for purpose in Purpose::ALL {
            for state in [KeyState::Active, KeyState::Next] {
                let of_state = |key: &&Key| key.purpose == purpose && key.state == state;
                match keys.iter().filter(of_state).count() {
                    0 if state == KeyState::Active => return Err(RingFault::NoneActive(purpose)),
                    0 | 1 => {}
                    count => {
                        return Err(RingFault::Several {
                            purpose,
                            state,
                            count,
                        });
                    }
                }
            }
        }
        Ok(Self { keys })
    }

    /// New keys, an active and a next one for each purpose. `signing` is the active signing key where there is one already.
    pub(super) fn fresh(signing: Option<Key>, now: Timestamp, random: &dyn RandomSource) -> Self {
        let mut keys: Vec<Key> = signing.into_iter().collect();
        for purpose in Purpose::ALL {
            for state in [KeyState::Active, KeyState::Next] {
                if !keys
                    .iter()
                    .any(|key| key.purpose == purpose && key.state == state)
                {
                    keys.push(Key::fresh(purpose, state, now, random));
                }
            }
        }
        Self { keys }
    }

    /// The next key of a purpose becomes the active one, the active one is retired, and there is a new next one.
    #[must_use]
    pub fn rotated(&self, purpose: Purpose, now: Timestamp, random: &dyn RandomSource) -> Self {
        let mut keys = self.keys.clone();
        for key in keys.iter_mut().filter(|key| key.purpose == purpose) {
            match key.state {
                KeyState::Active => {
                    key.state = KeyState::Retired;
                    key.retired_at = Some(now);
                }
                KeyState::Next => key.state = KeyState::Active,
                KeyState::Retired => {}
            }
        }
        for state in [KeyState::Active, KeyState::Next] {
            if !keys
                .iter()
                .any(|key| key.purpose == purpose && key.state == state)
            {
                keys.push(Key::fresh(purpose, state, now, random));
            }
        }
        Self { keys }
    }

    /// The same with one key more.
    pub(super) fn with(&self, key: Key) -> Result<Self, RingFault> {
        let mut keys = self.keys.clone();
        keys.push(key);
        Self::new(keys)
    }

    /// The same without a key that is retired; `None` when there is no such one.
    pub fn without(&self, id: &str) -> Option<Self> {
        let of_id = |key: &Key| key.id == id && key.state == KeyState::Retired;
        let keys: Vec<Key> = self.keys.iter().filter(|key| !of_id(key)).cloned().collect();
        (keys.len() < self.keys.len()).then_some(Self { keys })
    }

    pub fn keys(&self) -> &[Key] {
        &self.keys
    }

    pub(super) fn find(&self, purpose: Purpose, id: &str) -> Option<&Key> {
        self.keys
            .iter()
            .find(|key| key.purpose == purpose && key.id == id)
    }

    pub(super) fn active(&self, purpose: Purpose) -> &Key {
        let of_purpose = |key: &&Key| key.purpose == purpose && key.state == KeyState::Active;
        let active = self.keys.iter().find(of_purpose);
        active.expect("a ring has an active key for each purpose")
    }

    pub(super) fn signing_pairs(&self) -> Vec<(String, KeyState, Ed25519KeyPair)> {
        let signing = self.keys.iter().filter(|key| key.purpose == Purpose::Signing);
        signing
            .map(|key| (key.id.clone(), key.state, pair_of(&key.secret)))
            .collect()
    }
}

#[cfg(test)]
mod tests;
