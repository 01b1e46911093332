//! Migrations as files of an application: what is read, what is written next, and what is wrong with them.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails")]

mod check;
mod folder;
mod new;
mod random;

use mainstay_core::Definition;
use mainstay_core::definition::SourceFile;
use mainstay_core::migrations::{Answer, History};
use mainstay_engine::migrations::new_migration;

/// A definition of collections: pairs of a name and the text of its file.
fn definition(collections: &[(&str, &str)]) -> Definition {
    let file = |path: String, text: &str| SourceFile {
        path,
        text: text.to_owned(),
    };
    let files = collections
        .iter()
        .map(|(name, text)| file(format!("collections/{name}.toml"), text));
    let application = file("mainstay.toml".to_owned(), "name = \"test\"");
    Definition::read(files.chain([application]).collect()).unwrap()
}

/// A migration for each definition.
fn history(definitions: &[&Definition]) -> History {
    let mut history = History::default();
    for definition in definitions {
        let migration = new_migration(&history, definition, None, &mut |_| Answer::Removed).unwrap();
        history.push(migration).unwrap();
    }
    history
}

fn files(history: &History) -> Vec<(String, String)> {
    let file =
        |migration: &mainstay_core::migrations::Migration| (migration.name.clone(), migration.text.clone());
    history.migrations().map(file).collect()
}
