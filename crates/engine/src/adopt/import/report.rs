//! What an import did, table by table.

use mainstay_core::Problem;
use mainstay_store::StoreError;
use mainstay_store::schema::SchemaError;

use super::sum::RowsSum;
use crate::failure::Failure;

/// Rows that are told of each kind and table; the others are counted.
const SHOWN_MAX: usize = 50;

/// What came of the rows of one table.
#[derive(Debug, Clone, Default)]
pub struct ImportedTable {
    pub table: String,
    pub collection: String,
    /// Rows of the source.
    pub rows: u64,
    pub created: u64,
    pub changed: u64,
    pub unchanged: u64,
    /// Rows with faults, orphans among them.
    pub rejected: u64,
    /// Foreign keys that lead nowhere in the source.
    pub orphans: u64,
    /// Rows that were taken with a relation left empty, because it leads to a rejected row.
    pub incomplete: u64,
    /// Records that people have changed or removed since, which were left alone.
    pub conflicts: u64,
    /// Records whose rows are not in the source any more.
    pub gone: u64,
    /// Those of them that were removed.
    pub removed: u64,
    /// Over the rows that were taken, as they are mapped.
    pub source: RowsSum,
    /// Over their records, as they are read back.
    pub target: RowsSum,
    /// A sentence for each of the first rows that something is wrong with, or worth knowing of.
    pub notes: Vec<String>,
    pub notes_more: u64,
}

impl ImportedTable {
    /// Does the target say of the rows what the source says?
    pub fn is_equal(&self) -> bool {
        self.source == self.target
    }

    pub(super) fn note(&mut self, key: &str, field: Option<&str>, message: &str) {
        if self.notes.len() >= SHOWN_MAX {
            self.notes_more += 1;
            return;
        }
        let field = field.map_or_else(String::new, |field| format!("{field}: "));
        self.notes.push(format!("row {key}: {field}{message}"));
    }

    /// Is something told of the row already?
    pub(super) fn tells_of(&self, key: &str) -> bool {
        let start = format!("row {key}: ");
        self.notes.iter().any(|note| note.starts_with(&start))
    }

    /// Adds what came of some more rows.
    pub(super) fn add(&mut self, part: Self) {
        self.created += part.created;
        self.changed += part.changed;
        self.unchanged += part.unchanged;
        self.rejected += part.rejected;
        self.orphans += part.orphans;
        self.incomplete += part.incomplete;
        self.conflicts += part.conflicts;
        self.gone += part.gone;
        self.removed += part.removed;
        self.source.add_all(&part.source);
        self.notes_more += part.notes_more;
        for note in part.notes {
            if self.notes.len() < SHOWN_MAX {
                self.notes.push(note);
            } else {
                self.notes_more += 1;
            }
        }
    }
}

/// How far an import is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AdoptProgress {
    pub table: String,
    /// Rows of this table that are dealt with.
    pub rows: u64,
}

/// Why rows cannot be moved.
#[derive(Debug, thiserror::Error)]
pub enum RowsError {
    #[error("the source cannot be read")]
    Source(#[source] StoreError),
    #[error("the rows cannot be written")]
    Failure(#[from] Failure),
    #[error("the rows cannot be written")]
    Schema(#[from] SchemaError),
    #[error("nothing has been imported here, so there is nothing to undo")]
    NothingImported,
}

impl From<StoreError> for RowsError {
    fn from(error: StoreError) -> Self {
        Self::Failure(error.into())
    }
}

impl From<Problem> for RowsError {
    fn from(problem: Problem) -> Self {
        Self::Failure(problem.into())
    }
}
