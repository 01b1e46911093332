//! The secret keys of an installation: kept outside its database, rotated while it runs.
//!
//! `docs/decisions/0033-keys-and-tls.md` says why each key is known everywhere before it is used anywhere.

mod file;
mod kept;
mod key_ring;
mod reseal;
mod sealing;

use std::sync::{Arc, PoisonError, RwLock};

use mainstay_core::{Actor, RandomSource, Timestamp};
use mainstay_store::journal::{Entry, Kind, Origin, append};
use mainstay_store::keys::{KnownKey, find_key, known_keys, note_key, remove_key};
use mainstay_store::{Priority, StoreError, Tx, WriteTx, acme, secrets};
use ring::signature::{ED25519, Ed25519KeyPair, KeyPair, UnparsedPublicKey};
use serde_json::json;

use crate::environment::Environment;
pub use file::{KeyFileError, KeyPlace, print};
pub use key_ring::{Key, KeyRing, KeyState, Purpose, RingFault, SecretFault};
pub use reseal::reseal;
pub(crate) use sealing::Sealed;

/// The name of the key that tokens were signed with while it was in the database.
const IN_DATABASE: &str = "signing";

/// Where the keys are, and what happens without them.
#[derive(Debug, Clone)]
pub struct KeyOptions {
    pub place: KeyPlace,
    pub missing: MissingKeys,
}

/// What becomes of an application whose database was used with keys that are not there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MissingKeys {
    /// It cannot be opened.
    Refuse,
    /// It is opened, for work that needs none: nobody can sign in, and what is encrypted cannot be read.
    GoWithout,
}

/// Why there are no keys. Each says the way out.
#[derive(Debug, thiserror::Error)]
pub enum KeyError {
    #[error(transparent)]
    File(#[from] KeyFileError),
    #[error(
        "{0}: there is no such file, and the database was used with keys. Put the file back, from a backup or from another \
         server of the same database"
    )]
    Missing(KeyPlace),
    #[error(
        "{0}: none of its keys is one that the database was used with: it belongs to another installation. Put the right \
         file there"
    )]
    Foreign(KeyPlace),
    #[error(
        "{place}: the key {} is missing, and something is still encrypted with it: put it back into the file as a retired one",
        .ids.join(" and ")
    )]
    InUse { place: KeyPlace, ids: Vec<String> },
    #[error("the database cannot be asked about its keys")]
    Store(#[from] StoreError),
}

/// The keys that this process goes by.
pub struct SecretKeys {
    place: KeyPlace,
    taken: RwLock<Option<Arc<Taken>>>,
}

impl std::fmt::Debug for SecretKeys {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("SecretKeys")
            .field("place", &self.place)
            .finish_non_exhaustive()
    }
}

struct Taken {
    ring: KeyRing,
    signing: Vec<(String, KeyState, Ed25519KeyPair)>,
}

impl From<KeyRing> for Taken {
    fn from(ring: KeyRing) -> Self {
        Self {
            signing: ring.signing_pairs(),
            ring,
        }
    }
}

impl SecretKeys {
    /// Reads the keys. They are made with the database and never later: whoever lost them should not find out by new ones.
    pub(crate) fn open(
        tx: &mut WriteTx<'_>,
        options: &KeyOptions,
        (now, release): (Timestamp, i64),
        random: &dyn RandomSource,
    ) -> Result<Self, KeyError> {
        let place = &options.place;
        let known = known_keys(tx)?;
        let in_database = find_key(tx, IN_DATABASE)?;
        let ring = match (place.read()?, options.missing) {
            (Some(text), _) => {
                let ring = place.parse(&text)?;
                refuse_unfit(tx, place, &ring, &known)?;
                with_moved(place, ring, in_database.as_deref(), now)?
            }
            (None, _) if known.is_empty() => make(place, in_database.as_deref(), now, random)?,
            (None, MissingKeys::Refuse) => return Err(KeyError::Missing(place.clone())),
            (None, MissingKeys::GoWithout) => {
                return Ok(Self {
                    place: place.clone(),
                    taken: RwLock::default(),
                });
            }
        };
        // It is in the file now, which is on disk.
        remove_key(tx, IN_DATABASE)?;
        kept::seal_plain(tx, &ring, random)?;
        note(tx, &ring, &known, (now, release))?;
        Ok(Self {
            place: place.clone(),
            taken: RwLock::new(Some(Arc::new(ring.into()))),
        })
    }

    fn taken(&self) -> Option<Arc<Taken>> {
        self.taken.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Signs with the active key what `text` makes of its id; `None` without keys.
    pub(crate) fn sign(
        &self,
        text: impl FnOnce(&str) -> String,
    ) -> Option<(String, ring::signature::Signature)> {
        let taken = self.taken()?;
        let (id, _, pair) = taken
            .signing
            .iter()
            .find(|(_, state, _)| *state == KeyState::Active)?;
        let text = text(id);
        let signature = pair.sign(text.as_bytes());
        Some((text, signature))
    }

    /// Was this signed with our key of this id? The next key counts, too: another process may sign with it already.
    pub(crate) fn is_signed(&self, id: &str, text: &[u8], signature: &[u8]) -> bool {
        self.taken().is_some_and(|taken| {
            let key = taken.signing.iter().find(|(known, _, _)| known == id);
            key.is_some_and(|(_, _, pair)| {
                UnparsedPublicKey::new(&ED25519, pair.public_key().as_ref())
                    .verify(text, signature)
                    .is_ok()
            })
        })
    }

    /// The public halves of the signing keys with their ids, for those who check what we sign: the next one too, so that it
    /// is known before it is used.
    pub(crate) fn public_signing_keys(&self) -> Vec<(String, Vec<u8>)> {
        let taken = self.taken();
        let pairs = taken.iter().flat_map(|taken| &taken.signing);
        pairs
            .map(|(id, _, pair)| (id.clone(), pair.public_key().as_ref().to_vec()))
            .collect()
    }

    /// Encrypts what must be read again; `of` says what it is of. `None` without keys.
    pub(crate) fn seal(&self, of: &[u8], value: &[u8], random: &dyn RandomSource) -> Option<Sealed> {
        Some(sealing::seal(&self.taken()?.ring, of, value, random))
    }

    /// What was encrypted; `None` without its key, or if it was changed.
    pub(crate) fn open_sealed(&self, of: &[u8], sealed: &Sealed) -> Option<Vec<u8>> {
        sealing::open(&self.taken()?.ring, of, sealed)
    }

    /// The id of the key that encrypts by now.
    pub(crate) fn encrypting(&self) -> Option<String> {
        let taken = self.taken()?;
        Some(taken.ring.active(Purpose::Encryption).id.clone())
    }
}

/// Takes up the keys as their file says by now; gives whether they are other ones. Without a good file those before stay.
pub async fn take_up_keys(environment: &Arc<Environment>) -> Result<bool, KeyError> {
    let keys = &environment.secret_keys;
    let text = keys.place.read()?;
    let text = text.ok_or_else(|| KeyError::Missing(keys.place.clone()))?;
    let ring = keys.place.parse(&text)?;
    if keys.taken().is_some_and(|taken| taken.ring.keys() == ring.keys()) {
        return Ok(false);
    }
    let (now, release) = (environment.clock.now(), environment.release().row);
    let (place, wanted) = (keys.place.clone(), ring.clone());
    let noted = environment.db.write(Priority::Interactive, move |tx| {
        let known = known_keys(tx)?;
        refuse_unfit(tx, &place, &wanted, &known)?;
        note(tx, &wanted, &known, (now, release))
    });
    noted.await?;
    *keys.taken.write().unwrap_or_else(PoisonError::into_inner) = Some(Arc::new(ring.into()));
    // A token may have been signed with a key that is not believed any more.
    environment.tokens.forget_all();
    Ok(true)
}

/// The ids of keys that something is still encrypted with.
pub async fn keys_in_use(environment: &Arc<Environment>) -> Result<Vec<String>, KeyError> {
    Ok(environment.db.read(sealing_keys).await?)
}

/// The ids of keys that something in the database is encrypted with.
fn sealing_keys(tx: &mut Tx<'_>) -> Result<Vec<String>, StoreError> {
    let mut keys = secrets::sealing_keys(tx)?;
    keys.extend(acme::sealing_keys(tx)?);
    keys.sort_unstable();
    keys.dedup();
    Ok(keys)
}

/// Makes the keys for an installation that is still to come, where there are none.
pub fn create_keys(
    place: &KeyPlace,
    now: Timestamp,
    random: &dyn RandomSource,
) -> Result<KeyRing, KeyFileError> {
    place.change(|before| match before {
        None => Ok(KeyRing::fresh(None, now, random)),
        Some(_) => Err(KeyFileError::Exists { place: place.clone() }),
    })
}

/// Makes the keys of a new installation, or of one that had its signing key in the database.
fn make(
    place: &KeyPlace,
    in_database: Option<&[u8]>,
    now: Timestamp,
    random: &dyn RandomSource,
) -> Result<KeyRing, KeyError> {
    let moved = in_database.and_then(|seed| Key::moved(seed, KeyState::Active, now).ok());
    let ring = KeyRing::fresh(moved, now, random);
    place.change(|_| Ok::<_, KeyFileError>(ring.clone()))?;
    Ok(ring)
}

/// Keys that were made for a database with a signing key of its own: that one still verifies the tokens under way. Where the
/// place cannot be written, it is let go of, and clients refresh their tokens.
fn with_moved(
    place: &KeyPlace,
    ring: KeyRing,
    in_database: Option<&[u8]>,
    now: Timestamp,
) -> Result<KeyRing, KeyError> {
    let moved = in_database.and_then(|seed| Key::moved(seed, KeyState::Retired, now).ok());
    let Some(moved) = moved.filter(|moved| ring.find(Purpose::Signing, &moved.id).is_none()) else {
        return Ok(ring);
    };
    let both = ring.with(moved).map_err(|fault| KeyFileError::Ring {
        place: place.clone(),
        fault,
    })?;
    match place {
        KeyPlace::Text(_) => Ok(ring),
        KeyPlace::File(_) => {
            place.change(|_| Ok::<_, KeyFileError>(both.clone()))?;
            Ok(both)
        }
    }
}

/// Refuses keys that the database cannot be used with.
fn refuse_unfit(
    tx: &mut Tx<'_>,
    place: &KeyPlace,
    ring: &KeyRing,
    known: &[KnownKey],
) -> Result<(), KeyError> {
    let has = |id: &str| ring.keys().iter().any(|key| key.id == id);
    if !known.is_empty() && !known.iter().any(|known| has(&known.id)) {
        return Err(KeyError::Foreign(place.clone()));
    }
    let ids: Vec<String> = sealing_keys(tx)?.into_iter().filter(|id| !has(id)).collect();
    if ids.is_empty() {
        return Ok(());
    }
    Err(KeyError::InUse {
        place: place.clone(),
        ids,
    })
}

/// Notes which keys are in use. What became of those before is an entry, once for all processes.
fn note(
    tx: &mut WriteTx<'_>,
    ring: &KeyRing,
    known: &[KnownKey],
    (now, release): (Timestamp, i64),
) -> Result<(), KeyError> {
    let stands = |key: &Key| KnownKey {
        id: key.id.clone(),
        purpose: key.purpose.as_str().to_owned(),
        state: key.state.as_str().to_owned(),
    };
    let mut changes = Vec::new();
    for key in ring.keys().iter().map(stands).filter(|key| !known.contains(key)) {
        let before = known.iter().find(|known| known.id == key.id);
        changes.push(json!({
            "id": key.id,
            "purpose": key.purpose,
            "from": before.map(|before| before.state.as_str()),
            "to": key.state,
        }));
        note_key(tx, &key, now)?;
    }
    if known.is_empty() || changes.is_empty() {
        return Ok(());
    }
    let origin = Origin {
        release,
        ..Origin::default()
    };
    append(
        tx,
        &Entry {
            at: now,
            kind: Kind::KeysChanged,
            actor: Actor::SYSTEM,
            origin: &origin,
            collection: None,
            record_id: None,
            version: None,
            payload: &json!({ "keys": changes }).to_string(),
        },
    )?;
    Ok(())
}
