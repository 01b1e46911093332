//! Value types as data, for the client to check answers against.

use serde_json::Value as Json;

use super::literals::text;
use super::{ValueType, fits};

/// A literal of JavaScript.
#[derive(Debug, Clone)]
pub(super) enum Literal {
    Text(String),
    List(Vec<Literal>),
    Object(Vec<(String, Literal)>),
}

/// The shape of a value. `named` says what another schema of the document is.
pub(super) fn shape(value: &ValueType, named: &dyn Fn(&str) -> Literal) -> Literal {
    let word = |word: &str| Literal::Text(word.to_owned());
    let wrapped = |key: &str, inner: Literal| Literal::Object(vec![(key.to_owned(), inner)]);
    match value {
        ValueType::Text => word("text"),
        ValueType::Id => word("id"),
        ValueType::DateTime => word("datetime"),
        ValueType::Date => word("date"),
        ValueType::Decimal => word("decimal"),
        ValueType::Integer => word("integer"),
        ValueType::Number => word("number"),
        ValueType::Boolean => word("boolean"),
        ValueType::Json => word("json"),
        ValueType::Object => word("object"),
        // Nothing that a server answers with has alternatives.
        ValueType::OneOf(_) => word("json?"),
        ValueType::Named(name) => named(name),
        ValueType::Literals(texts) => wrapped(
            "one",
            Literal::List(texts.iter().cloned().map(Literal::Text).collect()),
        ),
        ValueType::List(item) => wrapped("list", shape(item, named)),
        ValueType::Nullable(inner) => match shape(inner, named) {
            Literal::Text(word) => Literal::Text(format!("{word}?")),
            other => wrapped("nullable", other),
        },
        ValueType::Members(members) => {
            let shapes = members.iter().map(|member| {
                let mark = if member.optional { "?" } else { "" };
                (format!("{}{mark}", member.name), shape(&member.value, named))
            });
            wrapped("members", Literal::Object(shapes.collect()))
        }
    }
}

impl Literal {
    /// The literal behind `start`, which stands `indent` spaces in: on the same line if there is room.
    pub(super) fn after(&self, start: &str, indent: usize) -> String {
        let flat = self.flat();
        // One more for the comma or semicolon that follows.
        if fits(&format!("{start} {flat},")) {
            return flat;
        }
        let margin = " ".repeat(indent + 2);
        let end = " ".repeat(indent);
        match self {
            Self::Text(_) => flat,
            Self::List(items) => {
                // No space stands between the margin and an item.
                let start = &margin[1..];
                let items: Vec<String> = items
                    .iter()
                    .map(|item| format!("{margin}{},\n", item.after(start, indent + 2)))
                    .collect();
                format!("[\n{}{end}]", items.concat())
            }
            Self::Object(members) => {
                let member = |(name, value): &(String, Self)| {
                    let start = format!("{margin}{}:", key(name));
                    let value = value.after(&start, indent + 2);
                    format!("{start} {value},\n")
                };
                let members: Vec<String> = members.iter().map(member).collect();
                format!("{{\n{}{end}}}", members.concat())
            }
        }
    }

    fn flat(&self) -> String {
        match self {
            Self::Text(value) => text(value),
            Self::List(items) => {
                let items: Vec<String> = items.iter().map(Self::flat).collect();
                format!("[{}]", items.join(", "))
            }
            Self::Object(members) if members.is_empty() => "{}".into(),
            Self::Object(members) => {
                let members: Vec<String> = members
                    .iter()
                    .map(|(name, value)| format!("{}: {}", key(name), value.flat()))
                    .collect();
                format!("{{ {} }}", members.join(", "))
            }
        }
    }
}

impl From<Literal> for Json {
    fn from(literal: Literal) -> Self {
        match literal {
            Literal::Text(text) => Self::String(text),
            Literal::List(items) => Self::Array(items.into_iter().map(Self::from).collect()),
            Literal::Object(members) => {
                let members = members.into_iter();
                Self::Object(members.map(|(name, value)| (name, Self::from(value))).collect())
            }
        }
    }
}

/// Names are names of JavaScript too; only the mark of an optional one is not.
fn key(name: &str) -> String {
    if name.ends_with('?') {
        text(name)
    } else {
        name.to_owned()
    }
}
