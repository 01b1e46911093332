//! Moving a whole installation from one database to another, of the same engine or not.
//!
//! Rows move in slices, in the order of their keys, each slice in a transaction. So the greatest key of a table of the
//! target is the place where a copy that was stopped goes on. Until all is there and the same, the target has a table
//! `_copy`, and whoever else opens it is refused. References are made, or checked, at the very end: records point to one
//! another in circles, and so across slices. Who moves the slices is the engine.

mod rows;
mod sum;

use mainstay_core::definition::Definition;
use mainstay_core::migrations::State;

use crate::db::StoreError;
use crate::keys;
use crate::schema::{self, SchemaError, catalog, system};
use crate::sql::{Dialect, continue_numbers};
use crate::tx::{Bind, Tx, WriteTx};

use rows::Held;
pub use rows::{Begun, CopiedTable, Key, Slice};
pub use sum::{Sum, TableSum};

/// Why a database cannot be copied, or not into this one.
#[derive(Debug, thiserror::Error)]
pub enum CopyError {
    #[error("the source has no installation of Mainstay in it")]
    NoInstallation,
    #[error("the source is a copy that has not come to its end")]
    HalfCopied,
    #[error(
        "the source does not have the shape that this application and this version of Mainstay ask for: open it with them \
         once, with `mainstay user list` for example"
    )]
    OtherShape,
    #[error("the target is not empty, and nothing was changed in it: name a new database")]
    NotEmpty,
    #[error("the target holds the beginning of another copy: name a new database, or empty this one")]
    OtherCopy,
    #[error("the rows of {table} cannot be copied")]
    Rows {
        table: String,
        #[source]
        source: StoreError,
    },
    #[error(transparent)]
    Schema(#[from] SchemaError),
}

impl From<StoreError> for CopyError {
    fn from(error: StoreError) -> Self {
        Self::Schema(error.into())
    }
}

/// What there is to copy.
#[derive(Debug)]
pub struct Source {
    /// Tells one copy from another: it follows from the keys of the installation, which no other one has, and from the
    /// definition.
    pub origin: String,
    pub tables: Vec<CopiedTable>,
    /// The shape of the database.
    pub state: State,
}

/// Looks at the database to copy from.
pub fn read_source(tx: &mut Tx<'_>, definition: &Definition) -> Result<Source, CopyError> {
    let Some(of_this_format) = system::is_of_this_format(tx)? else {
        return Err(CopyError::NoInstallation);
    };
    if catalog::exists(tx, system::COPY)? {
        return Err(CopyError::HalfCopied);
    }
    if !of_this_format || !schema::is_current(tx, definition)? {
        return Err(CopyError::OtherShape);
    }
    let stored = schema::read_state(tx)?.ok_or(CopyError::OtherShape)?;
    Ok(Source {
        origin: origin_of(tx, definition)?,
        tables: rows::tables(tx, &stored.state)?,
        state: stored.state,
    })
}

fn origin_of(tx: &mut Tx<'_>, definition: &Definition) -> Result<String, StoreError> {
    let mut sum = Sum::default();
    sum.add_row(&[Held::Text(definition.digest.clone())]);
    tx.query("SELECT name, secret FROM _keys ORDER BY name", &[], |row| {
        let name = Held::Text(row.text(0)?.to_owned());
        sum.add_row(&[name, Held::Bytes(row.blob(1)?.to_vec())]);
        Ok::<(), StoreError>(())
    })?;
    // No two installations have the same ones.
    for key in keys::known_keys(tx)? {
        sum.add_row(&[Held::Text(key.id)]);
    }
    Ok(sum.finish().sha256)
}

/// Makes the tables of a new copy, or makes sure that the copy that was begun is this one. In a transaction for changes
/// of the schema.
pub fn prepare_target(
    tx: &mut WriteTx<'_>,
    state: &State,
    origin: &str,
) -> Result<Vec<CopiedTable>, CopyError> {
    if catalog::exists(tx, system::COPY)? {
        let begun = tx.query_first("SELECT origin FROM _copy", &[], |row| {
            Ok::<_, StoreError>(row.text(0)?.to_owned())
        })?;
        if begun.as_deref() != Some(origin) {
            return Err(CopyError::OtherCopy);
        }
    } else if catalog::is_empty(tx)? {
        schema::make_tables(tx, state)?;
        tx.run_script("CREATE TABLE _copy (origin text PRIMARY KEY NOT NULL)")?;
        tx.execute_one("INSERT INTO _copy (origin) VALUES (?1)", &[Bind::Text(origin)])?;
    } else {
        return Err(CopyError::NotEmpty);
    }
    Ok(rows::tables(tx, state)?)
}

/// Makes an installation of a target that has all rows. In a transaction for changes of the schema.
pub fn finish(tx: &mut WriteTx<'_>) -> Result<(), CopyError> {
    tx.run_script("DROP TABLE _copy")?;
    if tx.dialect() == Dialect::Postgres {
        for (table, column) in [("_releases", "id"), ("_journal", "seq")] {
            tx.query(
                &continue_numbers(table, column),
                &[],
                |_| Ok::<(), StoreError>(()),
            )?;
        }
    }
    Ok(schema::complete(tx)?)
}
