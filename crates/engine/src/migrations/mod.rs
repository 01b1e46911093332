//! Migrations as people work with them: files, findings, and the way of a database from one to the next.
//!
//! What follows from files alone is in [`mainstay_core::migrations`]; how a database changes, in
//! [`mainstay_store::schema`].

mod check;
mod error;
mod folder;
mod new;
mod plan;
mod progress;
mod runner;
mod running;
mod sql_steps;
mod status;

pub use check::{Applied, check_migrations};
pub use error::MigrateError;
pub use folder::{FolderError, read_files, read_history, write_migration};
pub use new::{NewError, check_removals, new_contract, new_migration, new_sql};
pub use plan::{PlannedMigration, PlannedStep};
pub use runner::{Event, Migrator, ROWS_SMALL};
pub use status::{Status, read_migrations};
