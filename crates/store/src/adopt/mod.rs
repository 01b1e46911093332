//! Databases of other applications: what shape they have, their rows, and what became of these rows here.
//!
//! Everything about the source is read through [`crate::Foreign`], which cannot write. Who turns a shape into a
//! definition and rows into records is the engine.

mod model;
mod postgres;
mod rows;
mod sqlite;
mod state;
mod tokens;

use crate::db::StoreError;
use crate::sql::Dialect;
use crate::tx::Tx;

pub use model::{
    DeleteAction, Other, SourceCheck, SourceColumn, SourceForeignKey, SourceIndex, SourceSchema, SourceTable,
    SourceUnique,
};
pub use rows::{RowReader, SourceReference, SourceRow, SourceValue};
pub use state::{
    Adopted, find_adopted, forget_row, has_adopted, list_adopted, list_gone, list_seen, mark_adopted,
    next_run, prepare_adopted, put_adopted, remove_adopted,
};
pub use tokens::{Brackets, Token, tokenize};

/// Reads the shape of the database: of one schema in PostgreSQL, by default the first of the search path.
pub fn read_schema(tx: &mut Tx<'_>, schema: Option<&str>) -> Result<SourceSchema, StoreError> {
    match tx.dialect() {
        Dialect::Sqlite => sqlite::read_schema(tx),
        Dialect::Postgres => postgres::read_schema(tx, schema),
    }
}
