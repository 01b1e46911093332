//! How an operation fails: with a problem the caller may see, or with a cause that only the log may.

use mainstay_core::definition::Collection;
use mainstay_core::{Code, FieldError, Problem};
use mainstay_store::sql::{TooComplex, check_name, field_constraint_names, index_name};
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
            StoreError::Timeout | StoreError::Locked => Problem::new(
                Code::Timeout,
                "the query took too long and was stopped; narrow the filter or declare an index",
            )
            .into(),
            StoreError::DiskFull => Problem::new(
                Code::Overloaded,
                "the disk is full; reads go on, writes must wait until there is room",
            )
            .into(),
            StoreError::Unavailable => Problem::new(
                Code::Unavailable,
                "the database cannot be reached; nothing was changed, try again in a moment",
            )
            .into(),
            StoreError::Unknown => Problem::new(
                Code::Unavailable,
                "the database went away while it kept the change, which may or may not have happened; look, or repeat the \
                 request with the same Idempotency-Key",
            )
            .into(),
            StoreError::Conflict => Problem::new(
                Code::Overloaded,
                "others changed the same records each time this was tried; try again",
            )
            .into(),
            StoreError::OutOfRange => Problem::new(
                Code::InvalidFilter,
                "the expression makes numbers that are out of range",
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
            let fields: Vec<&str> = columns
                .iter()
                .map(|column| field_name(collection, column))
                .collect();
            let errors = fields
                .iter()
                .map(|field| FieldError {
                    field: (*field).to_owned(),
                    code: Code::UniqueViolation,
                    message: message.into(),
                })
                .collect();
            let detail = format!("{} must be unique: {message}", fields.join(" and "));
            Problem {
                code: Code::UniqueViolation,
                detail: detail.into(),
                errors,
                retry_after: None,
            }
            .into()
        }
        Violation::UniqueIndex { name } => explain(
            StoreError::Violation(Violation::Unique {
                table: collection.table.to_string(),
                columns: unique_columns(&name, collection),
            }),
            collection,
        ),
        Violation::Check { name } => check_problem(&name, collection).into(),
        Violation::NotNull { column, .. } => Problem::field(
            Code::ValidationFailed,
            field_name(collection, &column),
            "is required",
        )
        .into(),
        Violation::ForeignKey => Problem::new(
            Code::RelationViolation,
            "a relation points to a record that does not exist",
        )
        .into(),
    }
}

/// The field that a column holds, as clients know it.
fn field_name<'n>(collection: &'n Collection, column: &'n str) -> &'n str {
    let mut fields = collection.fields.iter();
    let field = fields.find(|field| field.column.as_str() == column);
    field.map_or(column, |field| field.name.as_str())
}

/// The columns of a unique index, by its name. PostgreSQL names that of the id after the table.
fn unique_columns(name: &str, collection: &Collection) -> Vec<String> {
    if name.ends_with("_pkey") {
        return vec!["id".to_owned()];
    }
    let names = collection.indexes.iter().map(|index| {
        let fields = index
            .fields
            .iter()
            .map(|id| collection.field(*id).column.to_string());
        fields.collect::<Vec<String>>()
    });
    let mut known = names.filter(|fields| index_name(collection, "unique", fields) == name);
    known.next().unwrap_or_default()
}

fn check_problem(name: &str, collection: &Collection) -> Problem {
    let check = collection
        .checks
        .iter()
        .find(|check| check_name(collection, check) == name);
    if let Some(check) = check {
        return broken_check(check, collection);
    }
    let field = collection
        .fields
        .iter()
        .find(|field| field_constraint_names(collection, field).any(|known| known == name));
    match field {
        Some(field) => Problem::field(
            Code::ValidationFailed,
            field.name.as_str(),
            "is outside what the field allows",
        ),
        None => Problem::new(Code::CheckViolation, "a check of the collection is not met"),
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
