//! What a check has to say: where, what is wrong, and the way out.

use std::fmt;

#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Problem {
    /// Relative to the root of the repository.
    pub(crate) file: String,
    /// Counted from 1; `None` when the file as a whole is meant.
    pub(crate) line: Option<usize>,
    pub(crate) what: String,
    pub(crate) way_out: String,
}

impl Problem {
    pub(crate) fn in_file(file: &str, what: impl Into<String>, way_out: impl Into<String>) -> Self {
        Self {
            file: file.to_owned(),
            line: None,
            what: what.into(),
            way_out: way_out.into(),
        }
    }

    pub(crate) fn at_line(
        file: &str,
        line: usize,
        what: impl Into<String>,
        way_out: impl Into<String>,
    ) -> Self {
        Self {
            line: Some(line),
            ..Self::in_file(file, what, way_out)
        }
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.line {
            Some(line) => write!(f, "{}:{line}: ", self.file)?,
            None => write!(f, "{}: ", self.file)?,
        }
        write!(f, "{}\n    way out: {}", self.what, self.way_out)
    }
}
