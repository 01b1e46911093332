//! The steps of a migration that are written by hand.

use mainstay_core::migrations::Migration;
use mainstay_store::schema::{SchemaError, run_sql};
use mainstay_store::{Dialect, WriteTx};

/// Runs them in the transaction that makes the migration true.
pub(super) fn run_forwards(tx: &mut WriteTx<'_>, migration: &Migration) -> Result<(), SchemaError> {
    for step in migration.sql_steps() {
        let sql = match tx.dialect() {
            Dialect::Sqlite => step.sqlite,
            Dialect::Postgres => step.postgres,
        };
        run_sql(tx, step.about, sql)?;
    }
    Ok(())
}

/// Runs the ways back, the last first.
pub(super) fn run_back(tx: &mut WriteTx<'_>, migration: &Migration) -> Result<(), SchemaError> {
    let steps: Vec<_> = migration.sql_steps().collect();
    for step in steps.into_iter().rev() {
        let sql = match tx.dialect() {
            Dialect::Sqlite => step.back_sqlite,
            Dialect::Postgres => step.back_postgres,
        };
        run_sql(tx, step.about, sql)?;
    }
    Ok(())
}
