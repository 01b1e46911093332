//! Exact decimals: a declared number of digits after the point, stored as one scaled 64-bit integer.
//!
//! With precision at most 18 the scaled value always fits, compares and sorts as an integer in both databases, and
//! never passes through binary floating point.

use crate::limits::DECIMAL_DIGITS_MAX;

/// Why a text is not a decimal of the wanted shape.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum InvalidDecimal {
    #[error("not a decimal: expected digits with an optional point, such as \"12.50\"")]
    Syntax,
    #[error("at most {scale} digits after the point are kept")]
    Scale { scale: u8 },
    #[error("at most {digits} digits before the point fit")]
    Precision { digits: u8 },
}

/// Reads `text` as a decimal with `precision` digits in all and `scale` after the point; gives the scaled integer.
pub fn parse(text: &str, precision: u8, scale: u8) -> Result<i64, InvalidDecimal> {
    let (negative, digits) = match text.strip_prefix('-') {
        Some(rest) => (true, rest),
        None => (false, text),
    };
    let (whole, fraction) = digits.split_once('.').unwrap_or((digits, ""));
    let all_digits = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
    if whole.is_empty() || !all_digits(whole) || !all_digits(fraction) || digits.ends_with('.') {
        return Err(InvalidDecimal::Syntax);
    }
    let fraction = fraction.trim_end_matches('0');
    if fraction.len() > usize::from(scale) {
        return Err(InvalidDecimal::Scale { scale });
    }
    let whole = whole.trim_start_matches('0');
    let whole_digits = precision.min(DECIMAL_DIGITS_MAX).saturating_sub(scale);
    if whole.len() > usize::from(whole_digits) {
        return Err(InvalidDecimal::Precision { digits: whole_digits });
    }
    let mut scaled: i64 = 0;
    for byte in whole.bytes().chain(fraction.bytes()) {
        scaled = scaled * 10 + i64::from(byte - b'0');
    }
    for _ in fraction.len()..usize::from(scale) {
        scaled *= 10;
    }
    Ok(if negative { -scaled } else { scaled })
}

/// Writes the scaled integer with its point: `write(1250, 2)` is `12.50`.
pub fn write(scaled: i64, scale: u8, out: &mut Vec<u8>) {
    let text = scaled.unsigned_abs().to_string();
    let scale = usize::from(scale);
    if scaled < 0 {
        out.push(b'-');
    }
    if text.len() > scale {
        out.extend_from_slice(&text.as_bytes()[..text.len() - scale]);
    } else {
        out.push(b'0');
    }
    if scale > 0 {
        out.push(b'.');
        out.resize(out.len() + scale.saturating_sub(text.len()), b'0');
        out.extend_from_slice(&text.as_bytes()[text.len().saturating_sub(scale)..]);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn written(scaled: i64, scale: u8) -> String {
        let mut out = Vec::new();
        write(scaled, scale, &mut out);
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn decimals_keep_every_digit() {
        for (text, scale, scaled, back) in [
            ("12.50", 2, 1_250, "12.50"),
            ("12.5", 2, 1_250, "12.50"),
            ("-0.05", 2, -5, "-0.05"),
            ("0", 0, 0, "0"),
            ("007.100", 1, 71, "7.1"),
            (
                "999999999999999999",
                0,
                999_999_999_999_999_999,
                "999999999999999999",
            ),
        ] {
            assert_eq!(parse(text, 18, scale), Ok(scaled), "{text}");
            assert_eq!(written(scaled, scale), back);
        }
    }

    #[test]
    fn what_does_not_fit_is_refused() {
        assert_eq!(parse("1.234", 18, 2), Err(InvalidDecimal::Scale { scale: 2 }));
        assert_eq!(parse("1000", 5, 2), Err(InvalidDecimal::Precision { digits: 3 }));
        for bad in ["", "-", ".5", "5.", "1e3", "+1", "1,5", " 1", "1.2.3", "--1"] {
            assert_eq!(parse(bad, 18, 2), Err(InvalidDecimal::Syntax), "{bad}");
        }
    }
}
