//! Why a value is not taken.

use std::borrow::Cow;

use crate::error::{Code, FieldError};

/// A value does not fit its field: a code for clients, and the rest of a sentence that starts with the field's name.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct Refusal {
    pub code: Code,
    pub message: Cow<'static, str>,
}

impl Refusal {
    pub(crate) fn new(message: impl Into<Cow<'static, str>>) -> Self {
        Self {
            code: Code::ValidationFailed,
            message: message.into(),
        }
    }

    /// The refusal as one entry of a problem's `errors`.
    pub fn at(self, field: impl Into<String>) -> FieldError {
        FieldError {
            field: field.into(),
            code: self.code,
            message: self.message,
        }
    }
}
