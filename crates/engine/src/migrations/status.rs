//! Where a database stands, beside the files of its application.

use mainstay_core::Timestamp;
use mainstay_core::migrations::History;
use mainstay_store::schema::drift;

use super::error::MigrateError;
use super::runner::{Migrator, compare_with_files};

/// What there is to say of a database.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Status {
    /// Names and times of the applied migrations.
    pub applied: Vec<(String, Timestamp)>,
    /// Names of those that are not applied yet.
    pub pending: Vec<String>,
    /// Names of those that a newer release has applied, and whose files are not here.
    pub ahead: Vec<String>,
    /// The migration that was interrupted.
    pub interrupted: Option<String>,
    /// What is wrong between files and database.
    pub fault: Option<String>,
    /// How many shapes are served.
    pub shapes: usize,
    /// What waits for a contract.
    pub contract: Vec<String>,
    /// Differences between the tables that stand there and those that the migrations ask for.
    pub drift: Vec<String>,
    /// Does the database follow a definition, without migrations?
    pub development: bool,
}

impl Migrator<'_> {
    pub async fn status(&self, history: &History) -> Result<Status, MigrateError> {
        let standing = self.standing().await?;
        let (ahead, fault) = match compare_with_files(history, &standing) {
            Ok(ahead) => (ahead, None),
            Err(fault) => (Vec::new(), Some(fault)),
        };
        let state = standing.stored.as_ref().map(|stored| stored.state.clone());
        let differences = match &state {
            Some(state) => {
                let state = state.clone();
                self.db.read(move |tx| drift(tx, &state)).await?
            }
            None => Vec::new(),
        };
        let contract = state.iter().flat_map(|state| {
            let steps = state.contract_steps();
            steps
                .iter()
                .map(|step| state.contract_sentence(step))
                .collect::<Vec<_>>()
        });
        Ok(Status {
            pending: history
                .migrations()
                .skip(standing.applied.len())
                .map(|migration| migration.name.clone())
                .collect(),
            applied: standing
                .applied
                .into_iter()
                .map(|migration| (migration.name, migration.applied_at))
                .collect(),
            ahead,
            interrupted: standing.progress.map(|progress| progress.name),
            fault: fault.map(|fault| fault.to_string()),
            shapes: state
                .as_ref()
                .map_or(0, mainstay_core::migrations::State::shapes_served),
            contract: contract.collect(),
            drift: differences,
            development: standing.stored.is_some_and(|stored| stored.development),
        })
    }
}
