//! What can be seen of the readers: how far each has come, and what keeps it.

use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use mainstay_store::{StoreError, readers};
use tokio::sync::watch;

use super::{Reader, Step};
use crate::environment::Environment;
use crate::failure::Failure;

/// The readers of one process.
#[derive(Debug, Default)]
pub struct ReaderStates(Mutex<Vec<Arc<State>>>);

/// One of them.
#[derive(Debug)]
pub(super) struct State {
    name: &'static str,
    each_process: bool,
    /// Only where it is not kept in the database.
    cursor: AtomicI64,
    /// Where it began, once it has.
    begun: watch::Sender<Option<i64>>,
    trouble: Mutex<Trouble>,
}

#[derive(Debug, Clone, Default)]
struct Trouble {
    failures: u32,
    last_error: Option<String>,
}

/// How a reader is, for administrators.
#[derive(Debug, Clone)]
pub struct ReaderReport {
    pub name: &'static str,
    /// Does it run in each process, with a cursor of its own?
    pub each_process: bool,
    /// The number of the last entry that it is done with.
    pub cursor: i64,
    /// Entries behind that; at most 100,000 are counted.
    pub lag_entries: i64,
    /// For how long the first of them has been waiting.
    pub lag: Duration,
    /// Failures in this process since it last went on.
    pub failures: u32,
    /// What failed last in this process, even if it went on since.
    pub last_error: Option<String>,
}

impl ReaderStates {
    pub(super) fn add(&self, reader: &Reader) -> Arc<State> {
        let state = Arc::new(State {
            name: reader.name,
            each_process: matches!(reader.step, Step::EachProcess(_)),
            cursor: AtomicI64::new(0),
            begun: watch::Sender::new(None),
            trouble: Mutex::default(),
        });
        self.lock().push(Arc::clone(&state));
        state
    }

    /// Waits until a reader that runs here has begun, and gives the number that it began behind; `None` when no such
    /// reader runs, or it stops.
    pub(crate) async fn begun(&self, name: &str) -> Option<i64> {
        let state = self.lock().iter().find(|state| state.name == name).cloned()?;
        let mut begun = state.begun.subscribe();
        drop(state);
        let behind = begun.wait_for(Option::is_some).await;
        behind.ok().and_then(|behind| *behind)
    }

    pub(super) fn clear(&self) {
        self.lock().clear();
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, Vec<Arc<State>>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    pub(super) fn moved(&self, cursor: i64) {
        self.cursor.store(cursor, Ordering::Relaxed);
        self.begun
            .send_if_modified(|begun| begun.is_none() && begun.replace(cursor).is_none());
        self.lock().failures = 0;
    }

    /// Notes a failure and tells how many there have been in a row.
    pub(super) fn failed(&self, error: &Failure) -> u32 {
        let mut text = error.to_string();
        let mut cause = std::error::Error::source(error);
        while let Some(error) = cause {
            text = format!("{text}: {error}");
            cause = error.source();
        }
        let mut trouble = self.lock();
        trouble.failures = trouble.failures.saturating_add(1);
        trouble.last_error = Some(text);
        trouble.failures
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, Trouble> {
        self.trouble.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// How each reader of this process is. Where readers run in one process at a time, any process tells their cursors.
pub async fn reader_reports(environment: &Arc<Environment>) -> Result<Vec<ReaderReport>, Failure> {
    let states = environment.readers.lock().clone();
    let now = environment.clock.now();
    let read = environment.db.read(move |tx| {
        let mut reports = Vec::with_capacity(states.len());
        for state in &states {
            let cursor = if state.each_process {
                state.cursor.load(Ordering::Relaxed)
            } else {
                readers::cursor(tx, state.name)?
            };
            let lag = readers::lag(tx, cursor)?;
            let waited_us = lag
                .since
                .map_or(0, |since| now.as_micros().saturating_sub(since.as_micros()));
            let trouble = state.lock().clone();
            reports.push(ReaderReport {
                name: state.name,
                each_process: state.each_process,
                cursor,
                lag_entries: lag.entries,
                lag: Duration::from_micros(u64::try_from(waited_us).unwrap_or(0)),
                failures: trouble.failures,
                last_error: trouble.last_error,
            });
        }
        Ok::<_, StoreError>(reports)
    });
    Ok(read.await?)
}
