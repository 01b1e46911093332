//! Secrets that are kept in the database by their names, encrypted with the keys of the key file.

use mainstay_core::RandomSource;
use mainstay_store::secrets::{self, KeptSecret};
use mainstay_store::{StoreError, Tx, WriteTx, keys, webhooks};

use super::key_ring::KeyRing;
use super::{Sealed, SecretKeys, sealing};
use crate::audit::SEAL_KEY;

impl SecretKeys {
    /// Keeps a secret under a name, in the place of the one before; `false` without keys.
    pub(crate) fn keep(
        &self,
        tx: &mut WriteTx<'_>,
        (name, value): (&str, &[u8]),
        random: &dyn RandomSource,
    ) -> Result<bool, StoreError> {
        let Some(taken) = self.taken() else {
            return Ok(false);
        };
        keep(tx, &taken.ring, (name, value), random)?;
        Ok(true)
    }

    /// The secret of this name, if there is one that can be read.
    pub(crate) fn recall(&self, tx: &mut Tx<'_>, name: &str) -> Result<Option<Vec<u8>>, StoreError> {
        Ok(secrets::find(tx, name)?.and_then(|kept| self.open_kept(kept)))
    }

    /// What was kept; `None` without its key, or if it was changed.
    pub(crate) fn open_kept(&self, kept: KeptSecret) -> Option<Vec<u8>> {
        let sealed = Sealed {
            key_id: kept.key_id,
            bytes: kept.secret,
        };
        self.open_sealed(&bound_to(&kept.name), &sealed)
    }
}

/// Encrypts what earlier versions kept as it was: the secrets of webhooks, and the key of the audit's seals.
pub(super) fn seal_plain(
    tx: &mut WriteTx<'_>,
    ring: &KeyRing,
    random: &dyn RandomSource,
) -> Result<(), StoreError> {
    for plain in webhooks::take_plain(tx)? {
        keep(tx, ring, (&plain.name, &plain.secret), random)?;
    }
    if let Some(seed) = keys::find_key(tx, SEAL_KEY)? {
        keep(tx, ring, (SEAL_KEY, &seed), random)?;
        keys::remove_key(tx, SEAL_KEY)?;
    }
    Ok(())
}

fn keep(
    tx: &mut WriteTx<'_>,
    ring: &KeyRing,
    (name, value): (&str, &[u8]),
    random: &dyn RandomSource,
) -> Result<(), StoreError> {
    let sealed = sealing::seal(ring, &bound_to(name), value, random);
    secrets::put(
        tx,
        &KeptSecret {
            name: name.to_owned(),
            key_id: sealed.key_id,
            secret: sealed.bytes,
        },
    )
}

/// What a secret of this name is bound to: no row of another table, and no other name.
fn bound_to(name: &str) -> Vec<u8> {
    format!("secret {name}").into_bytes()
}
