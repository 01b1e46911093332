//! After a rotation of keys, the account and the certificate are encrypted anew.

use std::sync::Arc;

use mainstay_store::acme::{self, SealedAcme};
use mainstay_store::{Priority, StoreError};

use super::kept::Kept;
use crate::environment::Environment;
use crate::keys::Sealed;

/// Encrypts with the active key what is encrypted with another; gives how many there were.
pub(crate) async fn reseal_acme(environment: &Arc<Environment>, active: &str) -> Result<usize, StoreError> {
    let (active, within) = (active.to_owned(), Arc::clone(environment));
    let write = environment.db.write(Priority::Background, move |tx| {
        let mut resealed = 0;
        for kept in Kept::ALL {
            let Some(old) = acme::secret(tx, kept.name())?.filter(|old| old.key_id != active) else {
                continue;
            };
            let old = Sealed {
                key_id: old.key_id,
                bytes: old.secret,
            };
            let Some(value) = within.secret_keys.open_sealed(kept.of(), &old) else {
                tracing::error!(what = kept.name(), "of ACME cannot be read, and is left as it is");
                continue;
            };
            // Without keys, nothing would have been read.
            if let Some(new) = within.secret_keys.seal(kept.of(), &value, within.random.as_ref()) {
                let sealed = SealedAcme {
                    key_id: new.key_id,
                    secret: new.bytes,
                };
                acme::keep_secret(tx, kept.name(), &sealed)?;
                resealed += 1;
            }
        }
        Ok(resealed)
    });
    write.await
}
