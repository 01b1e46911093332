//! The thread for statements that must not stand in a transaction, or that would keep one open for long: indexes that are
//! made while others write, and constraints that every row is asked about.
//!
//! It has a connection of its own for each job, so that nothing of ours waits for it.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use postgres::CancelToken;

use super::address::Postgres;
use super::failure::{Ending, store_error};
use super::tls;
use super::transaction::{Care, PostgresTransaction};
use super::worker::Worker;
use crate::db::StoreError;
use crate::db::job::Job;
use crate::db::queue::Queue;
use crate::tx::WriteTx;

/// Without time limits; the server ends the statement when this process is gone, as far as its system can tell
/// (PostgreSQL, 20.3.2).
const SETTINGS: &str = "SET jit = off; SET statement_timeout = 0; SET lock_timeout = 0; \
    SELECT set_config('client_connection_check_interval', '1s', false) WHERE version() ~ 'linux'";

/// What runs, so that it can be ended.
pub(super) struct Running {
    server: Postgres,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    cancel: Option<CancelToken>,
    closed: bool,
}

impl Running {
    pub(super) fn at(server: &Postgres) -> Self {
        Self {
            server: server.clone(),
            state: Mutex::default(),
        }
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Notes what begins; false when nothing may any more.
    fn begin(&self, cancel: CancelToken) -> bool {
        let mut state = self.lock();
        state.cancel = Some(cancel);
        !state.closed
    }

    fn end(&self) {
        self.lock().cancel = None;
    }

    /// Ends what runs, and lets nothing begin: an index may take hours, a shutdown may not.
    pub(super) fn close(&self) {
        let server = &self.server;
        let cancel = {
            let mut state = self.lock();
            state.closed = true;
            state.cancel.take()
        };
        let Some(cancel) = cancel else { return };
        let Ok(connector) = tls::connector(server.verify, server.root_certificates.as_deref()) else {
            return;
        };
        // On a thread of its own: the client must not be used where other tasks run.
        let cancelled = std::thread::scope(|scope| scope.spawn(|| cancel.cancel_query(connector)).join());
        if let Ok(Err(error)) = cancelled {
            tracing::warn!(
                error = &error as &dyn std::error::Error,
                "a statement could not be ended, and is waited for"
            );
        }
    }
}

pub(super) fn run(worker: &mut Worker, queue: &Queue<Box<dyn Job>>, running: &Running) {
    let mut taken = Vec::with_capacity(1);
    while queue.take(1, &mut taken) {
        for mut job in taken.drain(..) {
            once(worker, job.as_mut(), running);
            running.end();
            worker.disconnect();
            job.answer();
        }
    }
}

fn once(worker: &mut Worker, job: &mut dyn Job, running: &Running) {
    let (slow, pooled) = (Arc::clone(&worker.slow), worker.is_pooled());
    let connection = match worker.connection() {
        Ok(connection) => connection,
        Err(error) => return job.fail(error),
    };
    if !running.begin(connection.cancel_token()) {
        return job.fail(StoreError::ShuttingDown);
    }
    // Behind a pooler the settings would stay with a connection of somebody else.
    if !pooled && let Err(error) = connection.run_script(SETTINGS) {
        return job.fail(store_error(error));
    }
    let mut transaction = PostgresTransaction::new(connection, Care::Outside, None, slow);
    let mut tx = WriteTx::new(&mut transaction);
    let run = catch_unwind(AssertUnwindSafe(|| job.run(&mut tx)));
    if run.is_err() {
        job.fail(StoreError::Panicked);
    } else if transaction.ending() == Some(Ending::Lost) {
        job.fail(StoreError::Unavailable);
    }
}
