//! The type of a value, as far as TypeScript can say it.

use mainstay_core::Code;
use serde_json::Value as Json;

/// What a schema of the document comes to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum ValueType {
    Text,
    Id,
    DateTime,
    Date,
    Decimal,
    Integer,
    Number,
    Boolean,
    /// Any JSON but null.
    Json,
    /// Any JSON object.
    Object,
    /// One of some texts.
    Literals(Vec<String>),
    List(Box<ValueType>),
    Members(Vec<Member>),
    OneOf(Vec<ValueType>),
    /// Another schema of the document, by its name.
    Named(String),
    Nullable(Box<ValueType>),
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Member {
    pub(super) name: String,
    pub(super) value: ValueType,
    pub(super) optional: bool,
    /// Sentences about it; empty for none.
    pub(super) about: String,
}

impl ValueType {
    pub(super) fn of(schema: &Json) -> Self {
        if let Some(target) = schema["$ref"].as_str() {
            let name = target.rsplit('/').next().unwrap_or(target);
            // The schema of a json field binds what is written. What was stored before it may be anything.
            return if name.contains('.') {
                Self::Json
            } else {
                Self::Named(name.to_owned())
            };
        }
        if let Some(text) = schema["const"].as_str() {
            return Self::Literals(vec![text.to_owned()]);
        }
        if let Some(schemas) = schema["oneOf"].as_array() {
            return Self::OneOf(schemas.iter().map(Self::of).collect());
        }
        if let Some(schemas) = schema["anyOf"].as_array() {
            return Self::any_of(schemas);
        }
        if let Some(values) = schema["enum"].as_array() {
            return Self::one_of_texts(values);
        }
        Self::of_type(schema)
    }

    /// One schema or null: the document has no other alternatives.
    fn any_of(schemas: &[Json]) -> Self {
        let mut values = schemas.iter().filter(|schema| schema["type"] != "null");
        match (values.next(), values.next()) {
            (Some(one), None) => Self::or_null(Self::of(one), schemas.len() > 1),
            _ => Self::Json,
        }
    }

    fn one_of_texts(values: &[Json]) -> Self {
        let texts: Vec<String> = values
            .iter()
            .filter_map(|value| value.as_str().map(str::to_owned))
            .collect();
        // A newer server may have a code that this client does not know; that must not make its answers unreadable.
        let are_codes = Code::ALL.len() == texts.len()
            && Code::ALL
                .iter()
                .all(|code| texts.iter().any(|text| text == code.as_str()));
        let literals = if are_codes {
            Self::Text
        } else {
            Self::Literals(texts)
        };
        Self::or_null(literals, values.contains(&Json::Null))
    }

    fn of_type(schema: &Json) -> Self {
        let names: Vec<&str> = match &schema["type"] {
            Json::String(name) => vec![name],
            Json::Array(names) => names.iter().filter_map(Json::as_str).collect(),
            _ => return Self::Json,
        };
        let nullable = names.contains(&"null");
        let mut others = names.into_iter().filter(|name| *name != "null");
        let value = match (others.next(), others.next()) {
            (Some("string"), None) => Self::of_text(schema),
            (Some("integer"), None) => Self::Integer,
            (Some("number"), None) => Self::Number,
            (Some("boolean"), None) => Self::Boolean,
            (Some("array"), None) => Self::List(Box::new(Self::of(&schema["items"]))),
            (Some("object"), None) => Self::of_object(schema),
            _ => Self::Json,
        };
        Self::or_null(value, nullable)
    }

    fn of_text(schema: &Json) -> Self {
        match schema["format"].as_str() {
            Some("uuid") => Self::Id,
            Some("date-time") => Self::DateTime,
            Some("date") => Self::Date,
            Some("decimal") => Self::Decimal,
            _ => Self::Text,
        }
    }

    fn of_object(schema: &Json) -> Self {
        let Some(properties) = schema["properties"].as_object() else {
            return Self::Object;
        };
        let names = |key: &str| -> Option<Vec<&str>> {
            Some(schema[key].as_array()?.iter().filter_map(Json::as_str).collect())
        };
        let required = names("required").unwrap_or_default();
        let order = names("x-order").unwrap_or_else(|| properties.keys().map(String::as_str).collect());
        let members = order.into_iter().filter_map(|name| {
            let property = properties.get(name)?;
            Some(Member {
                name: name.to_owned(),
                value: Self::of(property),
                optional: !required.contains(&name),
                about: about(property),
            })
        });
        Self::Members(members.collect())
    }

    fn or_null(self, nullable: bool) -> Self {
        if nullable {
            Self::Nullable(Box::new(self))
        } else {
            self
        }
    }
}

fn about(property: &Json) -> String {
    let mut sentences = vec![property["description"].as_str().unwrap_or_default().to_owned()];
    sentences.extend(match property["format"].as_str() {
        Some("date-time") => Some("A moment in UTC, such as 2026-03-01T08:30:00.000000Z.".to_owned()),
        Some("date") => Some("A day, such as 2026-01-31.".to_owned()),
        _ => None,
    });
    if let Some(default) = property.get("default") {
        sentences.push(format!("When left out: {default}."));
    }
    let said: Vec<String> = sentences
        .into_iter()
        .filter(|sentence| !sentence.is_empty())
        .collect();
    said.join(" ")
}
