//! What an import did, and why it did not.

use mainstay_core::Problem;
use mainstay_store::StoreError;

use crate::failure::Failure;

/// Faults that are kept to be shown; the others are counted.
const FAULTS_SHOWN_MAX: usize = 100;

/// What an import did, or would have done.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ImportReport {
    pub rows: u64,
    pub created: u64,
    /// Rows whose record is there already.
    pub skipped: u64,
    /// Rows with faults.
    pub refused: u64,
    /// The first faults, in the order in which they were found.
    pub faults: Vec<RowFault>,
    pub fault_count: u64,
}

/// What is wrong with one row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RowFault {
    /// Line of the file at which the row starts, from 1, the header's.
    pub line: u64,
    /// The column, or the field where no column gives its value.
    pub column: Option<String>,
    pub message: String,
}

impl std::fmt::Display for RowFault {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "line {}: ", self.line)?;
        if let Some(column) = &self.column {
            write!(f, "{column}: ")?;
        }
        f.write_str(&self.message)
    }
}

/// How far an import is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ImportProgress {
    /// Bytes of the file behind the reader.
    pub bytes: u64,
    /// Rows dealt with.
    pub rows: u64,
}

#[derive(Debug, thiserror::Error)]
pub enum ImportError {
    /// A sentence for each thing that is wrong with the mapping.
    #[error("the import does not fit the collection or the file")]
    Options(Vec<String>),
    #[error("{} of {} rows have faults; nothing was imported", .0.refused, .0.rows)]
    Refused(ImportReport),
    /// Undoes the transaction of a dry run; callers see the report instead.
    #[error("a dry run writes nothing")]
    DryRun(ImportReport),
    #[error("the file cannot be read")]
    File(#[from] csv::Error),
    #[error("the import could not be written")]
    Failure(#[from] Failure),
}

impl From<StoreError> for ImportError {
    fn from(error: StoreError) -> Self {
        Self::Failure(error.into())
    }
}

impl From<Problem> for ImportError {
    fn from(problem: Problem) -> Self {
        Self::Failure(problem.into())
    }
}

impl ImportReport {
    pub(super) fn refuse(&mut self, faults: Vec<RowFault>) {
        self.rows += 1;
        self.refused += 1;
        self.fault_count += faults.len() as u64;
        let room = FAULTS_SHOWN_MAX - self.faults.len();
        self.faults.extend(faults.into_iter().take(room));
    }

    /// Puts the faults in the order of the file.
    pub(super) fn finish(&mut self) {
        self.faults.sort_by_key(|fault| fault.line);
    }

    pub(super) fn add(&mut self, part: Self) {
        self.rows += part.rows;
        self.created += part.created;
        self.skipped += part.skipped;
        self.refused += part.refused;
        self.fault_count += part.fault_count;
        let room = FAULTS_SHOWN_MAX - self.faults.len();
        self.faults.extend(part.faults.into_iter().take(room));
    }
}
