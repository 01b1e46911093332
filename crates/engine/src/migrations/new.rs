//! The migration that comes next.

use std::collections::BTreeSet;

use mainstay_core::Definition;
use mainstay_core::migrations::{
    Answer, Class, History, HistoryFault, Migration, Operation, Question, compare,
};

/// What stands in the way of a new migration.
#[derive(Debug, thiserror::Error)]
pub enum NewError {
    #[error("the definition is what the migrations make of a database: there is nothing to write")]
    Nothing,
    #[error("no release before the newest needs anything: there is nothing to take away")]
    NothingToContract,
    #[error(
        "the definition has changes that are in no migration: write them with `mainstay migrate new` first"
    )]
    Changed,
    /// Each question and each refusal is a sentence with its way out.
    #[error("the migration cannot be written yet")]
    InTheWay {
        unanswered: Vec<Question>,
        refused: Vec<String>,
    },
    #[error("`--remove {0}` names nothing that is gone from the definition")]
    NotGone(String),
    #[error("{}", .0.message)]
    Unfit(HistoryFault),
}

/// The migration from the last one to the definition. Without a title it is named after what it does.
pub fn new_migration(
    history: &History,
    definition: &Definition,
    title: Option<&str>,
    answer: &mut dyn FnMut(&Question) -> Answer,
) -> Result<Migration, NewError> {
    let before = history.state().shape();
    let comparison = compare(&before, &definition.shape, &definition.marks, answer);
    if !comparison.unanswered.is_empty() || !comparison.refused.is_empty() {
        return Err(NewError::InTheWay {
            unanswered: comparison.unanswered,
            refused: comparison.refused,
        });
    }
    if comparison.operations.is_empty() {
        return Err(NewError::Nothing);
    }
    let title = match title {
        Some(title) => title.to_owned(),
        None if history.last().is_none() => "begin".to_owned(),
        None => title_of(&comparison.operations),
    };
    following(history, &title, false, comparison.operations)
}

/// Refuses names of things that were not asked about and are not gone: a misspelt one would be passed over.
pub fn check_removals(
    history: &History,
    definition: &Definition,
    names: &[String],
    asked: &BTreeSet<String>,
) -> Result<(), NewError> {
    let before = history.state().shape();
    let is_in = |shape: &mainstay_core::migrations::Shape, name: &str| match name.split_once('.') {
        Some((collection, field)) => shape.fields(collection).any(|(known, _)| known == field),
        None => shape.collections().any(|known| known == name),
    };
    let is_gone = |name: &str| is_in(&before, name) && !is_in(&definition.shape, name);
    let mut wrong = names
        .iter()
        .filter(|name| !asked.contains(*name) && !is_gone(name));
    match wrong.next() {
        Some(name) => Err(NewError::NotGone(name.clone())),
        None => Ok(()),
    }
}

/// The migration that takes away what only releases before the newest need.
pub fn new_contract(
    history: &History,
    definition: &Definition,
    title: Option<&str>,
) -> Result<Migration, NewError> {
    let state = history.state();
    if state.shape() != definition.shape {
        return Err(NewError::Changed);
    }
    let steps = state.contract_steps();
    if steps.is_empty() {
        return Err(NewError::NothingToContract);
    }
    following(history, title.unwrap_or("contract"), true, steps)
}

/// A migration with one step that is written by hand, empty for now.
pub fn new_sql(history: &History, title: Option<&str>, about: &str) -> Result<Migration, NewError> {
    let step = Operation::Sql {
        class: Class::Backfill,
        about: about.to_owned(),
        sqlite: Some(String::new()),
        postgres: Some(String::new()),
        back_sqlite: Some(String::new()),
        back_postgres: Some(String::new()),
    };
    following(history, title.unwrap_or(about), false, vec![step])
}

/// A file is written only if it will be followed.
fn following(
    history: &History,
    title: &str,
    contract: bool,
    operations: Vec<Operation>,
) -> Result<Migration, NewError> {
    let migration = history.next(title, contract, operations);
    history.clone().push(migration.clone()).map_err(NewError::Unfit)?;
    Ok(migration)
}

/// Steps that a title names; the file has them all.
const TITLE_STEPS_MAX: usize = 3;

/// `add todos.due, rename todos.title to headline and 4 more`
fn title_of(operations: &[Operation]) -> String {
    let named: Vec<String> = operations.iter().take(TITLE_STEPS_MAX).map(words).collect();
    let title = named.join(", ");
    match operations.len() - named.len() {
        0 => title,
        more => format!("{title} and {more} more"),
    }
}

fn words(operation: &Operation) -> String {
    match operation {
        Operation::AddCollection { collection, .. } => format!("add {collection}"),
        Operation::RemoveCollection { collection, .. } => format!("remove {collection}"),
        Operation::RenameCollection { from, to } => format!("rename {from} to {to}"),
        Operation::ChangeCollection { collection, .. } => format!("change {collection}"),
        Operation::AddField {
            collection, field, ..
        } => format!("add {collection}.{field}"),
        Operation::RemoveField {
            collection, field, ..
        } => format!("remove {collection}.{field}"),
        Operation::RenameField { collection, from, to } => format!("rename {collection}.{from} to {to}"),
        Operation::ChangeField {
            collection, field, ..
        } => format!("change {collection}.{field}"),
        Operation::AddIndex { collection, .. } => format!("index {collection}"),
        Operation::RemoveIndex { collection, .. } => format!("remove an index of {collection}"),
        Operation::AddCheck { collection, .. } => format!("check {collection}"),
        Operation::RemoveCheck { collection, .. } => format!("remove a check of {collection}"),
        other => other.sentence(),
    }
}
