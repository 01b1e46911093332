//! Who follows which record.

use mainstay_core::{RecordId, Timestamp};

use crate::comments::On;
use crate::db::StoreError;
use crate::tx::{Bind, Tx, WriteTx};

/// Does a user follow a record? `None` for one who never said, nor did what makes one follow.
pub fn is_following(tx: &mut Tx<'_>, on: &On, user: &RecordId) -> Result<Option<bool>, StoreError> {
    tx.query_first(
        "SELECT following FROM _follows WHERE record_id = ?1 AND collection = ?2 AND user_id = ?3",
        &[
            Bind::from(&on.record),
            Bind::Text(&on.collection),
            Bind::from(user),
        ],
        |row| Ok(row.int(0)? == 1),
    )
}

/// Notes that a user follows a record, or does not want to.
pub fn follow(
    tx: &mut WriteTx<'_>,
    on: &On,
    user: &RecordId,
    following: bool,
    at: Timestamp,
) -> Result<(), StoreError> {
    tx.execute_one(
        "INSERT INTO _follows (record_id, collection, user_id, following, at) VALUES (?1, ?2, ?3, ?4, ?5)
         ON CONFLICT (record_id, collection, user_id) DO UPDATE SET following = excluded.following, at = excluded.at",
        &[
            Bind::from(&on.record),
            Bind::Text(&on.collection),
            Bind::from(user),
            Bind::Int(i64::from(following)),
            Bind::Int(at.as_micros()),
        ],
    )
}

/// Everybody who follows a record and did so at a time: what happened before does not concern them.
pub fn of_record(tx: &mut Tx<'_>, on: &On, at: Timestamp) -> Result<Vec<RecordId>, StoreError> {
    let mut found = Vec::new();
    tx.query(
        "SELECT user_id FROM _follows WHERE record_id = ?1 AND collection = ?2 AND following = 1 AND at <= ?3
         ORDER BY user_id",
        &[
            Bind::from(&on.record),
            Bind::Text(&on.collection),
            Bind::Int(at.as_micros()),
        ],
        |row| {
            found.push(row.id(0)?);
            Ok::<(), StoreError>(())
        },
    )?;
    Ok(found)
}

/// How many follow a record.
pub fn followers(tx: &mut Tx<'_>, on: &On) -> Result<usize, StoreError> {
    let found = tx.query_first(
        "SELECT count(*) FROM _follows WHERE record_id = ?1 AND collection = ?2 AND following = 1",
        &[Bind::from(&on.record), Bind::Text(&on.collection)],
        |row| row.int(0),
    )?;
    Ok(found.and_then(|count| usize::try_from(count).ok()).unwrap_or(0))
}
