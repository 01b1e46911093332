//! Does a value have the shape that its key asks for?

use std::ops::Range;

use toml::Spanned;
use toml::de::{DeInteger, DeValue};

use super::SourceFile;
use super::faults::{Faults, Place};
use super::keys::{Choice, Key, Shape};
use super::names::{check_application_name, check_name, nearest};
use super::shape_words::{described, example, expected, one_of};
use super::toml_text;
use crate::limits::RATE_REQUESTS_MAX;
use crate::rates::Rate;

/// No limit at all.
pub(super) const RATE_OFF: &str = "off";

/// What is wrong with a value: where, what, and the way out.
struct Wrong {
    span: Range<usize>,
    message: String,
    hint: String,
}

/// What is wrong, and the way out.
type Said = (String, String);

/// Reports every fault of the value; true when there is none.
pub(super) fn check(key: &Key, file: &SourceFile, value: &Spanned<DeValue<'_>>, faults: &mut Faults) -> bool {
    let mut wrongs = Vec::new();
    match value.get_ref() {
        DeValue::Array(_)
            if matches!(
                key.shape,
                Shape::Texts { .. } | Shape::Names { .. } | Shape::Choices(_)
            ) =>
        {
            check_items(key, value, &mut wrongs);
        }
        found => {
            if let Err((message, hint)) = check_one(key, found) {
                wrongs.push(Wrong {
                    span: value.span(),
                    message,
                    hint,
                });
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

fn check_one(key: &Key, value: &DeValue<'_>) -> Result<(), Said> {
    let name = key.name;
    let wrong_type = || {
        let expected = expected(key.shape);
        let hint = match (key.shape, value) {
            (Shape::Expression, DeValue::Boolean(value)) => {
                format!("put quotes around it: {name} = \"{value}\"")
            }
            _ => format!("for example: {}", example(key)),
        };
        (
            format!("`{name}` must be {expected}, not {}", described(value)),
            hint,
        )
    };
    match (key.shape, value) {
        (Shape::Integer { min, max }, DeValue::Integer(number)) => integer(key, number, min, max),
        (Shape::Number, DeValue::Integer(_) | DeValue::Float(_)) => match number(value) {
            Some(_) => Ok(()),
            None => Err((
                format!("`{name}` must be a finite number"),
                "use a number such as 12.5".into(),
            )),
        },
        (Shape::Text { characters_max }, DeValue::String(text)) => characters(name, text, characters_max),
        (Shape::ApplicationName, DeValue::String(text)) => check_application_name(text),
        (Shape::Name, DeValue::String(text)) => check_name(text),
        (Shape::Order, DeValue::String(text)) => check_name(text.strip_prefix('-').unwrap_or(text)),
        (Shape::Choice(choices), DeValue::String(text)) => choice(name, choices, text),
        (Shape::Rate, DeValue::String(text)) => rate(name, text),
        (Shape::Literal, _)
        | (Shape::Boolean, DeValue::Boolean(_))
        | (Shape::Expression | Shape::Decimal, DeValue::String(_))
        | (Shape::JsonSchema | Shape::Table(_) | Shape::NamedTables(_), DeValue::Table(_))
        | (Shape::Tables { .. }, DeValue::Array(_)) => Ok(()),
        _ => Err(wrong_type()),
    }
}

fn integer(key: &Key, number: &DeInteger<'_>, min: i64, max: i64) -> Result<(), Said> {
    let name = key.name;
    if toml_text::integer(number).is_some_and(|number| (min..=max).contains(&number)) {
        return Ok(());
    }
    if (min, max) == (i64::MIN, i64::MAX) {
        return Err((
            format!("`{name}` must fit 64 bits"),
            "use a smaller number".into(),
        ));
    }
    let hint = match key.default {
        Some(default) => format!("without the key it is {default}"),
        None => "without the key there is no such bound".into(),
    };
    Err((format!("`{name}` must be between {min} and {max}"), hint))
}

fn choice(name: &str, choices: &[Choice], text: &str) -> Result<(), Said> {
    let texts = choices.iter().map(|choice| choice.text);
    if texts.clone().any(|choice| choice == text) {
        return Ok(());
    }
    let elsewhere = choices
        .iter()
        .find(|choice| choice.elsewhere.contains(&text))
        .map(|choice| choice.text);
    let hint = match elsewhere.or_else(|| nearest(text, texts.clone())) {
        Some(meant) => format!("did you mean \"{meant}\"?"),
        None => format!("use {}", one_of(texts)),
    };
    Err((format!("`{name}` cannot be \"{text}\""), hint))
}

fn rate(name: &str, text: &str) -> Result<(), Said> {
    if text == RATE_OFF || text.parse::<Rate>().is_ok() {
        return Ok(());
    }
    let message = format!("`{name}` cannot be \"{text}\"");
    let hint = format!(
        "write requests in a time, such as \"600/1m\": 1 to {RATE_REQUESTS_MAX} requests, a time of s, m or h up to a day; \
         or \"{RATE_OFF}\""
    );
    Err((message, hint))
}

/// The tables inside `[x.<name>]` and `[[x]]` must be tables.
fn check_tables(key: &Key, value: &Spanned<DeValue<'_>>, wrongs: &mut Vec<Wrong>) {
    let mut wrong = |span, message: String, hint: String| wrongs.push(Wrong { span, message, hint });
    let example = || format!("for example: {}", example(key));
    match (key.shape, value.get_ref()) {
        (Shape::NamedTables(keys), DeValue::Table(table)) => {
            for (name, item) in table.iter().filter(|(_, item)| !item.get_ref().is_table()) {
                let (name, found) = (name.get_ref(), described(item.get_ref()));
                let message = format!(
                    "`{}.{name}` must be a table ({}), not {found}",
                    key.name, keys.noun
                );
                wrong(item.span(), message, example());
            }
        }
        (Shape::Tables { items_max, .. }, DeValue::Array(items)) => {
            for item in items.iter().filter(|item| !item.get_ref().is_table()) {
                wrong(
                    item.span(),
                    format!("`{}` must be a list of tables", key.name),
                    example(),
                );
            }
            if let Some(beyond) = items.get(items_max) {
                let message = format!(
                    "there are {} `{}`, and at most {items_max} are possible",
                    items.len(),
                    key.name
                );
                wrong(beyond.span(), message, "remove some".into());
            }
        }
        _ => {}
    }
}

fn check_items(key: &Key, value: &Spanned<DeValue<'_>>, wrongs: &mut Vec<Wrong>) {
    let name = key.name;
    let items = value.get_ref().as_array().map_or(&[][..], |items| items);
    let items_max = match key.shape {
        Shape::Names { items_max } | Shape::Texts { items_max, .. } => items_max,
        Shape::Choices(choices) => choices.len(),
        _ => return,
    };
    let mut wrong = |span, message, hint: &str| {
        wrongs.push(Wrong {
            span,
            message,
            hint: hint.to_owned(),
        });
    };
    if items.is_empty() {
        wrong(
            value.span(),
            format!("`{name}` needs at least one item"),
            &format!("for example: {}", example(key)),
        );
    }
    if items.len() > items_max {
        let message = format!(
            "`{name}` has {} items, and at most {items_max} are possible",
            items.len()
        );
        wrong(items[items_max].span(), message, "remove some");
    }
    for (index, item) in items.iter().enumerate().take(items_max) {
        let Some(text) = item.get_ref().as_str() else {
            let message = format!(
                "`{name}` must be a list of strings, but has {}",
                described(item.get_ref())
            );
            wrong(item.span(), message, "put quotes around it");
            continue;
        };
        let repeated = items[..index]
            .iter()
            .any(|other| other.get_ref().as_str() == Some(text));
        if repeated {
            wrong(
                item.span(),
                format!("`{name}` has \"{text}\" twice"),
                "remove one of them",
            );
            continue;
        }
        let result = match key.shape {
            Shape::Texts { characters_max, .. } => option_text(name, text, characters_max),
            Shape::Choices(choices) => choice(name, choices, text),
            _ => check_name(text),
        };
        if let Err((message, hint)) = result {
            wrong(item.span(), message, &hint);
        }
    }
}

fn option_text(name: &str, text: &str, characters_max: usize) -> Result<(), Said> {
    // `|` stands between the options of a cell in a CSV file.
    if text.trim() != text || text.is_empty() || text.contains(|c: char| c.is_control() || c == '|') {
        let message = format!("`{name}` has an item that cannot be an option: {text:?}");
        let hint = "an option is not empty, has no space at its ends, no control character and no |";
        return Err((message, hint.into()));
    }
    characters(name, text, characters_max)
}

fn characters(name: &str, text: &str, max: usize) -> Result<(), Said> {
    if text.chars().count() > max {
        return Err((
            format!("`{name}` has more than {max} characters"),
            "make it shorter".into(),
        ));
    }
    Ok(())
}

/// A finite number, with or without a point.
pub(super) fn number(value: &DeValue<'_>) -> Option<f64> {
    match value {
        #[expect(
            clippy::cast_precision_loss,
            reason = "a bound that a double cannot hold is rounded as its values are"
        )]
        DeValue::Integer(integer) => toml_text::integer(integer).map(|integer| integer as f64),
        DeValue::Float(float) => float
            .as_str()
            .parse()
            .ok()
            .filter(|number: &f64| number.is_finite()),
        _ => None,
    }
}
