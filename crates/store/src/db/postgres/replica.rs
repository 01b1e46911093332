//! Servers that follow the primary one, to read from.
//!
//! One thread for each looks how far the replica has come. Reads that name a position go to a replica that is past it;
//! one that is lost or too far behind is passed over until it is back.

use std::collections::VecDeque;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use super::address::Postgres;
use super::connection::parse_position;
use super::reader;
use super::transaction::{Care, PostgresTransaction};
use super::worker::Worker;
use crate::db::queue::Queue;
use crate::db::{DbOptions, Position, StoreError};
use crate::tx::Tx;

/// Between two looks at a replica.
const LOOK_EVERY: Duration = Duration::from_millis(200);
/// Positions of the primary that are remembered for measuring the lag: some minutes of them.
const POSITIONS_MAX: usize = 1_024;

pub(super) struct Replica {
    pub(super) reads: Arc<Queue<reader::Work>>,
    seen: Arc<Seen>,
    /// Ends the watching thread when it goes.
    alive: Option<Sender<()>>,
}

/// What is known of a replica.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReplicaState {
    /// Can it be read from?
    pub in_use: bool,
    /// For how long the oldest change that it does not have has been on the primary; zero when it has all.
    pub lag: Duration,
}

/// As of the last look.
#[derive(Debug, Default)]
struct Seen {
    in_use: AtomicBool,
    /// Everything before it is there.
    position: AtomicU64,
    lag: Mutex<Duration>,
}

/// Looks at a replica from time to time.
pub(super) struct Watch {
    primary: Worker,
    replica: Worker,
    lag_max: Duration,
    seen: Arc<Seen>,
    alive: Receiver<()>,
    /// Where the primary stood, and when; the oldest first.
    positions: VecDeque<(Instant, u64)>,
}

impl Replica {
    pub(super) fn new(primary: &Postgres, server: &Postgres, options: &DbOptions) -> (Self, Watch) {
        let (alive, ended) = channel();
        let seen = Arc::new(Seen::default());
        let watch = Watch {
            primary: Worker::impatient(primary, options),
            replica: Worker::impatient(server, options),
            lag_max: primary.lag_max,
            seen: Arc::clone(&seen),
            alive: ended,
            positions: VecDeque::new(),
        };
        let replica = Self {
            reads: Arc::new(Queue::new(options.read_queue_max, 0)),
            seen,
            alive: Some(alive),
        };
        (replica, watch)
    }

    /// Does it see everything up to this position?
    pub(super) fn sees(&self, position: Position) -> bool {
        self.seen.in_use.load(Ordering::Acquire) && self.seen.position.load(Ordering::Acquire) >= position.0
    }

    pub(super) fn state(&self) -> ReplicaState {
        ReplicaState {
            in_use: self.seen.in_use.load(Ordering::Acquire),
            lag: *self.seen.lag.lock().unwrap_or_else(PoisonError::into_inner),
        }
    }

    pub(super) fn close(&mut self) {
        self.alive.take();
        self.reads.close();
    }
}

impl Watch {
    pub(super) fn run(&mut self) {
        loop {
            self.look();
            if self.alive.recv_timeout(LOOK_EVERY) == Err(RecvTimeoutError::Disconnected) {
                return;
            }
        }
    }

    fn look(&mut self) {
        // Without the primary nothing can be said about the lag, but what the replica has it still has.
        if let Ok(position) = ask(&mut self.primary, "SELECT pg_current_wal_lsn()::text") {
            if self.positions.len() >= POSITIONS_MAX {
                self.positions.pop_front();
            }
            self.positions.push_back((Instant::now(), position));
        }
        let Ok(replayed) = ask(&mut self.replica, "SELECT pg_last_wal_replay_lsn()::text") else {
            self.tell(false, self.lag());
            return;
        };
        while self
            .positions
            .front()
            .is_some_and(|(_, position)| *position <= replayed)
        {
            self.positions.pop_front();
        }
        self.seen.position.store(replayed, Ordering::Release);
        let lag = self.lag();
        self.tell(lag <= self.lag_max, lag);
    }

    fn lag(&self) -> Duration {
        self.positions
            .front()
            .map_or(Duration::ZERO, |(since, _)| since.elapsed())
    }

    fn tell(&self, in_use: bool, lag: Duration) {
        *self.seen.lag.lock().unwrap_or_else(PoisonError::into_inner) = lag;
        if self.seen.in_use.swap(in_use, Ordering::AcqRel) == in_use {
            return;
        }
        let lag_ms = u64::try_from(lag.as_millis()).unwrap_or(u64::MAX);
        if in_use {
            tracing::info!(lag_ms, "a replica is read from");
        } else {
            tracing::warn!(lag_ms, "a replica is lost or too far behind, and passed over");
        }
    }
}

/// Where the log of a server stands.
fn ask(worker: &mut Worker, sql: &str) -> Result<u64, StoreError> {
    let slow = Arc::clone(&worker.slow);
    let connection = worker.connection()?;
    let mut transaction = PostgresTransaction::new(connection, Care::Single, None, slow);
    let mut tx = Tx::new(&mut transaction);
    let found = tx.query_first(sql, &[], |row| {
        let text = row.text(0)?;
        parse_position(text).ok_or_else(|| StoreError::Corrupt(format!("{text} is no position of a log")))
    });
    if found.is_err() {
        worker.disconnect();
    }
    found?.ok_or(StoreError::Unavailable)
}
