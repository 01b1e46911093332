//! The way in: a JSON value becomes a stored value, or a sentence says why not.

use serde_json::Value as Json;

use super::{Refusal, Value, address, structure};
use crate::decimal::{self, InvalidDecimal};
use crate::definition::{Field, FieldKind, TextOptions};
use crate::ids::{InvalidRecordId, RecordId};
use crate::limits::RELATION_TARGETS_MAX;
use crate::time::{Date, Timestamp};

/// Takes a JSON value for `field`: the right type without coercion, and within everything the field declares.
///
/// Null stands for "no value" and is refused by required fields; a relation to many has no null, its empty form is
/// the empty list. Who may set the field, and whether targets exist, is not looked at here.
pub fn accept(field: &Field, json: Json) -> Result<Value, Refusal> {
    if json.is_null() {
        return absent(field);
    }
    match &field.kind {
        FieldKind::Text(options) => text(options, string(json)?),
        FieldKind::Integer { min, max } => integer(&json, *min, *max),
        FieldKind::Number { min, max } => number(&json, *min, *max),
        FieldKind::Decimal {
            precision,
            scale,
            min,
            max,
        } => match &json {
            Json::String(text) => decimal_text(text, *precision, *scale, *min, *max),
            other => Err(wrong_type(
                "a decimal written as a string such as \"12.50\"",
                other,
            )),
        },
        FieldKind::Boolean => match json {
            Json::Bool(value) => Ok(Value::Bool(value)),
            other => Err(wrong_type("true or false", &other)),
        },
        FieldKind::DateTime => datetime(&string(json)?),
        FieldKind::Date => date(&string(json)?),
        FieldKind::Select { options } => select(options, string(json)?),
        FieldKind::MultiSelect { options, items_max } => {
            structure::multi_select(options, *items_max, &list(json)?)
        }
        FieldKind::Json { schema, bytes_max } => structure::json(schema.as_deref(), *bytes_max, &json),
        FieldKind::Email => address::email(string(json)?),
        FieldKind::Url => address::url(string(json)?),
        FieldKind::Relation(relation) if relation.many => targets(field.required, &list(json)?),
        FieldKind::Id | FieldKind::Relation(_) => record_id(&json).map(Value::Id),
    }
}

/// What stands for "no value" in `field`; a refusal when it must have one.
pub(super) fn absent(field: &Field) -> Result<Value, Refusal> {
    if field.required {
        return Err(Refusal::new("is required"));
    }
    Ok(if field.is_column() {
        Value::Null
    } else {
        Value::Ids(Vec::new())
    })
}

pub(super) fn text(options: &TextOptions, value: String) -> Result<Value, Refusal> {
    // Every character has at least one byte, so most values need no counting to be short enough.
    let characters = || u32::try_from(value.chars().count()).unwrap_or(u32::MAX);
    if value.len() > options.max as usize && characters() > options.max {
        return Err(Refusal::new(format!(
            "has more than {}",
            counted(options.max as usize, "character")
        )));
    }
    if options.min > 0 && characters() < options.min {
        return Err(Refusal::new(match options.min {
            1 => "must not be empty".into(),
            min => format!("has fewer than {min} characters"),
        }));
    }
    let one_line = !options.multiline && !options.rich;
    if one_line && value.contains(['\n', '\r']) {
        return Err(Refusal::new("must not contain line breaks"));
    }
    if value.contains('\0') {
        return Err(Refusal::new("must not contain NUL characters"));
    }
    if let Some(pattern) = &options.pattern
        && !pattern.is_match(&value)
    {
        return Err(Refusal::new(format!(
            "does not match the pattern {}",
            pattern.as_str()
        )));
    }
    Ok(Value::Text(value))
}

fn integer(json: &Json, min: i64, max: i64) -> Result<Value, Refusal> {
    match json {
        Json::Number(number) => match number.as_i64() {
            Some(value) => integer_within(value, min, max),
            None if number.is_f64() => Err(Refusal::new(
                "must be an integer without a decimal point or exponent",
            )),
            None => Err(Refusal::new(format!("must be at most {max}"))),
        },
        other => Err(wrong_type("an integer", other)),
    }
}

pub(super) fn integer_within(value: i64, min: i64, max: i64) -> Result<Value, Refusal> {
    if value < min {
        return Err(Refusal::new(format!("must be at least {min}")));
    }
    if value > max {
        return Err(Refusal::new(format!("must be at most {max}")));
    }
    Ok(Value::Int(value))
}

fn number(json: &Json, min: f64, max: f64) -> Result<Value, Refusal> {
    match json.as_f64() {
        Some(value) => number_within(value, min, max),
        None => Err(wrong_type("a number", json)),
    }
}

pub(super) fn number_within(value: f64, min: f64, max: f64) -> Result<Value, Refusal> {
    if !value.is_finite() {
        return Err(Refusal::new("must be a finite number"));
    }
    if value < min {
        return Err(Refusal::new(format!("must be at least {min}")));
    }
    if value > max {
        return Err(Refusal::new(format!("must be at most {max}")));
    }
    // SQLite reads a stored -0.0 back as 0.0; both sides agree when there is only one zero.
    Ok(Value::Real(value + 0.0))
}

pub(super) fn decimal_text(
    text: &str,
    precision: u8,
    scale: u8,
    min: i64,
    max: i64,
) -> Result<Value, Refusal> {
    let bound = |word, scaled| {
        let mut out = Vec::new();
        decimal::write(scaled, scale, &mut out);
        Refusal::new(format!("must be at {word} {}", String::from_utf8_lossy(&out)))
    };
    match decimal::parse(text, precision, scale) {
        Ok(scaled) if scaled < min => Err(bound("least", min)),
        Ok(scaled) if scaled > max => Err(bound("most", max)),
        Ok(scaled) => Ok(Value::Int(scaled)),
        Err(error) => Err(Refusal::new(decimal_fault(error))),
    }
}

/// The rest of a sentence that starts with what should be a decimal.
pub(crate) fn decimal_fault(error: InvalidDecimal) -> String {
    match error {
        InvalidDecimal::Syntax => format!("is {error}"),
        InvalidDecimal::Scale { scale: 0 } => "must not have digits after the point".into(),
        InvalidDecimal::Scale { scale } => {
            format!("has more than {} after the point", counted(scale.into(), "digit"))
        }
        InvalidDecimal::Precision { digits } => {
            format!(
                "has more than {} before the point",
                counted(digits.into(), "digit")
            )
        }
    }
}

pub(super) fn datetime(text: &str) -> Result<Value, Refusal> {
    match text.parse::<Timestamp>() {
        Ok(time) => Ok(Value::timestamp(time)),
        Err(error) => Err(Refusal::new(format!("is {error}"))),
    }
}

pub(super) fn date(text: &str) -> Result<Value, Refusal> {
    match text.parse::<Date>() {
        Ok(date) => Ok(Value::Text(date.to_string())),
        Err(error) => Err(Refusal::new(format!("is {error}"))),
    }
}

pub(super) fn select(options: &[String], value: String) -> Result<Value, Refusal> {
    if options.contains(&value) {
        return Ok(Value::Text(value));
    }
    Err(Refusal::new(format!("must be one of {}", quoted_list(options))))
}

fn record_id(json: &Json) -> Result<RecordId, Refusal> {
    match json {
        Json::String(text) => parse_id(text),
        other => Err(wrong_type("an id (a UUID as a string)", other)),
    }
}

pub(super) fn parse_id(text: &str) -> Result<RecordId, Refusal> {
    text.parse()
        .map_err(|error: InvalidRecordId| Refusal::new(format!("is {error}")))
}

fn targets(required: bool, items: &[Json]) -> Result<Value, Refusal> {
    // Before the items are looked at, so that a long list costs nothing.
    if items.len() > RELATION_TARGETS_MAX {
        return Err(too_many_targets());
    }
    distinct_ids(required, items.iter().map(record_id))
}

pub(super) fn distinct_ids(
    required: bool,
    items: impl Iterator<Item = Result<RecordId, Refusal>>,
) -> Result<Value, Refusal> {
    let mut ids = Vec::new();
    for item in items {
        if ids.len() == RELATION_TARGETS_MAX {
            return Err(too_many_targets());
        }
        ids.push(item?);
    }
    if required && ids.is_empty() {
        return Err(Refusal::new("needs at least one target"));
    }
    let mut sorted = ids.clone();
    sorted.sort_unstable();
    match sorted.windows(2).find(|pair| pair[0] == pair[1]) {
        Some(pair) => Err(Refusal::new(format!("must not repeat {}", pair[0]))),
        None => Ok(Value::Ids(ids)),
    }
}

fn too_many_targets() -> Refusal {
    Refusal::new(format!("has more than {RELATION_TARGETS_MAX} targets"))
}

fn string(json: Json) -> Result<String, Refusal> {
    match json {
        Json::String(text) => Ok(text),
        other => Err(wrong_type("a string", &other)),
    }
}

fn list(json: Json) -> Result<Vec<Json>, Refusal> {
    match json {
        Json::Array(items) => Ok(items),
        other => Err(wrong_type("a list", &other)),
    }
}

fn wrong_type(expected: &str, found: &Json) -> Refusal {
    Refusal::new(format!("must be {expected}, not {}", json_type(found)))
}

pub(super) fn json_type(json: &Json) -> &'static str {
    match json {
        Json::Null => "null",
        Json::Bool(_) => "a boolean",
        Json::Number(_) => "a number",
        Json::String(_) => "a string",
        Json::Array(_) => "a list",
        Json::Object(_) => "an object",
    }
}

/// `1 item`, `2 items`.
pub(super) fn counted(count: usize, noun: &str) -> String {
    if count == 1 {
        format!("1 {noun}")
    } else {
        format!("{count} {noun}s")
    }
}

/// The declared options for a message; a long list is cut, the definition has the rest.
pub(super) fn quoted_list(options: &[String]) -> String {
    const SHOWN_MAX: usize = 20;
    let shown: Vec<String> = options
        .iter()
        .take(SHOWN_MAX)
        .map(|option| format!("{option:?}"))
        .collect();
    let more = options.len().saturating_sub(SHOWN_MAX);
    if more == 0 {
        shown.join(", ")
    } else {
        format!("{} and {more} more", shown.join(", "))
    }
}
