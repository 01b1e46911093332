//! PostgreSQL: a server that several processes may share.
//!
//! Each worker thread owns a connection and runs one transaction at a time; the closures are those that SQLite runs.
//! Writers run at the isolation level SERIALIZABLE, so that a closure means the same on both engines, and run it again
//! when it was in the way of another; `docs/decisions/0011-postgresql.md` says why.

mod address;
mod connection;
mod failure;
mod foreign;
mod notices;
mod outside;
mod reader;
mod replica;
mod tls;
mod transaction;
mod worker;
mod writer;

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::sync::mpsc::sync_channel;
use std::thread::JoinHandle;

pub use address::{Postgres, PostgresUrlError};
pub(super) use foreign::read_foreign;
use notices::{Listener, Teller};
use replica::Replica;
pub use replica::ReplicaState;
pub(crate) use transaction::postgres_cell;
use worker::Worker;

use super::job::{Job, Work};
use super::queue::{Priority, Queue, Waits};
use super::{DbOptions, Notices, Position, StoreError, WriteStats, join, refusal};
use crate::tx::Tx;

/// Only one change of the schema is under way at a time, and it waits for each of its steps.
const OUTSIDE_WAITING_MAX: usize = 4;

pub(super) struct PostgresEngine {
    reads: Arc<Queue<reader::Work>>,
    replicas: Vec<Replica>,
    /// The replica that is asked first next time.
    turn: AtomicUsize,
    outside: Arc<Queue<Box<dyn Job>>>,
    running: Arc<outside::Running>,
    threads: Vec<JoinHandle<()>>,
    pub(super) statements: Arc<AtomicU64>,
}

impl PostgresEngine {
    /// Connects, runs `first` in a transaction, and starts the threads.
    pub(super) fn open(
        server: &Postgres,
        options: &DbOptions,
        first: &mut dyn Job,
        writes: &Arc<Queue<Work>>,
        stats: &Arc<WriteStats>,
        notices: &Arc<Notices>,
    ) -> Result<Self, StoreError> {
        // On a thread of its own: the client must not be used where other tasks run.
        let prepare = || {
            let mut worker = Worker::new(server, options);
            worker.connect_now()?;
            writer::prepare(&mut worker, first, notices);
            Ok::<_, StoreError>(worker)
        };
        let worker = std::thread::scope(|scope| scope.spawn(prepare).join());
        let worker = worker.unwrap_or(Err(StoreError::Panicked))?;
        let mut engine = Self {
            reads: Arc::new(Queue::new(options.read_queue_max, 0)),
            replicas: Vec::new(),
            turn: AtomicUsize::new(0),
            outside: Arc::new(Queue::new(OUTSIDE_WAITING_MAX, 0)),
            running: Arc::new(outside::Running::at(server)),
            threads: Vec::new(),
            statements: Arc::default(),
        };
        let mut spare = Some(worker);
        for number in 0..server.write_connections() {
            let mut worker = spare.take().unwrap_or_else(|| Worker::new(server, options));
            let (queue, counted, notices) = (Arc::clone(writes), Arc::clone(stats), Arc::clone(notices));
            engine.start(format!("db-writer-{number}"), move || {
                writer::run(&mut worker, &queue, &counted, &notices);
            });
        }
        for number in 0..server.read_connections() {
            let mut worker = Worker::new(server, options);
            let (queue, counted) = (Arc::clone(&engine.reads), Arc::clone(&engine.statements));
            engine.start(format!("db-reader-{number}"), move || {
                reader::run(&mut worker, &queue, &counted, None);
            });
        }
        let mut worker = Worker::new(server, options);
        let (queue, running) = (Arc::clone(&engine.outside), Arc::clone(&engine.running));
        engine.start("db-outside".to_owned(), move || {
            outside::run(&mut worker, &queue, &running);
        });
        for (number, replica) in server.replicas.iter().enumerate() {
            engine.follow(server, replica, number, options);
        }
        engine.hear(server, options, notices);
        Ok(engine)
    }

    /// Starts the threads of a replica: those that read from it, and the one that looks how far it is behind.
    fn follow(&mut self, primary: &Postgres, server: &Postgres, number: usize, options: &DbOptions) {
        let (replica, mut watch) = Replica::new(primary, server, options);
        self.start(format!("db-replica-{number}"), move || watch.run());
        for reader in 0..primary.read_connections() {
            let mut worker = Worker::impatient(server, options);
            let (queue, counted) = (Arc::clone(&replica.reads), Arc::clone(&self.statements));
            let otherwise = Arc::clone(&self.reads);
            self.start(format!("db-replica-{number}-{reader}"), move || {
                reader::run(&mut worker, &queue, &counted, Some(&otherwise));
            });
        }
        self.replicas.push(replica);
    }

    /// Starts the threads that tell other processes of commits, and that hear of theirs.
    fn hear(&mut self, server: &Postgres, options: &DbOptions, notices: &Arc<Notices>) {
        let (wake, woken) = sync_channel(1);
        let mut teller = Teller::new(Worker::impatient(server, options), Arc::clone(notices), woken);
        self.start("db-teller".to_owned(), move || teller.run());
        notices.tell_others_by(wake);
        // Behind a pooler each transaction has another connection, so none can listen.
        if server.pooled {
            return;
        }
        let mut listener = Listener::new(Worker::impatient(server, options), Arc::clone(notices));
        self.start("db-listener".to_owned(), move || listener.run());
    }

    fn start(&mut self, name: String, body: impl FnOnce() + Send + 'static) {
        let thread = std::thread::Builder::new().name(name).spawn(body);
        self.threads.push(thread.expect("a thread can be started"));
    }

    pub(super) async fn read<T, E, F>(&self, position: Option<Position>, closure: F) -> Result<T, E>
    where
        T: Send + 'static,
        E: From<StoreError> + Send + 'static,
        F: FnMut(&mut Tx<'_>) -> Result<T, E> + Send + 'static,
    {
        let queue = position.and_then(|position| self.replica_at(position));
        reader::submit(queue.unwrap_or(&self.reads), closure).await
    }

    /// Has a job run outside every transaction.
    pub(super) fn push_outside(&self, job: Box<dyn Job>) -> Result<(), StoreError> {
        self.outside
            .push(Priority::Interactive, job)
            .map_err(|refused| refusal(&refused, "outside"))
    }

    /// A replica that has come as far as this, in turn.
    fn replica_at(&self, position: Position) -> Option<&Queue<reader::Work>> {
        let turn = self.turn.fetch_add(1, Ordering::Relaxed);
        let count = self.replicas.len();
        let mut replicas = (0..count).map(|step| &self.replicas[(turn + step) % count]);
        let replica = replicas.find(|replica| replica.sees(position));
        replica.map(|replica| &*replica.reads)
    }

    pub(super) fn replicas(&self) -> Vec<ReplicaState> {
        self.replicas.iter().map(Replica::state).collect()
    }

    pub(super) fn read_waits(&self) -> Waits {
        self.reads.waits()
    }

    /// Waits for the threads to end, once the queue of writes is closed.
    pub(super) fn join(&mut self) {
        for replica in &mut self.replicas {
            replica.close();
        }
        self.reads.close();
        self.outside.close();
        self.running.close();
        for thread in self.threads.drain(..) {
            join(thread);
        }
    }
}
