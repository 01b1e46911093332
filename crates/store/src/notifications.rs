//! What people are told about the records that concern them.

use mainstay_core::{RecordId, Timestamp};

use crate::comments::{On, optional_time, time};
use crate::db::StoreError;
use crate::tx::{Bind, Row, Tx, WriteTx};

/// One thing that one user is told.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Notification {
    pub id: RecordId,
    pub user: RecordId,
    /// When it happened; for several changes in a row, the last.
    pub at: Timestamp,
    pub reason: String,
    /// The journal entry, for several in a row the last.
    pub seq: i64,
    pub on: On,
    pub comment: Option<RecordId>,
    /// Who did it, if it was a user.
    pub actor: Option<RecordId>,
    /// The record's label, for one that was deleted.
    pub label: Option<String>,
    /// How many changes in a row it tells of.
    pub changes: i64,
    pub read_at: Option<Timestamp>,
}

pub fn add(tx: &mut WriteTx<'_>, notification: &Notification) -> Result<(), StoreError> {
    tx.execute_one(
        "INSERT INTO _notifications (id, user_id, at, reason, seq, collection, record_id, comment_id, actor_id, label,
             changes) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11)",
        &[
            Bind::from(&notification.id),
            Bind::from(&notification.user),
            Bind::Int(notification.at.as_micros()),
            Bind::Text(&notification.reason),
            Bind::Int(notification.seq),
            Bind::Text(&notification.on.collection),
            Bind::from(&notification.on.record),
            Bind::from(notification.comment.as_ref()),
            Bind::from(notification.actor.as_ref()),
            Bind::from(notification.label.as_deref()),
            Bind::Int(notification.changes),
        ],
    )
}

/// Adds one more change to the unread notification of the same record, user, actor and reason that is not older than
/// `since`. False when there is none.
///
/// An act without an actor counts as one by the user: nobody is told of their own.
pub fn join(tx: &mut WriteTx<'_>, more: &Notification, since: Timestamp) -> Result<bool, StoreError> {
    let newest = tx.query_first(
        "SELECT id FROM _notifications
         WHERE record_id = ?1 AND user_id = ?2 AND collection = ?3 AND reason = ?4 AND read_at IS NULL AND at >= ?5
           AND COALESCE(actor_id, user_id) = COALESCE(?6, user_id)
         ORDER BY id DESC LIMIT 1",
        &[
            Bind::from(&more.on.record),
            Bind::from(&more.user),
            Bind::Text(&more.on.collection),
            Bind::Text(&more.reason),
            Bind::Int(since.as_micros()),
            Bind::from(more.actor.as_ref()),
        ],
        |row| row.id(0),
    )?;
    let Some(newest) = newest else { return Ok(false) };
    tx.execute_one(
        "UPDATE _notifications SET at = ?2, seq = ?3, changes = changes + 1 WHERE id = ?1",
        &[
            Bind::from(&newest),
            Bind::Int(more.at.as_micros()),
            Bind::Int(more.seq),
        ],
    )?;
    Ok(true)
}

/// Arguments: the user, the last id of the page before, and how many at most.
pub const OF_USER: &str =
    "SELECT id, user_id, at, reason, seq, collection, record_id, comment_id, actor_id, label,
         changes, read_at FROM _notifications WHERE user_id = ?1 AND id < ?2 ORDER BY id DESC LIMIT ?3";
/// As [`OF_USER`], but only what is not read yet.
pub const UNREAD_OF_USER: &str =
    "SELECT id, user_id, at, reason, seq, collection, record_id, comment_id, actor_id,
         label, changes, read_at FROM _notifications
     WHERE user_id = ?1 AND read_at IS NULL AND id < ?2 ORDER BY id DESC LIMIT ?3";

/// What a user was told, the newest first, before one of them.
pub fn of_user(
    tx: &mut Tx<'_>,
    user: &RecordId,
    unread: bool,
    before: Option<&RecordId>,
    limit: usize,
) -> Result<Vec<Notification>, StoreError> {
    let behind_all = RecordId::from_bytes([0xff; 16]);
    let limit = i64::try_from(limit).unwrap_or(i64::MAX);
    let binds = [
        Bind::from(user),
        Bind::from(before.unwrap_or(&behind_all)),
        Bind::Int(limit),
    ];
    let mut found = Vec::new();
    tx.query(if unread { UNREAD_OF_USER } else { OF_USER }, &binds, |row| {
        found.push(read(row)?);
        Ok::<(), StoreError>(())
    })?;
    Ok(found)
}

fn read(row: &Row<'_>) -> Result<Notification, StoreError> {
    Ok(Notification {
        id: row.id(0)?,
        user: row.id(1)?,
        at: time(row.int(2)?)?,
        reason: row.text(3)?.to_owned(),
        seq: row.int(4)?,
        on: On {
            collection: row.text(5)?.to_owned(),
            record: row.id(6)?,
        },
        comment: row.optional_id(7)?,
        actor: row.optional_id(8)?,
        label: row.optional_text(9)?.map(str::to_owned),
        changes: row.int(10)?,
        read_at: optional_time(row, 11)?,
    })
}

/// Marks one as read; nothing when it is somebody else's, is gone, or was read before.
pub fn mark_read(
    tx: &mut WriteTx<'_>,
    user: &RecordId,
    id: &RecordId,
    at: Timestamp,
) -> Result<usize, StoreError> {
    tx.execute(
        "UPDATE _notifications SET read_at = ?3 WHERE user_id = ?1 AND id = ?2 AND read_at IS NULL",
        &[Bind::from(user), Bind::from(id), Bind::Int(at.as_micros())],
    )
}

/// Marks all up to one as read, or all.
pub fn mark_read_up_to(
    tx: &mut WriteTx<'_>,
    user: &RecordId,
    last: Option<&RecordId>,
    at: Timestamp,
) -> Result<usize, StoreError> {
    let behind_all = RecordId::from_bytes([0xff; 16]);
    tx.execute(
        "UPDATE _notifications SET read_at = ?3 WHERE user_id = ?1 AND id <= ?2 AND read_at IS NULL",
        &[
            Bind::from(user),
            Bind::from(last.unwrap_or(&behind_all)),
            Bind::Int(at.as_micros()),
        ],
    )
}
