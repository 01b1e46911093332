//! What PostgreSQL says of a failure, as what the store says of it.

use std::error::Error;

use postgres::error::{DbError, Severity, SqlState};

use super::tls::TlsError;
use crate::db::{StoreError, Violation};
use crate::sql::{BUILDING, REQUIRED};

/// Why there is no connection.
#[derive(Debug, thiserror::Error)]
pub(super) enum ConnectError {
    #[error(transparent)]
    Tls(#[from] TlsError),
    #[error(transparent)]
    Server(#[from] postgres::Error),
}

/// What a failure means for the transaction in which it happened.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Ending {
    /// A statement failed; PostgreSQL takes no other one until it is undone.
    Failed,
    /// In the way of another transaction: the whole is to be run again.
    Conflict,
    /// Ran out of time.
    TimedOut,
    /// A lock was not to be had in the time given for it.
    Locked,
    /// The connection is gone, and the transaction with it.
    Lost,
    /// A prepared statement does not fit the tables any more, because somebody has changed them: the whole is to be run
    /// again, prepared anew.
    Stale,
    /// A second statement where one was expected: see `reader`.
    SecondStatement,
}

pub(super) fn ending(error: &postgres::Error) -> Ending {
    let Some(code) = error.code() else {
        return if error.is_closed() || is_io(error) {
            Ending::Lost
        } else {
            Ending::Failed
        };
    };
    if error.as_db_error().is_some_and(ends_session) {
        return Ending::Lost;
    }
    // The server says no more of it, but for a message in its own language.
    let routine = error.as_db_error().and_then(DbError::routine);
    match *code {
        SqlState::FEATURE_NOT_SUPPORTED if routine == Some("RevalidateCachedQuery") => Ending::Stale,
        SqlState::T_R_SERIALIZATION_FAILURE | SqlState::T_R_DEADLOCK_DETECTED => Ending::Conflict,
        SqlState::QUERY_CANCELED => Ending::TimedOut,
        SqlState::LOCK_NOT_AVAILABLE => Ending::Locked,
        _ if code.code().starts_with("08") => Ending::Lost,
        _ => Ending::Failed,
    }
}

/// After these the server hangs up: a shutdown, a time limit of the session, a pooler without its server. Poolers write
/// the severity only in the field that servers translate.
fn ends_session(failure: &DbError) -> bool {
    matches!(failure.parsed_severity(), Some(Severity::Fatal | Severity::Panic))
        || matches!(failure.severity(), "FATAL" | "PANIC")
}

fn is_io(error: &postgres::Error) -> bool {
    error.source().is_some_and(<dyn Error>::is::<std::io::Error>)
}

/// The failure in the words of both engines. Constraints are told by name, never by message (PostgreSQL, appendix A).
pub(super) fn store_error(error: postgres::Error) -> StoreError {
    match ending(&error) {
        Ending::Lost => return StoreError::Unavailable,
        Ending::Conflict | Ending::Stale => return StoreError::Conflict,
        Ending::TimedOut => return StoreError::Timeout,
        Ending::Locked => return StoreError::Locked,
        Ending::Failed | Ending::SecondStatement => {}
    }
    let Some(failure) = error.as_db_error() else {
        return StoreError::Postgres(error);
    };
    let constraint = failure.constraint().unwrap_or("");
    // One that is to take another's place stands beside it for a while.
    let constraint = constraint.strip_suffix(BUILDING).unwrap_or(constraint).to_owned();
    let table = failure.table().unwrap_or("").to_owned();
    let violation = match *failure.code() {
        SqlState::UNIQUE_VIOLATION => Violation::UniqueIndex { name: constraint },
        SqlState::CHECK_VIOLATION if constraint.ends_with(REQUIRED) => {
            let (table, column) = constraint.split_once('.').unwrap_or(("", &constraint));
            Violation::NotNull {
                table: table.to_owned(),
                column: column.trim_end_matches(REQUIRED).to_owned(),
            }
        }
        SqlState::CHECK_VIOLATION => Violation::Check { name: constraint },
        SqlState::NOT_NULL_VIOLATION => Violation::NotNull {
            table,
            column: failure.column().unwrap_or("").to_owned(),
        },
        SqlState::FOREIGN_KEY_VIOLATION | SqlState::RESTRICT_VIOLATION => Violation::ForeignKey,
        SqlState::UNDEFINED_TABLE | SqlState::UNDEFINED_COLUMN => return StoreError::Outdated,
        SqlState::DISK_FULL => return StoreError::DiskFull,
        // A pattern is translated, so what is wrong with it is its size.
        SqlState::INVALID_REGULAR_EXPRESSION => return StoreError::TooLarge,
        SqlState::PROGRAM_LIMIT_EXCEEDED | SqlState::STATEMENT_TOO_COMPLEX | SqlState::TOO_MANY_ARGUMENTS => {
            return StoreError::TooLarge;
        }
        SqlState::NUMERIC_VALUE_OUT_OF_RANGE => return StoreError::OutOfRange,
        _ => return StoreError::Postgres(error),
    };
    StoreError::Violation(violation)
}

impl From<ConnectError> for StoreError {
    fn from(error: ConnectError) -> Self {
        match error {
            ConnectError::Server(error) => Self::Postgres(error),
            ConnectError::Tls(error) => Self::Tls(Box::new(error)),
        }
    }
}
