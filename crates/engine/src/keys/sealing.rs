//! Secrets that must be read again, encrypted with AES-256-GCM (NIST SP 800-38D).
//!
//! Each is bound to what it is of and to its key: one that is moved to another row cannot be read. A key seals far fewer
//! than the 2^32 values for which nonces of 96 bits by chance are good.

use mainstay_core::RandomSource;
use ring::aead::{AES_256_GCM, Aad, LessSafeKey, NONCE_LEN, Nonce, UnboundKey};

use super::key_ring::{Key, KeyRing, Purpose};

/// A value that was encrypted, and the key that it takes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Sealed {
    pub(crate) key_id: String,
    /// The nonce, then the encrypted value, then its tag.
    pub(crate) bytes: Vec<u8>,
}

/// Encrypts a value with the active key. `of` says what it is of, byte for byte.
pub(super) fn seal(ring: &KeyRing, of: &[u8], value: &[u8], random: &dyn RandomSource) -> Sealed {
    let key = ring.active(Purpose::Encryption);
    let mut nonce = [0; NONCE_LEN];
    random.fill(&mut nonce);
    let mut sealed = value.to_vec();
    cipher(key)
        .seal_in_place_append_tag(
            Nonce::assume_unique_for_key(nonce),
            Aad::from(bound(key, of)),
            &mut sealed,
        )
        .expect("short values can be encrypted");
    Sealed {
        key_id: key.id.clone(),
        bytes: [nonce.as_slice(), &sealed].concat(),
    }
}

/// The value; `None` where its key is not there, or the value is not what was sealed.
pub(super) fn open(ring: &KeyRing, of: &[u8], sealed: &Sealed) -> Option<Vec<u8>> {
    let key = ring.find(Purpose::Encryption, &sealed.key_id)?;
    let (nonce, encrypted) = sealed.bytes.split_at_checked(NONCE_LEN)?;
    let nonce = Nonce::try_assume_unique_for_key(nonce).ok()?;
    let mut encrypted = encrypted.to_vec();
    let value = cipher(key)
        .open_in_place(nonce, Aad::from(bound(key, of)), &mut encrypted)
        .ok()?;
    Some(value.to_vec())
}

fn cipher(key: &Key) -> LessSafeKey {
    let key = UnboundKey::new(&AES_256_GCM, key.secret.bytes()).expect("the key has 32 bytes");
    LessSafeKey::new(key)
}

fn bound(key: &Key, of: &[u8]) -> Vec<u8> {
    // No id holds NUL.
    [b"mainstay sealed 1\0", key.id.as_bytes(), b"\0", of].concat()
}
