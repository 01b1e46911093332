//! What to import where.

use std::str::FromStr;

/// How to read a CSV file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ImportOptions {
    /// Columns by their header, and what their cells say; other columns are left out.
    pub mapping: Vec<(String, ImportTarget)>,
    /// Fields that have one value in all rows, as a cell would say it.
    pub constants: Vec<(String, String)>,
    pub mode: ImportMode,
    /// Do everything, tell what came of it, and undo it.
    pub dry_run: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ImportMode {
    /// The first fault undoes everything; the others are still told.
    AllOrNothing,
    /// A row with faults leaves the others standing.
    ValidRowsOnly,
}

/// What the cells of a column say.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ImportTarget {
    /// The value of a field.
    Field(String),
    /// Which record a relation points to: the one that has the cell's value in its field `by`.
    Relation { field: String, by: String },
}

/// The text is neither `field` nor `relation.field`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("expected a field, or relation.field to find a record by the value of its field")]
pub struct InvalidTarget;

impl FromStr for ImportTarget {
    type Err = InvalidTarget;

    fn from_str(text: &str) -> Result<Self, InvalidTarget> {
        let parts: Vec<&str> = text.split('.').collect();
        if parts.iter().any(|part| part.is_empty()) {
            return Err(InvalidTarget);
        }
        match parts[..] {
            [field] => Ok(Self::Field(field.to_owned())),
            [field, by] => Ok(Self::Relation {
                field: field.to_owned(),
                by: by.to_owned(),
            }),
            _ => Err(InvalidTarget),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn targets_are_a_field_or_a_field_of_a_relation() {
        assert_eq!("title".parse(), Ok(ImportTarget::Field("title".into())));
        let relation = ImportTarget::Relation {
            field: "parent".into(),
            by: "turn_id".into(),
        };
        assert_eq!("parent.turn_id".parse(), Ok(relation));
        for bad in ["", ".", "a.", ".a", "a.b.c"] {
            assert_eq!(bad.parse::<ImportTarget>(), Err(InvalidTarget), "{bad}");
        }
    }
}
