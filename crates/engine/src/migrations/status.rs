//! Where a database stands, beside the files of its application.

use std::path::Path;

use mainstay_core::migrations::History;
use mainstay_core::{Code, Problem, Timestamp};
use mainstay_store::schema::drift;
use serde_json::{Value as Json, json};

use super::error::MigrateError;
use super::folder::{FolderError, read_history};
use super::runner::{Migrator, ROWS_SMALL, compare_with_files};
use crate::context::Context;
use crate::failure::Failure;

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

/// Where the database stands beside the migrations of an application, as JSON, for administrators. Without a folder only
/// the database is looked at.
pub async fn read_migrations(ctx: &Context, application: Option<&Path>) -> Result<Vec<u8>, Failure> {
    ctx.require_administrator()?;
    let history = match application.map(read_history).transpose() {
        Ok(history) => history.unwrap_or_default(),
        Err(error) => return Ok(unreadable(&error)),
    };
    let environment = &ctx.environment;
    let migrator = Migrator {
        db: &environment.db,
        clock: environment.clock.as_ref(),
        holder: environment.new_id(),
        watch: &|_| {},
        rows_small: ROWS_SMALL,
    };
    let status = migrator.status(&history).await.map_err(|error| {
        tracing::error!(
            error = &error as &dyn std::error::Error,
            "the migrations cannot be looked at"
        );
        Problem::new(
            Code::Unavailable,
            "the migrations cannot be looked at now; try again in a moment",
        )
    })?;
    Ok(status_json(&status).to_string().into_bytes())
}

/// The files are at fault, which is what somebody looks for here.
fn unreadable(error: &FolderError) -> Vec<u8> {
    let status = Status {
        applied: Vec::new(),
        pending: Vec::new(),
        ahead: Vec::new(),
        interrupted: None,
        fault: Some(error.to_string()),
        shapes: 0,
        contract: Vec::new(),
        drift: Vec::new(),
        development: false,
    };
    status_json(&status).to_string().into_bytes()
}

fn status_json(status: &Status) -> Json {
    let applied = status.applied.iter();
    let applied: Vec<Json> = applied
        .map(|(name, at)| json!({ "name": name, "applied_at": at.to_string() }))
        .collect();
    json!({
        "development": status.development,
        "applied": applied,
        "pending": status.pending,
        "ahead": status.ahead,
        "interrupted": status.interrupted,
        "fault": status.fault,
        "shapes": status.shapes,
        "contract": status.contract,
        "drift": status.drift,
    })
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
