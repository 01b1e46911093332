//! When sessions were last used: noted in memory and written once a minute, so that no request waits for it.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use mainstay_core::{RecordId, Timestamp, limits};
use mainstay_store::sessions::{self, SessionState};
use mainstay_store::{Priority, StoreError};

use crate::environment::Environment;
use crate::failure::Failure;

/// Uses that are closer together are one.
pub(super) const COARSE_MICROS: i64 = 60_000_000;
/// Sessions in one transaction, so that nobody waits for it.
const SLICE: usize = 500;

/// Uses that are not written yet. A process that is killed loses those of a minute.
#[derive(Debug, Default)]
pub struct SessionUses(Mutex<HashMap<RecordId, Timestamp>>);

impl SessionUses {
    pub(super) fn note(&self, session: &SessionState, now: Timestamp) {
        if session.last_used_at.saturating_add_micros(COARSE_MICROS) > now {
            return;
        }
        let mut noted = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if noted.len() < limits::SESSION_USES_MAX {
            noted.insert(session.id, now);
        }
    }

    fn take(&self) -> Vec<(RecordId, Timestamp)> {
        let mut noted = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        noted.drain().collect()
    }
}

/// Writes down which sessions were used. After a failure the rest is noted again with its next use.
pub async fn write_session_uses(environment: &Arc<Environment>) -> Result<(), Failure> {
    let noted = environment.session_uses.take();
    for slice in noted.chunks(SLICE) {
        let slice = slice.to_vec();
        let write = environment.db.write(Priority::Background, move |tx| {
            for (session, at) in &slice {
                // One that has ended since has no use.
                sessions::note_use(tx, session, *at)?;
            }
            Ok::<_, StoreError>(())
        });
        write.await?;
    }
    Ok(())
}
