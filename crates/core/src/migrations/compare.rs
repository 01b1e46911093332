//! What changed from one shape to another. A rename is never guessed: it is marked, or asked for.

mod renames;

use toml::{Table, Value};

use super::conversion::{is_possible, keeps_column, made_at_creation, obvious, type_of};
use super::operation::Operation;
use super::shape::{FieldMarks, Marks, Shape, fields_of, list};

/// Something is gone, and something new could be it under another name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Question {
    /// `None` when a collection is gone.
    pub collection: Option<String>,
    pub removed: String,
    pub candidates: Vec<String>,
}

/// What a person says to a question.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Answer {
    RenamedTo(String),
    Removed,
    Unknown,
}

/// The operations from one shape to the other, and what stands in their way.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Comparison {
    pub operations: Vec<Operation>,
    pub unanswered: Vec<Question>,
    /// Sentences on changes that are not possible, each with the way out.
    pub refused: Vec<String>,
}

impl Question {
    /// What to do without a terminal.
    pub fn hint(&self) -> String {
        let candidate = &self.candidates[0];
        match &self.collection {
            Some(collection) => format!(
                "{collection}.{removed} is gone, and {} is new: if it was renamed, write was = \"{removed}\" into \
                 [fields.{candidate}] of {collection}; if not, say --remove {collection}.{removed}",
                self.candidates.join(" or "),
                removed = self.removed
            ),
            None => format!(
                "the collection {removed} is gone, and {} is new: if it was renamed, write was = \"{removed}\" at the top of \
                 collections/{candidate}.toml; if not, say --remove {removed}",
                self.candidates.join(" or "),
                removed = self.removed
            ),
        }
    }
}

impl Question {
    /// What to do where the files are changed.
    pub fn in_the_console(&self) -> String {
        let of = |name: &str| match &self.collection {
            Some(collection) => format!("{collection}.{name}"),
            None => name.to_owned(),
        };
        format!(
            "{} is gone, and {} is new: if it was renamed, write was = \"{}\" into it; if not, take the one away first and \
             add the other then",
            of(&self.removed),
            self.candidates.join(" or "),
            self.removed
        )
    }
}

/// Finds what leads from `old` to `new`.
pub fn compare(
    old: &Shape,
    new: &Shape,
    marks: &Marks,
    answer: &mut dyn FnMut(&Question) -> Answer,
) -> Comparison {
    let mut comparison = Comparison::default();
    let mut working = old.clone();
    comparison.rename_collections(&mut working, new, marks, answer);
    for (name, declaration) in &new.collections {
        if working.collections.contains_key(name) {
            continue;
        }
        comparison.operations.push(Operation::AddCollection {
            collection: name.clone(),
            declaration: declaration.clone(),
        });
    }
    let names: Vec<String> = working.collections.keys().cloned().collect();
    for name in &names {
        if new.collections.contains_key(name) {
            comparison.compare_collection(&mut working, new, name, marks, answer);
        }
    }
    // Last, when nothing points to them any more.
    for (name, declaration) in &working.collections {
        if !new.collections.contains_key(name) {
            comparison.operations.push(Operation::RemoveCollection {
                collection: name.clone(),
                declaration: declaration.clone(),
            });
        }
    }
    comparison
}

impl Comparison {
    fn push(&mut self, working: &mut Shape, operation: Operation) {
        let applied = working.apply(&operation);
        debug_assert!(applied.is_ok(), "a comparison follows its own steps: {applied:?}");
        self.operations.push(operation);
    }

    fn compare_collection(
        &mut self,
        working: &mut Shape,
        new: &Shape,
        name: &str,
        marks: &Marks,
        answer: &mut dyn FnMut(&Question) -> Answer,
    ) {
        let renames = self.rename_fields(working, new, name, marks, answer);
        let former = |field: &str| {
            let mut renames = renames.iter();
            let rename = renames.find(|(_, to)| *to == field);
            rename.map_or_else(|| field.to_owned(), |(from, _)| from.clone())
        };
        let (old, wanted) = (working.collections[name].clone(), &new.collections[name]);
        self.remove_items(name, &old, wanted);
        let empty = Table::new();
        let (old_fields, new_fields) = (
            fields_of(&old).unwrap_or(&empty),
            fields_of(wanted).unwrap_or(&empty),
        );
        for (field, declaration) in new_fields {
            let Some(declaration) = declaration.as_table() else {
                continue;
            };
            let marks = marks.fields.get(&(name.to_owned(), field.clone()));
            match old_fields.get(field).and_then(Value::as_table) {
                None => self.operations.push(Operation::AddField {
                    collection: name.to_owned(),
                    field: field.clone(),
                    declaration: declaration.clone(),
                    up: marks
                        .and_then(|marks| marks.up.clone())
                        .or_else(|| made_at_creation(declaration).map(str::to_owned)),
                }),
                Some(before) if !is_possible(before, declaration) => {
                    self.replace_field(name, field, (before, declaration), answer);
                }
                Some(before) if before != declaration => {
                    self.change_field(name, (&former(field), field), before, declaration, marks);
                }
                Some(_) => {}
            }
        }
        let kept = |key: &str, table: &Table| table.get(key).cloned();
        let settings = |table: &Table| {
            ["soft_delete", "order"]
                .into_iter()
                .filter_map(|key| Some((key.to_owned(), kept(key, table)?)))
                .collect::<Table>()
        };
        if settings(&old) != settings(wanted) {
            self.operations.push(Operation::ChangeCollection {
                collection: name.to_owned(),
                from: settings(&old),
                to: settings(wanted),
            });
        }
        self.add_items(name, &old, wanted);
        for (field, declaration) in old_fields {
            if let (false, Some(declaration)) = (new_fields.contains_key(field), declaration.as_table()) {
                self.operations.push(Operation::RemoveField {
                    collection: name.to_owned(),
                    field: field.clone(),
                    declaration: declaration.clone(),
                    down: None,
                });
            }
        }
    }

    /// A relation cannot come to lead elsewhere, or to another number of records: where nothing is lost, another one takes
    /// its place.
    fn replace_field(
        &mut self,
        collection: &str,
        field: &str,
        (from, to): (&Table, &Table),
        answer: &mut dyn FnMut(&Question) -> Answer,
    ) {
        let question = Question {
            collection: Some(collection.to_owned()),
            removed: field.to_owned(),
            candidates: vec![field.to_owned()],
        };
        if answer(&question) != Answer::Removed {
            self.refused.push(format!(
                "{collection}.{field} cannot lead elsewhere or to another number of records: add a field beside it, and \
                 remove this one when its values have moved; or say --remove {collection}.{field}, and they are lost"
            ));
            return;
        }
        self.operations.push(Operation::RemoveField {
            collection: collection.to_owned(),
            field: field.to_owned(),
            declaration: from.clone(),
            down: None,
        });
        self.operations.push(Operation::AddField {
            collection: collection.to_owned(),
            field: field.to_owned(),
            declaration: to.clone(),
            up: None,
        });
    }

    /// `former` and `field`: its names before and after.
    fn change_field(
        &mut self,
        collection: &str,
        (former, field): (&str, &str),
        from: &Table,
        to: &Table,
        marks: Option<&FieldMarks>,
    ) {
        let marks = marks.cloned().unwrap_or_default();
        let (mut up, mut down) = (None, None);
        if !keeps_column(from, to) {
            up = marks.up.or_else(|| obvious(former, from, to));
            down = marks.down.or_else(|| obvious(field, to, from));
            if up.is_none() {
                self.refused.push(format!(
                    "how {collection}.{field} becomes a {} from a {} is not clear: write up = \"...\" into its declaration, an \
                     expression over record.{former}",
                    type_of(to),
                    type_of(from)
                ));
                return;
            }
        }
        self.operations.push(Operation::ChangeField {
            collection: collection.to_owned(),
            field: field.to_owned(),
            from: from.clone(),
            to: to.clone(),
            up,
            down,
        });
    }

    fn remove_items(&mut self, collection: &str, old: &Table, new: &Table) {
        let gone = |key| {
            tables(old, key)
                .filter(move |item| !list(new, key).iter().any(|known| known.as_table() == Some(item)))
        };
        let collection = collection.to_owned();
        for index in gone("indexes") {
            self.operations.push(Operation::RemoveIndex {
                collection: collection.clone(),
                index: index.clone(),
            });
        }
        for check in gone("checks") {
            self.operations.push(Operation::RemoveCheck {
                collection: collection.clone(),
                check: check.clone(),
            });
        }
    }

    fn add_items(&mut self, collection: &str, old: &Table, new: &Table) {
        let added = |key| {
            tables(new, key)
                .filter(move |item| !list(old, key).iter().any(|known| known.as_table() == Some(item)))
        };
        let collection = collection.to_owned();
        for index in added("indexes") {
            self.operations.push(Operation::AddIndex {
                collection: collection.clone(),
                index: index.clone(),
            });
        }
        for check in added("checks") {
            self.operations.push(Operation::AddCheck {
                collection: collection.clone(),
                check: check.clone(),
            });
        }
    }
}

fn tables<'t>(collection: &'t Table, key: &str) -> impl Iterator<Item = &'t Table> {
    list(collection, key).iter().filter_map(Value::as_table)
}
