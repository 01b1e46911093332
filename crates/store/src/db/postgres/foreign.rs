//! A server of somebody else.

use std::sync::Arc;
use std::time::Duration;

use super::address::Postgres;
use super::connection::Connection;
use super::failure::store_error;
use super::transaction::{Care, PostgresTransaction};
use crate::db::StoreError;
use crate::slow::SlowStatements;
use crate::tx::Transaction;

/// One snapshot, in which nothing can be written. Values are read as texts, and these settings say how they are written.
const BEGIN: &str = "BEGIN ISOLATION LEVEL REPEATABLE READ, READ ONLY; \
    SET LOCAL statement_timeout = 0; SET LOCAL idle_in_transaction_session_timeout = 0; SET LOCAL jit = off; \
    SET LOCAL timezone = 'UTC'; SET LOCAL datestyle = 'ISO, YMD'; SET LOCAL intervalstyle = 'iso_8601'; \
    SET LOCAL bytea_output = 'hex'; SET LOCAL extra_float_digits = 3";

/// Connects, and reads one snapshot until `body` ends.
pub(in crate::db) fn read_foreign(
    server: &Postgres,
    body: &mut dyn FnMut(&mut dyn Transaction),
) -> Result<(), StoreError> {
    let mut connection = Connection::open(server)?;
    connection.run_script(BEGIN).map_err(store_error)?;
    let slow = Arc::new(SlowStatements::after(Duration::MAX));
    let mut transaction = PostgresTransaction::new(&mut connection, Care::Without, None, slow);
    body(&mut transaction);
    Ok(())
}
