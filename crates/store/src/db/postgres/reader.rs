//! The threads that read.
//!
//! Most reads are one statement, which is a snapshot by itself. So a closure first runs without a transaction around it;
//! where it asks for a second statement it is run again inside one, and closures of its kind are from then on.

use std::any::TypeId;
use std::collections::HashSet;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use super::connection::{idle_limit, settings};
use super::failure::{Ending, ending, store_error};
use super::transaction::{Care, PostgresTransaction};
use super::worker::Worker;
use crate::db::job::ClosureJob;
use crate::db::queue::{Priority, Queue};
use crate::db::{StoreError, refusal};
use crate::tx::Tx;

/// How often a read is begun anew after its connection was lost.
const RETRIES_MAX: u32 = 3;

/// A read, and of what kind it is.
pub(super) struct Work {
    kind: TypeId,
    job: Box<dyn ReadJob>,
}

trait ReadJob: Send {
    fn run(&mut self, tx: &mut Tx<'_>);
    fn fail(&mut self, error: StoreError);
    fn answer(&mut self);
}

impl<F, T, E> ReadJob for ClosureJob<F, T, E>
where
    F: FnMut(&mut Tx<'_>) -> Result<T, E> + Send,
    T: Send,
    E: From<StoreError> + Send,
{
    fn run(&mut self, tx: &mut Tx<'_>) {
        let closure = self.closure.as_mut().expect("a job that was answered is over");
        self.result = Some(closure(tx));
    }

    fn fail(&mut self, error: StoreError) {
        self.result = Some(Err(error.into()));
    }

    fn answer(&mut self) {
        self.reply();
    }
}

pub(super) async fn submit<T, E, F>(queue: &Queue<Work>, closure: F) -> Result<T, E>
where
    T: Send + 'static,
    E: From<StoreError> + Send + 'static,
    F: FnMut(&mut Tx<'_>) -> Result<T, E> + Send + 'static,
{
    let (job, answer) = ClosureJob::asked(closure);
    let work = Work {
        kind: TypeId::of::<F>(),
        job: Box::new(job),
    };
    queue
        .push(Priority::Interactive, work)
        .map_err(|refused| E::from(refusal(&refused, "read")))?;
    match answer.await {
        Ok((result, _)) => result,
        Err(_) => Err(StoreError::ShuttingDown.into()),
    }
}

/// `otherwise` takes what a replica could not answer.
pub(super) fn run(
    worker: &mut Worker,
    queue: &Queue<Work>,
    statements: &AtomicU64,
    otherwise: Option<&Queue<Work>>,
) {
    let mut several = HashSet::new();
    let mut taken = Vec::with_capacity(1);
    while queue.take(1, &mut taken) {
        for mut work in taken.drain(..) {
            let single = !worker.is_pooled() && !several.contains(&work.kind);
            let mut ending = repeat(worker, work.job.as_mut(), single, statements);
            if ending == Some(Ending::SecondStatement) {
                several.insert(work.kind);
                ending = repeat(worker, work.job.as_mut(), false, statements);
            }
            match (ending, otherwise) {
                (Some(Ending::Lost | Ending::Conflict), Some(primary)) => {
                    // A queue that is full or closed drops the work, and with it the way to its caller, who learns so.
                    drop(primary.push(Priority::Interactive, work));
                }
                _ => work.job.answer(),
            }
        }
    }
}

/// Runs a read until it is done or hopeless; the result is in the job.
fn repeat(
    worker: &mut Worker,
    job: &mut dyn ReadJob,
    single: bool,
    statements: &AtomicU64,
) -> Option<Ending> {
    let mut retries = 0;
    loop {
        let ending = match once(worker, job, single, statements) {
            Ok(ending) => ending,
            Err(StoreError::Unavailable) => {
                job.fail(StoreError::Unavailable);
                return Some(Ending::Lost);
            }
            Err(error) => {
                job.fail(error);
                return None;
            }
        };
        match ending {
            Some(Ending::Lost | Ending::Conflict | Ending::Stale) if retries < RETRIES_MAX => retries += 1,
            Some(Ending::Lost | Ending::Conflict | Ending::Stale) => {
                job.fail(StoreError::Unavailable);
                return ending;
            }
            Some(Ending::TimedOut | Ending::Locked) => {
                job.fail(StoreError::Timeout);
                return ending;
            }
            other => return other,
        }
    }
}

/// However short the time limit of statements is, a process that merely has to wait for a processor keeps its read.
const IDLE_MIN: Duration = Duration::from_secs(10);

fn once(
    worker: &mut Worker,
    job: &mut dyn ReadJob,
    single: bool,
    statements: &AtomicU64,
) -> Result<Option<Ending>, StoreError> {
    let (timeout, slow) = (worker.statement_timeout, Arc::clone(&worker.slow));
    let connection = worker.connection()?;
    let begun = if single {
        connection.set_once(&format!(
            "SET default_transaction_read_only = on; SET jit = off; SET statement_timeout = {}",
            timeout.as_millis()
        ))
    } else {
        connection.run_script(&format!(
            "BEGIN ISOLATION LEVEL REPEATABLE READ, READ ONLY; {}; {}",
            settings(timeout),
            idle_limit(timeout.max(IDLE_MIN))
        ))
    };
    if let Err(error) = begun {
        worker.disconnect();
        // The closure has not run, so it has said nothing.
        return match ending(&error) {
            Ending::Failed => Err(store_error(error)),
            ending => Ok(Some(ending)),
        };
    }
    let care = if single { Care::Single } else { Care::Without };
    let mut transaction = PostgresTransaction::new(connection, care, Some(Instant::now() + timeout), slow);
    let mut tx = Tx::new(&mut transaction);
    let run = catch_unwind(AssertUnwindSafe(|| job.run(&mut tx)));
    let run_statements = tx.statements_run();
    let ending = transaction.ending();
    // What is run again counts then.
    if ending != Some(Ending::SecondStatement) {
        statements.fetch_add(run_statements, Ordering::Relaxed);
    }
    if run.is_err() {
        job.fail(StoreError::Panicked);
    }
    if matches!(ending, Some(Ending::Failed | Ending::Stale)) {
        // A plan may be out of date because another process has changed the schema.
        connection.forget_statements();
    }
    let lost = ending == Some(Ending::Lost);
    if lost || (!single && connection.run_script("ROLLBACK").is_err()) {
        worker.disconnect();
    }
    Ok(ending)
}
