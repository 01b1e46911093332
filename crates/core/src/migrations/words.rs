//! Tables and columns in the words of releases: people know collections and fields, and not where their values stand.

use super::operation::Operation;
use super::state::{Served, State};

impl State {
    /// What a step of a contract of this state does, for a person.
    pub fn contract_sentence(&self, step: &Operation) -> String {
        match step {
            Operation::DropTable { table } => format!("drop {} with its records", self.words_of_table(table)),
            Operation::DropColumn { table, column, .. } => {
                format!("drop {} with its values", self.words_of_column(table, column))
            }
            Operation::Tighten { table, what } => match self.newest() {
                Some(newest) => tightened(newest, table, what),
                None => step.sentence(),
            },
            _ => step.sentence(),
        }
    }

    /// `notes as it was before 0003`
    pub fn words_of_table(&self, table: &str) -> String {
        self.words(table, |served| {
            Some(served.layout.collection_of(table)?.to_owned())
        })
    }

    /// `notes.stars as it was before 0003`
    pub fn words_of_column(&self, table: &str, column: &str) -> String {
        let otherwise = format!("{}.{column}", self.words_of_table(table));
        self.words(&otherwise, |served| {
            let collection = served.layout.collection_of(table)?;
            let columns = &served.layout.tables[collection].columns;
            let field = columns.iter().find(|(_, known)| *known == column);
            field.map(|(field, _)| format!("{collection}.{field}"))
        })
    }

    /// What the newest release that knows it calls it, and since when none does.
    fn words(&self, otherwise: &str, name: impl Fn(&Served) -> Option<String>) -> String {
        let mut served = self.served.iter().enumerate().rev();
        let found = served.find_map(|(place, served)| Some((place, name(served)?)));
        let Some((place, name)) = found else {
            return otherwise.to_owned();
        };
        match self.served.get(place + 1) {
            Some(next) if next.number > 0 => format!("{name} as it was before {:04}", next.number),
            _ => name,
        }
    }
}

/// The demand with the names of the newest release.
fn tightened(newest: &Served, table: &str, what: &str) -> String {
    let collection = newest.layout.collection_of(table).unwrap_or(table);
    match what.split_once(": ") {
        Some((column, demand)) => {
            let field = newest.layout.field_of(collection, column);
            format!("demand of {collection}.{field}: {demand}")
        }
        None => format!("demand of {collection}: {what}"),
    }
}
