//! Messages on their way to endpoints of webhooks, and what became of them.

use mainstay_core::{RecordId, Timestamp};

use super::{optional_time, time};
use crate::db::StoreError;
use crate::tx::{Bind, Row, Tx, WriteTx};

/// Rows removed in one transaction, so that nobody waits for it.
const ROWS_MAX: i64 = 1_000;

/// How a message is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum State {
    /// It will be sent, at once or again.
    Pending,
    Delivered,
    /// No attempt is left.
    Failed,
}

impl State {
    pub const ALL: [Self; 3] = [Self::Pending, Self::Delivered, Self::Failed];

    pub fn as_str(self) -> &'static str {
        match self {
            Self::Pending => "pending",
            Self::Delivered => "delivered",
            Self::Failed => "failed",
        }
    }

    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.as_str() == text)
    }
}

/// A message to one endpoint.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Delivery {
    pub id: RecordId,
    pub webhook_id: RecordId,
    /// The entry that it is about; none for a test.
    pub seq: Option<i64>,
    /// The kind of that entry.
    pub kind: String,
    pub body: String,
    pub state: State,
    /// Attempts made in all.
    pub made: i64,
    /// Attempts made since it was last set on its way: where it is in the schedule.
    pub tries: i64,
    /// When it is to be sent next, while it is pending.
    pub due_at: Timestamp,
    pub created_at: Timestamp,
    pub finished_at: Option<Timestamp>,
    /// What became of the last attempts: a JSON array.
    pub attempts: String,
}

pub fn add(tx: &mut WriteTx<'_>, delivery: &Delivery) -> Result<(), StoreError> {
    tx.execute_one(
        "INSERT INTO _webhook_deliveries (id, webhook_id, seq, kind, body, state, made, tries, due_at, created_at,
             finished_at, attempts) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12)",
        &[
            Bind::from(&delivery.id),
            Bind::from(&delivery.webhook_id),
            Bind::from(delivery.seq),
            Bind::Text(&delivery.kind),
            Bind::Text(&delivery.body),
            Bind::Text(delivery.state.as_str()),
            Bind::Int(delivery.made),
            Bind::Int(delivery.tries),
            Bind::Int(delivery.due_at.as_micros()),
            Bind::Int(delivery.created_at.as_micros()),
            Bind::from(delivery.finished_at.map(Timestamp::as_micros)),
            Bind::Text(&delivery.attempts),
        ],
    )
}

/// How many messages wait for an endpoint; counted up to `max`.
pub fn count_pending(tx: &mut Tx<'_>, webhook: &RecordId, max: i64) -> Result<i64, StoreError> {
    let found = tx.query_first(
        "SELECT count(*) FROM (SELECT 1 FROM _webhook_deliveries WHERE webhook_id = ?1 AND state = 'pending' LIMIT ?2)
             AS waiting",
        &[Bind::from(webhook), Bind::Int(max)],
        |row| row.int(0),
    )?;
    Ok(found.unwrap_or(0))
}

/// When the next message of each endpoint is due, for those that are switched on and have one.
pub fn next_due(tx: &mut Tx<'_>) -> Result<Vec<(RecordId, Timestamp)>, StoreError> {
    let mut due = Vec::new();
    tx.query(
        "SELECT w.id, (SELECT min(d.due_at) FROM _webhook_deliveries AS d
             WHERE d.webhook_id = w.id AND d.state = 'pending') FROM _webhooks AS w WHERE w.enabled = 1",
        &[],
        |row| {
            if let Some(at) = optional_time(row, 1)? {
                due.push((row.id(0)?, at));
            }
            Ok::<_, StoreError>(())
        },
    )?;
    Ok(due)
}

/// The message of an endpoint that has been due for longest.
pub fn first_due(
    tx: &mut Tx<'_>,
    webhook: &RecordId,
    now: Timestamp,
) -> Result<Option<Delivery>, StoreError> {
    tx.query_first(
        "SELECT id, webhook_id, seq, kind, body, state, made, tries, due_at, created_at, finished_at, attempts
         FROM _webhook_deliveries WHERE webhook_id = ?1 AND state = 'pending' AND due_at <= ?2
         ORDER BY due_at, id LIMIT 1",
        &[Bind::from(webhook), Bind::Int(now.as_micros())],
        read,
    )
}

pub fn find(tx: &mut Tx<'_>, webhook: &RecordId, id: &RecordId) -> Result<Option<Delivery>, StoreError> {
    tx.query_first(
        "SELECT id, webhook_id, seq, kind, body, state, made, tries, due_at, created_at, finished_at, attempts
         FROM _webhook_deliveries WHERE id = ?1 AND webhook_id = ?2",
        &[Bind::from(id), Bind::from(webhook)],
        read,
    )
}

/// A page of an endpoint's messages, the newest first, those before `before`.
pub fn list(
    tx: &mut Tx<'_>,
    webhook: &RecordId,
    state: Option<State>,
    before: Option<&RecordId>,
    limit: u32,
) -> Result<Vec<Delivery>, StoreError> {
    let newest = RecordId::from_bytes([0xff; 16]);
    let before = Bind::from(before.unwrap_or(&newest));
    let limit = Bind::Int(i64::from(limit));
    let mut found = Vec::new();
    let each = |row: &Row<'_>| {
        found.push(read(row)?);
        Ok::<_, StoreError>(())
    };
    match state {
        None => tx.query(
            "SELECT id, webhook_id, seq, kind, body, state, made, tries, due_at, created_at, finished_at, attempts
             FROM _webhook_deliveries WHERE webhook_id = ?1 AND id < ?2 ORDER BY id DESC LIMIT ?3",
            &[Bind::from(webhook), before, limit],
            each,
        )?,
        Some(state) => tx.query(
            "SELECT id, webhook_id, seq, kind, body, state, made, tries, due_at, created_at, finished_at, attempts
             FROM _webhook_deliveries WHERE webhook_id = ?1 AND id < ?2 AND state = ?4 ORDER BY id DESC LIMIT ?3",
            &[Bind::from(webhook), before, limit, Bind::Text(state.as_str())],
            each,
        )?,
    }
    Ok(found)
}

/// Writes what became of a message. False when somebody else has made an attempt with it since it was read.
pub fn update(tx: &mut WriteTx<'_>, delivery: &Delivery, made_before: i64) -> Result<bool, StoreError> {
    let changed = tx.execute(
        "UPDATE _webhook_deliveries SET state = ?3, made = ?4, tries = ?5, due_at = ?6, finished_at = ?7, attempts = ?8
         WHERE id = ?1 AND made = ?2",
        &[
            Bind::from(&delivery.id),
            Bind::Int(made_before),
            Bind::Text(delivery.state.as_str()),
            Bind::Int(delivery.made),
            Bind::Int(delivery.tries),
            Bind::Int(delivery.due_at.as_micros()),
            Bind::from(delivery.finished_at.map(Timestamp::as_micros)),
            Bind::Text(&delivery.attempts),
        ],
    )?;
    Ok(changed == 1)
}

/// Removes a slice of what was finished before a time, and of what was for endpoints that are gone; gives how many rows.
pub fn remove_old(tx: &mut WriteTx<'_>, finished_before: Timestamp) -> Result<usize, StoreError> {
    let old = tx.execute(
        "DELETE FROM _webhook_deliveries WHERE id IN
             (SELECT id FROM _webhook_deliveries WHERE finished_at < ?1 ORDER BY finished_at LIMIT ?2)",
        &[Bind::Int(finished_before.as_micros()), Bind::Int(ROWS_MAX)],
    )?;
    let orphans = tx.execute(
        "DELETE FROM _webhook_deliveries WHERE id IN
             (SELECT d.id FROM _webhook_deliveries AS d LEFT JOIN _webhooks AS w ON w.id = d.webhook_id
              WHERE w.id IS NULL LIMIT ?1)",
        &[Bind::Int(ROWS_MAX)],
    )?;
    Ok(old + orphans)
}

fn read(row: &Row<'_>) -> Result<Delivery, StoreError> {
    let state = row.text(5)?;
    Ok(Delivery {
        id: row.id(0)?,
        webhook_id: row.id(1)?,
        seq: if row.is_null(2)? { None } else { Some(row.int(2)?) },
        kind: row.text(3)?.to_owned(),
        body: row.text(4)?.to_owned(),
        state: State::parse(state)
            .ok_or_else(|| StoreError::Corrupt(format!("{state} is no state of a delivery")))?,
        made: row.int(6)?,
        tries: row.int(7)?,
        due_at: time(row.int(8)?)?,
        created_at: time(row.int(9)?)?,
        finished_at: optional_time(row, 10)?,
        attempts: row.text(11)?.to_owned(),
    })
}
