//! When and where keys were last used: noted in memory and written once a minute, so that no request waits for it.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use mainstay_core::{RecordId, Timestamp, limits};
use mainstay_store::{Priority, StoreError, api_keys};

use super::KeyGrant;
use crate::auth::session_uses::COARSE_MICROS;
use crate::environment::Environment;
use crate::failure::Failure;

/// Keys in one transaction, so that nobody waits for it.
const SLICE: usize = 500;

/// Uses that are not written yet, by key. A process that is killed loses those of a minute.
#[derive(Debug, Default)]
pub struct KeyUses(Mutex<HashMap<RecordId, Use>>);

#[derive(Debug, Clone)]
struct Use {
    at: Timestamp,
    addresses: Vec<String>,
    is_written: bool,
}

impl KeyUses {
    /// Notes a use. Is it from an address that the key was never used from, and was it used before?
    pub(super) fn note(&self, grant: &KeyGrant, address: &str, now: Timestamp) -> bool {
        let mut noted = self.lock();
        if noted.len() >= limits::API_KEY_USES_MAX {
            noted.retain(|_, noted| !noted.is_written);
            if noted.len() >= limits::API_KEY_USES_MAX {
                return false;
            }
        }
        let known = noted.entry(grant.id).or_insert_with(|| Use {
            at: grant.last_used_at.unwrap_or(Timestamp::MIN),
            addresses: grant.addresses.clone(),
            is_written: true,
        });
        for address in &grant.addresses {
            // Another process may have seen more.
            if !known.addresses.contains(address) {
                known.addresses.insert(0, address.clone());
            }
        }
        let was_used = !known.addresses.is_empty();
        let is_new = !known.addresses.iter().any(|known| known == address);
        if is_new {
            known.addresses.push(address.to_owned());
        }
        let excess = known
            .addresses
            .len()
            .saturating_sub(limits::API_KEY_ADDRESSES_MAX);
        known.addresses.drain(..excess);
        if is_new || known.at.saturating_add_micros(COARSE_MICROS) <= now {
            known.at = now;
            known.is_written = false;
        }
        is_new && was_used
    }

    fn unwritten(&self) -> Vec<(RecordId, Use)> {
        let mut noted = self.lock();
        let unwritten = noted.iter_mut().filter(|(_, noted)| !noted.is_written);
        unwritten
            .map(|(key, noted)| {
                noted.is_written = true;
                (*key, noted.clone())
            })
            .collect()
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<RecordId, Use>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Writes down which keys were used, and where from. After a failure the rest is noted again with its next use.
pub async fn write_key_uses(environment: &Arc<Environment>) -> Result<(), Failure> {
    let noted = environment.key_uses.unwritten();
    for slice in noted.chunks(SLICE) {
        let slice = slice.to_vec();
        let write = environment.db.write(Priority::Background, move |tx| {
            for (key, noted) in &slice {
                let addresses = serde_json::Value::from(noted.addresses.clone()).to_string();
                api_keys::note_use(tx, key, noted.at, &addresses)?;
            }
            Ok::<_, StoreError>(())
        });
        write.await?;
    }
    Ok(())
}
