//! The one thread that writes: it commits everything that waits as one group.
//!
//! An acknowledged write must survive a power cut, so each commit flushes the log to disk. Sharing one flush among all
//! callers that wait is what makes that cheap: while a group is being flushed the next one gathers.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use rusqlite::{Connection, ffi};

use super::log::Log;
use super::snapshots::Snapshots;
use super::transaction::SqliteTransaction;
use crate::db::job::{Job, Work};
use crate::db::queue::{Priority, Queue};
use crate::db::{DbOptions, Notices, StoreError, WriteStats};
use crate::slow::SlowStatements;
use crate::tx::{AfterCommit, Appended, WriteTx};

/// Jobs in one group at most: bounds how long the first of them waits.
const GROUP_MAX: usize = 256;

/// Work in one group, begun with the first job: those after it wait for the next one.
const GROUP_TIME_MAX: Duration = Duration::from_millis(20);
/// Steps of SQLite's virtual machine between two looks at the clock.
const STEPS_PER_LOOK: i32 = 100;

pub(super) fn run(
    connection: &mut Connection,
    queue: &Queue<Work>,
    stats: &WriteStats,
    snapshots: &Snapshots,
    notices: &Notices,
    options: &DbOptions,
) {
    let deadline = Deadline::watch(connection, options);
    let mut log = Log::watch(connection);
    let mut taken = Vec::with_capacity(GROUP_MAX);
    let mut group: Vec<Member> = Vec::with_capacity(GROUP_MAX);
    while queue.take(GROUP_MAX, &mut taken) {
        for work in taken.drain(..) {
            match work {
                Work::Write(priority, job) => group.push(Member {
                    job,
                    priority,
                    expired: false,
                }),
                Work::Exclusive(change) => {
                    commit(connection, &mut group, stats, snapshots, notices, &deadline);
                    let mut job = change;
                    let appended = alone(connection, job.as_mut());
                    snapshots.committed();
                    notices.committed(appended);
                    job.answer();
                }
            }
        }
        commit(connection, &mut group, stats, snapshots, notices, &deadline);
        log.copy_back_when_long(connection, snapshots);
    }
    // Leaves one file behind, not a log beside it.
    snapshots.committed();
    if let Err(error) = connection.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |_| Ok(())) {
        stop_if_not_durable(&error);
        tracing::warn!(%error, "the write-ahead log could not be copied back; the next start does it");
    }
}

/// Runs a change of the schema in a transaction of its own, and says whether it added to the journal.
///
/// Dropping a table that others point to would otherwise act on their rows. Only outside a transaction may this be
/// switched; the references are checked by hand before the commit.
pub(super) fn alone(connection: &Connection, job: &mut dyn Job) -> Appended {
    let mut appended = Appended::default();
    let mut act = || -> rusqlite::Result<()> {
        connection.pragma_update(None, "foreign_keys", false)?;
        // A table that is built under another name first takes its own one without a word in other tables.
        connection.pragma_update(None, "legacy_alter_table", true)?;
        execute(connection, "BEGIN IMMEDIATE")?;
        // A change of the schema takes its time.
        let mut transaction =
            SqliteTransaction::new(connection, Arc::new(SlowStatements::after(Duration::MAX)));
        let mut tx = WriteTx::new(&mut transaction);
        match catch_unwind(AssertUnwindSafe(|| job.run(&mut tx))) {
            Ok(true) => {
                let after_commit = tx.into_after_commit();
                execute(connection, "COMMIT")?;
                appended = after_commit.run();
            }
            Ok(false) => {}
            Err(_) => job.fail(StoreError::Panicked),
        }
        Ok(())
    };
    if let Err(error) = act() {
        stop_if_not_durable(&error);
        job.fail(error.into());
    }
    roll_back(connection);
    for (pragma, value) in [("foreign_keys", true), ("legacy_alter_table", false)] {
        if let Err(error) = connection.pragma_update(None, pragma, value) {
            tracing::error!(%error, pragma, "a setting of the database could not be put back");
        }
    }
    appended
}

/// A job in its group.
struct Member {
    job: Box<dyn Job>,
    priority: Priority,
    /// It ran out of time and is not run again.
    expired: bool,
}

/// One job that runs too long would hold up every other; its statement is interrupted instead.
struct Deadline {
    began: Instant,
    /// Milliseconds since `began`; `u64::MAX` while no job runs.
    at_millis: Arc<AtomicU64>,
    job_timeout: Duration,
    slow: Arc<SlowStatements>,
}

impl Deadline {
    fn watch(connection: &mut Connection, options: &DbOptions) -> Self {
        let began = Instant::now();
        let at_millis = Arc::new(AtomicU64::new(u64::MAX));
        let looked_at = Arc::clone(&at_millis);
        let passed = move || began.elapsed().as_millis() > u128::from(looked_at.load(Ordering::Relaxed));
        if let Err(error) = connection.progress_handler(STEPS_PER_LOOK, Some(passed)) {
            tracing::error!(%error, "writes run without a time limit");
        }
        Self {
            began,
            at_millis,
            job_timeout: options.statement_timeout,
            slow: Arc::clone(&options.slow),
        }
    }

    fn set(&self) {
        let at = self.began.elapsed() + self.job_timeout;
        self.at_millis.store(
            u64::try_from(at.as_millis()).unwrap_or(u64::MAX),
            Ordering::Relaxed,
        );
    }

    /// Committing and rolling back always run to their end.
    fn lift(&self) {
        self.at_millis.store(u64::MAX, Ordering::Relaxed);
    }
}

/// Runs the jobs, as one group or as several when they take long, and answers their callers.
fn commit(
    connection: &Connection,
    group: &mut Vec<Member>,
    stats: &WriteStats,
    snapshots: &Snapshots,
    notices: &Notices,
    deadline: &Deadline,
) {
    let mut undo = Undo::All;
    while !group.is_empty() {
        let result = run_group(connection, group, deadline, undo);
        deadline.lift();
        let (done, appended) = match result {
            Ok(Run::MustUndoOne) => {
                undo = Undo::One;
                continue;
            }
            // A job that ran out of time took the whole transaction with it; the others begin again without it.
            Ok(Run::Interrupted) => continue,
            Ok(Run::Committed { jobs, after_commit }) => (jobs, after_commit.run()),
            Err(error) => {
                give_up(connection, group, &error);
                (group.len(), Appended::default())
            }
        };
        stats.record_group(done);
        snapshots.committed();
        notices.committed(appended);
        for mut member in group.drain(..done) {
            member.job.answer();
        }
    }
}

/// Tells every caller that the group could not be committed.
fn give_up(connection: &Connection, group: &mut [Member], error: &rusqlite::Error) {
    stop_if_not_durable(error);
    tracing::error!(
        error = error as &dyn std::error::Error,
        jobs = group.len(),
        "a group of writes was lost"
    );
    roll_back(connection);
    for member in group {
        member.job.fail(StoreError::from(clone_failure(error)));
    }
}

/// What can be undone of a group in which a job fails after it has changed something.
///
/// To undo one job, SQLite keeps a copy of every page that the job changes, a tenth of the time that a write takes. Jobs
/// are mostly refused before they change anything, so a group is begun without that, and begun again with it if need be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Undo {
    All,
    One,
}

/// How a group ended.
enum Run {
    /// The first so many jobs are on disk, and this is to be done before their callers hear of it.
    Committed { jobs: usize, after_commit: AfterCommit },
    /// A job was stopped in the middle of a change, which rolls back the transaction; it is marked as expired.
    Interrupted,
    /// A job failed after it had changed something, and has taken those before it with it.
    MustUndoOne,
}

fn run_group(
    connection: &Connection,
    group: &mut [Member],
    deadline: &Deadline,
    undo: Undo,
) -> rusqlite::Result<Run> {
    let began = Instant::now();
    let mut jobs = 0;
    let mut any_kept = false;
    let mut after_commit = AfterCommit::default();
    execute(connection, "BEGIN IMMEDIATE")?;
    for member in group.iter_mut() {
        // What has been done is not held up by what is still to do.
        if jobs > 0 && began.elapsed() > GROUP_TIME_MAX {
            break;
        }
        jobs += 1;
        if member.expired {
            continue;
        }
        if undo == Undo::One {
            execute(connection, "SAVEPOINT job")?;
        }
        match run_job(connection, member, deadline, &mut after_commit) {
            Outcome::Kept => any_kept = true,
            Outcome::Refused => {}
            Outcome::Interrupted => return Ok(Run::Interrupted),
            Outcome::Failed if undo == Undo::One => execute(connection, "ROLLBACK TO job")?,
            Outcome::Failed => {
                execute(connection, "ROLLBACK")?;
                if any_kept {
                    return Ok(Run::MustUndoOne);
                }
                execute(connection, "BEGIN IMMEDIATE")?;
            }
        }
        if undo == Undo::One {
            execute(connection, "RELEASE job")?;
        }
    }
    execute(connection, "COMMIT")?;
    Ok(Run::Committed { jobs, after_commit })
}

/// How one job of a group ended.
enum Outcome {
    Kept,
    /// Without a change.
    Refused,
    /// Perhaps after a change, which is to be undone.
    Failed,
    /// Out of time, and the transaction is rolled back.
    Interrupted,
}

fn run_job(
    connection: &Connection,
    member: &mut Member,
    deadline: &Deadline,
    after_commit: &mut AfterCommit,
) -> Outcome {
    // Whoever works in the background is alone with its time: an import may take minutes.
    if member.priority == Priority::Interactive {
        deadline.set();
    }
    let mut transaction = SqliteTransaction::new(connection, Arc::clone(&deadline.slow));
    let mut tx = WriteTx::new(&mut transaction);
    // A panic in one job must not take the writer, and with it every other caller, down.
    let kept = catch_unwind(AssertUnwindSafe(|| member.job.run(&mut tx)));
    deadline.lift();
    if connection.is_autocommit() {
        // Whoever refused or failed has said why already.
        match kept {
            Ok(true) => member.job.fail(StoreError::Timeout),
            Ok(false) => {}
            Err(_) => member.job.fail(StoreError::Panicked),
        }
        member.expired = true;
        return Outcome::Interrupted;
    }
    match kept {
        Ok(true) => {
            after_commit.extend(tx.into_after_commit());
            return Outcome::Kept;
        }
        Ok(false) => {}
        Err(_) => member.job.fail(StoreError::Panicked),
    }
    if transaction.may_have_changed() {
        Outcome::Failed
    } else {
        Outcome::Refused
    }
}

fn execute(connection: &Connection, sql: &str) -> rusqlite::Result<()> {
    connection.prepare_cached(sql)?.raw_execute().map(drop)
}

fn roll_back(connection: &Connection) {
    if !connection.is_autocommit()
        && let Err(error) = execute(connection, "ROLLBACK")
    {
        tracing::error!(error = &error as &dyn std::error::Error, "rolling back failed");
    }
}

/// After a failed flush the kernel may have dropped the pages: what is on disk is unknown, and a second try can
/// succeed without having written them. The only honest way on is to stop and recover from the log.
pub(super) fn stop_if_not_durable(error: &rusqlite::Error) {
    let rusqlite::Error::SqliteFailure(failure, _) = error else {
        return;
    };
    let flush_failed = matches!(
        failure.extended_code,
        ffi::SQLITE_IOERR_FSYNC
            | ffi::SQLITE_IOERR_DIR_FSYNC
            | ffi::SQLITE_IOERR_TRUNCATE
            | ffi::SQLITE_IOERR_WRITE
    );
    if flush_failed {
        tracing::error!(
            error = error as &dyn std::error::Error,
            "the disk failed to keep a write; stopping"
        );
        std::process::abort();
    }
}

/// One failure told to many callers; SQLite's error is not `Clone`.
fn clone_failure(error: &rusqlite::Error) -> rusqlite::Error {
    match error {
        rusqlite::Error::SqliteFailure(failure, message) => {
            rusqlite::Error::SqliteFailure(*failure, message.clone())
        }
        other => rusqlite::Error::SqliteFailure(ffi::Error::new(ffi::SQLITE_ERROR), Some(other.to_string())),
    }
}
