//! One reader at work: waiting for entries, reading them, taking the step.

use std::sync::Arc;
use std::time::{Duration, Instant};

use mainstay_core::{RecordId, Timestamp};
use mainstay_store::journal::{self, Position, StoredEntry, read_settled};
use mainstay_store::{CommitNotices, Dialect, Priority, StoreError, WriteTx, leases, readers};
use tokio::sync::watch;

use super::state::State;
use super::{Batch, OutsideStep, Reader, ReaderTimes, Start, Step, WriteStep};
use crate::environment::Environment;
use crate::failure::Failure;

/// After a failure, doubled with each one that follows.
const PAUSE_FIRST: Duration = Duration::from_millis(100);
const PAUSE_MAX: Duration = Duration::from_mins(1);
/// While an entry may still come in front of others: a transaction that holds its number is under way. Nobody tells when
/// one ends that is undone.
const HELD_UP: Duration = Duration::from_millis(20);
/// How often a reader that lingers looks how much has come.
const LOOK_WHILE_LINGERING: Duration = Duration::from_secs(1);
/// Turns of a reader that is to stop, at most: what it lingered over, and a second's wait for numbers that are missing.
const LAST_TURNS_MAX: usize = 50;
/// Entries that a reader did not want, after which its cursor is moved over them.
const PASSED_OVER_MAX: i64 = 1_000;

pub(super) struct Run {
    environment: Arc<Environment>,
    reader: Reader,
    state: Arc<State>,
    times: ReaderTimes,
    lease: String,
    holder: RecordId,
    stopped: watch::Receiver<bool>,
    notices: CommitNotices,
    position: Position,
    /// Where the cursor in the database stands; the position may be ahead of it by entries that are not wanted.
    kept: i64,
    kept_at: Instant,
    /// Since when entries wait that the reader lingers over.
    lingers_since: Option<Instant>,
}

/// What came of one look at the journal.
enum Turn {
    /// There may be more.
    More,
    /// Nothing to do until something is added.
    Idle,
    /// Nothing to do for so long, whatever is added.
    Later(Duration),
    /// The reader is to stop.
    Stopped,
}

/// What one look finds.
enum Seen {
    Lingering,
    /// Another process is at it until then.
    Elsewhere(Timestamp),
    Entries {
        kept: i64,
        wanted: Vec<StoredEntry>,
        /// Were there as many entries as one step may get?
        full: bool,
        behind: Position,
    },
}

/// How a step ended.
enum Stepped {
    Done,
    /// Another process took the reader over; it has the entries now.
    TakenOver,
    Stopped,
}

impl Run {
    pub(super) fn new(
        environment: &Arc<Environment>,
        reader: Reader,
        state: Arc<State>,
        times: ReaderTimes,
        holder: RecordId,
        stopped: watch::Receiver<bool>,
    ) -> Self {
        Self {
            lease: format!("reader {}", reader.name),
            notices: environment.db.commit_notices(),
            environment: Arc::clone(environment),
            reader,
            state,
            times,
            holder,
            stopped,
            position: Position::default(),
            kept: 0,
            kept_at: Instant::now(),
            lingers_since: None,
        }
    }

    pub(super) async fn run(mut self) {
        let mut begun = self.reader.start == Start::FirstEntry && !self.is_in_each_process();
        while !*self.stopped.borrow() {
            let looked_at = Instant::now();
            let turn = if begun {
                self.turn().await
            } else {
                self.begin_at_the_end().await
            };
            begun = begun || turn.is_ok();
            let (pause, may_wake) = match turn {
                Ok(Turn::More) => continue,
                Ok(Turn::Stopped) => break,
                Ok(Turn::Idle) => (self.times.look_after, true),
                Ok(Turn::Later(pause)) => (pause, false),
                Err(error) => (self.failed(&error), false),
            };
            let mut stopped = self.stopped.clone();
            tokio::select! {
                () = asked_to_stop(&mut stopped) => {}
                () = tokio::time::sleep(pause) => {}
                () = self.next_notice(looked_at), if may_wake => {}
            }
        }
        self.take_what_lingers().await;
        self.let_go().await;
    }

    /// Word of a commit, but not before the reader has rested since its last look.
    async fn next_notice(&mut self, looked_at: Instant) {
        self.notices.next().await;
        let rest = self.reader.pace.rest.saturating_sub(looked_at.elapsed());
        if !rest.is_zero() {
            tokio::time::sleep(rest).await;
        }
    }

    /// What waited for more to come does not wait for the next start.
    async fn take_what_lingers(&mut self) {
        if self.reader.pace.linger.is_zero() {
            return;
        }
        self.reader.pace.linger = Duration::ZERO;
        for _ in 0..LAST_TURNS_MAX {
            match self.turn().await {
                Ok(Turn::More) => {}
                Ok(Turn::Later(pause)) if self.position.is_held_up() => tokio::time::sleep(pause).await,
                Ok(_) => return,
                Err(error) => {
                    self.failed(&error);
                    return;
                }
            }
        }
    }

    fn failed(&self, error: &Failure) -> Duration {
        let failures = self.state.failed(error);
        let pause = PAUSE_FIRST
            .saturating_mul(1_u32 << failures.saturating_sub(1).min(16))
            .min(PAUSE_MAX);
        tracing::warn!(
            reader = self.reader.name,
            after = self.position.seq,
            failures,
            error = error as &dyn std::error::Error,
            "a reader of the journal failed; it tries again"
        );
        pause
    }

    /// What is in memory has nothing to catch up with; neither has what begins now and has no cursor yet.
    async fn begin_at_the_end(&mut self) -> Result<Turn, Failure> {
        if !self.is_in_each_process() {
            let name = self.reader.name;
            let write = move |tx: &mut WriteTx<'_>| readers::begin_at_the_end(tx, name);
            self.environment.db.write(Priority::Background, write).await?;
            return Ok(Turn::More);
        }
        let newest = self.environment.db.read(journal::newest).await?;
        self.position = Position::after(newest);
        self.state.moved(newest);
        Ok(Turn::More)
    }

    async fn turn(&mut self) -> Result<Turn, Failure> {
        let (wanted, full, behind) = match self.look().await? {
            Seen::Lingering => {
                self.lingers_since.get_or_insert_with(Instant::now);
                return Ok(Turn::Later(LOOK_WHILE_LINGERING.min(self.reader.pace.linger)));
            }
            Seen::Elsewhere(until) => {
                let now = self.environment.clock.now().as_micros();
                let wait_us = u64::try_from(until.as_micros().saturating_sub(now)).unwrap_or(0);
                return Ok(Turn::Later(Duration::from_micros(wait_us).min(self.times.lease)));
            }
            Seen::Entries {
                kept,
                wanted,
                full,
                behind,
            } => {
                self.kept = kept;
                (wanted, full, behind)
            }
        };
        self.lingers_since = None;
        match self.step(wanted, behind.seq).await? {
            Stepped::Done => {}
            Stepped::TakenOver => return Ok(Turn::Later(HELD_UP)),
            Stepped::Stopped => return Ok(Turn::Stopped),
        }
        self.position = behind;
        self.state.moved(self.position.seq);
        Ok(if full {
            Turn::More
        } else if self.position.is_held_up() {
            Turn::Later(HELD_UP)
        } else {
            Turn::Idle
        })
    }

    async fn look(&self) -> Result<Seen, Failure> {
        let (name, pace, kinds) = (self.reader.name, self.reader.pace, self.reader.kinds);
        let (kept_before, position, in_process) =
            (self.kept, self.position.clone(), self.is_in_each_process());
        let lingers = self.lingers_since.map_or(pace.linger > Duration::ZERO, |since| {
            since.elapsed() < pace.linger
        });
        let claims = self.claims().then(|| (self.lease.clone(), self.holder));
        let clock = Arc::clone(&self.environment.clock);
        let read = self.environment.db.read(move |tx| {
            if let Some((lease, holder)) = &claims
                && let Some((other, until)) = leases::holder(tx, lease)?
                && other != *holder
                && until > clock.now()
            {
                return Ok(Seen::Elsewhere(until));
            }
            let kept = if in_process { 0 } else { readers::cursor(tx, name)? };
            // Another process has moved the cursor: what is known here of what follows is out of date.
            let from = if kept == kept_before {
                position.clone()
            } else {
                Position::after(kept)
            };
            if lingers && pace.is_worth_lingering(tx, &from)? {
                return Ok(Seen::Lingering);
            }
            let choice = kinds.choice(tx)?;
            let settled = read_settled(tx, &from, pace.entries_max, &*choice)?;
            Ok::<_, StoreError>(Seen::Entries {
                kept,
                full: settled.full,
                wanted: settled.entries,
                behind: settled.behind,
            })
        });
        Ok(read.await?)
    }

    async fn step(&mut self, wanted: Vec<StoredEntry>, to: i64) -> Result<Stepped, Failure> {
        let batch = (!wanted.is_empty()).then(|| Arc::new(Batch { entries: wanted }));
        if batch.is_none() && !self.is_time_to_pass_over(to) {
            return Ok(Stepped::Done);
        }
        match (&self.reader.step, batch) {
            (Step::EachProcess(step), Some(batch)) => self.call(step, batch).await,
            (Step::EachProcess(_), None) => Ok(Stepped::Done),
            (Step::Outside(step), Some(batch)) => {
                if self.claims() && !self.claim().await? {
                    return Ok(Stepped::TakenOver);
                }
                match self.call(step, batch).await? {
                    Stepped::Done => self.keep(None, to).await,
                    other => Ok(other),
                }
            }
            (Step::InTransaction(step), Some(batch)) => self.keep(Some((Arc::clone(step), batch)), to).await,
            (Step::Outside(_) | Step::InTransaction(_), None) => self.keep(None, to).await,
        }
    }

    /// Nothing up to there was wanted, and saying so each time would be a write for each write of others.
    fn is_time_to_pass_over(&self, to: i64) -> bool {
        to > self.kept
            && (to - self.kept >= PASSED_OVER_MAX || self.kept_at.elapsed() >= self.times.look_after)
    }

    /// Takes a step elsewhere, and holds the claim on the reader meanwhile.
    async fn call(&self, step: &OutsideStep, batch: Arc<Batch>) -> Result<Stepped, Failure> {
        let mut work = step(batch);
        let mut stopped = self.stopped.clone();
        loop {
            tokio::select! {
                done = &mut work => return done.map(|()| Stepped::Done),
                () = asked_to_stop(&mut stopped) => return Ok(Stepped::Stopped),
                () = tokio::time::sleep(self.times.lease / 3), if self.claims() => {
                    if !self.claim().await? {
                        return Ok(Stepped::TakenOver);
                    }
                }
            }
        }
    }

    /// Moves the cursor, together with the effects of a step that has them in the database.
    async fn keep(&mut self, step: Option<(WriteStep, Arc<Batch>)>, to: i64) -> Result<Stepped, Failure> {
        let (name, from) = (self.reader.name, self.kept);
        let claims = self.claims().then(|| (self.lease.clone(), self.holder));
        let (clock, length) = (Arc::clone(&self.environment.clock), self.times.lease);
        let write = self.environment.db.write(Priority::Background, move |tx| {
            if let Some((lease, holder)) = &claims
                && !leases::take_lease(tx, lease, holder, clock.now(), length)?
            {
                return Err(NotKept::TakenOver);
            }
            if let Some((step, batch)) = &step {
                step(tx, batch)?;
            }
            if !readers::move_cursor(tx, name, from, to)? {
                return Err(NotKept::TakenOver);
            }
            Ok(())
        });
        match write.await {
            Ok(()) => {
                self.kept = to;
                self.kept_at = Instant::now();
                Ok(Stepped::Done)
            }
            Err(NotKept::TakenOver) => Ok(Stepped::TakenOver),
            Err(NotKept::Failed(failure)) => Err(failure),
        }
    }

    async fn claim(&self) -> Result<bool, Failure> {
        let (lease, holder, length) = (self.lease.clone(), self.holder, self.times.lease);
        let clock = Arc::clone(&self.environment.clock);
        let write = self.environment.db.write(Priority::Background, move |tx| {
            leases::take_lease(tx, &lease, &holder, clock.now(), length)
        });
        Ok(write.await?)
    }

    /// Lets another process go on at once.
    async fn let_go(self) {
        if !self.claims() {
            return;
        }
        let (lease, holder) = (self.lease, self.holder);
        let write = self.environment.db.write(Priority::Background, move |tx| {
            leases::drop_lease(tx, &lease, &holder)
        });
        if let Err(error) = write.await {
            tracing::debug!(
                error = &error as &dyn std::error::Error,
                "a claim on a reader was not given up; it ends by itself"
            );
        }
    }

    fn is_in_each_process(&self) -> bool {
        matches!(self.reader.step, Step::EachProcess(_))
    }

    /// A file is this process's alone.
    fn claims(&self) -> bool {
        !self.is_in_each_process() && self.environment.db.dialect() == Dialect::Postgres
    }
}

async fn asked_to_stop(stopped: &mut watch::Receiver<bool>) {
    // Whoever could ask is gone: the same.
    drop(stopped.wait_for(|stopped| *stopped).await);
}

/// Why a step was undone.
enum NotKept {
    TakenOver,
    Failed(Failure),
}

impl From<StoreError> for NotKept {
    fn from(error: StoreError) -> Self {
        Self::Failed(error.into())
    }
}

impl From<Failure> for NotKept {
    fn from(failure: Failure) -> Self {
        Self::Failed(failure)
    }
}
