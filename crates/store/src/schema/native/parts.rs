//! The constraints or indexes of a table, by what becomes of them.

use std::collections::BTreeSet;

use crate::sql::{BUILDING, CheckSql, IndexSql, ReferenceSql, constraint_name};

/// Parts of one kind.
#[derive(Debug)]
pub(super) struct Parts<T> {
    /// Old name, new name, where they differ.
    pub(super) renamed: Vec<(String, String)>,
    /// As they are made, and what they are called in the end.
    pub(super) added: Vec<(T, String)>,
    pub(super) dropped: Vec<T>,
}

/// A part with a name.
pub(super) trait Named: Clone {
    fn name(&self) -> &str;
    fn with_name(self, name: String) -> Self;
}

macro_rules! named {
    ($($part:ty),*) => {$(
        impl Named for $part {
            fn name(&self) -> &str {
                &self.name
            }

            fn with_name(self, name: String) -> Self {
                Self { name, ..self }
            }
        }
    )*};
}

named!(CheckSql, IndexSql, ReferenceSql);

impl<T: Named> Parts<T> {
    /// `old` is in the names that it will have, `new` in those that it is made with; both know their own names only.
    pub(super) fn of(
        old: Vec<(T, T)>,
        new: Vec<(T, T)>,
        same: impl Fn(&T, &T) -> bool,
        taken: &BTreeSet<String>,
    ) -> Self {
        let mut left = old;
        let (mut renamed, mut added) = (Vec::new(), Vec::new());
        for (part, made) in new {
            let fits = |(later, _): &(T, T)| same(later, &part);
            let known = left
                .iter()
                .position(|old| fits(old) && old.0.name() == part.name())
                .or_else(|| left.iter().position(fits));
            let name = part.name().to_owned();
            match known {
                Some(known) => {
                    let (old, _) = left.remove(known);
                    if old.name() != name {
                        renamed.push((old.name().to_owned(), name));
                    }
                }
                None if taken.contains(&name) => added.push((made.with_name(beside(&name)), name)),
                None => added.push((made, name)),
            }
        }
        let dropped = left.into_iter().map(|(_, old)| old).collect();
        Self {
            renamed,
            added,
            dropped,
        }
    }
}

/// A name for the time being.
pub(super) fn beside(name: &str) -> String {
    constraint_name(&format!("{name}{BUILDING}"))
}

impl<T> Parts<T> {
    pub(super) fn is_empty(&self) -> bool {
        self.renamed.is_empty() && self.added.is_empty() && self.dropped.is_empty()
    }
}
