//! What administrators see of the application and of what serves it.

mod definition;
mod jobs;
mod rules;
mod settings;

use std::path::PathBuf;

pub(crate) use definition::{change_definition, read_definition};
pub(crate) use jobs::{list_jobs, read_migrations};
pub(crate) use rules::{check_rule, test_rule};
pub(crate) use settings::list_settings;
pub use settings::{SettingInForce, SettingSource};

/// What the process tells administrators of itself.
#[derive(Debug, Clone, Default)]
pub struct Administration {
    /// The settings in force, in the order of the reference.
    pub settings: Vec<SettingInForce>,
    /// The folder of the application.
    pub folder: Option<PathBuf>,
    /// May its files be changed? While it is being made, and never else.
    pub writable: bool,
}
