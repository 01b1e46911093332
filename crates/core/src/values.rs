//! Values as they are stored, their way in from JSON and from text, and their way out again.

use crate::ids::RecordId;
use crate::time::Timestamp;

mod accept;
mod address;
mod refusal;
mod structure;
mod text;
mod write;

pub use accept::accept;
pub(crate) use accept::decimal_fault;
pub use refusal::Refusal;
pub use text::accept_text;
pub use write::{write_json, write_text};

/// A value as a column holds it. The field's kind says what the bits mean.
#[derive(Debug, Clone, PartialEq)]
pub enum Value {
    Null,
    /// boolean
    Bool(bool),
    /// integer; decimal, scaled; datetime, microseconds since 1970
    Int(i64),
    /// number
    Real(f64),
    /// text, select, email, url; date as `YYYY-MM-DD`; `multi_select` and `json` as JSON text
    Text(String),
    /// id; relation to one
    Id(RecordId),
    /// relation to many, in the given order; never in a column
    Ids(Vec<RecordId>),
}

impl Value {
    pub fn is_null(&self) -> bool {
        matches!(self, Self::Null)
    }

    pub fn timestamp(time: Timestamp) -> Self {
        Self::Int(time.as_micros())
    }
}

impl From<RecordId> for Value {
    fn from(id: RecordId) -> Self {
        Self::Id(id)
    }
}
