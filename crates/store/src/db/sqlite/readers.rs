//! Reads: on the caller's thread while they are small, on reader threads when they are not.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use rusqlite::Connection;
use tokio::sync::oneshot;

use super::connection;
use super::snapshots::Snapshots;
use super::transaction::SqliteTransaction;
use crate::db::queue::{Priority, Queue, Waits};
use crate::db::{DbOptions, StoreError, join, refusal};
use crate::slow::SlowStatements;
use crate::tx::Tx;

/// Steps of SQLite's virtual machine between two looks at the clock.
const STEPS_PER_LOOK: i32 = 100;

type ReadJob = Box<dyn FnMut(&mut Connection) + Send>;

pub(in crate::db) struct Readers {
    snapshots: Arc<Snapshots>,
    queue: Arc<Queue<ReadJob>>,
    threads: Vec<JoinHandle<()>>,
    statement_timeout: Duration,
    slow: Arc<SlowStatements>,
    pub(in crate::db) statements: Arc<AtomicU64>,
}

impl Readers {
    pub(super) fn start(
        path: &Path,
        options: &DbOptions,
        snapshots: Arc<Snapshots>,
    ) -> Result<Self, StoreError> {
        let queue: Arc<Queue<ReadJob>> = Arc::new(Queue::new(options.read_queue_max, 0));
        let mut threads = Vec::with_capacity(options.reader_threads);
        for number in 0..options.reader_threads.max(1) {
            let mut connection = connection::open_reader(path)?;
            let queue = Arc::clone(&queue);
            let thread = std::thread::Builder::new()
                .name(format!("db-reader-{number}"))
                .spawn(move || serve(&mut connection, &queue))
                .expect("a thread can be started");
            threads.push(thread);
        }
        Ok(Self {
            snapshots,
            queue,
            threads,
            statement_timeout: options.statement_timeout,
            slow: Arc::clone(&options.slow),
            statements: Arc::default(),
        })
    }

    pub(in crate::db) async fn read<T, E, F>(&self, mut closure: F) -> Result<T, E>
    where
        T: Send + 'static,
        E: From<StoreError> + Send + 'static,
        F: FnMut(&mut Tx<'_>) -> Result<T, E> + Send + 'static,
    {
        if let Some(result) = self.read_inline(&mut closure)? {
            return result;
        }
        let (reply, answer) = oneshot::channel();
        let mut once = Some((closure, reply));
        let (timeout, slow) = (self.statement_timeout, Arc::clone(&self.slow));
        let statements = Arc::clone(&self.statements);
        let job: ReadJob = Box::new(move |connection| {
            let Some((mut closure, reply)) = once.take() else {
                return;
            };
            let result = read_with_deadline(connection, timeout, &slow, &statements, &mut closure);
            // What the closure holds may own the database, which cannot be closed from one of its own threads.
            drop(closure);
            // A caller that went away no longer wants the answer.
            drop(reply.send(result));
        });
        self.queue
            .push(Priority::Interactive, job)
            .map_err(|refused| E::from(refusal(&refused, "read")))?;
        match answer.await {
            Ok(result) => result,
            Err(_) => Err(StoreError::Panicked.into()),
        }
    }

    pub(in crate::db) fn waits(&self) -> Waits {
        self.queue.waits()
    }

    /// Serves what waits, then ends the threads.
    pub(super) fn join(&mut self) {
        self.queue.close();
        for thread in self.threads.drain(..) {
            join(thread);
        }
    }

    /// Tries the closure here and now; `None` when it needs more steps than an inline read may take.
    fn read_inline<T, E, F>(&self, closure: &mut F) -> Result<Option<Result<T, E>>, StoreError>
    where
        F: FnMut(&mut Tx<'_>) -> Result<T, E>,
        E: From<StoreError>,
    {
        let reader = self.snapshots.take()?;
        // A panic drops the connection with its transaction; it belongs to this request, and so does its answer.
        let mut transaction = SqliteTransaction::new(&reader.connection, Arc::clone(&self.slow));
        let mut tx = Tx::new(&mut transaction);
        let result = closure(&mut tx);
        // A read that came to its end in time has its answer, even if the clock has moved on since.
        let exhausted = result.is_err() && reader.is_exhausted();
        if !exhausted {
            count(&self.statements, &tx);
        }
        self.snapshots.put_back(reader, result.is_err());
        Ok(if exhausted { None } else { Some(result) })
    }
}

fn serve(connection: &mut Connection, queue: &Queue<ReadJob>) {
    let mut jobs = Vec::with_capacity(1);
    while queue.take(1, &mut jobs) {
        for mut job in jobs.drain(..) {
            // A panic in one read must not take the reader down; its caller learns from the dropped reply.
            let panicked = catch_unwind(AssertUnwindSafe(|| job(connection))).is_err();
            if panicked
                && !connection.is_autocommit()
                && let Err(error) = end_snapshot(connection, "ROLLBACK")
            {
                tracing::error!(%error, "the snapshot of a read that panicked stays open");
            }
        }
    }
}

fn read_with_deadline<T, E, F>(
    connection: &mut Connection,
    timeout: Duration,
    slow: &Arc<SlowStatements>,
    statements: &AtomicU64,
    closure: &mut F,
) -> Result<T, E>
where
    F: FnMut(&mut Tx<'_>) -> Result<T, E>,
    E: From<StoreError>,
{
    // Every statement of the closure sees the same state of the database.
    execute(connection, "BEGIN")?;
    let deadline = Instant::now() + timeout;
    connection
        .progress_handler(STEPS_PER_LOOK, Some(move || Instant::now() > deadline))
        .map_err(StoreError::from)?;
    let mut transaction = SqliteTransaction::new(connection, Arc::clone(slow));
    let mut tx = Tx::new(&mut transaction);
    let result = closure(&mut tx);
    count(statements, &tx);
    end_snapshot(connection, "COMMIT")?;
    result
}

/// Without a time limit: a snapshot whose end was interrupted would stay open, and its thread could begin no other.
fn end_snapshot(connection: &mut Connection, how: &str) -> Result<(), StoreError> {
    connection.progress_handler(0, None::<fn() -> bool>)?;
    execute(connection, how)
}

fn count(statements: &AtomicU64, tx: &Tx<'_>) {
    statements.fetch_add(tx.statements_run(), Ordering::Relaxed);
}

fn execute(connection: &Connection, sql: &str) -> Result<(), StoreError> {
    connection.prepare_cached(sql)?.raw_execute()?;
    Ok(())
}
