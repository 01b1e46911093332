//! Where the faults of a definition are gathered.

use std::collections::HashSet;
use std::ops::Range;

use super::read::collection_stem;
use super::{Diagnostic, SourceFile};
use crate::limits::FAULT_CHARACTERS_MAX;

/// A place in a file of the definition.
#[derive(Debug, Clone)]
pub(super) struct Place<'a> {
    pub(super) file: &'a SourceFile,
    pub(super) span: Range<usize>,
}

impl<'a> Place<'a> {
    pub(super) fn new(file: &'a SourceFile, span: Range<usize>) -> Self {
        Self { file, span }
    }
}

/// Every fault found so far, and what cannot be trusted because of them.
#[derive(Debug, Default)]
pub(super) struct Faults {
    found: Vec<Diagnostic>,
    /// Files with faults of syntax: parts of them are missing, so nothing else is said about them.
    unreadable: HashSet<String>,
    /// Names of fields and ways back that exist in the files but not in the model. An expression that uses one of
    /// them has no fault of its own.
    broken: HashSet<String>,
}

impl Faults {
    pub(super) fn add(&mut self, place: Place<'_>, message: impl Into<String>, hint: impl Into<String>) {
        self.add_with(place, &message.into(), Some(&hint.into()));
    }

    /// A fault whose way out may be unknown.
    pub(super) fn add_with(&mut self, place: Place<'_>, message: &str, hint: Option<&str>) {
        if !self.unreadable.contains(&place.file.path) {
            self.push(&place.file.path, place.span, message, hint);
        }
    }

    /// A fault of a file's syntax. Nothing else is said about the file from here on.
    pub(super) fn add_syntax(&mut self, place: Place<'_>, message: &str, hint: Option<&str>) {
        self.unreadable.insert(place.file.path.clone());
        self.push(&place.file.path, place.span, message, hint);
    }

    /// A fault without a place: a file is missing.
    pub(super) fn add_missing_file(&mut self, path: &str, message: &str, hint: &str) {
        self.push(path, 0..0, message, Some(hint));
    }

    fn push(&mut self, path: &str, span: Range<usize>, message: &str, hint: Option<&str>) {
        // A name in quotes may have line breaks and any length; a fault is one line.
        let line = |text: &str| {
            let characters = text.chars().map(|c| if c.is_control() { ' ' } else { c });
            let cut = text.chars().nth(FAULT_CHARACTERS_MAX).map(|_| '…');
            characters
                .take(FAULT_CHARACTERS_MAX)
                .chain(cut)
                .collect::<String>()
        };
        let (message, hint) = (line(message), hint.map(line));
        self.found.push(Diagnostic {
            path: path.to_owned(),
            span,
            message,
            hint,
        });
    }

    pub(super) fn mark_broken(&mut self, name: &str) {
        self.broken.insert(name.to_owned());
    }

    pub(super) fn is_broken(&self, name: &str) -> bool {
        self.broken.contains(name)
    }

    /// Is there a collection of which parts are missing?
    pub(super) fn has_unreadable_collection(&self) -> bool {
        self.unreadable.iter().any(|path| collection_stem(path).is_some())
    }

    /// The faults in the order of files and places, each once.
    pub(super) fn into_sorted(mut self) -> Vec<Diagnostic> {
        self.found.sort_by(|a, b| {
            (&a.path, a.span.start, a.span.end, &a.message).cmp(&(
                &b.path,
                b.span.start,
                b.span.end,
                &b.message,
            ))
        });
        self.found.dedup();
        self.found
    }
}
