//! Threads of a record, a page at a time.

use std::collections::HashMap;

use mainstay_core::RecordId;

use super::{Comment, On};
use crate::db::StoreError;
use crate::tx::{Bind, Tx};

/// Which threads of a record a list shows.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Threads {
    pub resolved: Option<bool>,
    pub field: Option<String>,
}

/// Some threads, the oldest first.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Page {
    /// Each begins with the comment that the others answer.
    pub threads: Vec<Vec<Comment>>,
    /// The last thread, when others may follow it.
    pub next: Option<RecordId>,
}

/// How much has been said about a record.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Totals {
    pub threads: i64,
    /// Threads that are not resolved.
    pub open: i64,
    /// Without those that are deleted.
    pub comments: i64,
}

/// Arguments: record, collection, 0 or 1 for open or resolved threads, field, the last thread of the page before, how
/// many. What may be null is cast, because PostgreSQL cannot tell the type of a null.
pub const THREADS: &str = "SELECT id FROM _comments
     WHERE record_id = ?1 AND collection = ?2 AND id = thread_id
       AND (CAST(?3 AS bigint) IS NULL OR (resolved_at IS NOT NULL) = (CAST(?3 AS bigint) = 1))
       AND (CAST(?4 AS text) IS NULL OR field = CAST(?4 AS text))
       AND thread_id > ?5
     ORDER BY thread_id LIMIT ?6";
/// Arguments: as above, but two threads at the end: the comments of all from one to the other.
pub const COMMENTS: &str =
    "SELECT c.id, c.collection, c.record_id, c.thread_id, c.field, c.author_id, c.body, c.version,
         c.created_at, c.edited_at, c.resolved_at, c.resolved_by, c.deleted_at
     FROM _comments AS c JOIN _comments AS t ON t.id = c.thread_id
     WHERE c.record_id = ?1 AND c.collection = ?2
       AND (CAST(?3 AS bigint) IS NULL OR (t.resolved_at IS NOT NULL) = (CAST(?3 AS bigint) = 1))
       AND (CAST(?4 AS text) IS NULL OR t.field = CAST(?4 AS text))
       AND c.thread_id >= ?5 AND c.thread_id <= ?6
     ORDER BY c.thread_id, c.id";
const MENTIONS: &str = "SELECT m.comment_id, m.user_id
     FROM _comments AS c JOIN _comment_mentions AS m ON m.comment_id = c.id
     WHERE c.record_id = ?1 AND c.collection = ?2 AND c.thread_id >= ?3 AND c.thread_id <= ?4
     ORDER BY m.user_id";
const REACTIONS: &str = "SELECT r.comment_id, r.emoji, r.user_id
     FROM _comments AS c JOIN _comment_reactions AS r ON r.comment_id = c.id
     WHERE c.record_id = ?1 AND c.collection = ?2 AND c.thread_id >= ?3 AND c.thread_id <= ?4
     ORDER BY r.at, r.emoji, r.user_id";
const TOTALS: &str = "SELECT count(CASE WHEN id = thread_id THEN 1 END),
         count(CASE WHEN id = thread_id AND resolved_at IS NULL THEN 1 END),
         count(CASE WHEN deleted_at IS NULL THEN 1 END)
     FROM (SELECT id, thread_id, resolved_at, deleted_at FROM _comments
           WHERE record_id = ?1 AND collection = ?2 LIMIT ?3) AS counted";

/// At most `limit` threads after one, fewer when their texts have more than `bytes_max`, but always one.
pub fn page(
    tx: &mut Tx<'_>,
    on: &On,
    threads: &Threads,
    after: Option<&RecordId>,
    limit: u32,
    bytes_max: usize,
) -> Result<Page, StoreError> {
    let filter = [
        Bind::from(&on.record),
        Bind::Text(&on.collection),
        Bind::from(threads.resolved.map(i64::from)),
        Bind::from(threads.field.as_deref()),
    ];
    let nothing = RecordId::from_bytes([0; 16]);
    let mut ids = Vec::new();
    let rest = [Bind::from(after.unwrap_or(&nothing)), Bind::Int(i64::from(limit))];
    tx.query(THREADS, &[&filter[..], &rest].concat(), |row| {
        ids.push(row.id(0)?);
        Ok::<(), StoreError>(())
    })?;
    let (Some(first), Some(last)) = (ids.first(), ids.last()) else {
        return Ok(Page::default());
    };
    let range = [Bind::from(first), Bind::from(last)];
    let (mut found, cut) = read_threads(tx, &[&filter[..], &range].concat(), bytes_max)?;
    let Some(last_read) = found.last().and_then(|thread| thread.first()).map(|root| root.id) else {
        return Ok(Page::default());
    };
    let range = [
        Bind::from(&on.record),
        Bind::Text(&on.collection),
        Bind::from(first),
        Bind::from(&last_read),
    ];
    attach(tx, &range, &mut found)?;
    let full = cut || found.len() == limit as usize;
    Ok(Page {
        threads: found,
        next: full.then_some(last_read),
    })
}

/// Why reading ends before the last row.
enum Stop {
    Enough,
    Failed(StoreError),
}

impl From<StoreError> for Stop {
    fn from(error: StoreError) -> Self {
        Self::Failed(error)
    }
}

/// Whole threads within the bytes; the second value says that some were left out.
fn read_threads(
    tx: &mut Tx<'_>,
    binds: &[Bind<'_>],
    bytes_max: usize,
) -> Result<(Vec<Vec<Comment>>, bool), StoreError> {
    let mut threads: Vec<Vec<Comment>> = Vec::new();
    let mut bytes = 0;
    let read = tx.query(COMMENTS, binds, |row| {
        let comment = Comment::read(row)?;
        bytes += comment.body.len();
        if bytes > bytes_max && !threads.is_empty() && !comment.is_reply() {
            return Err(Stop::Enough);
        }
        match threads.last_mut().filter(|thread| thread[0].id == comment.thread) {
            Some(thread) => thread.push(comment),
            None => threads.push(vec![comment]),
        }
        Ok(())
    });
    match read {
        Ok(()) => Ok((threads, false)),
        Err(Stop::Enough) => Ok((threads, true)),
        Err(Stop::Failed(error)) => Err(error),
    }
}

/// Adds mentions and reactions.
fn attach(tx: &mut Tx<'_>, range: &[Bind<'_>], threads: &mut [Vec<Comment>]) -> Result<(), StoreError> {
    let mut comments: HashMap<RecordId, &mut Comment> = threads
        .iter_mut()
        .flatten()
        .map(|comment| (comment.id, comment))
        .collect();
    tx.query(MENTIONS, range, |row| {
        if let Some(comment) = comments.get_mut(&row.id(0)?) {
            comment.mentions.push(row.id(1)?);
        }
        Ok::<(), StoreError>(())
    })?;
    tx.query(REACTIONS, range, |row| {
        if let Some(comment) = comments.get_mut(&row.id(0)?) {
            comment.add_reaction(row.text(1)?, row.id(2)?);
        }
        Ok(())
    })
}

/// Counts the comments of a record, at most `max` of them.
pub fn totals(tx: &mut Tx<'_>, on: &On, max: u64) -> Result<Totals, StoreError> {
    let max = i64::try_from(max).unwrap_or(i64::MAX);
    let binds = [Bind::from(&on.record), Bind::Text(&on.collection), Bind::Int(max)];
    let found = tx.query_first(TOTALS, &binds, |row| {
        Ok::<_, StoreError>(Totals {
            threads: row.int(0)?,
            open: row.int(1)?,
            comments: row.int(2)?,
        })
    })?;
    Ok(found.unwrap_or_default())
}
