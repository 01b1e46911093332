//! Is everything there that a request needs?

use std::sync::Arc;
use std::time::{Duration, Instant};

use mainstay_store::schema::{self, SchemaError};
pub use mainstay_store::slow::SlowStatement;
pub use mainstay_store::{ReplicaState, Waits};

use crate::environment::Environment;

/// Below this, the write-ahead log may not find room.
const DISK_BYTES_MIN: u64 = 64 * 1024 * 1024;

/// One thing that must be usable, and whether it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Check {
    pub name: &'static str,
    pub ok: bool,
    pub detail: String,
    pub took: Duration,
}

/// Looks at the database, its schema and the disk.
pub async fn readiness(environment: &Arc<Environment>) -> Vec<Check> {
    let mut checks = Vec::with_capacity(3);
    let release = environment.release();
    let began = Instant::now();
    let current = environment
        .db
        .read(move |tx| schema::is_current(tx, &release.definition))
        .await;
    let took = began.elapsed();
    let (database, migrations) = match current {
        Ok(true) => (
            (true, "answers".to_owned()),
            (true, "the schema is that of the definition".to_owned()),
        ),
        Ok(false) => (
            (true, "answers".to_owned()),
            (false, "the schema differs from the definition".to_owned()),
        ),
        Err(error) => (
            (false, describe(&error)),
            (false, "cannot be told while the database is away".to_owned()),
        ),
    };
    checks.push(Check {
        name: "database",
        ok: database.0,
        detail: database.1,
        took,
    });
    checks.push(Check {
        name: "migrations",
        ok: migrations.0,
        detail: migrations.1,
        took,
    });
    checks.push(disk(environment));
    checks
}

fn describe(error: &SchemaError) -> String {
    tracing::error!(
        error = error as &dyn std::error::Error,
        "the database does not answer"
    );
    "does not answer; the cause is in the log".to_owned()
}

fn disk(environment: &Environment) -> Check {
    let began = Instant::now();
    let (ok, detail) = match rustix::fs::statvfs(&environment.data) {
        Ok(found) => {
            let free_bytes = found.f_bavail.saturating_mul(found.f_frsize);
            (
                free_bytes >= DISK_BYTES_MIN,
                format!("{} MiB free", free_bytes / 1024 / 1024),
            )
        }
        Err(error) => (false, format!("cannot be asked: {error}")),
    };
    Check {
        name: "disk",
        ok,
        detail,
        took: began.elapsed(),
    }
}
