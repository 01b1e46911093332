//! The functions of CEL's string extensions, by their characters.

use mainstay_core::Value;
use mainstay_core::rules::TextFunction;

pub(super) fn apply(function: TextFunction, operands: &[Value]) -> Value {
    if operands.iter().any(Value::is_null) {
        return Value::Null;
    }
    let text = |at: usize| match &operands[at] {
        Value::Text(text) => text.as_str(),
        other => panic!("a text was typed, and this is {other:?}"),
    };
    let characters: Vec<char> = text(0).chars().collect();
    let position = |at: usize| match &operands[at] {
        Value::Int(position) => usize::try_from(*position)
            .ok()
            .filter(|position| *position <= characters.len()),
        other => panic!("a position was typed, and this is {other:?}"),
    };
    let answer = match function {
        TextFunction::UpperAscii => Some(text(0).chars().map(|c| c.to_ascii_uppercase()).collect()),
        TextFunction::Trim => Some(text(0).trim().to_owned()),
        TextFunction::Replace => Some(replace(text(0), text(1), text(2))),
        TextFunction::Substring => {
            let end = if operands.len() == 3 {
                position(2)
            } else {
                Some(characters.len())
            };
            position(1)
                .zip(end)
                .and_then(|(start, end)| characters.get(start..end))
                .map(|part| part.iter().collect())
        }
        TextFunction::CharAt => position(1).map(|at| characters.iter().skip(at).take(1).collect()),
        TextFunction::IndexOf => return index(places(&characters, text(1)).first()),
        TextFunction::LastIndexOf => return index(places(&characters, text(1)).last()),
    };
    answer.map_or(Value::Null, Value::Text)
}

/// Where the part stands, from 0.
fn places(text: &[char], part: &str) -> Vec<usize> {
    let part: Vec<char> = part.chars().collect();
    (0..=text.len())
        .filter(|at| text[*at..].starts_with(&part))
        .collect()
}

fn index(place: Option<&usize>) -> Value {
    Value::Int(place.map_or(-1, |place| {
        i64::try_from(*place).expect("a test's texts are short")
    }))
}

fn replace(text: &str, part: &str, other: &str) -> String {
    if part.is_empty() {
        let each = text
            .chars()
            .fold(String::new(), |before, c| before + other + &c.to_string());
        return each + other;
    }
    text.split(part).collect::<Vec<_>>().join(other)
}
