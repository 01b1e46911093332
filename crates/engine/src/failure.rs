//! How an operation fails: with a problem the caller may see, or with a cause that only the log may.

use mainstay_core::definition::Collection;
use mainstay_core::{Code, FieldError, Problem};
use mainstay_store::sql::TooComplex;
use mainstay_store::{StoreError, Violation};

/// A failed operation.
#[derive(Debug, thiserror::Error)]
pub enum Failure {
    #[error(transparent)]
    Problem(#[from] Problem),
    #[error("an operation failed inside")]
    Internal(#[source] StoreError),
}

impl Failure {
    /// What the caller is told.
    pub fn problem(&self) -> Problem {
        match self {
            Self::Problem(problem) => problem.clone(),
            Self::Internal(_) => Problem::new(
                Code::Internal,
                "something failed inside; the request id leads to the cause in the log",
            ),
        }
    }
}

impl From<StoreError> for Failure {
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::Overloaded { .. } => Problem::new(
                Code::Overloaded,
                "too many requests wait already; try again in a moment",
            )
            .into(),
            StoreError::Timeout => Problem::new(
                Code::Timeout,
                "the query took too long and was stopped; narrow the filter or declare an index",
            )
            .into(),
            StoreError::DiskFull => Problem::new(
                Code::Overloaded,
                "the disk is full; reads go on, writes must wait until there is room",
            )
            .into(),
            StoreError::TooLarge => Problem::new(
                Code::InvalidFilter,
                "the expression makes values that are too long",
            )
            .into(),
            StoreError::ShuttingDown => {
                Problem::new(Code::ShuttingDown, "the server is stopping; try again").into()
            }
            other => Self::Internal(other),
        }
    }
}

impl From<TooComplex> for Failure {
    fn from(error: TooComplex) -> Self {
        Problem::new(Code::InvalidFilter, error.to_string()).into()
    }
}

/// A breach of a constraint as a problem that names the fields; other failures stay what they are.
pub(crate) fn explain(error: StoreError, collection: &Collection) -> Failure {
    let StoreError::Violation(violation) = error else {
        return error.into();
    };
    match violation {
        Violation::Unique { columns, .. } => {
            let message = "another record has this value already";
            let errors = columns
                .iter()
                .map(|column| FieldError {
                    field: column.clone(),
                    code: Code::UniqueViolation,
                    message: message.into(),
                })
                .collect();
            let detail = format!("{} must be unique: {message}", columns.join(" and "));
            Problem {
                code: Code::UniqueViolation,
                detail: detail.into(),
                errors,
            }
            .into()
        }
        Violation::Check { name } => check_problem(&name, collection).into(),
        Violation::NotNull { column, .. } => {
            Problem::field(Code::ValidationFailed, column, "is required").into()
        }
        Violation::ForeignKey => Problem::new(
            Code::RelationViolation,
            "a relation points to a record that does not exist",
        )
        .into(),
    }
}

/// Constraint names are `collection.field.what` and `collection.check.name`.
fn check_problem(name: &str, collection: &Collection) -> Problem {
    let mut parts = name.splitn(3, '.').skip(1);
    match (parts.next(), parts.next()) {
        (Some("check"), Some(check)) => match collection
            .checks
            .iter()
            .find(|known| known.name.as_str() == check)
        {
            Some(check) => broken_check(check, collection),
            None => Problem::new(Code::CheckViolation, "a check of the collection is not met"),
        },
        (Some(field), _) => Problem::field(Code::ValidationFailed, field, "is outside what the field allows"),
        _ => Problem::new(Code::CheckViolation, "a check of the collection is not met"),
    }
}

/// A declared check that the record would break.
pub(crate) fn broken_check(check: &mainstay_core::definition::Check, collection: &Collection) -> Problem {
    let field = check.field.map_or_else(
        || check.name.to_string(),
        |field| collection.field(field).name.to_string(),
    );
    Problem::field(Code::CheckViolation, field, check.message.clone())
}
