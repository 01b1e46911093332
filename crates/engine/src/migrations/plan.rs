//! What migrations would do to a database, before they do it.

use mainstay_core::migrations::{Class, History, Migration, Operation, State};
use mainstay_store::schema::{Explained, Misfit, Transition, count_rows};

use super::error::MigrateError;
use super::runner::{Migrator, altered_words, compare_with_files};

/// Rows that are copied or worked out in a second, about: measured on a small machine, so most are faster.
const ROWS_PER_SECOND: u64 = 60_000;

/// A migration that is not applied yet.
#[derive(Debug, Clone, PartialEq)]
pub struct PlannedMigration {
    pub name: String,
    pub title: String,
    pub contract: bool,
    /// What it does, its class, and its way back.
    pub operations: Vec<(String, Class, Option<String>)>,
    pub steps: Vec<PlannedStep>,
    /// Rows that are copied or worked out.
    pub rows: u64,
    /// About how long it takes, in seconds.
    pub seconds: u64,
    /// Records that stand in its way. Of those after the first one they are known when it has been applied.
    pub misfits: Vec<Misfit>,
    /// What its contract will take away: values and records that are there now.
    pub losses: Vec<String>,
}

/// One step as it will run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PlannedStep {
    pub name: String,
    /// The strongest lock that it takes; nothing where it takes none.
    pub lock: &'static str,
    pub statements: Vec<String>,
}

impl Migrator<'_> {
    /// What `apply` would do; changes nothing.
    pub async fn plan(&self, history: &History) -> Result<Vec<PlannedMigration>, MigrateError> {
        let standing = self.standing().await?;
        if !compare_with_files(history, &standing)?.is_empty() {
            return Ok(Vec::new());
        }
        let mut from = standing.stored.map(|stored| stored.state);
        let mut planned = Vec::new();
        for (position, migration) in history.migrations().enumerate().skip(standing.applied.len()) {
            let to = history.state_after(position + 1);
            let mut one = PlannedMigration {
                name: migration.name.clone(),
                title: migration.title.clone(),
                contract: migration.contract,
                operations: migration
                    .operations
                    .iter()
                    .map(|operation| {
                        let sentence = match (&from, migration.contract) {
                            (Some(from), true) => from.contract_sentence(operation),
                            _ => operation.sentence(),
                        };
                        (sentence, operation.class(), operation.back())
                    })
                    .collect(),
                steps: Vec::new(),
                rows: 0,
                seconds: 0,
                misfits: Vec::new(),
                losses: Vec::new(),
            };
            // What comes after the first is about a database that is not there yet.
            if planned.is_empty() {
                self.plan_steps(&mut one, from.as_ref(), &to).await?;
            }
            if let (true, Some(from)) = (planned.is_empty(), &from) {
                one.misfits = self.misfits(from, &to).await?;
                if migration.contract {
                    self.plan_losses(&mut one, migration, from).await?;
                }
            }
            from = Some(to);
            planned.push(one);
        }
        Ok(planned)
    }

    /// What is gone for good, of the values that are there now.
    async fn plan_losses(
        &self,
        planned: &mut PlannedMigration,
        migration: &Migration,
        from: &State,
    ) -> Result<(), MigrateError> {
        let state = from.clone();
        planned.losses = self
            .db
            .read(move |tx| mainstay_store::schema::losses(tx, &state))
            .await?;
        let altered = self.altered(migration, from).await?;
        for (operation, (_, _, back)) in migration.operations.iter().zip(&mut planned.operations) {
            let Operation::DropColumn { table, column, .. } = operation else {
                continue;
            };
            if altered
                .iter()
                .any(|one| one.table == *table && one.column == *column)
            {
                *back = None;
            }
        }
        planned.losses.extend(altered_words(from, &altered));
        Ok(())
    }

    async fn plan_steps(
        &self,
        planned: &mut PlannedMigration,
        from: Option<&State>,
        to: &State,
    ) -> Result<(), MigrateError> {
        let transition = Transition::new(from.cloned(), to.clone())?;
        let rows_small = self.rows_small;
        let (steps, rows) = self
            .db
            .read(move |tx| {
                let steps = transition.steps(tx, rows_small)?;
                let mut rows = 0;
                let mut planned = Vec::new();
                for step in &steps {
                    let Explained { statements, lock } = transition.explain(tx, step)?;
                    planned.push(PlannedStep {
                        name: step.name(),
                        lock,
                        statements,
                    });
                    if let Some(table) = step.table_copied() {
                        rows += count_rows(tx, table)?;
                    }
                }
                Ok::<_, MigrateError>((planned, rows))
            })
            .await?;
        planned.rows = rows;
        planned.seconds = rows.div_ceil(ROWS_PER_SECOND);
        planned.steps = steps;
        Ok(())
    }
}

impl PlannedMigration {
    /// Is there a way back from every operation?
    pub fn has_way_back(&self) -> bool {
        self.operations.iter().all(|(_, _, back)| back.is_some())
    }
}
