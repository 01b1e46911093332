//! What is under way, as it is written down in the database with each step: a process that was killed is gone on with.

use mainstay_core::RecordId;
use mainstay_core::migrations::{Migration, State};
use mainstay_store::StoreError;
use mainstay_store::schema::{Cursor, SchemaError, Step, read_progress, write_progress};
use mainstay_store::{Tx, WriteTx};
use serde::{Deserialize, Serialize};

/// A migration between two states.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(super) struct Progress {
    pub(super) act: Direction,
    /// The name of the migration's file and its text.
    pub(super) name: String,
    pub(super) text: String,
    pub(super) from: Option<State>,
    pub(super) to: State,
    pub(super) steps: Vec<Step>,
    /// The step that comes next.
    pub(super) at: usize,
    /// How far it has come, as texts of ids.
    pub(super) after: Option<Vec<String>>,
    /// Is what was done being undone?
    pub(super) undoing: bool,
    /// Values that a contract takes away and that would come back otherwise, a sentence each.
    #[serde(default)]
    pub(super) altered: Vec<String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Direction {
    Apply,
    Down,
}

impl Progress {
    pub(super) fn read(tx: &mut Tx<'_>) -> Result<Option<Self>, SchemaError> {
        let Some(text) = read_progress(tx)? else {
            return Ok(None);
        };
        let progress = serde_json::from_str(&text).map_err(|error| corrupt(&error))?;
        Ok(Some(progress))
    }

    pub(super) fn write(&self, tx: &mut WriteTx<'_>) -> Result<(), SchemaError> {
        let text = serde_json::to_string(self).map_err(|error| corrupt(&error))?;
        write_progress(tx, Some(&text))
    }

    pub(super) fn cursor(&self) -> Option<Cursor> {
        let ids = self.after.as_ref()?;
        ids.iter().map(|id| id.parse::<RecordId>().ok()).collect()
    }

    pub(super) fn set_cursor(&mut self, cursor: Option<&Cursor>) {
        self.after = cursor.map(|ids| ids.iter().map(RecordId::to_string).collect());
    }

    pub(super) fn migration(&self) -> Result<Migration, SchemaError> {
        Migration::read(&self.name, &self.text).map_err(|error| {
            StoreError::Corrupt(format!("the migration under way cannot be read: {error}")).into()
        })
    }
}

fn corrupt(error: &serde_json::Error) -> SchemaError {
    StoreError::Corrupt(format!("what is under way cannot be told: {error}")).into()
}
