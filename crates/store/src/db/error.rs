//! What can go wrong below the engine.

/// A failure of the store. Not found is never one.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    #[error("the database refused the write: {0}")]
    Violation(Violation),
    #[error("the {queue} queue of the database is full")]
    Overloaded { queue: &'static str },
    #[error("the statement ran longer than its limit")]
    Timeout,
    /// Only where a statement has a limit for it: a change of the schema.
    #[error("another transaction held a lock for too long")]
    Locked,
    /// What runs was made for tables as they were: see `schema::lay_out`.
    #[error("a table or column is not there, or no longer under this name")]
    Outdated,
    #[error("the database is shutting down")]
    ShuttingDown,
    #[error("a value or row would be larger than any may be")]
    TooLarge,
    #[error("the disk that holds the database is full")]
    DiskFull,
    #[error("a database operation panicked; its changes were rolled back")]
    Panicked,
    #[error("the database holds something unexpected: {0}")]
    Corrupt(String),
    /// Nothing was changed, unless the connection was lost in the middle of a commit.
    #[error("the database cannot be reached")]
    Unavailable,
    /// Whether the commit took effect is not known.
    #[error("the connection to the database was lost while it committed")]
    Unknown,
    #[error("the transaction was in the way of others each time it was run")]
    Conflict,
    #[error("a number is out of range")]
    OutOfRange,
    #[error("the connection to the database cannot be encrypted")]
    Tls(#[source] Box<dyn std::error::Error + Send + Sync>),
    #[error("the database failed")]
    Sqlite(#[source] rusqlite::Error),
    #[error("the database failed")]
    Postgres(#[source] postgres::Error),
}

/// A constraint of the database that a write would have broken.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Violation {
    /// Columns of a unique index, in its order.
    Unique {
        table: String,
        columns: Vec<String>,
    },
    /// The name of a unique index.
    UniqueIndex {
        name: String,
    },
    /// The name of a CHECK constraint.
    Check {
        name: String,
    },
    NotNull {
        table: String,
        column: String,
    },
    /// Databases do not agree on saying which key.
    ForeignKey,
}

impl std::fmt::Display for Violation {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Unique { table, columns } => write!(f, "{table}.{} is taken", columns.join(", ")),
            Self::UniqueIndex { name } => write!(f, "{name} has the value already"),
            Self::Check { name } => write!(f, "check {name}"),
            Self::NotNull { table, column } => write!(f, "{table}.{column} is required"),
            Self::ForeignKey => f.write_str("a reference leads nowhere"),
        }
    }
}

impl From<rusqlite::Error> for StoreError {
    fn from(error: rusqlite::Error) -> Self {
        use rusqlite::ErrorCode;
        use rusqlite::ffi;

        let rusqlite::Error::SqliteFailure(failure, message) = &error else {
            return Self::Sqlite(error);
        };
        let message = message.as_deref().unwrap_or("");
        // SQLite names the constraint only in its message; the text after the colon is the name we gave.
        let name = message.split_once(": ").map_or("", |(_, name)| name);
        match failure.extended_code {
            ffi::SQLITE_CONSTRAINT_UNIQUE | ffi::SQLITE_CONSTRAINT_PRIMARYKEY => {
                Self::Violation(unique_violation(name))
            }
            ffi::SQLITE_CONSTRAINT_CHECK => Self::Violation(Violation::Check {
                name: name.to_owned(),
            }),
            ffi::SQLITE_CONSTRAINT_NOTNULL => {
                let (table, column) = name.split_once('.').unwrap_or(("", name));
                Self::Violation(Violation::NotNull {
                    table: table.to_owned(),
                    column: column.to_owned(),
                })
            }
            ffi::SQLITE_CONSTRAINT_FOREIGNKEY | ffi::SQLITE_CONSTRAINT_TRIGGER => {
                Self::Violation(Violation::ForeignKey)
            }
            _ => match failure.code {
                ErrorCode::OperationInterrupted => Self::Timeout,
                ErrorCode::DiskFull => Self::DiskFull,
                ErrorCode::TooBig => Self::TooLarge,
                // SQLite tells it in words alone.
                _ if is_outdated(message) => Self::Outdated,
                _ => Self::Sqlite(error),
            },
        }
    }
}

fn is_outdated(message: &str) -> bool {
    let beginnings = ["no such table: ", "no such column: "];
    beginnings.iter().any(|words| message.starts_with(words)) || message.contains(" has no column named ")
}

/// Reads `rooms.name, rooms.floor`.
fn unique_violation(name: &str) -> Violation {
    let mut table = String::new();
    let columns = name
        .split(", ")
        .map(|qualified| {
            let (of_table, column) = qualified.split_once('.').unwrap_or(("", qualified));
            of_table.clone_into(&mut table);
            column.to_owned()
        })
        .collect();
    Violation::Unique { table, columns }
}
