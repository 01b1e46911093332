//! Taking over the database of another application: its shape as a definition, and its rows as records.
//!
//! `adopt_schema` makes the files of a folder from what the store has read of a schema; nothing is guessed that the
//! database does not say, and what cannot be expressed is told. `import` moves the rows with the map of that folder.

mod accounts;
mod build;
mod cel;
mod columns;
mod conditions;
mod files;
mod import;
mod map;
mod names;
mod outline;
mod types;

use mainstay_core::definition::{Definition, Diagnostic, SourceFile};
use mainstay_store::Dialect;
use mainstay_store::adopt::SourceSchema;

pub use accounts::AccountsError;
pub use import::{
    AdoptProgress, ImportOptions, ImportPlan, ImportedTable, PlanError, RowsError, UndoneCollection,
    import_rows, undo_import,
};
pub use map::{AdoptMap, InvalidMap, TableMap};
pub use names::application_name;
pub use outline::Finding;
use outline::{Collection, Findings};

/// The files of a folder, by their paths in it, and what people should look at.
#[derive(Debug)]
pub struct AdoptedSchema {
    pub files: Vec<SourceFile>,
    pub collections: usize,
    pub findings: Vec<Finding>,
}

/// What stands in the way of a definition.
#[derive(Debug, thiserror::Error)]
pub enum AdoptError {
    #[error(transparent)]
    Accounts(#[from] AccountsError),
    #[error("this is a database of Mainstay: `mainstay copy` moves it")]
    Ours,
    #[error("the schema {0} has no tables; name another one with --schema")]
    Empty(String),
    /// A schema beyond what a definition may be, such as one of more than 500 tables.
    #[error("the schema cannot be a definition")]
    Faults(Vec<Diagnostic>),
}

/// Makes a definition of a schema. `users` names the table of the accounts where its name does not say so.
pub fn adopt_schema(
    schema: &SourceSchema,
    name: &str,
    users: Option<&str>,
) -> Result<AdoptedSchema, AdoptError> {
    if schema.tables.is_empty() {
        return Err(AdoptError::Empty(schema.name.clone()));
    }
    if ["_schema", "_journal", "_releases"]
        .iter()
        .all(|table| schema.table(table).is_some())
    {
        return Err(AdoptError::Ours);
    }
    let mut findings = Findings::default();
    let mut collections = build::collections(schema, users, &mut findings)?;
    drop_unfit_checks(name, &mut collections, &mut findings)?;
    let mut files = definition_files(name, &collections);
    let (engine, of_schema) = match schema.dialect {
        Dialect::Sqlite => ("a SQLite database".to_owned(), None),
        Dialect::Postgres => (
            format!("the schema {} of a PostgreSQL database", schema.name),
            Some(schema.name.as_str()),
        ),
    };
    files.push(SourceFile {
        path: "adopt.toml".to_owned(),
        text: map::write(&collections, of_schema),
    });
    files.push(SourceFile {
        path: "ADOPTED.md".to_owned(),
        text: files::listing(&engine, &collections, &findings.0),
    });
    Ok(AdoptedSchema {
        files,
        collections: collections.len(),
        findings: findings.0,
    })
}

fn definition_files(name: &str, collections: &[Collection]) -> Vec<SourceFile> {
    let mut files = vec![SourceFile {
        path: "mainstay.toml".to_owned(),
        text: files::application(name),
    }];
    files.extend(collections.iter().map(|collection| SourceFile {
        path: format!("collections/{}.toml", collection.name),
        text: files::collection(collection),
    }));
    files
}

/// The parser of conditions knows less of types than the language does: a check that the language refuses is listed.
fn drop_unfit_checks(
    name: &str,
    collections: &mut [Collection],
    findings: &mut Findings,
) -> Result<(), AdoptError> {
    let Err(faults) = Definition::read(definition_files(name, collections)) else {
        return Ok(());
    };
    for place in 0..collections.len() {
        let path = format!("collections/{}.toml", collections[place].name);
        if !faults.iter().any(|fault| fault.path == path) {
            continue;
        }
        let checks = std::mem::take(&mut collections[place].checks);
        for check in checks {
            let told = format!("the check {} cannot be expressed", check.condition);
            collections[place].checks.push(check);
            if has_faults(name, collections, &path) {
                collections[place].checks.pop();
                findings.add(collections[place].table.clone(), told);
            }
        }
    }
    Definition::read(definition_files(name, collections))
        .map(drop)
        .map_err(AdoptError::Faults)
}

fn has_faults(name: &str, collections: &[Collection], path: &str) -> bool {
    let read = Definition::read(definition_files(name, collections));
    read.is_err_and(|faults| faults.iter().any(|fault| fault.path == path))
}
