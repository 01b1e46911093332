//! What goes on under another name.

use std::collections::BTreeMap;

use super::{Answer, Comparison, Question};
use crate::migrations::conversion::type_of;
use crate::migrations::operation::Operation;
use crate::migrations::shape::{Marks, Shape};

impl Comparison {
    pub(super) fn rename_collections(
        &mut self,
        working: &mut Shape,
        new: &Shape,
        marks: &Marks,
        answer: &mut dyn FnMut(&Question) -> Answer,
    ) {
        let mut renames = BTreeMap::new();
        for (name, was) in &marks.collections {
            let is_new = new.collections.contains_key(name) && !working.collections.contains_key(name);
            if is_new && working.collections.contains_key(was) {
                self.rename(&mut renames, (was, name), new.collections.contains_key(was), "");
            }
        }
        for removed in working.collections.keys() {
            if new.collections.contains_key(removed) || renames.contains_key(removed) {
                continue;
            }
            let added = new
                .collections
                .keys()
                .filter(|name| !working.collections.contains_key(*name));
            let free = added.filter(|name| !renames.values().any(|taken| taken == *name));
            let question = Question {
                collection: None,
                removed: removed.clone(),
                candidates: free.cloned().collect(),
            };
            if let Some(name) = self.ask(question, answer) {
                renames.insert(removed.clone(), name);
            }
        }
        for (from, to) in renames {
            self.push(working, Operation::RenameCollection { from, to });
        }
    }

    /// Follows a mark, unless something still has the former name or two say that they had it.
    fn rename(
        &mut self,
        renames: &mut BTreeMap<String, String>,
        (from, to): (&str, &str),
        is_still_there: bool,
        prefix: &str,
    ) {
        if is_still_there {
            self.refused.push(format!(
                "{prefix}{to} says that it was {from}, but there is still a {prefix}{from}: remove the mark, or rename in one \
                 migration and use the name again in the next"
            ));
        } else if let Some(other) = renames.get(from) {
            self.refused.push(format!(
                "{prefix}{other} and {prefix}{to} both say that they were {from}: remove the mark from one of them"
            ));
        } else {
            renames.insert(from.to_owned(), to.to_owned());
        }
    }

    /// The new name, if it is one; a question that nobody answers is kept.
    fn ask(&mut self, question: Question, answer: &mut dyn FnMut(&Question) -> Answer) -> Option<String> {
        if question.candidates.is_empty() {
            return None;
        }
        match answer(&question) {
            Answer::RenamedTo(name) if question.candidates.contains(&name) => Some(name),
            Answer::Removed => None,
            Answer::RenamedTo(_) | Answer::Unknown => {
                self.unanswered.push(question);
                None
            }
        }
    }

    pub(super) fn rename_fields(
        &mut self,
        working: &mut Shape,
        new: &Shape,
        collection: &str,
        marks: &Marks,
        answer: &mut dyn FnMut(&Question) -> Answer,
    ) -> BTreeMap<String, String> {
        let names = |shape: &Shape| -> Vec<String> {
            shape
                .fields(collection)
                .map(|(name, _)| name.to_owned())
                .collect()
        };
        let (old, wanted) = (names(working), names(new));
        let mut renames = BTreeMap::new();
        let mark = |field: &String| {
            marks
                .fields
                .get(&(collection.to_owned(), field.clone()))?
                .was
                .clone()
        };
        for field in wanted.iter().filter(|field| !old.contains(field)) {
            if let Some(was) = mark(field).filter(|was| old.contains(was)) {
                let prefix = format!("{collection}.");
                self.rename(&mut renames, (&was, field), wanted.contains(&was), &prefix);
            }
        }
        for removed in old.iter().filter(|field| !wanted.contains(field)) {
            if renames.contains_key(removed) {
                continue;
            }
            let before = working.field(collection, removed).map_or("", type_of);
            let candidates = wanted.iter().filter(|field| {
                let is_free = !old.contains(field) && !renames.values().any(|to| to == *field);
                // Whoever says how a new field comes about has said that it is new.
                let marks = marks.fields.get(&(collection.to_owned(), (*field).clone()));
                let is_worked_out = marks.is_some_and(|marks| marks.up.is_some());
                is_free && !is_worked_out && new.field(collection, field).map_or("", type_of) == before
            });
            let question = Question {
                collection: Some(collection.to_owned()),
                removed: removed.clone(),
                candidates: candidates.cloned().collect(),
            };
            if let Some(name) = self.ask(question, answer) {
                renames.insert(removed.clone(), name);
            }
        }
        for (from, to) in &renames {
            let operation = Operation::RenameField {
                collection: collection.to_owned(),
                from: from.clone(),
                to: to.clone(),
            };
            self.push(working, operation);
        }
        renames
    }
}
