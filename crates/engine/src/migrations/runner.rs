//! Applying migrations and taking them back: one at a time, under a lease, step by step.

use std::time::Duration;

use mainstay_core::migrations::{History, Migration, State};
use mainstay_core::{Clock, RecordId, Timestamp};
use mainstay_store::journal::{self, Kind};
use mainstay_store::leases::{drop_lease, take_lease};
use mainstay_store::schema::{
    self, Altered, AppliedMigration, Misfit, SchemaError, StoredState, altered_by_contract,
    applied_migrations, misfits, read_state, record_migration,
};
use mainstay_store::{Db, Dialect, Priority};

use super::error::MigrateError;
use super::progress::{Direction, Progress};

/// Tables with fewer rows are changed at once: copying so many takes less than writers notice.
pub const ROWS_SMALL: u64 = 2_000;
/// Whoever migrates renews this with each step.
pub(super) const LEASE: &str = "migrations";
pub(super) const LEASE_TIME: Duration = Duration::from_secs(30);
const LEASE_ASK_EVERY: Duration = Duration::from_millis(200);

/// What happens, for whoever watches.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Event {
    /// Another process migrates; it is waited for.
    Waiting,
    /// A migration that was interrupted is gone on with.
    Resuming {
        migration: String,
    },
    Beginning {
        migration: String,
    },
    /// A step has ended; the database can be left here.
    Step {
        migration: String,
        step: String,
    },
    Applied {
        migration: String,
    },
    TakenBack {
        migration: String,
    },
}

/// Migrates one database.
pub struct Migrator<'m> {
    pub db: &'m Db,
    pub clock: &'m dyn Clock,
    /// Tells this process from others.
    pub holder: RecordId,
    pub watch: &'m (dyn Fn(&Event) + Sync),
    /// Tables with fewer rows are changed at once: [`ROWS_SMALL`] but in tests.
    pub rows_small: u64,
}

impl std::fmt::Debug for Migrator<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Migrator")
            .field("holder", &self.holder)
            .finish_non_exhaustive()
    }
}

/// Where a database stands.
#[derive(Debug, Clone)]
pub(super) struct Standing {
    pub(super) stored: Option<StoredState>,
    pub(super) applied: Vec<AppliedMigration>,
    pub(super) progress: Option<Progress>,
}

/// What was interrupted and is done now.
struct Resumed(Option<(Direction, String)>);

impl Resumed {
    fn of(self, direction: Direction) -> Vec<String> {
        let same = self.0.filter(|(done, _)| *done == direction);
        same.map(|(_, name)| name).into_iter().collect()
    }
}

impl Migrator<'_> {
    /// Applies every migration that is not applied yet, and tells their names.
    pub async fn apply(&self, history: &History) -> Result<Vec<String>, MigrateError> {
        let standing = self.begin().await?;
        let applied = self.apply_rest(history, standing).await;
        self.end().await?;
        applied
    }

    async fn apply_rest(&self, history: &History, standing: Standing) -> Result<Vec<String>, MigrateError> {
        let (resumed, standing) = self.resume(standing).await?;
        let mut names: Vec<String> = resumed.of(Direction::Apply);
        if !compare_with_files(history, &standing)?.is_empty() {
            return Ok(names);
        }
        let standing = self.recognise(history, standing).await?;
        let mut state = standing.stored.map(|stored| stored.state);
        for (position, migration) in history.migrations().enumerate().skip(standing.applied.len()) {
            let next = history.state_after(position + 1);
            if let Some(from) = &state {
                self.refuse_misfits(migration, from, &next).await?;
            }
            self.pass(Direction::Apply, migration, state, next.clone())
                .await?;
            names.push(migration.name.clone());
            state = Some(next);
        }
        Ok(names)
    }

    /// Takes the last migrations back, the newest first, and tells their names.
    pub async fn down(&self, migrations: usize) -> Result<Vec<String>, MigrateError> {
        let standing = self.begin().await?;
        let taken = self.take_back(migrations, standing).await;
        self.end().await?;
        taken
    }

    async fn take_back(&self, migrations: usize, standing: Standing) -> Result<Vec<String>, MigrateError> {
        let (resumed, standing) = self.resume(standing).await?;
        // One whose taking back was interrupted is among those that were asked for.
        let mut names = resumed.of(Direction::Down);
        let migrations = migrations.saturating_sub(names.len());
        let Some(first) = standing.applied.len().checked_sub(migrations) else {
            return Err(MigrateError::TooFew {
                wanted: migrations,
                applied: standing.applied.len(),
            });
        };
        let history = applied_history(&standing.applied)?;
        let kept: Vec<&Migration> = history.migrations().collect();
        for migration in kept[first..].iter().rev() {
            refuse_no_way_back(migration)?;
            self.refuse_altered(migration).await?;
        }
        let mut state = standing.stored.map(|stored| stored.state).unwrap_or_default();
        for (position, migration) in kept.iter().enumerate().skip(first).rev() {
            let before = history.state_after(position);
            self.refuse_misfits(migration, &state, &before).await?;
            self.pass(Direction::Down, migration, Some(state), before.clone())
                .await?;
            names.push(migration.name.clone());
            state = before;
        }
        Ok(names)
    }

    /// Waits until this process is the one that migrates, and looks where the database stands.
    async fn begin(&self) -> Result<Standing, MigrateError> {
        // The tables of leases and states may be missing yet.
        self.db.exclusive(schema::prepare).await?;
        let mut told = false;
        while !self.take_lease().await? {
            if !told {
                (self.watch)(&Event::Waiting);
                told = true;
            }
            tokio::time::sleep(LEASE_ASK_EVERY).await;
        }
        Ok(self.standing().await?)
    }

    pub(super) async fn take_lease(&self) -> Result<bool, SchemaError> {
        let (holder, mut now) = (self.holder, self.clock.now());
        if self.db.dialect() == Dialect::Sqlite {
            // Its folder is this process's alone, so whoever held the lease was killed: it counts as run out.
            let length = i64::try_from(LEASE_TIME.as_micros()).unwrap_or(i64::MAX);
            now = Timestamp::from_micros(now.as_micros().saturating_add(length)).unwrap_or(now);
        }
        let taken = self
            .db
            .write(Priority::Interactive, move |tx| {
                take_lease(tx, LEASE, &holder, now, LEASE_TIME)
            })
            .await?;
        Ok(taken)
    }

    async fn end(&self) -> Result<(), MigrateError> {
        let holder = self.holder;
        Ok(self
            .db
            .write(Priority::Interactive, move |tx| drop_lease(tx, LEASE, &holder))
            .await?)
    }

    pub(super) async fn standing(&self) -> Result<Standing, SchemaError> {
        self.db
            .read(|tx| {
                Ok(Standing {
                    stored: read_state(tx)?,
                    applied: applied_migrations(tx)?,
                    progress: Progress::read(tx)?,
                })
            })
            .await
    }

    /// Goes on with what was interrupted, and tells what of it is done.
    async fn resume(&self, standing: Standing) -> Result<(Resumed, Standing), MigrateError> {
        let Some(progress) = standing.progress else {
            return Ok((Resumed(None), standing));
        };
        (self.watch)(&Event::Resuming {
            migration: progress.name.clone(),
        });
        // What was being undone is not applied afterwards.
        let done = (!progress.undoing).then(|| (progress.act, progress.name.clone()));
        self.run(progress).await?;
        Ok((Resumed(done), self.standing().await?))
    }

    /// Takes a database that followed the definition alone as one to which migrations led, if they lead to its shape.
    async fn recognise(&self, history: &History, standing: Standing) -> Result<Standing, MigrateError> {
        if !standing.applied.is_empty() || !self.db.read(schema::has_tables).await? {
            return Ok(standing);
        }
        let known = standing.stored.as_ref().map(|stored| stored.state.clone());
        let mut led = None;
        for number in (1..=history.migrations().len()).rev() {
            let state = history.state_after(number);
            if self.has_shape_of(known.as_ref(), &state).await? {
                led = Some((number, state));
                break;
            }
        }
        let Some((number, state)) = led else {
            return Err(MigrateError::OtherShape);
        };
        let migrations: Vec<Migration> = history.migrations().take(number).cloned().collect();
        let now = self.clock.now();
        self.db
            .exclusive(move |tx| {
                schema::take_over(tx, known.as_ref(), &state)?;
                for migration in &migrations {
                    record_migration(tx, migration, now)?;
                }
                Ok::<_, SchemaError>(())
            })
            .await?;
        Ok(self.standing().await?)
    }

    /// Does the database have this shape? One of the first format only tells its tables and columns.
    async fn has_shape_of(&self, known: Option<&State>, state: &State) -> Result<bool, SchemaError> {
        if let Some(known) = known {
            return Ok(known.shape() == state.shape() && known.shapes_served() == 1);
        }
        let state = state.clone();
        self.db.read(move |tx| schema::has_columns_of(tx, &state)).await
    }

    async fn refuse_misfits(
        &self,
        migration: &Migration,
        from: &State,
        to: &State,
    ) -> Result<(), MigrateError> {
        let found = self.misfits(from, to).await?;
        if found.is_empty() {
            return Ok(());
        }
        Err(MigrateError::Misfits {
            migration: migration.name.clone(),
            records: found.iter().map(|misfit| misfit.records).sum(),
            misfits: found,
        })
    }

    /// What comes back otherwise from a contract, a sentence each.
    pub(super) async fn altered(
        &self,
        migration: &Migration,
        from: &State,
    ) -> Result<Vec<Altered>, SchemaError> {
        if !migration.contract {
            return Ok(Vec::new());
        }
        let state = from.clone();
        self.db.read(move |tx| altered_by_contract(tx, &state)).await
    }

    pub(super) async fn misfits(&self, from: &State, to: &State) -> Result<Vec<Misfit>, SchemaError> {
        let (from, to) = (from.clone(), to.clone());
        self.db.read(move |tx| misfits(tx, &from, &to)).await
    }
}

/// Are the migrations that were applied the first of those in the files? Gives the names of those that a newer release
/// applied, of which these files do not know: while its shape is served, the release before can be started again.
pub(super) fn compare_with_files(
    history: &History,
    standing: &Standing,
) -> Result<Vec<String>, MigrateError> {
    let mut files = history.migrations();
    let mut ahead = Vec::new();
    for applied in &standing.applied {
        match files.next() {
            None => ahead.push(applied.name.clone()),
            Some(file) if file.digest() != applied.digest => {
                return Err(MigrateError::Edited {
                    name: applied.name.clone(),
                });
            }
            Some(_) => {}
        }
    }
    Ok(ahead)
}

/// The migrations as they were applied, whatever the files say now.
fn applied_history(applied: &[AppliedMigration]) -> Result<History, MigrateError> {
    let files: Vec<(String, String)> = applied
        .iter()
        .map(|migration| (migration.name.clone(), migration.text.clone()))
        .collect();
    History::read(&files).map_err(MigrateError::Broken)
}

fn refuse_no_way_back(migration: &Migration) -> Result<(), MigrateError> {
    let lost: Vec<String> = migration
        .operations
        .iter()
        .filter(|operation| operation.back().is_none())
        .map(mainstay_core::migrations::Operation::sentence)
        .collect();
    if lost.is_empty() {
        return Ok(());
    }
    Err(MigrateError::NoWayBack {
        migration: migration.name.clone(),
        steps: lost,
    })
}

/// A sentence for each column whose values would come back otherwise.
pub(super) fn altered_words(from: &State, altered: &[Altered]) -> Vec<String> {
    let words = altered.iter().map(|one| {
        let noun = if one.records == 1 { "record" } else { "records" };
        format!(
            "{} would come back with another value in {} {noun}",
            from.words_of_column(&one.table, &one.column),
            one.records
        )
    });
    words.collect()
}

impl Migrator<'_> {
    /// Refuses a contract of which is known that values would come back otherwise.
    async fn refuse_altered(&self, migration: &Migration) -> Result<(), MigrateError> {
        let digest = migration.digest();
        let payload = self
            .db
            .read(move |tx| journal::last_payload(tx, Kind::MigrationApplied, &digest))
            .await?;
        let payload: serde_json::Value = payload
            .and_then(|text| serde_json::from_str(&text).ok())
            .unwrap_or_default();
        let altered = payload["new"]["altered"].as_array().into_iter().flatten();
        let steps: Vec<String> = altered
            .filter_map(|words| Some(words.as_str()?.to_owned()))
            .collect();
        if steps.is_empty() {
            return Ok(());
        }
        Err(MigrateError::NoWayBack {
            migration: migration.name.clone(),
            steps,
        })
    }
}
