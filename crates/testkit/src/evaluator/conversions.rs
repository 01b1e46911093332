//! Conversions between types: what has no counterpart is null.
//!
//! Written from the table in `docs/rules.md`. Decimals and digits are counted with in 128 bits or as texts, one character
//! after the other, which is slow and plain.

use mainstay_core::rules::Type;
use mainstay_core::{Date, Timestamp, Value};

const SECOND: i64 = 1_000_000;
const DECIMAL_MAX: i128 = 999_999_999_999_999_999;

pub(super) fn convert(value: Value, from: Type, to: Type) -> Value {
    if value.is_null() || from == to {
        return value;
    }
    let converted = match to {
        Type::Text => text(&value, from).map(Value::Text),
        Type::Int => integer(&value, from).map(Value::Int),
        Type::Number => number(&value, from).map(Value::Real),
        Type::Bool => boolean(&value).map(Value::Bool),
        Type::DateTime => time(&value, from).map(Value::timestamp),
        Type::Date => date(&value).map(|date| Value::Text(date.to_string())),
        Type::Decimal { scale } => decimal(&value, from, scale).map(Value::Int),
        other => panic!("nothing is converted to {other:?}"),
    };
    converted.unwrap_or(Value::Null)
}

fn text(value: &Value, from: Type) -> Option<String> {
    Some(match (value, from) {
        (Value::Bool(value), _) => value.to_string(),
        (Value::Real(value), _) => written(*value),
        (Value::Text(date), Type::Date) => date.clone(),
        (Value::Int(micros), Type::DateTime) => Timestamp::from_micros(*micros)?.to_string(),
        (Value::Int(scaled), Type::Decimal { scale }) => point_in(i128::from(*scaled), scale),
        (Value::Int(value), Type::Int) => value.to_string(),
        other => panic!("no text was typed of {other:?}"),
    })
}

/// As JavaScript writes it.
fn written(number: f64) -> String {
    if number == 0.0 {
        return "0".to_owned();
    }
    if number < 0.0 {
        return format!("-{}", written(-number));
    }
    let (digits, exponent) = shortest(number);
    if (-6..21).contains(&exponent) {
        return plain(digits, exponent);
    }
    let (first, rest) = digits.split_at(1);
    let point = if rest.is_empty() { "" } else { "." };
    let sign = if exponent > 0 { "+" } else { "" };
    format!("{first}{point}{rest}e{sign}{exponent}")
}

/// The fewest digits that read back as the number, and its exponent when the point stands after the first of them.
fn shortest(number: f64) -> (String, i32) {
    let text = (0..17)
        .map(|digits| format!("{number:.digits$e}"))
        .find(|text| text.parse() == Ok(number))
        .expect("17 digits tell every number");
    let (mantissa, exponent) = text.split_once('e').expect("it was asked for");
    (mantissa.replace('.', ""), exponent.parse().expect("an exponent"))
}

fn plain(mut digits: String, exponent: i32) -> String {
    let mut point = exponent + 1;
    while point <= 0 {
        digits.insert(0, '0');
        point += 1;
    }
    let point = usize::try_from(point).expect("it is positive by now");
    while digits.len() < point {
        digits.push('0');
    }
    if digits.len() > point {
        digits.insert(point, '.');
    }
    digits
}

fn point_in(scaled: i128, scale: u8) -> String {
    let one = 10_i128.pow(scale.into());
    let sign = if scaled < 0 { "-" } else { "" };
    let (whole, rest) = (scaled.abs() / one, scaled.abs() % one);
    if scale == 0 {
        return format!("{sign}{whole}");
    }
    format!("{sign}{whole}.{rest:0width$}", width = usize::from(scale))
}

fn integer(value: &Value, from: Type) -> Option<i64> {
    match (value, from) {
        (Value::Bool(value), _) => Some(i64::from(*value)),
        (Value::Text(text), _) => {
            let shaped = shape(text);
            let digits = shaped.strip_prefix('-').unwrap_or(&shaped);
            (!digits.is_empty() && digits.chars().all(|c| c == '9'))
                .then(|| text.parse().ok())
                .flatten()
        }
        // Every double from -2^63 to before 2^63 has a whole part of 64 bits, which its text tells exactly.
        (Value::Real(value), _) => format!("{:.0}", value.trunc()).parse().ok(),
        (Value::Int(micros), Type::DateTime) => Some(micros.div_euclid(SECOND)),
        (Value::Int(scaled), Type::Decimal { scale }) => Some(scaled / 10_i64.pow(scale.into())),
        other => panic!("no integer was typed of {other:?}"),
    }
}

/// The text with a 9 for each digit that is one of ASCII's.
fn shape(text: &str) -> String {
    text.replace(|c: char| c.is_ascii_digit(), "9")
}

fn number(value: &Value, from: Type) -> Option<f64> {
    let text = match (value, from) {
        (Value::Text(text), _) => text.clone(),
        (Value::Int(scaled), Type::Decimal { scale }) => point_in(i128::from(*scaled), scale),
        other => panic!("no number was typed of {other:?}"),
    };
    // JSON says what a number is, but that of serde_json also takes blanks around it.
    let blank = text.starts_with(char::is_whitespace) || text.ends_with(char::is_whitespace);
    if blank || text.chars().count() > 1_000 {
        return None;
    }
    let is_number = |text: &str| serde_json::from_str::<&serde_json::value::RawValue>(text).is_ok();
    let starts = text
        .strip_prefix('-')
        .unwrap_or(&text)
        .starts_with(|c: char| c.is_ascii_digit());
    let number: f64 = (starts && is_number(&text))
        .then(|| text.parse().ok())
        .flatten()?;
    number
        .is_finite()
        .then_some(if number == 0.0 { 0.0 } else { number })
}

fn boolean(value: &Value) -> Option<bool> {
    match value {
        Value::Int(0) => Some(false),
        Value::Int(1) => Some(true),
        Value::Text(text) => match text.as_str() {
            "1" | "t" | "true" | "TRUE" | "True" => Some(true),
            "0" | "f" | "false" | "FALSE" | "False" => Some(false),
            _ => None,
        },
        _ => None,
    }
}

fn time(value: &Value, from: Type) -> Option<Timestamp> {
    match (value, from) {
        (Value::Text(day), Type::Date) => format!("{day}T00:00:00Z").parse().ok(),
        (Value::Text(text), _) => {
            let shaped = shape(text).to_ascii_uppercase();
            let rest = shaped
                .strip_prefix("9999-99-99T99:99:99")
                .or_else(|| shaped.strip_prefix("9999-99-99 99:99:99"))?;
            let zone = match rest.strip_prefix('.') {
                Some(rest) => {
                    let zone = rest.trim_start_matches('9');
                    (1..=9).contains(&(rest.len() - zone.len())).then_some(zone)?
                }
                None => rest,
            };
            let hours_ahead = || text[text.len() - 5..].split(':').next()?.parse::<u8>().ok();
            match zone {
                "Z" => {}
                "+99:99" | "-99:99" if hours_ahead()? < 24 => {}
                _ => return None,
            }
            text.parse().ok()
        }
        (Value::Int(seconds), Type::Int) => Timestamp::from_micros(seconds.checked_mul(SECOND)?),
        other => panic!("no time was typed of {other:?}"),
    }
}

fn date(value: &Value) -> Option<Date> {
    match value {
        Value::Text(text) => text.parse().ok(),
        Value::Int(micros) => Timestamp::from_micros(*micros).map(Timestamp::date),
        other => panic!("no date was typed of {other:?}"),
    }
}

fn decimal(value: &Value, from: Type, scale: u8) -> Option<i64> {
    let scaled = match (value, from) {
        (Value::Int(value), Type::Int) => i128::from(*value) * 10_i128.pow(scale.into()),
        (Value::Int(scaled), Type::Decimal { scale: old }) => {
            // Twice the place of rounding, so that the middle is a whole number too.
            let doubled = i128::from(*scaled) * 2 * 10_i128.pow(scale.into());
            let one = 10_i128.pow(old.into());
            (doubled.abs() + one) / (2 * one) * doubled.signum()
        }
        (Value::Text(text), _) => {
            let shaped = shape(text);
            let unsigned = shaped.strip_prefix('-').unwrap_or(&shaped);
            let parts: Vec<&str> = unsigned.split('.').collect();
            let digits = |part: &&str| !part.is_empty() && part.chars().all(|c| c == '9');
            if parts.len() > 2 || !parts.iter().all(digits) {
                return None;
            }
            rounded(text, scale)?
        }
        (Value::Real(number), _) => {
            let (digits, exponent) = shortest(number.abs());
            let scaled = rounded(&plain(digits, exponent), scale)?;
            if *number < 0.0 { -scaled } else { scaled }
        }
        other => panic!("no decimal was typed of {other:?}"),
    };
    let fits = scaled.abs() <= DECIMAL_MAX;
    fits.then(|| i64::try_from(scaled).expect("18 digits fit 64 bits"))
}

/// Digits with or without a point, as a scaled integer; half is rounded away from zero. `None` beyond 19 digits before the point.
fn rounded(text: &str, scale: u8) -> Option<i128> {
    let unsigned = text.trim_start_matches('-');
    let (whole, fraction) = unsigned.split_once('.').unwrap_or((unsigned, ""));
    let kept = format!("{fraction:0<width$}", width = usize::from(scale) + 1);
    let (kept, rest) = kept.split_at(scale.into());
    let whole = whole.trim_start_matches('0');
    if whole.len() > 19 {
        return None;
    }
    let scaled: i128 = format!("0{whole}{kept}").parse().expect("37 digits fit 128 bits");
    let up = i128::from(rest >= "5");
    Some(if text.starts_with('-') {
        -(scaled + up)
    } else {
        scaled + up
    })
}
