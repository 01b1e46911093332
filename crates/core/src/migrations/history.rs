//! All migrations of an application in their order, and what is wrong with them.

use super::file::Migration;
use super::operation::Operation;
use super::state::{State, StateError};

/// The files of the folder `migrations`, each with the state that it leads to.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct History {
    steps: Vec<(Migration, State)>,
}

/// What is wrong with one file, and the way out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HistoryFault {
    pub path: String,
    pub message: String,
    pub hint: Option<String>,
}

impl std::fmt::Display for HistoryFault {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}: {}", self.path, self.message)?;
        match &self.hint {
            Some(hint) => write!(f, "; {hint}"),
            None => Ok(()),
        }
    }
}

impl History {
    /// Reads files by their names without the ending, in any order.
    pub fn read(files: &[(String, String)]) -> Result<Self, Vec<HistoryFault>> {
        let mut faults = Vec::new();
        let mut migrations = Vec::new();
        for (name, text) in files {
            match Migration::read(name, text) {
                Ok(migration) => migrations.push(migration),
                Err(error) => faults.push(HistoryFault {
                    path: format!("migrations/{name}.toml"),
                    message: error.message,
                    hint: None,
                }),
            }
        }
        if !faults.is_empty() {
            return Err(faults);
        }
        migrations.sort_by(|a, b| (a.number, &a.name).cmp(&(b.number, &b.name)));
        Self::follow(migrations)
    }

    /// Replays migrations that are in their order.
    pub fn follow(migrations: Vec<Migration>) -> Result<Self, Vec<HistoryFault>> {
        let mut history = Self::default();
        for migration in migrations {
            history
                .refuse_other_parent(&migration)
                .map_err(|fault| vec![fault])?;
            history.push(migration).map_err(|fault| vec![fault])?;
        }
        Ok(history)
    }

    /// Follows one more migration.
    pub fn push(&mut self, migration: Migration) -> Result<(), HistoryFault> {
        let state = next_state(&self.state(), &migration).map_err(|error| HistoryFault {
            path: migration.path(),
            message: error.to_string(),
            hint: None,
        })?;
        self.steps.push((migration, state));
        Ok(())
    }

    fn refuse_other_parent(&self, migration: &Migration) -> Result<(), HistoryFault> {
        let fault = |message: String, hint: &str| HistoryFault {
            path: migration.path(),
            message,
            hint: Some(hint.to_owned()),
        };
        let last = self.steps.last().map(|(migration, _)| migration);
        let parent = migration.parent.as_deref();
        if parent == last.map(Migration::digest).as_deref() {
            let expected = last.map_or(1, |last| last.number + 1);
            return if migration.number == expected {
                Ok(())
            } else {
                Err(fault(
                    format!("its number should be {expected:04}"),
                    "rename the file: numbers follow one another",
                ))
            };
        }
        let mut known = self.steps.iter().map(|(migration, _)| migration);
        let elder = known.find(|known| Some(known.digest().as_str()) == parent);
        let before = known
            .next()
            .or_else(|| self.steps.first().map(|(first, _)| first));
        match (elder, before) {
            (elder, Some(sibling)) if elder.is_some() || parent.is_none() => Err(fault(
                format!("{} has the same parent: two branches have met", sibling.path()),
                "remove the one that is not released yet, and make it anew with `mainstay migrate new`",
            )),
            _ => Err(fault(
                match last {
                    Some(last) => format!(
                        "it does not follow {}: its parent is another file, or one that was edited",
                        last.path()
                    ),
                    None => "it is the first and has a parent: a file before it is missing".to_owned(),
                },
                "restore the file before it as it was released; a change goes into a new migration",
            )),
        }
    }

    /// The state after all migrations.
    pub fn state(&self) -> State {
        self.steps
            .last()
            .map(|(_, state)| state.clone())
            .unwrap_or_default()
    }

    /// The state after so many migrations.
    pub fn state_after(&self, number: usize) -> State {
        match number.checked_sub(1).and_then(|last| self.steps.get(last)) {
            Some((_, state)) => state.clone(),
            None => State::default(),
        }
    }

    pub fn migrations(&self) -> impl ExactSizeIterator<Item = &Migration> {
        self.steps.iter().map(|(migration, _)| migration)
    }

    pub fn last(&self) -> Option<&Migration> {
        self.steps.last().map(|(migration, _)| migration)
    }

    /// The migration that would follow with these operations.
    pub fn next(&self, title: &str, contract: bool, operations: Vec<Operation>) -> Migration {
        let number = self.last().map_or(1, |last| last.number + 1);
        Migration::write(number, title, self.last(), contract, operations)
    }
}

/// The state that a migration leads to.
pub(super) fn next_state(state: &State, migration: &Migration) -> Result<State, StateError> {
    if !migration.contract {
        let mut next = state.clone();
        next.expand(migration.number, &migration.operations)?;
        return Ok(next);
    }
    let steps = state.contract_steps();
    let written: Vec<&Operation> = migration
        .operations
        .iter()
        .filter(|operation| !matches!(operation, Operation::Sql { .. }))
        .collect();
    if written != steps.iter().collect::<Vec<_>>() {
        let sentences: Vec<String> = steps.iter().map(Operation::sentence).collect();
        return Err(StateError::OtherContract(sentences.join("; ")));
    }
    Ok(state.contracted(migration.number))
}
