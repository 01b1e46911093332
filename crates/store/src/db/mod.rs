//! The two doors to the database, and the threads behind them.
//!
//! `read` and `write` take a synchronous closure that gets only the transaction. So nobody can await the network while
//! holding a lock, and a closure may be run again. Two engines stand behind the doors: `sqlite`, a file that this
//! process alone uses, and `postgres`, a server that several processes may share.

mod error;
mod foreign;
mod job;
mod notices;
mod postgres;
mod queue;
mod sqlite;

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

pub use error::{StoreError, Violation};
pub use foreign::Foreign;
use job::{ClosureJob, Work};
use notices::Notices;
pub use notices::{CommitNotices, SAID_BYTES_MAX, SaidByProcesses};
pub(crate) use postgres::postgres_cell;
pub use postgres::{Postgres, PostgresUrlError, ReplicaState};
pub use queue::{Priority, Waits};
use queue::{Queue, Refused};
pub(crate) use sqlite::sqlite_cell;

use self::postgres::PostgresEngine;
use self::sqlite::SqliteEngine;
use crate::slow::SlowStatements;
use crate::sql::Dialect;
use crate::tx::{Tx, WriteTx};

/// Bytes of one value or row: no field can hold more, and no expression makes more.
pub(crate) const VALUE_BYTES_MAX: i32 = 16 * 1024 * 1024;

/// Where the data lies.
#[derive(Debug, Clone)]
pub enum Place {
    /// A file that this process alone uses.
    Sqlite(PathBuf),
    /// A server.
    Postgres(Box<Postgres>),
}

/// A place in the log of the database: what was written before it is seen from it on. Each commit has a later one; a
/// database without replicas tells none.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Position(pub u64);

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
    /// Time that a read of a file may take where it is asked before it moves to a reader thread.
    pub inline_read_max: Duration,
    /// Writes that may wait; more answer [`StoreError::Overloaded`].
    pub write_queue_max: usize,
    /// Long reads that may wait.
    pub read_queue_max: usize,
    /// A read, or one caller's write, that runs longer is stopped.
    pub statement_timeout: Duration,
    /// Where statements that take long are noted.
    pub slow: Arc<SlowStatements>,
}

impl Default for DbOptions {
    fn default() -> Self {
        Self {
            durability: Durability::Full,
            reader_threads: 2,
            inline_read_max: Duration::from_millis(1),
            write_queue_max: 4_096,
            read_queue_max: 1_024,
            statement_timeout: Duration::from_secs(10),
            slow: Arc::new(SlowStatements::after(Duration::from_millis(250))),
        }
    }
}

/// Counts of the writers since the start.
#[derive(Debug, Default)]
pub struct WriteStats {
    groups: AtomicU64,
    jobs: AtomicU64,
    reruns: AtomicU64,
}

impl WriteStats {
    fn record_group(&self, jobs: usize) {
        self.groups.fetch_add(1, Ordering::Relaxed);
        self.jobs.fetch_add(jobs as u64, Ordering::Relaxed);
    }

    fn record_rerun(&self) {
        self.reruns.fetch_add(1, Ordering::Relaxed);
    }

    /// Commits, and the jobs in them.
    pub fn groups_and_jobs(&self) -> (u64, u64) {
        (
            self.groups.load(Ordering::Relaxed),
            self.jobs.load(Ordering::Relaxed),
        )
    }

    /// Transactions run again after a conflict with another one.
    pub fn reruns(&self) -> u64 {
        self.reruns.load(Ordering::Relaxed)
    }
}

/// An open database.
pub struct Db {
    engine: Engine,
    writes: Arc<Queue<Work>>,
    stats: Arc<WriteStats>,
    notices: Arc<Notices>,
    slow: Arc<SlowStatements>,
}

enum Engine {
    Sqlite(SqliteEngine),
    Postgres(PostgresEngine),
}

impl std::fmt::Debug for Db {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Db")
            .field("dialect", &self.dialect())
            .finish_non_exhaustive()
    }
}

impl Db {
    /// Opens (or makes) the database, lets `prepare` bring its schema up to date, and starts the threads.
    pub fn open<E, F>(place: &Place, options: &DbOptions, prepare: F) -> Result<Self, E>
    where
        E: From<StoreError> + Send,
        F: FnMut(&mut WriteTx<'_>) -> Result<(), E> + Send,
    {
        let writes: Arc<Queue<Work>> =
            Arc::new(Queue::new(options.write_queue_max, options.write_queue_max / 4));
        let stats = Arc::new(WriteStats::default());
        let notices = Arc::new(Notices::default());
        let mut first = ClosureJob::new(prepare);
        let engine = match place {
            Place::Sqlite(path) => Engine::Sqlite(SqliteEngine::open(
                path, options, &mut first, &writes, &stats, &notices,
            )?),
            Place::Postgres(server) => Engine::Postgres(PostgresEngine::open(
                server, options, &mut first, &writes, &stats, &notices,
            )?),
        };
        let db = Self {
            engine,
            writes,
            stats,
            notices,
            slow: Arc::clone(&options.slow),
        };
        first.result.unwrap_or(Ok(()))?;
        Ok(db)
    }

    /// Tells from now on when somebody, in this process or another one, has added to the journal.
    pub fn commit_notices(&self) -> CommitNotices {
        self.notices.hear()
    }

    /// Says something to the other processes on this database: at most [`SAID_BYTES_MAX`], kept nowhere, without a promise
    /// that it is heard. False where nobody can hear it.
    pub fn say_to_processes(&self, text: String) -> bool {
        self.notices.say(text)
    }

    /// Hears from now on what processes say, this one too.
    pub fn said_by_processes(&self) -> SaidByProcesses {
        self.notices.hear_said()
    }

    /// The language of the statements that it takes.
    pub fn dialect(&self) -> Dialect {
        match self.engine {
            Engine::Sqlite(_) => Dialect::Sqlite,
            Engine::Postgres(_) => Dialect::Postgres,
        }
    }

    /// Runs `closure` in a read-only snapshot of everything that was ever acknowledged.
    pub async fn read<T, E, F>(&self, closure: F) -> Result<T, E>
    where
        T: Send + 'static,
        E: From<StoreError> + Send + 'static,
        F: FnMut(&mut Tx<'_>) -> Result<T, E> + Send + 'static,
    {
        self.read_at(None, closure).await
    }

    /// As `read`; with a position a snapshot will do that sees everything up to there, perhaps of a replica.
    pub async fn read_at<T, E, F>(&self, position: Option<Position>, closure: F) -> Result<T, E>
    where
        T: Send + 'static,
        E: From<StoreError> + Send + 'static,
        F: FnMut(&mut Tx<'_>) -> Result<T, E> + Send + 'static,
    {
        match &self.engine {
            Engine::Sqlite(engine) => engine.readers.read(closure).await,
            Engine::Postgres(engine) => engine.read(position, closure).await,
        }
    }

    /// The replicas that reads may go to, and how far each is behind.
    pub fn replicas(&self) -> Vec<ReplicaState> {
        match &self.engine {
            Engine::Sqlite(_) => Vec::new(),
            Engine::Postgres(engine) => engine.replicas(),
        }
    }

    /// Runs `closure` in a transaction that is on disk when the answer comes. An `Err` undoes all that it did.
    pub async fn write<T, E, F>(&self, priority: Priority, closure: F) -> Result<T, E>
    where
        T: Send + 'static,
        E: From<StoreError> + Send + 'static,
        F: FnMut(&mut WriteTx<'_>) -> Result<T, E> + Send + 'static,
    {
        let (value, _) = self.write_at(priority, closure).await?;
        Ok(value)
    }

    /// As `write`; tells besides from which position on a read sees what was written.
    pub async fn write_at<T, E, F>(&self, priority: Priority, closure: F) -> Result<(T, Position), E>
    where
        T: Send + 'static,
        E: From<StoreError> + Send + 'static,
        F: FnMut(&mut WriteTx<'_>) -> Result<T, E> + Send + 'static,
    {
        self.submit(priority, closure, |job| Work::Write(priority, job))
            .await
    }

    /// Runs `change` in a transaction with nobody beside it, and with references unchecked until its end: for a change
    /// of the schema. Writes wait meanwhile.
    pub async fn exclusive<T, E, F>(&self, change: F) -> Result<T, E>
    where
        T: Send + 'static,
        E: From<StoreError> + Send + 'static,
        F: FnMut(&mut WriteTx<'_>) -> Result<T, E> + Send + 'static,
    {
        let (value, _) = self
            .submit(Priority::Interactive, change, Work::Exclusive)
            .await?;
        Ok(value)
    }

    /// Runs `change` on a connection of its own with no transaction around its statements: each that succeeds stays. For
    /// what a database does not do in a transaction, or takes long over: only PostgreSQL has such statements.
    pub async fn outside<T, E, F>(&self, change: F) -> Result<T, E>
    where
        T: Send + 'static,
        E: From<StoreError> + Send + 'static,
        F: FnMut(&mut WriteTx<'_>) -> Result<T, E> + Send + 'static,
    {
        let Engine::Postgres(engine) = &self.engine else {
            let reason = "SQLite changes everything inside transactions".to_owned();
            return Err(StoreError::Corrupt(reason).into());
        };
        let (job, answer) = ClosureJob::asked(change);
        engine.push_outside(Box::new(job)).map_err(E::from)?;
        match answer.await {
            Ok((result, _)) => result,
            Err(_) => Err(StoreError::ShuttingDown.into()),
        }
    }

    async fn submit<T, E, F>(
        &self,
        priority: Priority,
        closure: F,
        work: impl FnOnce(Box<dyn job::Job>) -> Work,
    ) -> Result<(T, Position), E>
    where
        T: Send + 'static,
        E: From<StoreError> + Send + 'static,
        F: FnMut(&mut WriteTx<'_>) -> Result<T, E> + Send + 'static,
    {
        let (job, answer) = ClosureJob::asked(closure);
        self.writes
            .push(priority, work(Box::new(job)))
            .map_err(|refused| E::from(refusal(&refused, "write")))?;
        match answer.await {
            Ok((result, position)) => result.map(|value| (value, Position(position))),
            Err(_) => Err(StoreError::ShuttingDown.into()),
        }
    }

    /// The file of an embedded database.
    pub fn path(&self) -> Option<&Path> {
        match &self.engine {
            Engine::Sqlite(engine) => Some(&engine.path),
            Engine::Postgres(_) => None,
        }
    }

    /// Statements that reads have run since the start.
    pub fn statements_read(&self) -> u64 {
        let statements = match &self.engine {
            Engine::Sqlite(engine) => &engine.readers.statements,
            Engine::Postgres(engine) => &engine.statements,
        };
        statements.load(Ordering::Relaxed)
    }

    pub fn write_stats(&self) -> &WriteStats {
        &self.stats
    }

    /// Statements that have taken long since the start.
    pub fn slow_statements(&self) -> &SlowStatements {
        &self.slow
    }

    /// Writes that wait now.
    pub fn writes_waiting(&self) -> usize {
        self.writes.len()
    }

    /// How long writes have waited for their turn.
    pub fn write_waits(&self) -> Waits {
        self.writes.waits()
    }

    /// How long reads have waited for a thread.
    pub fn read_waits(&self) -> Waits {
        match &self.engine {
            Engine::Sqlite(engine) => engine.readers.waits(),
            Engine::Postgres(engine) => engine.read_waits(),
        }
    }
}

impl Drop for Db {
    /// Serves what waits, then ends every thread.
    fn drop(&mut self) {
        self.writes.close();
        self.notices.close();
        match &mut self.engine {
            Engine::Sqlite(engine) => engine.join(),
            Engine::Postgres(engine) => engine.join(),
        }
    }
}

/// Waits for a thread to end. One that drops the last hold on its own database cannot wait for itself.
fn join(thread: std::thread::JoinHandle<()>) {
    if thread.thread().id() == std::thread::current().id() {
        return;
    }
    let name = thread.thread().name().unwrap_or("?").to_owned();
    if thread.join().is_err() {
        tracing::error!(thread = name, "a thread of the database ended in a panic");
    }
}

fn refusal(refused: &Refused, queue: &'static str) -> StoreError {
    match refused {
        Refused::Full => StoreError::Overloaded { queue },
        Refused::Closed => StoreError::ShuttingDown,
    }
}
