//! The threads that write.
//!
//! A thread takes what waits and runs it as one transaction, which saves flushes and round trips. There are no
//! savepoints between its jobs: where one fails, or is in the way of another transaction, all are undone and each is run
//! again alone.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::time::{Duration, Instant};

use super::connection::{idle_limit, settings};
use super::failure::{Ending, ending, store_error};
use super::transaction::{Care, PostgresTransaction};
use super::worker::Worker;
use crate::db::job::{Job, Work};
use crate::db::queue::{Priority, Queue};
use crate::db::{Notices, StoreError, WriteStats};
use crate::tx::{AfterCommit, WriteTx};

/// Jobs in one transaction at most. Larger ones are more often in the way of others.
const GROUP_MAX: usize = 16;
/// How often a job is run again after conflicts.
const RERUNS_MAX: u32 = 20;
/// How long a job waits before it is run again, doubled each time.
const PAUSE_FIRST: Duration = Duration::from_micros(500);
const PAUSE_MAX: Duration = Duration::from_millis(50);
/// Only one process changes the schema at a time: the letters `Mainstay` as a number.
const SCHEMA_LOCK: i64 = 0x4D61_696E_7374_6179;
/// What has no time limit ends with this process: the server looks whether the connection still stands while a statement
/// runs or waits for a lock. Not every operating system can tell (PostgreSQL, 20.3.2).
const WATCHED: &str = "SET LOCAL idle_in_transaction_session_timeout = '60s'; \
    SELECT set_config('client_connection_check_interval', '1s', true) WHERE version() ~ 'linux'";
/// How long a patient job may take between two statements.
const PATIENT_IDLE_MAX: Duration = Duration::from_secs(10);
/// What zero means to PostgreSQL.
const NO_TIMEOUT: Duration = Duration::ZERO;

pub(super) fn run(worker: &mut Worker, queue: &Queue<Work>, stats: &WriteStats, notices: &Notices) {
    let mut taken = Vec::with_capacity(GROUP_MAX);
    let mut group: Vec<Box<dyn Job>> = Vec::with_capacity(GROUP_MAX);
    while queue.take(GROUP_MAX, &mut taken) {
        let mut others = Vec::new();
        for work in taken.drain(..) {
            match work {
                Work::Write(Priority::Interactive, job) => group.push(job),
                other => others.push(other),
            }
        }
        commit(worker, &mut group, stats, notices);
        for work in others {
            match work {
                Work::Write(_, mut job) => {
                    // Whoever works in the background is alone with its time: an import may take minutes.
                    repeat(worker, job.as_mut(), Mode::Patient, stats, notices);
                    job.answer();
                }
                Work::Exclusive(mut job) => {
                    repeat(worker, job.as_mut(), Mode::Exclusive, stats, notices);
                    job.answer();
                }
            }
        }
    }
}

/// Runs what prepares the database, which is no write of anybody, and leaves its result in the job.
pub(super) fn prepare(worker: &mut Worker, job: &mut dyn Job, notices: &Notices) {
    repeat(worker, job, Mode::Exclusive, &WriteStats::default(), notices);
}

/// What kind of transaction a job needs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Mode {
    Interactive,
    /// Without a time limit.
    Patient,
    /// With nobody else who changes the schema, and without a time limit.
    Exclusive,
}

impl Mode {
    fn begin(self, timeout: Duration) -> String {
        match self {
            Self::Interactive => format!(
                "BEGIN ISOLATION LEVEL SERIALIZABLE; {}; {}",
                settings(timeout),
                idle_limit(timeout)
            ),
            Self::Patient => format!(
                "BEGIN ISOLATION LEVEL SERIALIZABLE; {}; {WATCHED}; {}",
                settings(NO_TIMEOUT),
                idle_limit(PATIENT_IDLE_MAX)
            ),
            // What it reads after it has the lock is what the one before it has committed.
            Self::Exclusive => format!(
                "BEGIN ISOLATION LEVEL READ COMMITTED; {}; {WATCHED}; SELECT pg_advisory_xact_lock({SCHEMA_LOCK})",
                settings(NO_TIMEOUT)
            ),
        }
    }
}

/// How a transaction went.
enum Run {
    /// Kept, or dropped because its only job wanted that; with the position of the commit.
    Done(AfterCommit, u64),
    /// Undone; to be run again in another way, or not at all.
    Ended(Ending),
    /// The connection was lost between asking for the commit and hearing of it.
    Unknown,
    Panicked,
    /// The database refused the commit: a reference that was left for the end leads nowhere.
    Refused(StoreError),
}

fn commit(worker: &mut Worker, group: &mut Vec<Box<dyn Job>>, stats: &WriteStats, notices: &Notices) {
    let together = if group.len() > 1 {
        let mut jobs: Vec<&mut dyn Job> = group.iter_mut().map(|job| job.as_mut() as _).collect();
        once(worker, &mut jobs, Mode::Interactive, Care::Without).ok()
    } else {
        None
    };
    let done = match together {
        Some(Run::Done(after_commit, position)) => {
            finish(after_commit, group.len(), stats, notices);
            for job in &mut *group {
                job.committed(position);
            }
            true
        }
        Some(Run::Unknown) => {
            for job in &mut *group {
                job.fail(StoreError::Unknown);
            }
            true
        }
        // Undone: whatever it was, it shows again to the one whose fault it is.
        Some(Run::Ended(_) | Run::Panicked | Run::Refused(_)) | None => false,
    };
    for mut job in group.drain(..) {
        if !done {
            repeat(worker, job.as_mut(), Mode::Interactive, stats, notices);
        }
        job.answer();
    }
}

fn finish(after_commit: AfterCommit, jobs: usize, stats: &WriteStats, notices: &Notices) {
    notices.committed(after_commit.run());
    stats.record_group(jobs);
}

/// Runs one job until it is done or hopeless.
fn repeat(worker: &mut Worker, job: &mut dyn Job, mode: Mode, stats: &WriteStats, notices: &Notices) {
    let mut care = Care::Without;
    let mut pause = PAUSE_FIRST;
    let mut reruns = 0;
    loop {
        match once(worker, &mut [&mut *job], mode, care) {
            Ok(Run::Done(after_commit, position)) => {
                job.committed(position);
                return finish(after_commit, 1, stats, notices);
            }
            Ok(Run::Ended(Ending::Failed | Ending::SecondStatement)) if care == Care::Without => {
                care = Care::Each;
            }
            // The closure has said what failed.
            Ok(Run::Ended(Ending::Failed | Ending::SecondStatement | Ending::Locked)) => return,
            Ok(Run::Ended(Ending::TimedOut)) => return job.fail(StoreError::Timeout),
            Ok(Run::Ended(Ending::Conflict | Ending::Stale)) if reruns >= RERUNS_MAX => {
                return job.fail(StoreError::Conflict);
            }
            Ok(Run::Ended(Ending::Conflict | Ending::Stale | Ending::Lost)) => {
                reruns += 1;
                stats.record_rerun();
                std::thread::sleep(pause);
                pause = (pause * 2).min(PAUSE_MAX);
                if reruns > RERUNS_MAX {
                    return job.fail(StoreError::Unavailable);
                }
            }
            Ok(Run::Unknown) => return job.fail(StoreError::Unknown),
            Ok(Run::Panicked) => return job.fail(StoreError::Panicked),
            Ok(Run::Refused(error)) | Err(error) => return job.fail(error),
        }
    }
}

/// Runs the jobs as one transaction. Fails when there is no connection.
fn once(worker: &mut Worker, jobs: &mut [&mut dyn Job], mode: Mode, care: Care) -> Result<Run, StoreError> {
    let (timeout, slow) = (worker.statement_timeout, Arc::clone(&worker.slow));
    let connection = worker.connection()?;
    if let Err(error) = connection.run_script(&mode.begin(timeout)) {
        return match ended(worker, &error) {
            // No closure has run, so none can say what failed.
            Run::Ended(Ending::Failed | Ending::Locked) => Err(store_error(error)),
            run => Ok(run),
        };
    }
    let alone = jobs.len() == 1;
    let mut after_commit = AfterCommit::default();
    for job in jobs {
        let deadline = (mode == Mode::Interactive).then(|| Instant::now() + timeout);
        let mut transaction = PostgresTransaction::new(connection, care, deadline, Arc::clone(&slow));
        let mut tx = WriteTx::new(&mut transaction);
        let kept = catch_unwind(AssertUnwindSafe(|| job.run(&mut tx)));
        let acts = tx.into_after_commit();
        let (ending, changed) = (transaction.ending(), transaction.changed());
        let run = match (kept, ending) {
            (Err(_), _) => Run::Panicked,
            // It took a failed query for an answer, and all that it did is undone.
            (Ok(true), Some(Ending::Locked)) => Run::Refused(StoreError::Locked),
            (Ok(true), Some(Ending::Failed)) if care == Care::Each => Run::Refused(StoreError::Corrupt(
                "a write went on after a query had failed".to_owned(),
            )),
            (Ok(_), Some(ending)) => Run::Ended(ending),
            (Ok(true), None) => {
                after_commit.extend(acts);
                continue;
            }
            // It has changed nothing, so there is nothing to undo for it.
            (Ok(false), None) if changed == 0 && !alone => continue,
            (Ok(false), None) if alone => Run::Done(AfterCommit::default(), 0),
            (Ok(false), None) => Run::Ended(Ending::Failed),
        };
        roll_back(worker, ending);
        return Ok(run);
    }
    match connection.commit() {
        Ok(position) => Ok(Run::Done(after_commit, position)),
        Err(error) if self::ending(&error) == Ending::Lost => {
            worker.disconnect();
            Ok(Run::Unknown)
        }
        Err(error) if matches!(self::ending(&error), Ending::Failed | Ending::Locked) => {
            roll_back(worker, Some(Ending::Failed));
            Ok(Run::Refused(store_error(error)))
        }
        Err(error) => Ok(ended(worker, &error)),
    }
}

fn ended(worker: &mut Worker, error: &postgres::Error) -> Run {
    let ending = ending(error);
    roll_back(worker, Some(ending));
    Run::Ended(ending)
}

/// Brings the connection back to where a transaction can begin.
fn roll_back(worker: &mut Worker, ending: Option<Ending>) {
    if ending == Some(Ending::Lost) {
        return worker.disconnect();
    }
    let Some(connection) = worker.live_connection() else {
        return;
    };
    if matches!(ending, Some(Ending::Failed | Ending::Stale)) {
        // A plan may be out of date because another process has changed the schema.
        connection.forget_statements();
    }
    if let Err(error) = connection.run_script("ROLLBACK") {
        tracing::warn!(
            error = &store_error(error) as &dyn std::error::Error,
            "rolling back failed"
        );
        worker.disconnect();
    }
}
