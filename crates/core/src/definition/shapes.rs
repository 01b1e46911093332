//! Does a value have the shape that its key asks for?

use std::ops::Range;

use toml::Spanned;
use toml::de::DeValue;

use super::SourceFile;
use super::faults::{Faults, Place};
use super::keys::{Key, Shape};
use super::names::nearest;
use super::toml_text;
use crate::ids::Name;
use crate::limits::NAME_CHARACTERS_MAX;

/// What is wrong with a value: where, what, and the way out.
struct Wrong {
    span: Range<usize>,
    message: String,
    hint: String,
}

/// Reports every fault of the value; true when there is none.
pub(super) fn check(key: &Key, file: &SourceFile, value: &Spanned<DeValue<'_>>, faults: &mut Faults) -> bool {
    let mut wrongs = Vec::new();
    match value.get_ref() {
        DeValue::Array(items) if matches!(key.shape, Shape::Texts { .. } | Shape::Names { .. }) => {
            check_items(key, value, &mut wrongs);
            debug_assert!(!items.is_empty() || !wrongs.is_empty(), "an empty list is a fault");
        }
        found => {
            if let Err((message, hint)) = check_one(key, found) {
                wrongs.push(Wrong { span: value.span(), message, hint });
            }
            check_tables(key, value, &mut wrongs);
        }
    }
    let good = wrongs.is_empty();
    for wrong in wrongs {
        faults.add(Place::new(file, wrong.span), wrong.message, wrong.hint);
    }
    good
}

fn check_one(key: &Key, value: &DeValue<'_>) -> Result<(), (String, String)> {
    let name = key.name;
    let wrong_type = || {
        let expected = expected(key.shape);
        (format!("`{name}` must be {expected}, not {}", described(value)), format!("for example: {}", example(key)))
    };
    match (key.shape, value) {
        (Shape::Boolean, DeValue::Boolean(_)) | (Shape::Literal, _) => Ok(()),
        (Shape::Integer { min, max }, DeValue::Integer(number)) => {
            match toml_text::integer(number).filter(|number| (min..=max).contains(number)) {
                Some(_) => Ok(()),
                None if (min, max) == (i64::MIN, i64::MAX) => {
                    Err((format!("`{name}` must fit 64 bits"), "use a smaller number".into()))
                }
                None => {
                    let default = key.default.map_or(String::new(), |default| format!(" (the default is {default})"));
                    let message = format!("`{name}` must be between {min} and {max}");
                    Err((message, format!("use a number between {min} and {max}{default}")))
                }
            }
        }
        (Shape::Number, DeValue::Integer(_) | DeValue::Float(_)) => match number(value) {
            Some(_) => Ok(()),
            None => Err((format!("`{name}` must be a finite number"), "use a number such as 12.5".into())),
        },
        (Shape::Text { characters_max }, DeValue::String(text)) => characters(name, text, characters_max),
        (Shape::ApplicationName, DeValue::String(text)) => application_name(text),
        (Shape::Name, DeValue::String(text)) => name_text(text),
        (Shape::Order, DeValue::String(text)) => name_text(text.strip_prefix('-').unwrap_or(text)),
        (Shape::Choice(choices), DeValue::String(text)) => {
            if choices.iter().any(|choice| choice.text == text) {
                return Ok(());
            }
            let hint = match nearest(text, choices.iter().map(|choice| choice.text)) {
                Some(nearest) => format!("did you mean \"{nearest}\"?"),
                None => format!("use {}", one_of(choices.iter().map(|choice| choice.text))),
            };
            Err((format!("`{name}` cannot be \"{text}\""), hint))
        }
        (Shape::Expression | Shape::Decimal, DeValue::String(_))
        | (Shape::JsonSchema | Shape::Table(_), DeValue::Table(_))
        | (Shape::NamedTables(_), DeValue::Table(_))
        | (Shape::Tables { .. }, DeValue::Array(_)) => Ok(()),
        _ => Err(wrong_type()),
    }
}

/// The tables inside `[x.<name>]` and `[[x]]` must be tables.
fn check_tables(key: &Key, value: &Spanned<DeValue<'_>>, wrongs: &mut Vec<Wrong>) {
    let mut wrong = |span, message: String| {
        wrongs.push(Wrong { span, message, hint: format!("for example: {}", example(key)) });
    };
    match (key.shape, value.get_ref()) {
        (Shape::NamedTables(keys), DeValue::Table(table)) => {
            for (name, item) in table.iter().filter(|(_, item)| !item.get_ref().is_table()) {
                let (name, found) = (name.get_ref(), described(item.get_ref()));
                wrong(item.span(), format!("`{}.{name}` must be a table ({}), not {found}", key.name, keys.noun));
            }
        }
        (Shape::Tables { items_max, .. }, DeValue::Array(items)) => {
            for item in items.iter().filter(|item| !item.get_ref().is_table()) {
                wrong(item.span(), format!("`{}` must be a list of tables", key.name));
            }
            if let Some(beyond) = items.get(items_max) {
                wrong(beyond.span(), format!("there are {} `{}`, and at most {items_max} are possible", items.len(), key.name));
            }
        }
        _ => {}
    }
}

fn check_items(key: &Key, value: &Spanned<DeValue<'_>>, wrongs: &mut Vec<Wrong>) {
    let name = key.name;
    let items = value.get_ref().as_array().map_or(&[][..], |items| items);
    let (items_max, noun) = match key.shape {
        Shape::Names { items_max } => (items_max, "names"),
        Shape::Texts { items_max, .. } => (items_max, "texts"),
        _ => return,
    };
    let mut wrong = |span, message, hint: &str| wrongs.push(Wrong { span, message, hint: hint.to_owned() });
    if items.is_empty() {
        wrong(value.span(), format!("`{name}` needs at least one item"), &format!("for example: {}", example(key)));
    }
    if items.len() > items_max {
        let message = format!("`{name}` has {} items, and at most {items_max} are possible", items.len());
        wrong(items[items_max].span(), message, "remove some");
    }
    for (index, item) in items.iter().enumerate() {
        let Some(text) = item.get_ref().as_str() else {
            let message = format!("`{name}` must be a list of {noun}, but has {}", described(item.get_ref()));
            wrong(item.span(), message, "put quotes around it");
            continue;
        };
        let repeated = items[..index].iter().any(|other| other.get_ref().as_str() == Some(text));
        if repeated {
            wrong(item.span(), format!("`{name}` has \"{text}\" twice"), "remove one of them");
            continue;
        }
        let result = match key.shape {
            Shape::Texts { characters_max, .. } => option_text(name, text, characters_max),
            _ => name_text(text),
        };
        if let Err((message, hint)) = result {
            wrong(item.span(), message, &hint);
        }
    }
}

fn option_text(name: &str, text: &str, characters_max: usize) -> Result<(), (String, String)> {
    // `|` stands between the options of a cell in a CSV file.
    if text.trim() != text || text.is_empty() || text.contains(|c: char| c.is_control() || c == '|') {
        let message = format!("`{name}` has an item that cannot be an option: {text:?}");
        let hint = "an option is not empty, has no space at its ends, no control character and no |";
        return Err((message, hint.into()));
    }
    characters(name, text, characters_max)
}

fn characters(name: &str, text: &str, max: usize) -> Result<(), (String, String)> {
    if text.chars().count() > max {
        return Err((format!("`{name}` has more than {max} characters"), "make it shorter".into()));
    }
    Ok(())
}

fn name_text(text: &str) -> Result<(), (String, String)> {
    match text.parse::<Name>() {
        Ok(_) => Ok(()),
        Err(error) => Err((format!("`{text}` is not a name: {error}"), name_hint(text))),
    }
}

/// A name near to what was written.
pub(super) fn name_hint(text: &str) -> String {
    let mut near = String::new();
    for character in text.trim().chars() {
        match character {
            'A'..='Z' => {
                if near.chars().last().is_some_and(|last| last.is_ascii_lowercase() || last.is_ascii_digit()) {
                    near.push('_');
                }
                near.push(character.to_ascii_lowercase());
            }
            'a'..='z' | '0'..='9' => near.push(character),
            _ if near.is_empty() || near.ends_with('_') => {}
            _ => near.push('_'),
        }
    }
    let near = near.trim_end_matches('_');
    if near.parse::<Name>().is_ok() && near != text {
        format!("for example `{near}`")
    } else {
        format!("use the letters a to z, digits and single underscores, at most {NAME_CHARACTERS_MAX} characters")
    }
}

fn application_name(text: &str) -> Result<(), (String, String)> {
    let good = text.len() <= NAME_CHARACTERS_MAX
        && text.starts_with(|c: char| c.is_ascii_lowercase())
        && text.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-');
    if good {
        return Ok(());
    }
    let hint = format!("use the letters a to z, digits and hyphens, a letter first, at most {NAME_CHARACTERS_MAX} characters");
    Err((format!("`{text}` is not a name for an application"), hint))
}

/// A finite number, with or without a point.
pub(super) fn number(value: &DeValue<'_>) -> Option<f64> {
    match value {
        #[expect(clippy::cast_precision_loss, reason = "a bound that a double cannot hold is rounded as its values are")]
        DeValue::Integer(integer) => toml_text::integer(integer).map(|integer| integer as f64),
        DeValue::Float(float) => float.as_str().parse().ok().filter(|number: &f64| number.is_finite()),
        _ => None,
    }
}

fn expected(shape: Shape) -> &'static str {
    match shape {
        Shape::Boolean => "true or false",
        Shape::Integer { .. } => "an integer",
        Shape::Number => "a number",
        Shape::Decimal => "a decimal in quotes",
        Shape::Texts { .. } | Shape::Names { .. } => "a list of strings",
        Shape::JsonSchema | Shape::Table(_) | Shape::NamedTables(_) => "a table",
        Shape::Tables { .. } => "a list of tables",
        Shape::Literal => "a value",
        Shape::Text { .. }
        | Shape::ApplicationName
        | Shape::Name
        | Shape::Order
        | Shape::Choice(_)
        | Shape::Expression => "a string",
    }
}

fn described(value: &DeValue<'_>) -> &'static str {
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
        Shape::Integer { min, .. } => format!("{name} = {}", key.default.map_or(min.max(0).to_string(), str::to_owned)),
        Shape::Number => format!("{name} = 12.5"),
        Shape::Decimal => format!("{name} = \"12.50\""),
        Shape::Literal | Shape::Text { .. } => format!("{name} = \"...\""),
        Shape::ApplicationName => format!("{name} = \"my-app\""),
        Shape::Name => format!("{name} = \"rooms\""),
        Shape::Order => format!("{name} = \"-created_at\""),
        Shape::Choice(choices) => format!("{name} = \"{}\"", choices[0].text),
        Shape::Expression => format!("{name} = \"auth.id != null\""),
        Shape::Texts { .. } => format!("{name} = [\"open\", \"done\"]"),
        Shape::Names { .. } => format!("{name} = [\"room\", \"position\"]"),
        Shape::JsonSchema => format!("{name} = {{ type = \"object\" }}"),
        Shape::Table(_) => format!("[{name}]"),
        Shape::Tables { .. } => format!("[[{name}]]"),
        Shape::NamedTables(_) => format!("[{name}.title]"),
    }
}

fn one_of<'a>(texts: impl Iterator<Item = &'a str>) -> String {
    let texts: Vec<String> = texts.map(|text| format!("\"{text}\"")).collect();
    match texts.split_last() {
        Some((last, [])) => last.clone(),
        Some((last, rest)) => format!("{} or {last}", rest.join(", ")),
        None => String::new(),
    }
}
