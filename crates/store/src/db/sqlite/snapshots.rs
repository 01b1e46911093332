//! Connections for inline reads, and how fresh what they see is.
//!
//! Beginning and ending a read transaction costs SQLite several system calls, more than a read by id itself. So an idle
//! connection keeps its transaction open for the next read, as long as nothing has been committed since. The writer
//! ends the transactions that its commit made stale: a snapshot that nobody reads would keep the write-ahead log from
//! being emptied.

use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use rusqlite::Connection;

use super::connection;
use crate::db::StoreError;

/// Steps of SQLite's virtual machine between two looks at the clock. One step can be a function over a long text, so
/// steps alone say little about time.
const STEPS_PER_LOOK: i32 = 100;

/// Connections kept; one for each thread that serves requests is enough.
const CONNECTIONS_MAX: usize = 8;

/// The idle connections and the number of commits since the start.
pub(super) struct Snapshots {
    path: PathBuf,
    /// Time that an inline read may take.
    inline_micros_max: u64,
    commits: AtomicU64,
    idle: Mutex<Vec<Reader>>,
}

/// A connection for inline reads.
pub(super) struct Reader {
    pub(super) connection: Connection,
    /// The number of commits that its open transaction sees; `None` when none is open.
    sees: Option<u64>,
    clock: Instant,
    /// Microseconds on `clock` at which the read must end.
    end_micros: Arc<AtomicU64>,
}

impl Snapshots {
    pub(super) fn new(path: &Path, inline_read_max: Duration) -> Self {
        Self {
            path: path.to_owned(),
            inline_micros_max: u64::try_from(inline_read_max.as_micros()).unwrap_or(u64::MAX),
            commits: AtomicU64::new(0),
            idle: Mutex::new(Vec::new()),
        }
    }

    /// A connection inside a transaction that sees every commit so far.
    pub(super) fn take(&self) -> Result<Reader, StoreError> {
        let idle = self.lock().pop();
        let mut reader = match idle {
            Some(reader) => reader,
            None => Reader::open(&self.path)?,
        };
        // Read before the transaction begins: it may see more than this number says, never less.
        let commits = self.commits.load(Ordering::Acquire);
        if reader.sees != Some(commits) {
            reader.end()?;
            execute(&reader.connection, "BEGIN")?;
            reader.sees = Some(commits);
        }
        reader.end_micros.store(
            reader.now_micros().saturating_add(self.inline_micros_max),
            Ordering::Relaxed,
        );
        Ok(reader)
    }

    /// Takes a connection back. One whose read failed may be in any state, so its transaction ends.
    pub(super) fn put_back(&self, mut reader: Reader, failed: bool) {
        if failed && reader.end().is_err() {
            return;
        }
        let mut idle = self.lock();
        // A commit that came in between found the list without this connection.
        let stale = reader
            .sees
            .is_some_and(|sees| sees != self.commits.load(Ordering::Acquire));
        let usable = !stale || reader.end().is_ok();
        if usable && idle.len() < CONNECTIONS_MAX {
            idle.push(reader);
        }
    }

    /// Tells that something was committed: called by the writer before it answers anybody.
    pub(super) fn committed(&self) {
        self.commits.fetch_add(1, Ordering::AcqRel);
        self.lock().retain_mut(|reader| reader.end().is_ok());
    }

    fn lock(&self) -> MutexGuard<'_, Vec<Reader>> {
        self.idle.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Reader {
    fn open(path: &Path) -> Result<Self, StoreError> {
        let mut connection = connection::open_reader(path)?;
        let clock = Instant::now();
        let end_micros = Arc::new(AtomicU64::new(0));
        let end = Arc::clone(&end_micros);
        connection.progress_handler(
            STEPS_PER_LOOK,
            Some(move || micros_since(clock) > end.load(Ordering::Relaxed)),
        )?;
        Ok(Self {
            connection,
            sees: None,
            clock,
            end_micros,
        })
    }

    /// Did the last read use up its time?
    pub(super) fn is_exhausted(&self) -> bool {
        self.now_micros() > self.end_micros.load(Ordering::Relaxed)
    }

    fn now_micros(&self) -> u64 {
        micros_since(self.clock)
    }

    fn end(&mut self) -> Result<(), StoreError> {
        // Beginning and ending are not the read, and are never stopped.
        self.end_micros.store(u64::MAX, Ordering::Relaxed);
        if self.sees.take().is_some() && !self.connection.is_autocommit() {
            execute(&self.connection, "COMMIT")?;
        }
        Ok(())
    }
}

fn micros_since(clock: Instant) -> u64 {
    u64::try_from(clock.elapsed().as_micros()).unwrap_or(u64::MAX)
}

fn execute(connection: &Connection, sql: &str) -> Result<(), StoreError> {
    connection.prepare_cached(sql)?.raw_execute()?;
    Ok(())
}
