//! How migrating fails.

use mainstay_core::migrations::HistoryFault;
use mainstay_store::StoreError;
use mainstay_store::schema::{Misfit, SchemaError};

/// Why migrations cannot be applied or taken back. The database is as it was before the migration at fault.
#[derive(Debug, thiserror::Error)]
pub enum MigrateError {
    #[error("{name} was applied, and its file is another one now: restore it as it was released")]
    Edited { name: String },
    #[error(
        "the database has a shape to which no migration leads: apply the release that made it first, or make the first \
         migration from it"
    )]
    OtherShape,
    #[error("{records} records would not fit")]
    Misfits {
        migration: String,
        misfits: Vec<Misfit>,
        records: u64,
    },
    #[error("there is no way back from {migration}: {}", .steps.join("; "))]
    NoWayBack { migration: String, steps: Vec<String> },
    #[error("{wanted} migrations were to be taken back, and {applied} are applied")]
    TooFew { wanted: usize, applied: usize },
    #[error("another process has taken over")]
    LostLease,
    #[error("the applied migrations do not follow from one another: {}", .0.iter().map(ToString::to_string).collect::<Vec<_>>().join("; "))]
    Broken(Vec<HistoryFault>),
    #[error("{migration} failed at the step \"{step}\"; the database is as it was before it")]
    Step {
        migration: String,
        step: String,
        #[source]
        source: Box<SchemaError>,
    },
    #[error(
        "{migration} stopped at the step \"{step}\" and can be gone on with: `mainstay migrate apply` does"
    )]
    Unfinished {
        migration: String,
        step: String,
        #[source]
        source: Box<SchemaError>,
    },
    #[error(transparent)]
    Schema(Box<SchemaError>),
}

impl From<SchemaError> for MigrateError {
    fn from(error: SchemaError) -> Self {
        Self::Schema(Box::new(error))
    }
}

impl From<StoreError> for MigrateError {
    fn from(error: StoreError) -> Self {
        SchemaError::from(error).into()
    }
}
