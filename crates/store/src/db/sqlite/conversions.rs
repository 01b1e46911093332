//! What the functions of `functions.rs` answer. PostgreSQL has the same in
//! `crates/store/src/schema/system/functions.rs`; what converts to what stands in `docs/rules.md`.

use mainstay_core::limits::{DECIMAL_DIGITS_MAX, NUMBER_CHARACTERS_MAX};
use mainstay_core::{Date, Timestamp, decimal};

const DECIMAL_MAX: i64 = 10_i64.pow(DECIMAL_DIGITS_MAX as u32) - 1;

/// A number as JavaScript writes it (ECMA-262, `Number::toString`; the numbers of RFC 8785): the fewest digits that read
/// back as the same number, with an exponent below 1e-6 and from 1e21.
pub(super) fn text_of_number(number: f64) -> String {
    if number == 0.0 {
        return "0".to_owned();
    }
    let (digits, point) = shortest_digits(number.abs());
    let sign = if number < 0.0 { "-" } else { "" };
    if (-5..=21).contains(&point) {
        return format!("{sign}{}", positional(&digits, point));
    }
    let (first, rest) = digits.split_at(1);
    let dot = if rest.is_empty() { "" } else { "." };
    let exponent = point - 1;
    format!("{sign}{first}{dot}{rest}e{exponent:+}")
}

/// Digits, and how many of them stand before the point: 0.05 is `("5", -1)`.
fn shortest_digits(number: f64) -> (String, i32) {
    // Rust's own exponent form has the fewest digits. Of two that are as near, which is what a text of as many digits is
    // rounded to, the standard takes the even one.
    let fewest = format!("{number:e}");
    let fraction_digits = fewest.find('e').map_or(0, |digits| digits.saturating_sub(2));
    let nearest = format!("{number:.fraction_digits$e}");
    let text = if nearest.parse() == Ok(number) {
        nearest
    } else {
        fewest
    };
    let (mantissa, exponent) = text.split_once('e').unwrap_or((&text, "0"));
    let exponent: i32 = exponent.parse().unwrap_or(0);
    (mantissa.replace('.', ""), exponent + 1)
}

fn positional(digits: &str, point: i32) -> String {
    let zeros = |count: i32| "0".repeat(usize::try_from(count).unwrap_or(0));
    let whole_digits = usize::try_from(point).unwrap_or(0);
    if point <= 0 {
        format!("0.{}{digits}", zeros(-point))
    } else if whole_digits >= digits.len() {
        format!("{digits}{}", "0".repeat(whole_digits - digits.len()))
    } else {
        let (whole, fraction) = digits.split_at(whole_digits);
        format!("{whole}.{fraction}")
    }
}

pub(super) fn text_of_decimal(scaled: i64, scale: u8) -> String {
    let mut out = Vec::new();
    decimal::write(scaled, scale, &mut out);
    String::from_utf8_lossy(&out).into_owned()
}

pub(super) fn text_of_time(micros: i64) -> Option<String> {
    Timestamp::from_micros(micros).map(|time| time.to_string())
}

pub(super) fn int_of_text(text: &str) -> Option<i64> {
    let digits = text.strip_prefix('-').unwrap_or(text);
    // Rust also takes a plus.
    if is_digits(digits) {
        text.parse().ok()
    } else {
        None
    }
}

#[expect(
    clippy::cast_possible_truncation,
    reason = "the number is within 64 bits, and its fraction is to be dropped"
)]
pub(super) fn int_of_number(number: f64) -> Option<i64> {
    const BEYOND: f64 = 9_223_372_036_854_775_808.0;
    (-BEYOND..BEYOND).contains(&number).then_some(number as i64)
}

/// A number as JSON writes it.
pub(super) fn number_of_text(text: &str) -> Option<f64> {
    if text.len() > NUMBER_CHARACTERS_MAX {
        return None;
    }
    let unsigned = text.strip_prefix('-').unwrap_or(text);
    let (mantissa, exponent) = match unsigned.split_once(['e', 'E']) {
        Some((mantissa, exponent)) => (mantissa, exponent.strip_prefix(['+', '-']).unwrap_or(exponent)),
        None => (unsigned, "0"),
    };
    let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, "0"));
    let leading_zero = whole.len() > 1 && whole.starts_with('0');
    if leading_zero || !is_digits(whole) || !is_digits(fraction) || !is_digits(exponent) {
        return None;
    }
    let number: f64 = text.parse().ok()?;
    // There is one zero.
    number.is_finite().then_some(number + 0.0)
}

/// RFC 3339, with a blank or a small letter for its `T`, at most nine digits of a second, and `23:59:60` as the second
/// before: what the API takes, without what its reader takes beyond the standard.
pub(super) fn time_of_text(text: &str) -> Option<i64> {
    let (local, zone) = match text.strip_suffix(['Z', 'z']) {
        Some(local) => (local, ""),
        None => text.split_at_checked(text.len().checked_sub(6)?)?,
    };
    let (whole, fraction) = local.split_once('.').unwrap_or((local, "0"));
    let shaped = fits(whole, "0000-00-00T00:00:00")
        && is_digits(fraction)
        && fraction.len() <= 9
        && (zone.is_empty() || fits(zone, "+00:00") && zone[1..] < *"24:00");
    if !shaped {
        return None;
    }
    text.parse::<Timestamp>().ok().map(Timestamp::as_micros)
}

/// Does the text have the form of the example, with a digit for each `0`?
fn fits(text: &str, example: &str) -> bool {
    text.len() == example.len()
        && text.bytes().zip(example.bytes()).all(|(byte, like)| match like {
            b'0' => byte.is_ascii_digit(),
            b'T' => matches!(byte, b'T' | b't' | b' '),
            b'+' => matches!(byte, b'+' | b'-'),
            _ => byte == like,
        })
}

pub(super) fn time_of_date(text: &str) -> Option<i64> {
    let day: Date = text.parse().ok()?;
    time_of_text(&format!("{day}T00:00:00Z"))
}

pub(super) fn time_of_seconds(seconds: i64) -> Option<i64> {
    let micros = seconds.checked_mul(1_000_000)?;
    Timestamp::from_micros(micros).map(Timestamp::as_micros)
}

pub(super) fn seconds_of_time(micros: i64) -> i64 {
    micros.div_euclid(1_000_000)
}

pub(super) fn date_of_text(text: &str) -> Option<String> {
    text.parse::<Date>().ok().map(|day| day.to_string())
}

pub(super) fn date_of_time(micros: i64) -> Option<String> {
    Timestamp::from_micros(micros).map(|time| time.date().to_string())
}

/// Rounded to the nearest, and from the middle away from zero.
pub(super) fn decimal_of_text(text: &str, scale: u8) -> Option<i64> {
    let (sign, unsigned) = match text.strip_prefix('-') {
        Some(rest) => (-1, rest),
        None => (1, text),
    };
    let (whole, fraction) = unsigned.split_once('.').unwrap_or((unsigned, "0"));
    if !is_digits(whole) || !is_digits(fraction) {
        return None;
    }
    let whole = whole.trim_start_matches('0');
    if whole.len() > usize::from(DECIMAL_DIGITS_MAX.checked_sub(scale)?) {
        return None;
    }
    let mut kept = fraction.bytes().chain(std::iter::repeat(b'0'));
    let mut scaled: i64 = 0;
    // At most 18 digits in all.
    for byte in whole.bytes().chain(kept.by_ref().take(scale.into())) {
        scaled = scaled * 10 + i64::from(byte - b'0');
    }
    scaled += i64::from(kept.next().is_some_and(|next| next >= b'5'));
    (scaled <= DECIMAL_MAX).then_some(sign * scaled)
}

/// By the digits that the number is written with: 1.005 is 1.01, though the double is a little less than that.
pub(super) fn decimal_of_number(number: f64, scale: u8) -> Option<i64> {
    if number == 0.0 {
        return Some(0);
    }
    if number.abs() >= 1e18 {
        return None;
    }
    let (digits, point) = shortest_digits(number.abs());
    let sign = if number < 0.0 { "-" } else { "" };
    decimal_of_text(&format!("{sign}{}", positional(&digits, point)), scale)
}

pub(super) fn decimal_of_decimal(scaled: i64, from: u8, to: u8) -> Option<i64> {
    decimal_of_text(&text_of_decimal(scaled, from), to)
}

/// Bytes of the text with every `part` replaced; `None` when it does not grow.
pub(super) fn replaced_bytes(whole: &str, part: &str, other: &str) -> Option<usize> {
    let more = other.len().checked_sub(part.len()).filter(|more| *more > 0)?;
    let bytes = whole.matches(part).count().checked_mul(more);
    Some(
        bytes
            .and_then(|bytes| bytes.checked_add(whole.len()))
            .unwrap_or(usize::MAX),
    )
}

/// The characters from `start` to before `end`.
pub(super) fn substring(text: &str, start: i64, end: Option<i64>) -> Option<&str> {
    let start_byte = byte_of(text, usize::try_from(start).ok()?)?;
    let Some(end) = end else {
        return Some(&text[start_byte..]);
    };
    let length = usize::try_from(end.checked_sub(start)?).ok()?;
    let rest = &text[start_byte..];
    Some(&rest[..byte_of(rest, length)?])
}

/// Where a character begins; the end of the text is the place after its last one.
fn byte_of(text: &str, position: usize) -> Option<usize> {
    let ends = std::iter::once(text.len());
    text.char_indices()
        .map(|(byte, _)| byte)
        .chain(ends)
        .nth(position)
}

/// The character at a position, and nothing at the end of the text.
pub(super) fn char_at(text: &str, at: i64) -> Option<String> {
    let rest = substring(text, at, None)?;
    Some(rest.chars().take(1).collect())
}

pub(super) fn last_index_of(text: &str, part: &str) -> i64 {
    let Some(byte) = text.rfind(part) else {
        return -1;
    };
    i64::try_from(text[..byte].chars().count()).unwrap_or(i64::MAX)
}

fn is_digits(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit())
}
