//! Writes random expressions that type-check, as the texts that people would write.

mod conditions;
mod names;
mod numbers;
mod texts;

use mainstay_core::definition::{CollectionId, Definition, FieldKind};
use mainstay_core::rules::Purpose;

use super::choices::Choices;

/// How much may stand inside one another.
const DEPTH_MAX: usize = 4;
/// Quantifiers inside one another, of the language's four.
const QUESTIONS_MAX: usize = 3;

pub(crate) struct Writer<'a> {
    definition: &'a Definition,
    choices: Choices<'a>,
    /// What names stand for, innermost last.
    scope: Vec<Name>,
    purpose: Purpose,
    /// Patterns so far: the language has few of them.
    patterns: usize,
}

/// A name in sight.
#[derive(Debug, Clone)]
enum Name {
    /// A record. An empty name is the record whose fields a filter names without it.
    Record { name: String, collection: CollectionId },
    /// An item of a `multi_select` with these options.
    Item { name: String, options: Vec<String> },
}

/// A field somewhere along a path.
#[derive(Debug, Clone)]
struct Place<'a> {
    text: String,
    kind: &'a FieldKind,
    /// The collection of the record that has the field.
    collection: CollectionId,
}

/// What an operator takes and gives. A written-out decimal or id has no type of its own, so those two are fields' only.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Integer,
    Text,
    Number,
    Decimal { scale: u8 },
    DateTime,
    Date,
    Duration,
    Id(CollectionId),
}

/// An expression about a record of `collection`.
pub(crate) fn write(
    definition: &Definition,
    collection: CollectionId,
    purpose: Purpose,
    tape: &[u16],
) -> String {
    let record = |name: &str, collection| Name::Record {
        name: name.to_owned(),
        collection,
    };
    let mut scope = match purpose {
        Purpose::Filter => vec![record("", collection), record("record", collection)],
        Purpose::Create => vec![record("input", collection)],
        Purpose::Update => vec![record("record", collection), record("input", collection)],
        _ => vec![record("record", collection)],
    };
    if purpose != Purpose::Check {
        scope.push(record("auth", definition.users));
    }
    let mut writer = Writer {
        definition,
        choices: Choices::new(tape),
        scope,
        purpose,
        patterns: 0,
    };
    let depth = writer.choices.below(DEPTH_MAX + 1);
    writer.condition(depth)
}

impl Writer<'_> {
    fn pick_text(&mut self, texts: &[&str]) -> String {
        self.choices.text(texts).to_owned()
    }

    /// A value that its type alone explains: beside it a literal takes its type. `None` when nothing in sight has it.
    fn value(&mut self, kind: Kind, depth: usize) -> Option<String> {
        match kind {
            Kind::Integer => Some(self.integer(depth)),
            Kind::Text => Some(self.text(depth)),
            Kind::Number => Some(self.number(depth)),
            Kind::Decimal { scale } => self.decimal(scale, depth),
            Kind::DateTime => Some(self.time(depth)),
            Kind::Date => Some(self.date(depth)),
            Kind::Duration => Some(self.duration(depth)),
            Kind::Id(collection) => self.id(collection, depth),
        }
    }

    /// `(a op b)`, a choice between two, or `None` when nothing in sight has the kind.
    fn choice(&mut self, kind: Kind, depth: usize) -> Option<String> {
        let condition = self.condition(depth - 1);
        let (yes, no) = (self.value(kind, depth - 1)?, self.value(kind, depth - 1)?);
        Some(format!("({condition} ? {yes} : {no})"))
    }
}

/// A text as CEL writes it.
fn quote(text: &str) -> String {
    let mut quoted = String::from("'");
    for character in text.chars() {
        match character {
            '\'' => quoted.push_str("\\'"),
            '\\' => quoted.push_str("\\\\"),
            '\n' => quoted.push_str("\\n"),
            other => quoted.push(other),
        }
    }
    quoted.push('\'');
    quoted
}
