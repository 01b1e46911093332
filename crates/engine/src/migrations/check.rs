//! What is wrong with the migrations of an application, for those who put changes together.

use mainstay_core::Definition;
use mainstay_core::migrations::{Answer, History, HistoryFault, Migration, Operation, compare};

/// A migration as a database remembers it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Applied {
    pub number: u32,
    /// The file's name without its ending.
    pub name: String,
    pub digest: String,
}

/// Everything that is wrong: with files (pairs of a name without its ending and a text), with what a database has applied
/// of them, and with a definition that is not what they make.
pub fn check_migrations(
    files: &[(String, String)],
    definition: &Definition,
    applied: &[Applied],
) -> Vec<HistoryFault> {
    let mut faults = changed_after_applied(files, applied);
    match History::read(files) {
        Ok(history) => {
            faults.extend(history.migrations().flat_map(empty_steps));
            faults.extend(differences(&history, definition));
        }
        // What was edited is told already, and the next file does not follow from it.
        Err(found) => faults.extend(found),
    }
    faults
}

fn changed_after_applied(files: &[(String, String)], applied: &[Applied]) -> Vec<HistoryFault> {
    let read = files
        .iter()
        .filter_map(|(name, text)| Migration::read(name, text).ok());
    let migrations: Vec<Migration> = read.collect();
    let changed = |applied: &Applied| {
        if migrations
            .iter()
            .any(|migration| migration.digest() == applied.digest)
        {
            return None;
        }
        let is_there = files.iter().any(|(name, _)| *name == applied.name);
        let message = if is_there {
            "it was edited after it was applied"
        } else {
            "it was applied to the database and is not here"
        };
        Some(HistoryFault {
            path: format!("migrations/{}.toml", applied.name),
            message: message.to_owned(),
            hint: Some("restore it as it was applied; a change goes into a new migration".to_owned()),
        })
    };
    applied.iter().filter_map(changed).collect()
}

fn empty_steps(migration: &Migration) -> Vec<HistoryFault> {
    let is_empty = |sql: Option<&str>| sql.is_none_or(|sql| sql.trim().is_empty());
    let empty = migration
        .sql_steps()
        .filter(|step| is_empty(step.sqlite) && is_empty(step.postgres));
    empty
        .map(|step| HistoryFault {
            path: migration.path(),
            message: format!("the step \"{}\" has no statement yet", step.about),
            hint: Some("write it under sqlite or postgres, or remove the file".to_owned()),
        })
        .collect()
}

/// One for each step that a new migration would have.
fn differences(history: &History, definition: &Definition) -> Vec<HistoryFault> {
    let hint = Some("write a migration with `mainstay migrate new`".to_owned());
    if history.last().is_none() {
        return vec![HistoryFault {
            path: "migrations".to_owned(),
            message: "there are no migrations yet".to_owned(),
            hint,
        }];
    }
    let before = history.state().shape();
    let comparison = compare(&before, &definition.shape, &definition.marks, &mut |_| {
        Answer::Unknown
    });
    let fault = |path: String, message: String| HistoryFault {
        path,
        message,
        hint: hint.clone(),
    };
    let operations = comparison.operations.iter().map(|operation| {
        let message = format!("no migration has this: {}", operation.sentence());
        fault(path_of(operation), message)
    });
    let refused = comparison.refused.iter().map(|refused| HistoryFault {
        path: "mainstay.toml".to_owned(),
        message: refused.clone(),
        hint: None,
    });
    operations.chain(refused).collect()
}

/// The file of the definition that an operation comes from.
fn path_of(operation: &Operation) -> String {
    let collection = match operation {
        Operation::RenameCollection { to, .. } => to,
        Operation::AddCollection { collection, .. }
        | Operation::RemoveCollection { collection, .. }
        | Operation::ChangeCollection { collection, .. }
        | Operation::AddField { collection, .. }
        | Operation::RemoveField { collection, .. }
        | Operation::RenameField { collection, .. }
        | Operation::ChangeField { collection, .. }
        | Operation::AddIndex { collection, .. }
        | Operation::RemoveIndex { collection, .. }
        | Operation::AddCheck { collection, .. }
        | Operation::RemoveCheck { collection, .. } => collection,
        _ => return "mainstay.toml".to_owned(),
    };
    format!("collections/{collection}.toml")
}
