//! SQL in pieces: enough to find the checks of a table and to read their conditions.

use std::ops::Range;

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Token {
    /// A name or a word of the language, as it is written.
    Word(String),
    /// A name in quotes, without them.
    Quoted(String),
    /// A text, without its quotes.
    Text(String),
    Number(String),
    Symbol(&'static str),
}

/// What square brackets are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Brackets {
    /// SQLite: quotes around a name.
    Quotes,
    /// PostgreSQL: around the items of an array.
    Symbols,
}

const SYMBOLS: &[&str] = &[
    "<=", ">=", "<>", "!=", "==", "::", "||", "<", ">", "=", "(", ")", ",", "+", "-", "*", "/", "%", ".",
    "[", "]", "~", ";", ":", "!", "&", "|", "^", "@", "#", "?",
];

/// The tokens of a text and where each stands; `None` where the text is no SQL that we know.
pub fn tokenize(sql: &str, brackets: Brackets) -> Option<Vec<(Token, Range<usize>)>> {
    let mut tokens = Vec::new();
    let mut at = 0;
    while let Some(first) = sql[at..].chars().next() {
        let rest = &sql[at..];
        if first.is_whitespace() {
            at += first.len_utf8();
            continue;
        }
        if let Some(skipped) = comment(rest) {
            at += skipped;
            continue;
        }
        let (token, length) = next(rest, first, brackets)?;
        tokens.push((token, at..at + length));
        at += length;
    }
    Some(tokens)
}

fn comment(rest: &str) -> Option<usize> {
    if rest.starts_with("--") {
        return Some(rest.find('\n').map_or(rest.len(), |end| end + 1));
    }
    if rest.starts_with("/*") {
        return Some(rest.find("*/").map_or(rest.len(), |end| end + 2));
    }
    None
}

fn next(rest: &str, first: char, brackets: Brackets) -> Option<(Token, usize)> {
    match first {
        '\'' => quoted(rest, '\'').map(|(text, length)| (Token::Text(text), length)),
        '"' | '`' => quoted(rest, first).map(|(text, length)| (Token::Quoted(text), length)),
        '[' if brackets == Brackets::Quotes => {
            let end = rest.find(']')?;
            Some((Token::Quoted(rest[1..end].to_owned()), end + 1))
        }
        _ if first.is_ascii_digit() => {
            let part = |c: char| !(c.is_ascii_alphanumeric() || c == '.');
            let end = rest.find(part).unwrap_or(rest.len());
            Some((Token::Number(rest[..end].to_owned()), end))
        }
        _ if first.is_alphabetic() || first == '_' => {
            let part = |c: char| !(c.is_alphanumeric() || c == '_' || c == '$');
            let end = rest.find(part).unwrap_or(rest.len());
            // E'...', X'...' and their like mean something of their own.
            if rest[end..].starts_with('\'') && end == 1 {
                return None;
            }
            Some((Token::Word(rest[..end].to_owned()), end))
        }
        _ => {
            let symbol = SYMBOLS.iter().find(|symbol| rest.starts_with(**symbol))?;
            Some((Token::Symbol(symbol), symbol.len()))
        }
    }
}

/// The text between two quotes, in which two of them stand for one.
fn quoted(rest: &str, quote: char) -> Option<(String, usize)> {
    let mut text = String::new();
    let mut characters = rest.char_indices().skip(1).peekable();
    while let Some((at, character)) = characters.next() {
        if character != quote {
            text.push(character);
        } else if characters.peek().is_some_and(|(_, next)| *next == quote) {
            text.push(quote);
            characters.next();
        } else {
            return Some((text, at + quote.len_utf8()));
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tokens(sql: &str, brackets: Brackets) -> Option<Vec<Token>> {
        let found = tokenize(sql, brackets)?;
        Some(found.into_iter().map(|(token, _)| token).collect())
    }

    #[test]
    fn quotes_and_comments_are_understood() {
        let found = tokens(
            "a >= 'it''s' -- no\n AND \"B\"\"c\" /* nor */ <> 1.5",
            Brackets::Symbols,
        );
        let wanted = [
            Token::Word("a".into()),
            Token::Symbol(">="),
            Token::Text("it's".into()),
            Token::Word("AND".into()),
            Token::Quoted("B\"c".into()),
            Token::Symbol("<>"),
            Token::Number("1.5".into()),
        ];
        assert_eq!(found.as_deref(), Some(&wanted[..]));
    }

    #[test]
    fn brackets_are_what_the_database_takes_them_for() {
        assert_eq!(
            tokens("[a b]", Brackets::Quotes),
            Some(vec![Token::Quoted("a b".into())])
        );
        assert_eq!(tokens("[1]", Brackets::Symbols).map(|found| found.len()), Some(3));
    }

    #[test]
    fn what_has_no_end_or_a_meaning_of_its_own_is_refused() {
        assert_eq!(tokens("'open", Brackets::Symbols), None);
        assert_eq!(tokens("E'\\n'", Brackets::Symbols), None);
    }
}
