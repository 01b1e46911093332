//! What a write gives back.

use mainstay_core::RecordId;

/// What kind of success it was; `http` gives each its status.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OutcomeKind {
    Created,
    Changed,
    Removed,
}

impl OutcomeKind {
    /// As kept for repeated requests.
    pub(crate) fn code(self) -> u16 {
        match self {
            Self::Created => 1,
            Self::Changed => 2,
            Self::Removed => 3,
        }
    }

    pub(crate) fn from_code(code: u16) -> Self {
        match code {
            1 => Self::Created,
            3 => Self::Removed,
            _ => Self::Changed,
        }
    }
}

/// A write that is on disk.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Outcome {
    pub kind: OutcomeKind,
    /// The record and its new version; `None` for a batch.
    pub record: Option<(RecordId, i64)>,
    /// JSON; empty when there is nothing to show.
    pub body: Vec<u8>,
    /// Was this answer given before, for the same `Idempotency-Key`?
    pub replayed: bool,
}

impl Outcome {
    pub(crate) fn new(kind: OutcomeKind, id: RecordId, version: i64, body: Vec<u8>) -> Self {
        Self {
            kind,
            record: Some((id, version)),
            body,
            replayed: false,
        }
    }
}
