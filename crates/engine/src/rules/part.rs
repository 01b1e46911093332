//! A part of a rule with what it is worth, and whether it decided.

use serde_json::{Value as Json, json};

/// The three truth values of the language.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Truth {
    True,
    False,
    Unknown,
}

impl Truth {
    pub(super) fn of(value: Option<bool>) -> Self {
        match value {
            Some(true) => Self::True,
            Some(false) => Self::False,
            None => Self::Unknown,
        }
    }

    fn as_str(self) -> &'static str {
        match self {
            Self::True => "true",
            Self::False => "false",
            Self::Unknown => "unknown",
        }
    }

    /// What `and` makes of its parts: the strongest of false, unknown, true.
    fn all(parts: &[Part]) -> Self {
        let has = |truth| parts.iter().any(|part| part.truth == Some(truth));
        match (has(Self::False), has(Self::Unknown)) {
            (true, _) => Self::False,
            (false, true) => Self::Unknown,
            (false, false) => Self::True,
        }
    }

    fn any(parts: &[Part]) -> Self {
        let has = |truth| parts.iter().any(|part| part.truth == Some(truth));
        match (has(Self::True), has(Self::Unknown)) {
            (true, _) => Self::True,
            (false, true) => Self::Unknown,
            (false, false) => Self::False,
        }
    }
}

/// What a part is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum PartKind {
    And,
    Or,
    Not,
    If,
    Compare,
    In,
    Has,
    Text,
    Exists,
    All,
    ExistsOne,
    Count,
    Value,
    /// Is the record shared with whoever asks?
    Shared,
    /// Another rule of the collection, which is asked along.
    Rule,
}

impl PartKind {
    fn as_str(self) -> &'static str {
        match self {
            Self::And => "and",
            Self::Or => "or",
            Self::Not => "not",
            Self::If => "if",
            Self::Compare => "compare",
            Self::In => "in",
            Self::Has => "has",
            Self::Text => "text",
            Self::Exists => "exists",
            Self::All => "all",
            Self::ExistsOne => "exists_one",
            Self::Count => "count",
            Self::Value => "value",
            Self::Shared => "shared",
            Self::Rule => "rule",
        }
    }
}

/// A part of an expression.
#[derive(Debug)]
pub(super) struct Part {
    pub(super) kind: PartKind,
    /// In UTF-16 code units of the text; nothing for what is not written.
    pub(super) span: Option<(usize, usize)>,
    /// Of a condition.
    pub(super) truth: Option<Truth>,
    /// Of anything else; nothing where it is not shown.
    pub(super) value: Option<Json>,
    /// Is it there?
    pub(super) known: bool,
    /// Does it stand inside a question about many records? Its truth is whether it is true for one of them.
    pub(super) some: bool,
    /// How many records it asks about.
    pub(super) records: Option<i64>,
    pub(super) rule: Option<&'static str>,
    pub(super) level: Option<&'static str>,
    pub(super) decides: bool,
    pub(super) parts: Vec<Part>,
}

impl Part {
    pub(super) fn new(kind: PartKind) -> Self {
        Self {
            kind,
            span: None,
            truth: None,
            value: None,
            known: true,
            some: false,
            records: None,
            rule: None,
            level: None,
            decides: false,
            parts: Vec::new(),
        }
    }

    /// Parts that belong together without being written so.
    pub(super) fn joined(kind: PartKind, parts: Vec<Self>) -> Self {
        let truth = if kind == PartKind::And {
            Truth::all(&parts)
        } else {
            Truth::any(&parts)
        };
        Self {
            truth: Some(truth),
            parts,
            ..Self::new(kind)
        }
    }

    /// Marks what made this part what it is worth, from here down.
    pub(super) fn mark(&mut self) {
        self.decides = true;
        let truth = self.truth;
        match self.kind {
            // Of an `and` that is false only what is false counts; of one that is true everything does. An `or` is the
            // other way round, and what is unknown is so because of what is unknown.
            PartKind::And | PartKind::Or => {
                let counting = self.parts.iter_mut().filter(|part| part.truth == truth);
                counting.for_each(Self::mark);
            }
            PartKind::If => self.mark_branch(),
            PartKind::Not | PartKind::Compare | PartKind::In | PartKind::Has | PartKind::Text => {
                self.parts.iter_mut().for_each(Self::mark);
            }
            // What stands inside a question about many has a truth for each of them; the others have no parts.
            PartKind::Exists
            | PartKind::All
            | PartKind::ExistsOne
            | PartKind::Count
            | PartKind::Value
            | PartKind::Shared
            | PartKind::Rule => {}
        }
    }

    fn mark_branch(&mut self) {
        let [condition, then, otherwise] = self.parts.as_mut_slice() else {
            return;
        };
        condition.mark();
        match condition.truth {
            Some(Truth::True) => then.mark(),
            Some(Truth::False) => otherwise.mark(),
            _ => {}
        }
    }

    pub(super) fn json(&self) -> Json {
        let parts: Vec<Json> = self.parts.iter().map(Self::json).collect();
        json!({
            "kind": self.kind.as_str(),
            "start": self.span.map(|(start, _)| start),
            "end": self.span.map(|(_, end)| end),
            "truth": self.truth.map(Truth::as_str),
            "value": self.value,
            "known": self.known,
            "decides": self.decides,
            "some": self.some,
            "records": self.records,
            "rule": self.rule,
            "level": self.level,
            "parts": parts,
        })
    }
}
