//! RE2 patterns in the words of PostgreSQL.
//!
//! The pattern is read into its meaning, in which classes are ranges of code points and letter case is spelled out, and
//! written anew with the few constructs that both understand alike: PostgreSQL, 9.7.3, "Advanced Regular Expressions".

use std::fmt::Write as _;

use regex_syntax::hir::{Class, Hir, HirKind, Look, Repetition};

/// An advanced regular expression that matches the same texts. The pattern has been read before and is valid.
pub(super) fn advanced(pattern: &str) -> String {
    let Ok(hir) = regex_syntax::parse(pattern) else {
        // Not reached with a pattern of a definition or filter: matches nothing.
        return NEVER.to_owned();
    };
    // The director: an advanced expression, whatever the server's settings.
    let mut out = "***:".to_owned();
    write_hir(&hir, &mut out);
    out
}

/// Matches no text at all.
const NEVER: &str = "(?!)";
/// The greatest count that PostgreSQL takes in braces.
const COUNT_MAX: u32 = 255;

fn write_hir(hir: &Hir, out: &mut String) {
    match hir.kind() {
        HirKind::Empty => out.push_str("(?:)"),
        // No text in PostgreSQL holds the character zero.
        HirKind::Literal(literal) if literal.0.contains(&0) => out.push_str(NEVER),
        HirKind::Literal(literal) => {
            for character in String::from_utf8_lossy(&literal.0).chars() {
                write_character(character, out);
            }
        }
        HirKind::Class(Class::Unicode(class)) => {
            let ranges = class.ranges();
            if ranges.is_empty() {
                out.push_str(NEVER);
                return;
            }
            out.push('[');
            for range in ranges {
                write_range(range.start(), range.end(), out);
            }
            out.push(']');
        }
        HirKind::Class(Class::Bytes(class)) => {
            out.push('[');
            for range in class.ranges() {
                write_range(char::from(range.start()), char::from(range.end()), out);
            }
            out.push(']');
        }
        HirKind::Look(look) => write_look(*look, out),
        HirKind::Repetition(repetition) => write_repetition(repetition, out),
        HirKind::Capture(capture) => write_group(&capture.sub, out),
        HirKind::Concat(parts) => {
            for part in parts {
                write_part(part, out);
            }
        }
        HirKind::Alternation(parts) => {
            out.push_str("(?:");
            for (position, part) in parts.iter().enumerate() {
                if position > 0 {
                    out.push('|');
                }
                write_hir(part, out);
            }
            out.push(')');
        }
    }
}

fn write_part(part: &Hir, out: &mut String) {
    match part.kind() {
        HirKind::Concat(_) => write_group(part, out),
        _ => write_hir(part, out),
    }
}

fn write_group(hir: &Hir, out: &mut String) {
    out.push_str("(?:");
    write_hir(hir, out);
    out.push(')');
}

/// Greedy or not makes no difference to whether a text matches.
fn write_repetition(repetition: &Repetition, out: &mut String) {
    let (min, max) = (repetition.min, repetition.max);
    if min.max(max.unwrap_or(0)) > COUNT_MAX {
        write_long_repetition(&repetition.sub, min, max, out);
        return;
    }
    write_group(&repetition.sub, out);
    match (min, max) {
        (0, None) => out.push('*'),
        (1, None) => out.push('+'),
        (0, Some(1)) => out.push('?'),
        (min, None) => write!(out, "{{{min},}}").expect("a string takes all text"),
        (min, Some(max)) => write!(out, "{{{min},{max}}}").expect("a string takes all text"),
    }
}

/// `x{600}` as `(?:x{255}){2}x{90}`, and `x{0,600}` likewise.
fn write_long_repetition(sub: &Hir, min: u32, max: Option<u32>, out: &mut String) {
    let mut left = min;
    while left > 0 {
        let count = left.min(COUNT_MAX);
        write_group(sub, out);
        write!(out, "{{{count}}}").expect("a string takes all text");
        left -= count;
    }
    match max {
        None => {
            write_group(sub, out);
            out.push('*');
        }
        Some(max) => {
            let mut left = max - min;
            while left > 0 {
                let count = left.min(COUNT_MAX);
                write_group(sub, out);
                write!(out, "{{0,{count}}}").expect("a string takes all text");
                left -= count;
            }
        }
    }
}

fn write_look(look: Look, out: &mut String) {
    let text = match look {
        Look::Start => r"\A",
        Look::End => r"\Z",
        Look::StartLF => r"(?:\A|(?<=\n))",
        Look::EndLF => r"(?:\Z|(?=\n))",
        Look::StartCRLF => r"(?:\A|(?<=\n)|(?<=\r)(?!\n))",
        Look::EndCRLF => r"(?:\Z|(?=\r)|(?<!\r)(?=\n))",
        _ => return write_boundary(look, out),
    };
    out.push_str(text);
}

/// Whether a letter of a word stands before and after this place.
fn write_boundary(look: Look, out: &mut String) {
    let ascii = matches!(
        look,
        Look::WordAscii
            | Look::WordAsciiNegate
            | Look::WordStartAscii
            | Look::WordEndAscii
            | Look::WordStartHalfAscii
            | Look::WordEndHalfAscii
    );
    let mut letter = String::new();
    let class = regex_syntax::parse(if ascii { "[0-9A-Za-z_]" } else { r"\w" });
    write_hir(&class.expect("a class that is known to be valid"), &mut letter);
    let (before, not_before) = (format!("(?<={letter})"), format!("(?<!{letter})"));
    let (after, not_after) = (format!("(?={letter})"), format!("(?!{letter})"));
    let text = match look {
        Look::WordAscii | Look::WordUnicode => format!("(?:{not_before}{after}|{before}{not_after})"),
        Look::WordAsciiNegate | Look::WordUnicodeNegate => {
            format!("(?:{not_before}{not_after}|{before}{after})")
        }
        Look::WordStartAscii | Look::WordStartUnicode => format!("(?:{not_before}{after})"),
        Look::WordEndAscii | Look::WordEndUnicode => format!("(?:{before}{not_after})"),
        Look::WordStartHalfAscii | Look::WordStartHalfUnicode => not_before,
        _ => not_after,
    };
    out.push_str(&text);
}

fn write_range(start: char, end: char, out: &mut String) {
    // No text in PostgreSQL holds the character zero.
    let start = if start == '\0' { '\u{1}' } else { start };
    if end < start {
        return;
    }
    write_character(start, out);
    if end > start {
        out.push('-');
        write_character(end, out);
    }
}

/// Letters and digits as they are, everything else by its code point.
fn write_character(character: char, out: &mut String) {
    if character.is_ascii_alphanumeric() {
        out.push(character);
    } else {
        write!(out, "\\U{:08x}", u32::from(character)).expect("a string takes all text");
    }
}
