//! Mails on their way, and what became of them.

use mainstay_core::{RecordId, Timestamp};

use crate::db::StoreError;
use crate::tx::{Bind, Row, Tx, WriteTx};

/// Rows removed in one transaction, so that nobody waits for it.
const ROWS_MAX: i64 = 1_000;
/// Mails that are sent at the same time: one of each lane.
const LANES: u8 = 4;

/// Mails of a lane are sent one after another.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Lane(i64);

impl std::fmt::Display for Lane {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.0.fmt(f)
    }
}

/// How a mail is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MailState {
    /// It will be sent, at once or again.
    Pending,
    Sent,
    /// It is not tried any more.
    Failed,
    /// There is nobody to send it to: somebody asked for it who has no account, or it came too late.
    Dropped,
}

impl MailState {
    pub const ALL: [Self; 4] = [Self::Pending, Self::Sent, Self::Failed, Self::Dropped];

    pub fn as_str(self) -> &'static str {
        match self {
            Self::Pending => "pending",
            Self::Sent => "sent",
            Self::Failed => "failed",
            Self::Dropped => "dropped",
        }
    }

    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.as_str() == text)
    }
}

/// A mail without its text, which is made when it is sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mail {
    pub id: RecordId,
    /// The name of its template.
    pub kind: String,
    pub address: String,
    /// Whom it is about, where that was known when it was written.
    pub user_id: Option<RecordId>,
    /// The languages that its reader wants, with commas between them.
    pub languages: String,
    /// What it says: a JSON object without secrets.
    pub variables: String,
    pub state: MailState,
    pub tries: i64,
    pub due_at: Timestamp,
    pub created_at: Timestamp,
    /// Nobody needs it after that.
    pub give_up_at: Timestamp,
    pub finished_at: Option<Timestamp>,
    /// Why it was not sent the last time.
    pub error: Option<String>,
}

const COLUMNS: &str =
    "id, kind, address, user_id, languages, variables, state, tries, due_at, created_at, give_up_at,
     finished_at, error";

pub fn add(tx: &mut WriteTx<'_>, mail: &Mail) -> Result<(), StoreError> {
    let lane = mail.id.as_bytes().last().copied().unwrap_or_default() % LANES;
    tx.execute_one(
        "INSERT INTO _mail_outbox (id, lane, kind, address, user_id, languages, variables, state, tries, due_at,
             created_at, give_up_at, finished_at, error)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14)",
        &[
            Bind::from(&mail.id),
            Bind::Int(i64::from(lane)),
            Bind::Text(&mail.kind),
            Bind::Text(&mail.address),
            Bind::from(mail.user_id.as_ref()),
            Bind::Text(&mail.languages),
            Bind::Text(&mail.variables),
            Bind::Text(mail.state.as_str()),
            Bind::Int(mail.tries),
            Bind::Int(mail.due_at.as_micros()),
            Bind::Int(mail.created_at.as_micros()),
            Bind::Int(mail.give_up_at.as_micros()),
            Bind::from(mail.finished_at.map(Timestamp::as_micros)),
            Bind::from(mail.error.as_deref()),
        ],
    )
}

/// How many mails of these kinds were written for an address since a time, whoever has it; counted up to `max`.
pub fn count_since(
    tx: &mut Tx<'_>,
    address: &str,
    kinds: &[&str],
    since: Timestamp,
    max: i64,
) -> Result<i64, StoreError> {
    let mut count = 0;
    tx.query(
        "SELECT kind FROM _mail_outbox WHERE address = ?1 AND created_at > ?2 ORDER BY created_at DESC LIMIT ?3",
        &[Bind::Text(address), Bind::Int(since.as_micros()), Bind::Int(max * 4)],
        |row| {
            let kind = row.text(0)?;
            count += i64::from(kinds.contains(&kind));
            Ok::<_, StoreError>(())
        },
    )?;
    Ok(count.min(max))
}

/// How many mails wait; counted up to `max`.
pub fn count_pending(tx: &mut Tx<'_>, max: i64) -> Result<i64, StoreError> {
    let found = tx.query_first(
        "SELECT count(*) FROM (SELECT 1 FROM _mail_outbox WHERE state = 'pending' LIMIT ?1) AS waiting",
        &[Bind::Int(max)],
        |row| row.int(0),
    )?;
    Ok(found.unwrap_or(0))
}

/// When the next mail of each lane is due, for those that have one.
pub fn next_due(tx: &mut Tx<'_>) -> Result<Vec<(Lane, Timestamp)>, StoreError> {
    let mut due = Vec::new();
    for lane in 0..LANES {
        let lane = i64::from(lane);
        let first = tx.query_first(
            "SELECT due_at FROM _mail_outbox WHERE state = 'pending' AND lane = ?1 ORDER BY due_at, id LIMIT 1",
            &[Bind::Int(lane)],
            |row| time(row.int(0)?),
        )?;
        due.extend(first.map(|at| (Lane(lane), at)));
    }
    Ok(due)
}

/// The mail of a lane that has been due for longest.
pub fn first_due(tx: &mut Tx<'_>, lane: Lane, now: Timestamp) -> Result<Option<Mail>, StoreError> {
    tx.query_first(
        "SELECT id, kind, address, user_id, languages, variables, state, tries, due_at, created_at, give_up_at,
             finished_at, error
         FROM _mail_outbox WHERE state = 'pending' AND lane = ?1 AND due_at <= ?2 ORDER BY due_at, id LIMIT 1",
        &[Bind::Int(lane.0), Bind::Int(now.as_micros())],
        read,
    )
}

/// A page of mails, the newest first, those before `before`.
pub fn list(
    tx: &mut Tx<'_>,
    state: Option<MailState>,
    before: Option<&RecordId>,
    limit: u32,
) -> Result<Vec<Mail>, StoreError> {
    let newest = RecordId::from_bytes([0xff; 16]);
    let before = Bind::from(before.unwrap_or(&newest));
    let limit = Bind::Int(i64::from(limit));
    let mut found = Vec::new();
    let each = |row: &Row<'_>| {
        found.push(read(row)?);
        Ok::<_, StoreError>(())
    };
    match state {
        None => {
            let sql = format!("SELECT {COLUMNS} FROM _mail_outbox WHERE id < ?1 ORDER BY id DESC LIMIT ?2");
            tx.query(&sql, &[before, limit], each)?;
        }
        Some(state) => {
            let sql = format!(
                "SELECT {COLUMNS} FROM _mail_outbox WHERE state = ?3 AND id < ?1 ORDER BY id DESC LIMIT ?2"
            );
            tx.query(&sql, &[before, limit, Bind::Text(state.as_str())], each)?;
        }
    }
    Ok(found)
}

pub fn find(tx: &mut Tx<'_>, id: &RecordId) -> Result<Option<Mail>, StoreError> {
    let sql = format!("SELECT {COLUMNS} FROM _mail_outbox WHERE id = ?1");
    tx.query_first(&sql, &[Bind::from(id)], read)
}

/// Puts a mail that was given up back among those that wait, its tries included: it begins anew. False when it was none.
pub fn put_back(tx: &mut WriteTx<'_>, mail: &Mail) -> Result<bool, StoreError> {
    let changed = tx.execute(
        "UPDATE _mail_outbox SET state = 'pending', tries = 0, due_at = ?2, give_up_at = ?3, finished_at = NULL
         WHERE id = ?1 AND state = 'failed'",
        &[
            Bind::from(&mail.id),
            Bind::Int(mail.due_at.as_micros()),
            Bind::Int(mail.give_up_at.as_micros()),
        ],
    )?;
    Ok(changed == 1)
}

/// Writes what became of a mail. False when somebody else has tried it since it was read.
pub fn update(tx: &mut WriteTx<'_>, mail: &Mail, tries_before: i64) -> Result<bool, StoreError> {
    let changed = tx.execute(
        "UPDATE _mail_outbox SET state = ?3, tries = ?4, due_at = ?5, finished_at = ?6, error = ?7, user_id = ?8
         WHERE id = ?1 AND tries = ?2 AND state = 'pending'",
        &[
            Bind::from(&mail.id),
            Bind::Int(tries_before),
            Bind::Text(mail.state.as_str()),
            Bind::Int(mail.tries),
            Bind::Int(mail.due_at.as_micros()),
            Bind::from(mail.finished_at.map(Timestamp::as_micros)),
            Bind::from(mail.error.as_deref()),
            Bind::from(mail.user_id.as_ref()),
        ],
    )?;
    Ok(changed == 1)
}

/// Removes the mails about a user who is gone, sent or not.
pub fn remove_of_user(tx: &mut WriteTx<'_>, user: &RecordId) -> Result<usize, StoreError> {
    tx.execute("DELETE FROM _mail_outbox WHERE user_id = ?1", &[Bind::from(user)])
}

/// Removes a slice of what was finished before a time; of what was dropped, before another. Gives how many rows.
pub fn remove_old(
    tx: &mut WriteTx<'_>,
    finished_before: Timestamp,
    dropped_before: Timestamp,
) -> Result<usize, StoreError> {
    let old = tx.execute(
        "DELETE FROM _mail_outbox WHERE id IN
             (SELECT id FROM _mail_outbox WHERE finished_at < ?1 ORDER BY finished_at LIMIT ?2)",
        &[Bind::Int(finished_before.as_micros()), Bind::Int(ROWS_MAX)],
    )?;
    let dropped = tx.execute(
        "DELETE FROM _mail_outbox WHERE id IN
             (SELECT id FROM _mail_outbox WHERE state = 'dropped' AND created_at < ?1 LIMIT ?2)",
        &[Bind::Int(dropped_before.as_micros()), Bind::Int(ROWS_MAX)],
    )?;
    Ok(old + dropped)
}

fn read(row: &Row<'_>) -> Result<Mail, StoreError> {
    let state = row.text(6)?;
    Ok(Mail {
        id: row.id(0)?,
        kind: row.text(1)?.to_owned(),
        address: row.text(2)?.to_owned(),
        user_id: row.optional_id(3)?,
        languages: row.text(4)?.to_owned(),
        variables: row.text(5)?.to_owned(),
        state: MailState::parse(state)
            .ok_or_else(|| StoreError::Corrupt(format!("{state} is no state of a mail")))?,
        tries: row.int(7)?,
        due_at: time(row.int(8)?)?,
        created_at: time(row.int(9)?)?,
        give_up_at: time(row.int(10)?)?,
        finished_at: if row.is_null(11)? {
            None
        } else {
            Some(time(row.int(11)?)?)
        },
        error: row.optional_text(12)?.map(str::to_owned),
    })
}

fn time(micros: i64) -> Result<Timestamp, StoreError> {
    Timestamp::from_micros(micros)
        .ok_or_else(|| StoreError::Corrupt("a mail has no possible time".to_owned()))
}
