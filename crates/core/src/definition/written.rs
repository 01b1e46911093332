//! The files that a definition was read from: its expressions as they were written, and where.

use std::collections::HashMap;
use std::sync::Arc;

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::read::collection_stem;
use super::{Collection, Definition, SourceFile};

/// The files, those included that a key of another one stands for.
#[derive(Debug, Clone, Default)]
pub struct Sources {
    pub(super) files: Arc<[SourceFile]>,
    /// The paths of those that somebody wrote.
    pub(super) written: Arc<[String]>,
}

/// An expression as it was written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Written {
    pub text: String,
    /// Where its value begins in the file, both from 1; the column counts characters.
    pub line: usize,
    pub column: usize,
}

/// What the file of a collection says in expressions.
#[derive(Debug, Clone, Default)]
pub struct WrittenCollection {
    rules: HashMap<String, Written>,
    fields: HashMap<String, WrittenField>,
    checks: HashMap<String, Written>,
}

#[derive(Debug, Clone, Default)]
struct WrittenField {
    line: usize,
    expressions: HashMap<&'static str, Written>,
}

/// The key that made a collection which has no file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MadeBy {
    Members,
    Share,
    Views,
}

impl MadeBy {
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Members => "members",
            Self::Share => "share",
            Self::Views => "views",
        }
    }
}

/// The expressions that a field may have.
const OF_FIELD: [&str; 3] = ["read", "write", "check"];

impl Sources {
    /// The files that somebody wrote, in the order of their paths.
    pub fn written(&self) -> impl Iterator<Item = &SourceFile> {
        self.files.iter().filter(|file| self.written.contains(&file.path))
    }

    fn of(&self, collection: &str) -> Option<&SourceFile> {
        let is_its = |file: &&SourceFile| collection_stem(&file.path) == Some(collection);
        self.files.iter().find(is_its)
    }
}

impl SourceFile {
    /// The collection that the file declares, when it is a collection's file.
    pub fn collection(&self) -> Option<&str> {
        collection_stem(&self.path)
    }
}

impl Definition {
    /// The collection and the key that this one was made for; nothing for one with a file of its own. Views are made for
    /// no collection.
    pub fn maker_of(&self, collection: &Collection) -> Option<(MadeBy, Option<&Collection>)> {
        if self.views.is_some_and(|views| views.collection == collection.id) {
            return Some((MadeBy::Views, None));
        }
        if let Some(members) = &collection.members {
            let parent = collection.field(members.parent).relation();
            return Some((MadeBy::Members, parent.map(|parent| self.collection(parent.to))));
        }
        let shared = self.collections.iter().find(|other| {
            let sharing = other.sharing.as_ref();
            sharing.is_some_and(|sharing| sharing.collection == collection.id)
        });
        shared.map(|shared| (MadeBy::Share, Some(shared)))
    }

    /// The path of the file that declares a collection; nothing for users without one, and for what another file's key
    /// made.
    pub fn file_of(&self, collection: &Collection) -> Option<&str> {
        let mut written = self.sources.written();
        let file = written.find(|file| file.collection() == Some(collection.name.as_str()));
        file.map(|file| file.path.as_str())
    }

    /// What the file of a collection says in expressions, that of one which was made included.
    pub fn written(&self, collection: &Collection) -> WrittenCollection {
        let file = self.sources.of(collection.name.as_str());
        file.map(read).unwrap_or_default()
    }
}

impl WrittenCollection {
    /// The rule under a key of `[rules]`.
    pub fn rule(&self, key: &str) -> Option<&Written> {
        self.rules.get(key)
    }

    /// The expression under a key of a field: `read`, `write` or `check`.
    pub fn of_field(&self, field: &str, key: &str) -> Option<&Written> {
        self.fields.get(field)?.expressions.get(key)
    }

    /// The line on which a field begins.
    pub fn line_of_field(&self, field: &str) -> Option<usize> {
        self.fields.get(field).map(|field| field.line)
    }

    /// A check by its name: a field's own has the name of the field.
    pub fn check(&self, name: &str) -> Option<&Written> {
        self.checks.get(name).or_else(|| self.of_field(name, "check"))
    }
}

/// The file was read without a fault before.
fn read(file: &SourceFile) -> WrittenCollection {
    let (table, _) = DeTable::parse_recoverable(&file.text);
    let table = table.get_ref();
    let written = |value: &Spanned<DeValue<'_>>| {
        let text = value.get_ref().as_str()?.to_owned();
        let (line, column) = file.position(value.span().start);
        Some(Written { text, line, column })
    };
    let under = |key: &str| table.get(key).and_then(|value| value.get_ref().as_table());
    let rules = under("rules").into_iter().flatten();
    let rules = rules.filter_map(|(name, value)| Some((name.get_ref().to_string(), written(value)?)));
    let fields = under("fields").into_iter().flatten();
    let fields = fields.filter_map(|(name, value)| {
        let table = value.get_ref().as_table()?;
        let expressions = OF_FIELD.into_iter();
        let expressions = expressions.filter_map(|key| Some((key, written(table.get(key)?)?)));
        let field = WrittenField {
            line: file.position(name.span().start).0,
            expressions: expressions.collect(),
        };
        Some((name.get_ref().to_string(), field))
    });
    let checks = table.get("checks").and_then(|value| value.get_ref().as_array());
    let checks = checks.into_iter().flatten().filter_map(|check| {
        let table = check.get_ref().as_table()?;
        let name = table.get("name")?.get_ref().as_str()?.to_owned();
        Some((name, written(table.get("expression")?)?))
    });
    WrittenCollection {
        rules: rules.collect(),
        fields: fields.collect(),
        checks: checks.collect(),
    }
}
