//! The way in from plain text: a cell of a CSV file or an argument of a command.

use super::accept::{
    absent, accept, date, datetime, decimal_text, distinct_ids, integer_within, number_within, parse_id,
    select, text,
};
use super::{Refusal, Value, address, structure};
use crate::definition::{Field, FieldKind};

/// Stands between the items of a list.
pub(super) const SEPARATOR: char = '|';

/// Takes a text for `field`. Empty text is null; `true`, `false`, `yes`, `no`, `1` and `0` are booleans; the items of a
/// list stand between `|`; json is parsed. Everything else is as for [`accept`].
pub fn accept_text(field: &Field, input: &str) -> Result<Value, Refusal> {
    if input.is_empty() {
        return absent(field);
    }
    match &field.kind {
        FieldKind::Text(options) => text(options, input.to_owned()),
        FieldKind::Integer { min, max } => match input.parse() {
            Ok(value) => integer_within(value, *min, *max),
            Err(_) => Err(Refusal::new("must be an integer of at most 64 bits")),
        },
        FieldKind::Number { min, max } => match input.parse() {
            Ok(value) => number_within(value, *min, *max),
            Err(_) => Err(Refusal::new(
                "must be a number with a point for decimals, such as 12.5",
            )),
        },
        FieldKind::Decimal {
            precision,
            scale,
            min,
            max,
        } => decimal_text(input, *precision, *scale, *min, *max),
        FieldKind::Boolean => boolean(input),
        FieldKind::DateTime => datetime(input),
        FieldKind::Date => date(input),
        FieldKind::Select { options } => select(options, input.to_owned()),
        FieldKind::MultiSelect { options, items_max } => {
            let mut chosen = vec![false; options.len()];
            for item in input.split(SEPARATOR) {
                structure::choose(options, &mut chosen, item)?;
            }
            structure::chosen_text(options, &chosen, *items_max)
        }
        FieldKind::Json { .. } => match serde_json::from_str(input) {
            Ok(json) => accept(field, json),
            Err(error) => Err(Refusal::new(format!("is not JSON: {error}"))),
        },
        FieldKind::Email => address::email(input.to_owned()),
        FieldKind::Url => address::url(input.to_owned()),
        FieldKind::Relation(relation) if relation.many => {
            distinct_ids(field.required, input.split(SEPARATOR).map(parse_id))
        }
        FieldKind::Id | FieldKind::Relation(_) => parse_id(input).map(Value::Id),
    }
}

fn boolean(input: &str) -> Result<Value, Refusal> {
    let is_any = |words: [&str; 3]| words.iter().any(|word| input.eq_ignore_ascii_case(word));
    if is_any(["true", "yes", "1"]) {
        Ok(Value::Bool(true))
    } else if is_any(["false", "no", "0"]) {
        Ok(Value::Bool(false))
    } else {
        Err(Refusal::new("must be true or false (or yes, no, 1, 0)"))
    }
}
