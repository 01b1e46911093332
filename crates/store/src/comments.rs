//! Comments on records, with their mentions and reactions: one comment. `page` reads threads.

mod page;

pub use page::{COMMENTS, Page, THREADS, Threads, Totals, page, totals};

use mainstay_core::{RecordId, Timestamp};

use crate::db::StoreError;
use crate::tx::{Bind, Row, Tx, WriteTx};

/// A comment as stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Comment {
    pub id: RecordId,
    pub on: On,
    /// The comment that it answers; its own id for one that answers none.
    pub thread: RecordId,
    pub field: Option<String>,
    pub author: RecordId,
    /// `CommonMark` source; empty once it is deleted.
    pub body: String,
    pub version: i64,
    pub created_at: Timestamp,
    pub edited_at: Option<Timestamp>,
    pub resolved: Option<Resolved>,
    pub deleted_at: Option<Timestamp>,
    /// In the order of their ids.
    pub mentions: Vec<RecordId>,
    /// In the order in which each kind was first given.
    pub reactions: Vec<Reaction>,
}

/// The record that a comment is about.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct On {
    /// The first name of its collection.
    pub collection: String,
    pub record: RecordId,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Resolved {
    pub at: Timestamp,
    pub by: RecordId,
}

/// One kind of reaction, by everybody who gave it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reaction {
    pub emoji: String,
    /// The first comes first.
    pub users: Vec<RecordId>,
}

impl Comment {
    pub fn is_reply(&self) -> bool {
        self.thread != self.id
    }

    fn read(row: &Row<'_>) -> Result<Self, StoreError> {
        let resolved_at = optional_time(row, 10)?;
        Ok(Self {
            id: row.id(0)?,
            on: On {
                collection: row.text(1)?.to_owned(),
                record: row.id(2)?,
            },
            thread: row.id(3)?,
            field: row.optional_text(4)?.map(str::to_owned),
            author: row.id(5)?,
            body: row.text(6)?.to_owned(),
            version: row.int(7)?,
            created_at: time(row.int(8)?)?,
            edited_at: optional_time(row, 9)?,
            resolved: resolved_at
                .zip(row.optional_id(11)?)
                .map(|(at, by)| Resolved { at, by }),
            deleted_at: optional_time(row, 12)?,
            mentions: Vec::new(),
            reactions: Vec::new(),
        })
    }

    fn add_reaction(&mut self, emoji: &str, user: RecordId) {
        match self.reactions.iter_mut().find(|known| known.emoji == emoji) {
            Some(known) => known.users.push(user),
            None => self.reactions.push(Reaction {
                emoji: emoji.to_owned(),
                users: vec![user],
            }),
        }
    }
}

pub(crate) fn time(micros: i64) -> Result<Timestamp, StoreError> {
    Timestamp::from_micros(micros)
        .ok_or_else(|| StoreError::Corrupt("a comment or a notification has no possible time".to_owned()))
}

pub(crate) fn optional_time(row: &Row<'_>, column: usize) -> Result<Option<Timestamp>, StoreError> {
    if row.is_null(column)? {
        return Ok(None);
    }
    time(row.int(column)?).map(Some)
}

/// One comment, whole.
pub fn find(tx: &mut Tx<'_>, id: &RecordId) -> Result<Option<Comment>, StoreError> {
    let found = tx.query_first(
        "SELECT id, collection, record_id, thread_id, field, author_id, body, version, created_at, edited_at,
             resolved_at, resolved_by, deleted_at FROM _comments WHERE id = ?1",
        &[Bind::from(id)],
        Comment::read,
    )?;
    let Some(mut comment) = found else {
        return Ok(None);
    };
    tx.query(
        "SELECT user_id FROM _comment_mentions WHERE comment_id = ?1 ORDER BY user_id",
        &[Bind::from(id)],
        |row| {
            comment.mentions.push(row.id(0)?);
            Ok::<(), StoreError>(())
        },
    )?;
    tx.query(
        "SELECT emoji, user_id FROM _comment_reactions WHERE comment_id = ?1 ORDER BY at, emoji, user_id",
        &[Bind::from(id)],
        |row| {
            comment.add_reaction(row.text(0)?, row.id(1)?);
            Ok::<(), StoreError>(())
        },
    )?;
    Ok(Some(comment))
}

/// Is it there, with its text?
pub fn is_shown(tx: &mut Tx<'_>, id: &RecordId) -> Result<bool, StoreError> {
    let found = tx.query_first(
        "SELECT 1 FROM _comments WHERE id = ?1 AND deleted_at IS NULL",
        &[Bind::from(id)],
        |_| Ok::<(), StoreError>(()),
    )?;
    Ok(found.is_some())
}

/// Adds a comment with its mentions.
pub fn add(tx: &mut WriteTx<'_>, comment: &Comment) -> Result<(), StoreError> {
    tx.execute_one(
        "INSERT INTO _comments (id, collection, record_id, thread_id, field, author_id, body, version, created_at)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)",
        &[
            Bind::from(&comment.id),
            Bind::Text(&comment.on.collection),
            Bind::from(&comment.on.record),
            Bind::from(&comment.thread),
            Bind::from(comment.field.as_deref()),
            Bind::from(&comment.author),
            Bind::Text(&comment.body),
            Bind::Int(comment.version),
            Bind::Int(comment.created_at.as_micros()),
        ],
    )?;
    add_mentions(tx, comment)
}

fn add_mentions(tx: &mut WriteTx<'_>, comment: &Comment) -> Result<(), StoreError> {
    for user in &comment.mentions {
        tx.execute_one(
            "INSERT INTO _comment_mentions (comment_id, user_id) VALUES (?1, ?2)",
            &[Bind::from(&comment.id), Bind::from(user)],
        )?;
    }
    Ok(())
}

fn remove_mentions(tx: &mut WriteTx<'_>, id: &RecordId) -> Result<(), StoreError> {
    // However many there were.
    tx.execute(
        "DELETE FROM _comment_mentions WHERE comment_id = ?1",
        &[Bind::from(id)],
    )?;
    Ok(())
}

/// Writes a comment's text and mentions, and whether it is resolved or deleted, as its next version.
pub fn change(tx: &mut WriteTx<'_>, comment: &Comment) -> Result<(), StoreError> {
    tx.execute_one(
        "UPDATE _comments SET body = ?3, version = ?2, edited_at = ?4, resolved_at = ?5, resolved_by = ?6,
             deleted_at = ?7 WHERE id = ?1 AND version = ?2 - 1",
        &[
            Bind::from(&comment.id),
            Bind::Int(comment.version),
            Bind::Text(&comment.body),
            Bind::from(comment.edited_at.map(Timestamp::as_micros)),
            Bind::from(comment.resolved.map(|resolved| resolved.at.as_micros())),
            Bind::from(comment.resolved.as_ref().map(|resolved| &resolved.by)),
            Bind::from(comment.deleted_at.map(Timestamp::as_micros)),
        ],
    )?;
    remove_mentions(tx, &comment.id)?;
    add_mentions(tx, comment)
}

/// Removes one comment with its mentions and reactions.
pub fn remove(tx: &mut WriteTx<'_>, id: &RecordId) -> Result<(), StoreError> {
    tx.execute_one("DELETE FROM _comments WHERE id = ?1", &[Bind::from(id)])
}

/// How many comments answer this one.
pub fn replies(tx: &mut Tx<'_>, comment: &Comment) -> Result<usize, StoreError> {
    let found = tx.query_first(
        "SELECT count(*) FROM _comments WHERE record_id = ?1 AND thread_id = ?2 AND id <> ?2",
        &[Bind::from(&comment.on.record), Bind::from(&comment.thread)],
        |row| row.int(0),
    )?;
    Ok(found.and_then(|count| usize::try_from(count).ok()).unwrap_or(0))
}

/// Who has written in a thread, among the comments that are still there.
pub fn participants(tx: &mut Tx<'_>, on: &On, thread: &RecordId) -> Result<Vec<RecordId>, StoreError> {
    let mut found = Vec::new();
    tx.query(
        "SELECT DISTINCT author_id FROM _comments WHERE record_id = ?1 AND thread_id = ?2 AND deleted_at IS NULL
         ORDER BY author_id",
        &[Bind::from(&on.record), Bind::from(thread)],
        |row| {
            found.push(row.id(0)?);
            Ok::<(), StoreError>(())
        },
    )?;
    Ok(found)
}

/// Adds a reaction that is not there yet.
pub fn react(
    tx: &mut WriteTx<'_>,
    id: &RecordId,
    emoji: &str,
    user: &RecordId,
    at: Timestamp,
) -> Result<(), StoreError> {
    tx.execute_one(
        "INSERT INTO _comment_reactions (comment_id, emoji, user_id, at) VALUES (?1, ?2, ?3, ?4)",
        &[
            Bind::from(id),
            Bind::Text(emoji),
            Bind::from(user),
            Bind::Int(at.as_micros()),
        ],
    )
}

/// Takes a reaction back that is there.
pub fn unreact(tx: &mut WriteTx<'_>, id: &RecordId, emoji: &str, user: &RecordId) -> Result<(), StoreError> {
    tx.execute_one(
        "DELETE FROM _comment_reactions WHERE comment_id = ?1 AND emoji = ?2 AND user_id = ?3",
        &[Bind::from(id), Bind::Text(emoji), Bind::from(user)],
    )
}

/// Takes a comment's reactions away, with it or with its text.
pub fn remove_reactions(tx: &mut WriteTx<'_>, id: &RecordId) -> Result<(), StoreError> {
    // However many there were.
    tx.execute(
        "DELETE FROM _comment_reactions WHERE comment_id = ?1",
        &[Bind::from(id)],
    )?;
    Ok(())
}

/// Removes what hangs on records that go for good: comments, follows and notifications. `collection` is the first name
/// of theirs.
pub fn remove_comments_of(
    tx: &mut WriteTx<'_>,
    collection: &str,
    ids: &[RecordId],
) -> Result<(), StoreError> {
    for id in ids {
        // However many there are of each; for most records none.
        for statement in [
            "DELETE FROM _comments WHERE record_id = ?1 AND collection = ?2",
            "DELETE FROM _follows WHERE record_id = ?1 AND collection = ?2",
            "DELETE FROM _notifications WHERE record_id = ?1 AND collection = ?2",
        ] {
            tx.execute(statement, &[Bind::from(id), Bind::Text(collection)])?;
        }
    }
    Ok(())
}
