//! Shapes in words: what a key takes, what was found, and an example.

use toml::de::DeValue;

use super::keys::{Key, Shape};

/// What a key of the shape takes.
pub(super) fn expected(shape: Shape) -> &'static str {
    match shape {
        Shape::Boolean => "true or false",
        Shape::Integer { .. } => "an integer",
        Shape::Number => "a number",
        Shape::Decimal => "a decimal in quotes",
        Shape::Texts { .. } | Shape::Names { .. } | Shape::Choices(_) => "a list of strings",
        Shape::JsonSchema | Shape::Table(_) | Shape::NamedTables(_) => "a table",
        Shape::Tables { .. } => "a list of tables",
        Shape::Literal => "a value",
        Shape::Text { .. }
        | Shape::ApplicationName
        | Shape::Name
        | Shape::Order
        | Shape::Choice(_)
        | Shape::Rate
        | Shape::Expression => "a string",
    }
}

/// What a value is.
pub(super) fn described(value: &DeValue<'_>) -> &'static str {
    match value {
        DeValue::String(_) => "a string",
        DeValue::Integer(_) => "an integer",
        DeValue::Float(_) => "a number with a point",
        DeValue::Boolean(_) => "a boolean",
        DeValue::Datetime(_) => "a date or time",
        DeValue::Array(_) => "a list",
        DeValue::Table(_) => "a table",
    }
}

/// The key with a value that would do.
pub(super) fn example(key: &Key) -> String {
    let name = key.name;
    match key.shape {
        Shape::Boolean => format!("{name} = true"),
        Shape::Integer { min, .. } => format!(
            "{name} = {}",
            key.default.map_or(min.max(0).to_string(), str::to_owned)
        ),
        Shape::Number => format!("{name} = 12.5"),
        Shape::Decimal => format!("{name} = \"12.50\""),
        Shape::Literal | Shape::Text { .. } | Shape::Name => format!("{name} = \"...\""),
        Shape::ApplicationName => format!("{name} = \"my-app\""),
        Shape::Order => format!("{name} = \"-created_at\""),
        Shape::Choice(choices) => format!("{name} = \"{}\"", choices[0].text),
        Shape::Rate => format!("{name} = \"600/1m\""),
        Shape::Expression => format!("{name} = \"auth.id != null\""),
        Shape::Texts { .. } => format!("{name} = [\"open\", \"done\"]"),
        Shape::Names { .. } => format!("{name} = [\"room\", \"position\"]"),
        Shape::Choices(choices) => format!("{name} = [\"{}\"]", choices[0].text),
        Shape::JsonSchema => format!("{name} = {{ type = \"object\" }}"),
        Shape::Table(_) => format!("[{name}]"),
        Shape::Tables { .. } => format!("[[{name}]]"),
        Shape::NamedTables(_) => format!("[{name}.title]"),
    }
}

/// `"a", "b" or "c"`
pub(super) fn one_of<'a>(texts: impl Iterator<Item = &'a str>) -> String {
    let texts: Vec<String> = texts.map(|text| format!("\"{text}\"")).collect();
    match texts.split_last() {
        Some((last, [])) => last.clone(),
        Some((last, rest)) => format!("{} or {last}", rest.join(", ")),
        None => String::new(),
    }
}
