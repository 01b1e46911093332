//! From the regular expressions of a definition (RE2 syntax) to those of JSON Schema (ECMA-262 with the `u` flag).

use std::iter::Peekable;
use std::str::Chars;

/// The same expression for JSON Schema; `None` where the two languages differ and a client would be misled.
///
/// What stays out: flags, inline comments and named groups, `\d`, `\w`, `\s` and `\b` (of all scripts here, of ASCII
/// there), properties such as `\p{L}` (many tools lack them), and classes inside classes.
pub(super) fn ecma_pattern(pattern: &str) -> Option<String> {
    let mut out = String::with_capacity(pattern.len());
    let mut rest = pattern.chars().peekable();
    while let Some(character) = rest.next() {
        match character {
            '\\' => out.push_str(&escaped(rest.next()?, "")?),
            '[' => class(&mut rest, &mut out)?,
            // Here every character but the line feed; there four characters are left out.
            '.' => out.push_str("[^\\n]"),
            '(' if rest.peek() == Some(&'?') => {
                rest.next();
                (rest.next()? == ':').then(|| out.push_str("(?:"))?;
            }
            // Bare brackets are characters here and mistakes there.
            ']' | '}' => return None,
            '{' => repetition(&mut rest, &mut out)?,
            other => out.push(other),
        }
    }
    Some(out)
}

/// What follows a backslash. `also` are characters that need one in this place beside the usual ones.
fn escaped(character: char, also: &str) -> Option<String> {
    match character {
        'n' | 'r' | 't' | 'f' | 'v' => Some(format!("\\{character}")),
        _ if character.is_ascii_punctuation() => {
            let needed = r"^$\.*+?()[]{}|/".contains(character) || also.contains(character);
            Some(if needed {
                format!("\\{character}")
            } else {
                character.to_string()
            })
        }
        _ => None,
    }
}

/// A class such as `[a-z0-9_]`, after its first bracket.
fn class(rest: &mut Peekable<Chars<'_>>, out: &mut String) -> Option<()> {
    out.push('[');
    if rest.next_if_eq(&'^').is_some() {
        out.push('^');
    }
    // In the first place a closing bracket is a character here and the end there.
    if rest.peek() == Some(&']') {
        return None;
    }
    let mut before = None;
    loop {
        let character = rest.next()?;
        match character {
            ']' => {
                out.push(']');
                return Some(());
            }
            '[' => return None,
            // Doubled, these are operations on classes here.
            '&' | '-' | '~' if before == Some(character) => return None,
            '\\' => out.push_str(&escaped(rest.next()?, "-")?),
            other => out.push(other),
        }
        before = Some(character);
    }
}

/// A count such as `{2,6}`, after its first bracket.
fn repetition(rest: &mut Peekable<Chars<'_>>, out: &mut String) -> Option<()> {
    let mut count = String::new();
    loop {
        match rest.next()? {
            '}' => break,
            character if character.is_ascii_digit() || character == ',' => count.push(character),
            _ => return None,
        }
    }
    if !count.starts_with(|first: char| first.is_ascii_digit()) {
        return None;
    }
    out.push('{');
    out.push_str(&count);
    out.push('}');
    Some(())
}

#[cfg(test)]
mod tests {
    use super::ecma_pattern;

    #[test]
    fn what_both_languages_share_is_kept() {
        for same in [
            "^[a-z0-9]+(-[a-z0-9]+)*$",
            "^FREQ=(DAILY|WEEKLY)(;[A-Z]+=[A-Z0-9,+-]+)*$",
            "^a{2,6}(?:b|c)?$",
            r"^\.\n$",
        ] {
            assert_eq!(ecma_pattern(same).as_deref(), Some(same));
        }
    }

    #[test]
    fn spellings_are_translated() {
        assert_eq!(ecma_pattern(r"^.\-\@[\-\@]$").as_deref(), Some(r"^[^\n]-@[\-@]$"));
    }

    #[test]
    fn what_means_something_else_is_left_out() {
        for other in [
            r"^\d+$",
            r"\bword",
            r"\pL",
            r"\p{L}",
            "(?i)a",
            "(?P<n>a)",
            "[[:alpha:]]",
            "[a-z&&[^b]]",
            r"a\z",
            "]",
            "[]a]",
        ] {
            assert_eq!(ecma_pattern(other), None, "{other}");
        }
    }
}
