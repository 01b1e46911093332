//! One migration: its steps, one transaction after the other, each with what has been done so far.

use std::sync::Arc;
use std::time::{Duration, Instant};

use mainstay_core::migrations::{Migration, State};
use mainstay_core::{Actor, RecordId};
use mainstay_store::journal::{self, Entry, Kind, Origin};
use mainstay_store::leases::take_lease;
use mainstay_store::schema::{
    Act, SchemaError, Slice, Step, StoredState, Transition, forget_migration, record_migration,
    write_progress, write_state,
};
use mainstay_store::{Priority, StoreError, WriteTx};
use serde_json::json;

use super::error::MigrateError;
use super::progress::{Direction, Progress};
use super::runner::{Event, LEASE, LEASE_TIME, Migrator, altered_words};
use super::sql_steps::{run_back, run_forwards};

/// What a slice may take. Writers wait for it, for its flush, and now and then for the log to be copied back, which takes
/// most of the time.
const SLICE_TIME: Duration = Duration::from_millis(3);
const SLICE_ROWS_FIRST: usize = 50;
const SLICE_ROWS_MAX: usize = 5_000;
/// A lock that is not had in time is asked for again after these pauses.
const LOCK_PAUSES_MS: [u64; 8] = [50, 100, 200, 400, 800, 1_600, 3_200, 6_400];

/// A step that failed; it has changed nothing.
struct Failed {
    step: String,
    source: SchemaError,
}

impl Failed {
    /// The database cannot be told to be as it was before.
    fn unfinished(self, migration: &str) -> MigrateError {
        match self.source {
            // Whoever has taken over goes on with it.
            SchemaError::LostLease => MigrateError::LostLease,
            source => MigrateError::Unfinished {
                migration: migration.to_owned(),
                step: self.step,
                source: Box::new(source),
            },
        }
    }
}

impl Migrator<'_> {
    /// Leads the database from one state to the other.
    pub(super) async fn pass(
        &self,
        act: Direction,
        migration: &Migration,
        from: Option<State>,
        to: State,
    ) -> Result<(), MigrateError> {
        (self.watch)(&Event::Beginning {
            migration: migration.name.clone(),
        });
        let altered = match (act, &from) {
            (Direction::Apply, Some(from)) => altered_words(from, &self.altered(migration, from).await?),
            _ => Vec::new(),
        };
        let mut progress = Progress {
            altered,
            act,
            name: migration.name.clone(),
            text: migration.text.clone(),
            from: from.clone(),
            to: to.clone(),
            steps: Vec::new(),
            at: 0,
            after: None,
            undoing: false,
        };
        let transition = Transition::new(from, to)?;
        let rows_small = self.rows_small;
        progress.steps = self.db.read(move |tx| transition.steps(tx, rows_small)).await?;
        self.run(progress).await
    }

    /// Runs the steps that are left; what fails before the turning point is undone.
    pub(super) async fn run(&self, mut progress: Progress) -> Result<(), MigrateError> {
        let transition = Arc::new(Transition::new(progress.from.clone(), progress.to.clone())?);
        let Err(failed) = self.run_steps(&mut progress, &transition).await else {
            self.tell_done(&progress);
            return Ok(());
        };
        let migration = progress.name.clone();
        let turned = progress.steps[..progress.at].iter().any(Step::is_turning_point);
        if turned || progress.undoing || matches!(failed.source, SchemaError::LostLease) {
            return Err(failed.unfinished(&migration));
        }
        self.undo(progress, &transition).await?;
        Err(MigrateError::Step {
            migration,
            step: failed.step,
            source: Box::new(failed.source),
        })
    }

    /// Undoes what was done before the turning point.
    async fn undo(&self, mut progress: Progress, transition: &Arc<Transition>) -> Result<(), MigrateError> {
        let undo = Arc::clone(transition);
        progress.steps = self.db.read(move |tx| undo.undo_steps(tx)).await?;
        progress.at = 0;
        progress.after = None;
        progress.undoing = true;
        let undone = self.run_steps(&mut progress, transition).await;
        undone.map_err(|failed| failed.unfinished(&progress.name))
    }

    fn tell_done(&self, progress: &Progress) {
        let migration = progress.name.clone();
        match progress.act {
            _ if progress.undoing => {}
            Direction::Apply => (self.watch)(&Event::Applied { migration }),
            Direction::Down => (self.watch)(&Event::TakenBack { migration }),
        }
    }

    async fn run_steps(&self, progress: &mut Progress, transition: &Arc<Transition>) -> Result<(), Failed> {
        let mut rows = SLICE_ROWS_FIRST;
        while let Some(step) = progress.steps.get(progress.at).cloned() {
            let began = Instant::now();
            let ran = self.run_step(progress, transition, &step, rows).await;
            *progress = ran.map_err(|source| Failed {
                step: step.name(),
                source,
            })?;
            rows = next_rows(rows, began.elapsed());
            if progress.after.is_none() {
                (self.watch)(&Event::Step {
                    migration: progress.name.clone(),
                    step: step.name(),
                });
            }
        }
        let forget = self
            .db
            .write(Priority::Interactive, |tx| write_progress(tx, None))
            .await;
        forget.map_err(|source| Failed {
            step: "end".to_owned(),
            source,
        })
    }

    /// Runs a step or a slice of it, and gives the progress after it: which is written down in the same transaction.
    async fn run_step(
        &self,
        progress: &Progress,
        transition: &Arc<Transition>,
        step: &Step,
        rows: usize,
    ) -> Result<Progress, SchemaError> {
        let mut pauses = LOCK_PAUSES_MS.into_iter();
        loop {
            let one = OneStep {
                progress: progress.clone(),
                transition: Arc::clone(transition),
                step: step.clone(),
                rows,
                holder: self.holder,
                now: self.clock.now(),
            };
            let ran = match step {
                // What is left behind may refer to a table that is gone, and then only goes with references unchecked.
                Step::Once(Act::Drop { .. }) | Step::Slices(Act::Clear { .. }) => {
                    self.db.exclusive(move |tx| one.run(tx)).await
                }
                Step::Once(_) | Step::Slices(_) => {
                    self.db.write(Priority::Background, move |tx| one.run(tx)).await
                }
                Step::Alone(_) => self.db.exclusive(move |tx| one.run(tx)).await,
                Step::Outside(_) => self.run_outside(Arc::new(one)).await,
            };
            match (ran, pauses.next()) {
                (Err(SchemaError::Locked { .. } | SchemaError::Store(StoreError::Conflict)), Some(pause)) => {
                    tokio::time::sleep(Duration::from_millis(pause)).await;
                }
                (ran, _) => return ran,
            }
        }
    }

    /// Runs what may take long outside of any transaction, and keeps the lease meanwhile.
    async fn run_outside(&self, one: Arc<OneStep>) -> Result<Progress, SchemaError> {
        let outside = Arc::clone(&one);
        let mut running = std::pin::pin!(self.db.outside(move |tx| outside.act(tx)));
        let mut renewals = tokio::time::interval(LEASE_TIME / 3);
        let slice = loop {
            tokio::select! {
                slice = &mut running => break slice?,
                _ = renewals.tick() => {
                    if !self.take_lease().await? {
                        return Err(SchemaError::LostLease);
                    }
                }
            }
        };
        self.db
            .write(Priority::Background, move |tx| one.note(tx, &slice))
            .await
    }
}

/// As many rows as take the time that a slice may take.
fn next_rows(rows: usize, took: Duration) -> usize {
    let wanted = if took > SLICE_TIME {
        rows / 2
    } else {
        rows + rows / 8 + 1
    };
    wanted.clamp(SLICE_ROWS_FIRST, SLICE_ROWS_MAX)
}

/// One transaction of a migration.
struct OneStep {
    progress: Progress,
    transition: Arc<Transition>,
    step: Step,
    rows: usize,
    holder: RecordId,
    now: mainstay_core::Timestamp,
}

impl OneStep {
    fn run(&self, tx: &mut WriteTx<'_>) -> Result<Progress, SchemaError> {
        let slice = self.act(tx)?;
        self.note(tx, &slice)
    }

    fn act(&self, tx: &mut WriteTx<'_>) -> Result<Slice, SchemaError> {
        let cursor = self.progress.cursor();
        self.transition
            .run(tx, self.step.act(), cursor.as_ref(), self.rows)
    }

    /// Writes down what was done, and that this process did it.
    fn note(&self, tx: &mut WriteTx<'_>, slice: &Slice) -> Result<Progress, SchemaError> {
        if !take_lease(tx, LEASE, &self.holder, self.now, LEASE_TIME)? {
            return Err(SchemaError::LostLease);
        }
        let mut progress = self.progress.clone();
        if let (Step::Slices(_), Slice::More(cursor)) = (&self.step, slice) {
            progress.set_cursor(Some(cursor));
        } else {
            progress.set_cursor(None);
            progress.at += 1;
        }
        if self.step.is_turning_point() {
            self.turn(tx)?;
        }
        progress.write(tx)?;
        Ok(progress)
    }

    /// Makes the new state true, with all that says so.
    fn turn(&self, tx: &mut WriteTx<'_>) -> Result<(), SchemaError> {
        let migration = self.progress.migration()?;
        let kind = match self.progress.act {
            Direction::Apply => {
                run_forwards(tx, &migration)?;
                record_migration(tx, &migration, self.now)?;
                Kind::MigrationApplied
            }
            Direction::Down => {
                run_back(tx, &migration)?;
                forget_migration(tx, migration.number)?;
                Kind::MigrationTakenBack
            }
        };
        write_state(
            tx,
            &StoredState {
                state: self.progress.to.clone(),
                development: false,
            },
        )?;
        let mut payload =
            json!({"number": migration.number, "name": migration.name, "digest": migration.digest()});
        if !self.progress.altered.is_empty() {
            payload["altered"] = json!(self.progress.altered);
        }
        let payload = json!({ "new": payload });
        journal::append(
            tx,
            &Entry {
                at: self.now,
                kind,
                actor: Actor::SYSTEM,
                origin: &Origin::default(),
                collection: None,
                record_id: None,
                version: None,
                payload: &payload.to_string(),
            },
        )?;
        Ok(())
    }
}
