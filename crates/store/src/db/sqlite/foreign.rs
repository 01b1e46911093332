//! A file of somebody else.

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use super::connection;
use super::transaction::SqliteTransaction;
use crate::db::StoreError;
use crate::slow::SlowStatements;
use crate::tx::Transaction;

/// Opens the file so that nothing can be written to it, and reads one snapshot of it until `body` ends.
pub(in crate::db) fn read_foreign(
    path: &Path,
    body: &mut dyn FnMut(&mut dyn Transaction),
) -> Result<(), StoreError> {
    connection::check_sqlite_version()?;
    let connection = connection::open_reader(path)?;
    // The snapshot is taken by the first read; a file that is no database shows here.
    connection.execute_batch("BEGIN; SELECT count(*) FROM sqlite_schema")?;
    let slow = Arc::new(SlowStatements::after(Duration::MAX));
    body(&mut SqliteTransaction::new(&connection, slow));
    Ok(())
}
