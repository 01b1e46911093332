//! Sending what waits in the database to somebody outside: messages of webhooks, mails.
//!
//! A dispatcher sleeps until the next piece is due or somebody says that there is one. What belongs to one line goes out
//! piece by piece, in a task of its own. When several processes share a database, a lease on each line sees to it that one
//! of them is at it at a time.

mod schedule;
mod turn;

use std::collections::{HashMap, HashSet};
use std::hash::Hash;
use std::marker::PhantomData;
use std::sync::Arc;
use std::time::{Duration, Instant};

use mainstay_core::Timestamp;
use mainstay_store::{StoreError, Tx};
use tokio::sync::{Notify, watch};
use tokio::task::{Id, JoinError, JoinHandle, JoinSet};

use crate::environment::Environment;
use crate::failure::Failure;
pub(crate) use schedule::after_pause;
use turn::{Ended, Sender};

/// Lines that are sent on at the same time, in one process.
const AT_ONCE_MAX: usize = 8;
/// How long attempts that are being made may go on once the sender is to stop.
const LAST_ATTEMPTS: Duration = Duration::from_secs(5);

/// What is sent, and how.
pub(crate) trait Sending: Send + Sync + 'static {
    /// What the log calls it.
    const NAME: &'static str;
    /// What goes out one after another.
    type Line: Copy + Eq + Hash + std::fmt::Display + Send + Sync + 'static;
    /// One piece, with what is needed to send it.
    type Work: Send + 'static;

    /// Wakes the sender of this process.
    fn wake(environment: &Environment) -> &SenderWake;

    /// When the next piece of each line is due, for those that have one.
    fn next_due(tx: &mut Tx<'_>) -> Result<Vec<(Self::Line, Timestamp)>, StoreError>;

    /// The piece of a line that is due.
    fn work_for(tx: &mut Tx<'_>, line: Self::Line, now: Timestamp) -> Result<Option<Self::Work>, StoreError>;

    /// Sends a piece and writes down what became of it.
    fn send(
        environment: &Arc<Environment>,
        work: Self::Work,
    ) -> impl Future<Output = Result<(), Failure>> + Send;
}

/// Wakes a sender of this process: there is something to send.
#[derive(Debug, Default, Clone)]
pub(crate) struct SenderWake(Arc<Notify>);

impl SenderWake {
    /// Once the transaction is on disk.
    pub(crate) fn after_commit(&self, tx: &mut mainstay_store::WriteTx<'_>) {
        let wake = Arc::clone(&self.0);
        tx.after_commit(move || wake.notify_one());
    }

    async fn woken(&self) {
        self.0.notified().await;
    }
}

/// Times that tests shorten.
#[derive(Debug, Clone, Copy)]
pub struct SenderTimes {
    /// For how long a line is this process's without a sign of life: longer than an attempt may take.
    pub lease: Duration,
    /// How soon the sender looks by itself, for what other processes left behind; and how long it leaves a line alone that
    /// is another one's.
    pub look_after: Duration,
}

impl Default for SenderTimes {
    fn default() -> Self {
        Self {
            lease: Duration::from_mins(1),
            look_after: Duration::from_secs(5),
        }
    }
}

/// A sender that runs; whoever started it stops it.
#[derive(Debug)]
#[must_use = "a sender runs until it is stopped"]
pub struct RunningSender {
    name: &'static str,
    stop: watch::Sender<bool>,
    task: JoinHandle<()>,
}

impl RunningSender {
    pub(crate) fn begin<S: Sending>(environment: &Arc<Environment>, times: SenderTimes) -> Self {
        let (stop, stopped) = watch::channel(false);
        let sender = Sender::<S> {
            holder: environment.new_id(),
            environment: Arc::clone(environment),
            times,
            stopped,
            sends: PhantomData,
        };
        let task = tokio::spawn(Dispatch::of(sender).run());
        Self {
            name: S::NAME,
            stop,
            task,
        }
    }

    /// Lets attempts end that are being made, but not for long: what is broken off is sent again.
    pub async fn stop(mut self) {
        self.stop.send_replace(true);
        if let Err(error) = (&mut self.task).await {
            tracing::error!(
                error = &error as &dyn std::error::Error,
                sends = self.name,
                "a sender ended in a panic"
            );
        }
    }
}

impl Drop for RunningSender {
    /// Without being stopped in order: what is under way is sent again by the next.
    fn drop(&mut self) {
        self.task.abort();
    }
}

/// Gives each line that something is due for a task, within bounds.
struct Dispatch<S: Sending> {
    sender: Arc<Sender<S>>,
    turns: JoinSet<Ended>,
    /// Which line each task is at.
    at: HashMap<Id, S::Line>,
    /// Lines that are left alone until then.
    resting: HashMap<S::Line, Instant>,
}

impl<S: Sending> Dispatch<S> {
    fn of(sender: Sender<S>) -> Self {
        Self {
            sender: Arc::new(sender),
            turns: JoinSet::new(),
            at: HashMap::new(),
            resting: HashMap::new(),
        }
    }

    async fn run(mut self) {
        let mut stopped = self.sender.stopped.clone();
        let wake = S::wake(&self.sender.environment).clone();
        while !*stopped.borrow() {
            let pause = self.give_turns().await;
            tokio::select! {
                // Whoever could ask is gone: the same as being asked.
                _ = stopped.wait_for(|stopped| *stopped) => {}
                Some(ended) = self.turns.join_next_with_id() => self.note(ended),
                () = wake.woken() => {}
                () = tokio::time::sleep(pause) => {}
            }
        }
        let last = async { while self.turns.join_next().await.is_some() {} };
        if tokio::time::timeout(LAST_ATTEMPTS, last).await.is_err() {
            self.turns.shutdown().await;
        }
    }

    fn note(&mut self, ended: Result<(Id, Ended), JoinError>) {
        let (task, ended) = match ended {
            Ok(ended) => ended,
            Err(error) => {
                tracing::error!(
                    error = &error as &dyn std::error::Error,
                    sends = S::NAME,
                    "a turn of a sender ended in a panic"
                );
                (error.id(), Ended::NotNow)
            }
        };
        let line = self.at.remove(&task);
        if let Some(line) = line.filter(|_| ended == Ended::NotNow) {
            let until = Instant::now() + self.sender.times.look_after;
            self.resting.insert(line, until);
        }
    }

    /// Starts what is due; gives the time until something else is.
    async fn give_turns(&mut self) -> Duration {
        let look_after = self.sender.times.look_after;
        let due = match self.sender.environment.db.read(S::next_due).await {
            Ok(due) => due,
            Err(error) => {
                tracing::warn!(
                    error = &error as &dyn std::error::Error,
                    sends = S::NAME,
                    "a sender failed; it tries again"
                );
                return look_after;
            }
        };
        let now = self.sender.environment.clock.now();
        self.resting.retain(|_, until| *until > Instant::now());
        let busy: HashSet<S::Line> = self.at.values().chain(self.resting.keys()).copied().collect();
        let mut pause = look_after;
        for (line, at) in due {
            if at > now {
                let wait_us = u64::try_from(at.as_micros() - now.as_micros()).unwrap_or(0);
                pause = pause.min(Duration::from_micros(wait_us));
            } else if self.turns.len() < AT_ONCE_MAX && !busy.contains(&line) {
                let sender = Arc::clone(&self.sender);
                let turn = self.turns.spawn(async move { sender.take_turn(line).await });
                self.at.insert(turn.id(), line);
            }
        }
        pause
    }
}
