//! From TOML values to plain ones, and from a place in a string's value to its place in the file.

use std::ops::Range;

use serde_json::Value as Json;
use toml::Spanned;
use toml::de::{DeInteger, DeValue};

/// Where the bytes `inner` of a string's value stand in the file.
///
/// Exact when the string is written as it reads. With escapes the two differ, and the whole string is the answer.
pub(super) fn text_span(file: &str, string: &Range<usize>, value: &str, inner: Range<usize>) -> Range<usize> {
    let raw = &file[string.clone()];
    let quotes = ["\"\"\"", "'''", "\"", "'"]
        .into_iter()
        .find(|quotes| raw.starts_with(quotes))
        .unwrap_or("");
    let mut start = quotes.len();
    if quotes.len() == 3 {
        // A line break right behind the opening quotes is not part of the value.
        start += raw[start..]
            .find('\n')
            .filter(|end| raw[start..start + end].trim_matches('\r').is_empty())
            .map_or(0, |end| end + 1);
    }
    let end = raw.len().saturating_sub(quotes.len()).max(start);
    // Of a string that is not closed, the last byte is no quote and may be part of a character.
    if raw.get(start..end) != Some(value) || inner.end > value.len() {
        return string.clone();
    }
    let start = string.start + start;
    start + inner.start..start + inner.end.max(inner.start)
}

pub(super) fn integer(integer: &DeInteger<'_>) -> Option<i64> {
    i64::from_str_radix(integer.as_str(), integer.radix()).ok()
}

/// The value as JSON; dates and times become strings. A number that JSON cannot hold is told with its place.
pub(super) fn to_json(value: &Spanned<DeValue<'_>>) -> Result<Json, Range<usize>> {
    Ok(match value.get_ref() {
        DeValue::String(text) => Json::from(text.as_ref()),
        DeValue::Boolean(value) => Json::from(*value),
        DeValue::Integer(number) => Json::from(integer(number).ok_or(value.span())?),
        DeValue::Float(number) => {
            let number: f64 = number.as_str().parse().map_err(|_| value.span())?;
            Json::Number(serde_json::Number::from_f64(number).ok_or(value.span())?)
        }
        DeValue::Datetime(time) => Json::from(time.to_string()),
        DeValue::Array(items) => Json::Array(items.iter().map(to_json).collect::<Result<_, _>>()?),
        DeValue::Table(table) => Json::Object(
            table
                .iter()
                .map(|(key, value)| Ok((key.get_ref().to_string(), to_json(value)?)))
                .collect::<Result<_, Range<usize>>>()?,
        ),
    })
}

/// The value at a JSON pointer's segments, or the deepest one on the way.
pub(super) fn span_at<'s>(
    value: &Spanned<DeValue<'_>>,
    segments: impl Iterator<Item = std::borrow::Cow<'s, str>>,
) -> Range<usize> {
    let mut at = value;
    for segment in segments {
        let next = match at.get_ref() {
            DeValue::Table(table) => table.get(segment.as_ref()),
            DeValue::Array(items) => segment.parse().ok().and_then(|index: usize| items.get(index)),
            _ => None,
        };
        match next {
            Some(next) => at = next,
            None => break,
        }
    }
    at.span()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_in_strings_are_exact_unless_escaped() {
        for (file, value, inner, found) in [
            ("a = \"x == y\"", "x == y", 5..6, "y"),
            ("a = 'x == y'", "x == y", 5..6, "y"),
            ("a = \"\"\"\nx ==\n  y\"\"\"", "x ==\n  y", 7..8, "y"),
            ("a = \"\"\"\r\nx == y\"\"\"", "x == y", 5..6, "y"),
            ("a = '''x == y'''", "x == y", 5..6, "y"),
            ("a = \"x == \\\"y\\\"\"", "x == \"y\"", 5..6, "\"x == \\\"y\\\"\""),
            ("a = \"\"", "", 0..0, ""),
            ("a = \"x == ü", "x == ü", 5..7, "\"x == ü"),
        ] {
            let span = text_span(file, &(4..file.len()), value, inner);
            assert_eq!(&file[span], found, "{file}");
        }
    }
}
