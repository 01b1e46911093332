//! The two doors to the database, and the threads behind them.
//!
//! `read` and `write` take a synchronous closure that gets only the transaction. So nobody can await the network while
//! holding a lock, and a closure may be run again. Small reads run on the caller's own thread under a step budget and
//! move to a reader thread when they exceed it; `docs/decisions/0002-small-reads-inline.md` says why.

mod connection;
mod error;
mod log;
mod queue;
mod readers;
mod snapshots;
mod writer;

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::thread::JoinHandle;
use std::time::Duration;

use rusqlite::Connection;
use tokio::sync::oneshot;

pub use error::{StoreError, Violation};
pub use queue::Priority;
use queue::{Queue, Refused};
use readers::Readers;
use snapshots::Snapshots;
use writer::{ClosureJob, Work};

use crate::tx::{Tx, WriteTx};

/// What a committed write survives.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Durability {
    /// A power cut: every commit is flushed to disk before it is acknowledged.
    Full,
    /// A kill of the process, but not always a power cut. For like-for-like benchmarks.
    Normal,
}

#[derive(Debug, Clone)]
pub struct DbOptions {
    pub durability: Durability,
    /// Reader threads for what is too long to run inline.
    pub reader_threads: usize,
    /// Writes that may wait; more answer [`StoreError::Overloaded`].
    pub write_queue_max: usize,
    /// Long reads that may wait.
    pub read_queue_max: usize,
    /// A read, or one caller's write, that runs longer is stopped.
    pub statement_timeout: Duration,
}

impl Default for DbOptions {
    fn default() -> Self {
        Self {
            durability: Durability::Full,
            reader_threads: 2,
            write_queue_max: 4_096,
            read_queue_max: 1_024,
            statement_timeout: Duration::from_secs(10),
        }
    }
}

/// Counts of the writer since the start.
#[derive(Debug, Default)]
pub struct WriteStats {
    groups: AtomicU64,
    jobs: AtomicU64,
}

impl WriteStats {
    fn record_group(&self, jobs: usize) {
        self.groups.fetch_add(1, Ordering::Relaxed);
        self.jobs.fetch_add(jobs as u64, Ordering::Relaxed);
    }

    /// Commits, and the jobs in them.
    pub fn groups_and_jobs(&self) -> (u64, u64) {
        (
            self.groups.load(Ordering::Relaxed),
            self.jobs.load(Ordering::Relaxed),
        )
    }
}

/// An open database.
pub struct Db {
    path: PathBuf,
    writes: Arc<Queue<Work>>,
    writer: Option<JoinHandle<()>>,
    readers: Readers,
    stats: Arc<WriteStats>,
}

impl std::fmt::Debug for Db {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Db")
            .field("path", &self.path)
            .finish_non_exhaustive()
    }
}

impl Db {
    /// Opens (or makes) the database file, lets `prepare` bring its schema up to date, and starts the threads.
    pub fn open<E: From<StoreError>>(
        path: &Path,
        options: &DbOptions,
        prepare: impl FnOnce(&mut Connection) -> Result<(), E>,
    ) -> Result<Self, E> {
        connection::check_sqlite_version()?;
        let mut connection = connection::open_writer(path, options.durability)?;
        prepare(&mut connection)?;
        let writes: Arc<Queue<Work>> =
            Arc::new(Queue::new(options.write_queue_max, options.write_queue_max / 4));
        let stats = Arc::new(WriteStats::default());
        let snapshots = Arc::new(Snapshots::new(path));
        let readers = Readers::start(path, options, Arc::clone(&snapshots))?;
        let (queue, counted) = (Arc::clone(&writes), Arc::clone(&stats));
        let job_timeout = options.statement_timeout;
        let thread = std::thread::Builder::new()
            .name("db-writer".to_owned())
            .spawn(move || writer::run(&mut connection, &queue, &counted, &snapshots, job_timeout))
            .expect("a thread can be started");
        Ok(Self {
            path: path.to_owned(),
            writes,
            writer: Some(thread),
            readers,
            stats,
        })
    }

    /// Runs `closure` in a read-only snapshot.
    pub async fn read<T, E, F>(&self, closure: F) -> Result<T, E>
    where
        T: Send + 'static,
        E: From<StoreError> + Send + 'static,
        F: FnMut(&mut Tx<'_>) -> Result<T, E> + Send + 'static,
    {
        self.readers.read(closure).await
    }

    /// Runs `closure` in a transaction that is on disk when the answer comes. An `Err` undoes all that it did.
    pub async fn write<T, E, F>(&self, priority: Priority, closure: F) -> Result<T, E>
    where
        T: Send + 'static,
        E: From<StoreError> + Send + 'static,
        F: FnMut(&mut WriteTx<'_>) -> Result<T, E> + Send + 'static,
    {
        let (reply, answer) = oneshot::channel();
        let job = Box::new(ClosureJob {
            closure: Some(closure),
            result: None,
            reply: Some(reply),
        });
        self.writes
            .push(priority, Work::Write(priority, job))
            .map_err(|refused| E::from(refusal(&refused, "write")))?;
        match answer.await {
            Ok(result) => result,
            Err(_) => Err(StoreError::ShuttingDown.into()),
        }
    }

    /// Runs `change` on the writing connection between two groups: for a change of the schema, which cannot happen
    /// inside a transaction. Writes wait meanwhile.
    pub async fn exclusive<T, E, F>(&self, change: F) -> Result<T, E>
    where
        T: Send + 'static,
        E: From<StoreError> + Send + 'static,
        F: FnOnce(&mut Connection) -> Result<T, E> + Send + 'static,
    {
        let (reply, answer) = oneshot::channel();
        let work = Work::Exclusive(Box::new(move |connection| {
            let result = change(connection);
            Box::new(move || {
                // A caller that went away no longer wants the answer.
                drop(reply.send(result));
            })
        }));
        self.writes
            .push(Priority::Interactive, work)
            .map_err(|refused| E::from(refusal(&refused, "write")))?;
        match answer.await {
            Ok(result) => result,
            Err(_) => Err(StoreError::Panicked.into()),
        }
    }

    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Statements that reads have run since the start.
    pub fn statements_read(&self) -> u64 {
        self.readers.statements.load(Ordering::Relaxed)
    }

    pub fn write_stats(&self) -> &WriteStats {
        &self.stats
    }

    /// Writes that wait now.
    pub fn writes_waiting(&self) -> usize {
        self.writes.len()
    }
}

impl Drop for Db {
    /// Serves what waits, then ends every thread.
    fn drop(&mut self) {
        self.writes.close();
        if let Some(writer) = self.writer.take()
            && writer.join().is_err()
        {
            tracing::error!("the database writer ended in a panic");
        }
    }
}

fn refusal(refused: &Refused, queue: &'static str) -> StoreError {
    match refused {
        Refused::Full => StoreError::Overloaded { queue },
        Refused::Closed => StoreError::ShuttingDown,
    }
}
