//! What can be written at a place of an expression that is not finished yet, for editors.
//!
//! The text before the place is looked at word by word and not parsed: most of the time it cannot be.

use std::ops::Range;

use super::field_types::options_of;
use super::{Purpose, Scope};
use crate::definition::{Collection, CollectionId, Definition, Field};

/// What can stand at a place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Completions {
    /// The bytes that a choice takes the place of.
    pub span: Range<usize>,
    pub items: Vec<Completion>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Completion {
    pub text: String,
    pub kind: CompletionKind,
    /// A few words about it.
    pub detail: String,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CompletionKind {
    Name,
    Variable,
    Field,
    Back,
    Function,
    /// A value of a select.
    Option,
}

impl CompletionKind {
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Name => "name",
            Self::Variable => "variable",
            Self::Field => "field",
            Self::Back => "back",
            Self::Function => "function",
            Self::Option => "option",
        }
    }
}

/// What a path before the place leads to.
#[derive(Debug, Clone, Copy)]
enum Reached<'d> {
    Record(CollectionId),
    Records(CollectionId),
    Value(&'d Field),
    /// An item of a `multi_select`, or a part of the request.
    Text,
    Request,
}

/// Questions about the items of a set: name and what stands between the brackets.
const OF_SETS: [(&str, &str); 3] = [
    ("exists", "true for at least one"),
    ("all", "true for every one"),
    ("exists_one", "true for exactly one"),
];
const OF_TEXTS: [(&str, &str); 11] = [
    ("startsWith", "begins with a text"),
    ("endsWith", "ends with a text"),
    ("contains", "has a text in it"),
    ("matches", "is found by a regular expression"),
    ("lowerAscii", "small letters"),
    ("upperAscii", "capitals"),
    ("trim", "without blanks at both ends"),
    ("replace", "with other parts"),
    ("substring", "from one position to another"),
    ("indexOf", "where a part begins"),
    ("charAt", "the character at a position"),
];
const GLOBAL: [(&str, &str); 11] = [
    ("has", "is the value there?"),
    ("size", "how many"),
    ("now", "the time of the request"),
    ("timestamp", "a time"),
    ("date", "a date"),
    ("duration", "a duration"),
    ("string", "as a text"),
    ("int", "as an integer"),
    ("double", "as a number"),
    ("decimal", "as a decimal"),
    ("bool", "as a boolean"),
];
const WORDS: [(&str, &str); 3] = [("true", "always"), ("false", "never"), ("null", "nothing")];

/// What can be written at the byte `at` of a text, in the order in which it is offered.
pub fn completions(definition: &Definition, scope: Scope, text: &str, at: usize) -> Completions {
    let mut at = at.min(text.len());
    while !text.is_char_boundary(at) {
        at -= 1;
    }
    let before = &text[..at];
    let looker = Looker { definition, scope };
    if let Some(quote) = open_quote(before) {
        let items = looker.options(before[..quote].trim_end());
        return offered(&before[quote + 1..], quote + 1..at, items);
    }
    let start = before
        .rfind(|c: char| !is_word(c))
        .map_or(0, |end| end + width(before, end));
    let items = match before[..start].trim_end().strip_suffix('.') {
        Some(path) => looker.after_dot(path),
        None => looker.alone(before),
    };
    offered(&before[start..], start..at, items)
}

/// Those that begin as what stands there already, or all of them.
fn offered(prefix: &str, span: Range<usize>, mut items: Vec<Completion>) -> Completions {
    let wanted = prefix.to_lowercase();
    items.retain(|item| item.text.to_lowercase().starts_with(&wanted));
    Completions { span, items }
}

struct Looker<'d> {
    definition: &'d Definition,
    scope: Scope,
}

impl<'d> Looker<'d> {
    fn alone(&self, before: &str) -> Vec<Completion> {
        let mut items: Vec<Completion> = variables(before)
            .map(|(name, _)| item(name, CompletionKind::Variable, "one of the set"))
            .collect();
        items.extend(
            self.roots()
                .iter()
                .map(|(name, about)| item(name, CompletionKind::Name, about)),
        );
        if self.scope.purpose == Purpose::Filter {
            items.extend(self.members(self.scope.collection));
        }
        items.extend(functions(&GLOBAL));
        items.extend(WORDS.map(|(word, about)| item(word, CompletionKind::Name, about)));
        items
    }

    fn roots(&self) -> Vec<(&'static str, &'static str)> {
        let record = ("record", "the record as it is stored");
        let input = ("input", "the record as it would be");
        let caller = [("auth", "the signed-in user"), ("request", "the request")];
        let own: &[_] = match self.scope.purpose {
            Purpose::Create => &[input],
            Purpose::Update => &[record, input],
            _ => &[record],
        };
        match self.scope.purpose {
            Purpose::Check | Purpose::Convert => own.to_vec(),
            _ => own.iter().copied().chain(caller).collect(),
        }
    }

    fn after_dot(&self, path: &str) -> Vec<Completion> {
        match self.reach(path) {
            Some(Reached::Record(collection)) => self.members_of_path(path, collection),
            Some(Reached::Records(collection)) => {
                let is_members = self.definition.collection(collection).members.is_some();
                let includes = is_members.then(|| call("includes", "is the user among them?"));
                functions(&OF_SETS)
                    .chain(includes)
                    .chain([call("size", "how many")])
                    .collect()
            }
            Some(Reached::Value(field)) => match &field.kind {
                crate::definition::FieldKind::MultiSelect { .. } => functions(&OF_SETS).collect(),
                kind if is_text(kind.type_name()) => functions(&OF_TEXTS).collect(),
                _ => Vec::new(),
            },
            Some(Reached::Text) => functions(&OF_TEXTS).collect(),
            Some(Reached::Request) => vec![
                item("method", CompletionKind::Name, "text"),
                item("time", CompletionKind::Name, "datetime"),
            ],
            None => Vec::new(),
        }
    }

    fn members_of_path(&self, path: &str, collection: CollectionId) -> Vec<Completion> {
        let mut items = self.members(collection);
        if chain_of(path) == ["auth"] {
            items.push(item(
                "verified",
                CompletionKind::Name,
                "has the user shown that the address is theirs?",
            ));
        } else if self.definition.collection(collection).sharing.is_some() {
            items.push(call("shared", "is it shared with whoever asks?"));
        }
        items
    }

    fn members(&self, collection: CollectionId) -> Vec<Completion> {
        let collection = self.definition.collection(collection);
        let fields = collection.fields.iter().filter(|field| self.may_name(field));
        let fields = fields.map(|field| {
            let detail = match field.relation() {
                Some(relation) => {
                    let to = &self.definition.collection(relation.to).name;
                    let many = if relation.many { "many " } else { "" };
                    format!("relation to {many}{to}")
                }
                None => field.kind.type_name().to_owned(),
            };
            item(field.name.as_str(), CompletionKind::Field, &detail)
        });
        let backs = collection
            .backs
            .iter()
            .filter(|back| self.may_name(self.definition.field(back.from)));
        let backs = backs.map(|back| {
            let from = &self.definition.collection(back.from.collection).name;
            item(
                back.name.as_str(),
                CompletionKind::Back,
                &format!("records of {from}"),
            )
        });
        fields.chain(backs).collect()
    }

    fn may_name(&self, field: &Field) -> bool {
        !(field.hidden && self.scope.purpose == Purpose::Filter)
    }

    /// The values of the select that a text is compared with.
    fn options(&self, before: &str) -> Vec<Completion> {
        let compared = ["==", "!=", " in [", ","]
            .into_iter()
            .find_map(|sign| before.strip_suffix(sign));
        let compared = compared.map(|path| path.rsplit(" in [").last().unwrap_or(path));
        let Some(Reached::Value(field)) = compared.and_then(|path| self.reach(path.trim_end())) else {
            return Vec::new();
        };
        let options = options_of(&field.kind).unwrap_or_default();
        options
            .iter()
            .map(|option| item(option, CompletionKind::Option, field.name.as_str()))
            .collect()
    }

    /// What the path at the end of a text leads to.
    fn reach(&self, text: &str) -> Option<Reached<'d>> {
        let chain = chain_of(text);
        let (root, rest) = chain.split_first()?;
        let is_filter = self.scope.purpose == Purpose::Filter;
        let mut reached = match *root {
            "record" | "input" => Reached::Record(self.scope.collection),
            "auth" => Reached::Record(self.definition.users),
            "request" => Reached::Request,
            name => match variables(text).find(|(known, _)| *known == name) {
                Some((_, set)) => self.item_of(set)?,
                None if is_filter => member(self.definition.collection(self.scope.collection), name)?,
                None => return None,
            },
        };
        for name in rest {
            reached = self.step(reached, name)?;
        }
        Some(reached)
    }

    fn item_of(&self, set: &str) -> Option<Reached<'d>> {
        match self.reach(set)? {
            Reached::Records(collection) => Some(Reached::Record(collection)),
            Reached::Value(_) => Some(Reached::Text),
            _ => None,
        }
    }

    fn step(&self, reached: Reached<'d>, name: &str) -> Option<Reached<'d>> {
        match reached {
            Reached::Record(collection) => member(self.definition.collection(collection), name),
            Reached::Request if name == "method" => Some(Reached::Text),
            _ => None,
        }
    }
}

/// A field or a way back of a record.
fn member<'d>(collection: &'d Collection, name: &str) -> Option<Reached<'d>> {
    if let Some(field) = collection.find_field(name) {
        return Some(match field.relation() {
            Some(relation) if relation.many => Reached::Records(relation.to),
            Some(relation) => Reached::Record(relation.to),
            None => Reached::Value(field),
        });
    }
    let back = collection.find_back(name)?;
    Some(Reached::Records(back.from.collection))
}

fn item(text: &str, kind: CompletionKind, detail: &str) -> Completion {
    Completion {
        text: text.to_owned(),
        kind,
        detail: detail.to_owned(),
    }
}

fn call(name: &str, detail: &str) -> Completion {
    item(name, CompletionKind::Function, detail)
}

fn functions(table: &'static [(&str, &str)]) -> impl Iterator<Item = Completion> {
    table.iter().map(|(name, detail)| call(name, detail))
}

fn is_word(c: char) -> bool {
    c.is_ascii_alphanumeric() || c == '_'
}

fn is_text(type_name: &str) -> bool {
    matches!(type_name, "text" | "select" | "email" | "url")
}

fn width(text: &str, at: usize) -> usize {
    text[at..].chars().next().map_or(0, char::len_utf8)
}

/// The names with dots between them at the end of a text.
fn chain_of(text: &str) -> Vec<&str> {
    let is_part = |c: char| is_word(c) || c == '.';
    let start = text
        .rfind(|c: char| !is_part(c))
        .map_or(0, |end| end + width(text, end));
    text[start..].split('.').collect()
}

/// The variables of questions around the end of a text, the innermost first, each with the path of its set.
fn variables(text: &str) -> impl Iterator<Item = (&str, &str)> {
    let mut depth = 0_i32;
    let mut end = text.len();
    std::iter::from_fn(move || {
        loop {
            let at = text[..end].rfind(['(', ')'])?;
            end = at;
            depth += if text[at..].starts_with(')') { -1 } else { 1 };
            if depth < 1 {
                continue;
            }
            depth = 0;
            let set = OF_SETS.iter().find_map(|(name, _)| {
                let path = text[..at].trim_end().strip_suffix(name)?;
                path.strip_suffix('.')
            });
            let name = text[at + 1..].split_once(',').map(|(name, _)| name.trim());
            if let (Some(set), Some(name)) = (set, name)
                && !name.is_empty()
                && name.chars().all(is_word)
            {
                return Some((name, set));
            }
        }
    })
}

/// Where the text begins that is not closed.
fn open_quote(text: &str) -> Option<usize> {
    let mut open: Option<(usize, char)> = None;
    let mut characters = text.char_indices();
    while let Some((at, c)) = characters.next() {
        match open {
            Some(_) if c == '\\' => drop(characters.next()),
            Some((_, quote)) if c == quote => open = None,
            None if c == '"' || c == '\'' => open = Some((at, c)),
            _ => {}
        }
    }
    open.map(|(at, _)| at)
}
