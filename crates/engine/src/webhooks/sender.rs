//! The sender: posts what is due, one message at a time to each endpoint.
//!
//! It sleeps until the next message is due or somebody says that there is one. When several processes share a database,
//! a lease on each endpoint sees to it that one of them sends to it at a time.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;
use std::time::{Duration, Instant};

use mainstay_core::{RecordId, Timestamp};
use mainstay_store::webhooks::{self, deliveries};
use mainstay_store::{Dialect, Priority, StoreError, Tx, WriteTx, leases};
use tokio::sync::watch;
use tokio::task::{Id, JoinError, JoinHandle, JoinSet};

use super::attempt::{self, Conclusion, Work};
use super::disable;
use crate::environment::Environment;
use crate::failure::Failure;

/// Endpoints that are sent to at the same time, in one process.
const AT_ONCE_MAX: usize = 8;
/// Messages sent to one endpoint before another one may have its turn.
const MESSAGES_A_TURN: usize = 20;
/// How long attempts that are being made may go on once the sender is to stop.
const LAST_ATTEMPTS: Duration = Duration::from_secs(5);

/// Times that tests shorten.
#[derive(Debug, Clone, Copy)]
pub struct SenderTimes {
    /// For how long an endpoint is this process's without a sign of life: longer than an attempt may take.
    pub lease: Duration,
    /// How soon the sender looks by itself, for what other processes left behind; and how long it leaves an endpoint alone
    /// that is another one's.
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
    stop: watch::Sender<bool>,
    task: JoinHandle<()>,
}

impl RunningSender {
    pub fn start(environment: &Arc<Environment>, times: SenderTimes) -> Self {
        let (stop, stopped) = watch::channel(false);
        let sender = Sender {
            holder: environment.new_id(),
            environment: Arc::clone(environment),
            times,
            stopped,
        };
        let task = tokio::spawn(Dispatch::of(sender).run());
        Self { stop, task }
    }

    /// Lets attempts end that are being made, but not for long: what is broken off is sent again.
    pub async fn stop(mut self) {
        self.stop.send_replace(true);
        if let Err(error) = (&mut self.task).await {
            tracing::error!(
                error = &error as &dyn std::error::Error,
                "the sender of webhooks ended in a panic"
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

/// Gives each endpoint that something is due for a task, within bounds.
struct Dispatch {
    sender: Arc<Sender>,
    turns: JoinSet<Ended>,
    /// Which endpoint each task is at.
    at: HashMap<Id, RecordId>,
    /// Endpoints that are left alone until then.
    resting: HashMap<RecordId, Instant>,
}

/// How a turn at an endpoint ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Ended {
    Done,
    /// Another process is at it, or the database failed.
    NotNow,
}

impl Dispatch {
    fn of(sender: Sender) -> Self {
        Self {
            sender: Arc::new(sender),
            turns: JoinSet::new(),
            at: HashMap::new(),
            resting: HashMap::new(),
        }
    }

    async fn run(mut self) {
        let mut stopped = self.sender.stopped.clone();
        let wake = self.sender.environment.sender_wake.clone();
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
                    "a turn of the sender of webhooks ended in a panic"
                );
                (error.id(), Ended::NotNow)
            }
        };
        let webhook = self.at.remove(&task);
        if let Some(webhook) = webhook.filter(|_| ended == Ended::NotNow) {
            let until = Instant::now() + self.sender.times.look_after;
            self.resting.insert(webhook, until);
        }
    }

    /// Starts what is due; gives the time until something else is.
    async fn give_turns(&mut self) -> Duration {
        let look_after = self.sender.times.look_after;
        let due = match self.sender.environment.db.read(deliveries::next_due).await {
            Ok(due) => due,
            Err(error) => {
                tracing::warn!(
                    error = &error as &dyn std::error::Error,
                    "the sender of webhooks failed; it tries again"
                );
                return look_after;
            }
        };
        let now = self.sender.environment.clock.now();
        self.resting.retain(|_, until| *until > Instant::now());
        let busy: HashSet<RecordId> = self.at.values().chain(self.resting.keys()).copied().collect();
        let mut pause = look_after;
        for (webhook, at) in due {
            if at > now {
                let wait_us = u64::try_from(at.as_micros() - now.as_micros()).unwrap_or(0);
                pause = pause.min(Duration::from_micros(wait_us));
            } else if self.turns.len() < AT_ONCE_MAX && !busy.contains(&webhook) {
                let sender = Arc::clone(&self.sender);
                let turn = self.turns.spawn(async move { sender.take_turn(webhook).await });
                self.at.insert(turn.id(), webhook);
            }
        }
        pause
    }
}

struct Sender {
    environment: Arc<Environment>,
    times: SenderTimes,
    holder: RecordId,
    stopped: watch::Receiver<bool>,
}

/// What there is to do for an endpoint.
enum Next {
    Message(Box<Work>),
    Nothing,
    Elsewhere,
}

impl Sender {
    async fn take_turn(&self, webhook: RecordId) -> Ended {
        match self.send_some(webhook).await {
            Ok(ended) => ended,
            Err(error) => {
                tracing::warn!(
                    %webhook,
                    error = &error as &dyn std::error::Error,
                    "sending to a webhook failed inside; it is tried again"
                );
                Ended::NotNow
            }
        }
    }

    async fn send_some(&self, webhook: RecordId) -> Result<Ended, Failure> {
        for _ in 0..MESSAGES_A_TURN {
            if *self.stopped.borrow() {
                break;
            }
            let work = match self.next(webhook).await? {
                Next::Message(work) => work,
                Next::Nothing => break,
                Next::Elsewhere => return Ok(Ended::NotNow),
            };
            let environment = &self.environment;
            let attempt = attempt::make(&environment.outbound, &work, environment.clock.now()).await;
            let conclusion = attempt.conclude(&work, environment.clock.now(), environment.random.as_ref());
            self.keep(&work, conclusion).await?;
        }
        self.let_go(webhook).await?;
        Ok(Ended::Done)
    }

    /// The next message of an endpoint, under the lease on it.
    async fn next(&self, webhook: RecordId) -> Result<Next, Failure> {
        let now = self.environment.clock.now();
        let found = if self.claims() {
            let (holder, length) = (self.holder, self.times.lease);
            let claim = move |tx: &mut WriteTx<'_>| {
                if leases::take_lease(tx, &lease(&webhook), &holder, now, length)? {
                    work_for(tx, &webhook, now).map(Some)
                } else {
                    Ok(None)
                }
            };
            self.environment.db.write(Priority::Background, claim).await?
        } else {
            let look = move |tx: &mut Tx<'_>| work_for(tx, &webhook, now);
            Some(self.environment.db.read(look).await?)
        };
        Ok(match found {
            Some(Some(work)) => Next::Message(Box::new(work)),
            Some(None) => Next::Nothing,
            None => Next::Elsewhere,
        })
    }

    async fn keep(&self, work: &Work, conclusion: Conclusion) -> Result<(), Failure> {
        let ctx = self.environment.system_context();
        let (made, failing_before) = (work.delivery.made, work.endpoint.failing_since);
        let write = self.environment.db.write(Priority::Background, move |tx| {
            // Somebody sent it as well, after a lease that had run out: theirs stands.
            if !deliveries::update(tx, &conclusion.delivery, made)? {
                return Ok(());
            }
            let webhook = conclusion.delivery.webhook_id;
            if conclusion.failing_since != failing_before {
                webhooks::set_failing_since(tx, &webhook, conclusion.failing_since)?;
            }
            match &conclusion.disable {
                Some(reason) => disable(tx, &ctx, &webhook, reason),
                None => Ok(()),
            }
        });
        write.await.map_err(|error: StoreError| error.into())
    }

    async fn let_go(&self, webhook: RecordId) -> Result<(), Failure> {
        if !self.claims() {
            return Ok(());
        }
        let holder = self.holder;
        let drop = move |tx: &mut WriteTx<'_>| leases::drop_lease(tx, &lease(&webhook), &holder);
        Ok(self.environment.db.write(Priority::Background, drop).await?)
    }

    /// A file is this process's alone.
    fn claims(&self) -> bool {
        self.environment.db.dialect() == Dialect::Postgres
    }
}

fn lease(webhook: &RecordId) -> String {
    format!("webhook {webhook}")
}

fn work_for(tx: &mut Tx<'_>, webhook: &RecordId, now: Timestamp) -> Result<Option<Work>, StoreError> {
    let Some(endpoint) = webhooks::find(tx, webhook)?.filter(|endpoint| endpoint.enabled) else {
        return Ok(None);
    };
    let Some(secrets) = webhooks::secrets(tx, webhook)? else {
        return Ok(None);
    };
    let delivery = deliveries::first_due(tx, webhook, now)?;
    Ok(delivery.map(|delivery| Work {
        endpoint,
        secrets,
        delivery,
    }))
}
