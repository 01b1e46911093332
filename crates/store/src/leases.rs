//! Leases: what one process may do at a time, when several share a database. Whoever holds one takes it again before it
//! runs out; when a process is gone, another takes over.

use std::time::Duration;

use mainstay_core::{RecordId, Timestamp};

use crate::db::StoreError;
use crate::tx::{Bind, Tx, WriteTx};

/// Takes or renews a lease. False when another holder has it until later.
pub fn take_lease(
    tx: &mut WriteTx<'_>,
    name: &str,
    holder: &RecordId,
    now: Timestamp,
    length: Duration,
) -> Result<bool, StoreError> {
    let length = i64::try_from(length.as_micros()).unwrap_or(i64::MAX);
    let changed = tx.execute(
        "INSERT INTO _leases AS l (name, holder, expires_at) VALUES (?1, ?2, ?3)
         ON CONFLICT (name) DO UPDATE SET holder = excluded.holder, expires_at = excluded.expires_at
         WHERE l.holder = excluded.holder OR l.expires_at <= ?4",
        &[
            Bind::Text(name),
            Bind::from(holder),
            Bind::Int(now.as_micros().saturating_add(length)),
            Bind::Int(now.as_micros()),
        ],
    )?;
    Ok(changed == 1)
}

/// Who holds a lease, and until when.
pub fn holder(tx: &mut Tx<'_>, name: &str) -> Result<Option<(RecordId, Timestamp)>, StoreError> {
    tx.query_first(
        "SELECT holder, expires_at FROM _leases WHERE name = ?1",
        &[Bind::Text(name)],
        |row| {
            let expires_at = Timestamp::from_micros(row.int(1)?)
                .ok_or_else(|| StoreError::Corrupt("a lease has no possible end".to_owned()))?;
            Ok((row.id(0)?, expires_at))
        },
    )
}

/// Lets a lease go, if it is still this holder's.
pub fn drop_lease(tx: &mut WriteTx<'_>, name: &str, holder: &RecordId) -> Result<(), StoreError> {
    tx.execute(
        "DELETE FROM _leases WHERE name = ?1 AND holder = ?2",
        &[Bind::Text(name), Bind::from(holder)],
    )?;
    Ok(())
}
