//! The words of an expression, before it is parsed.
//!
//! The parser of the crate `cel` remembers only one token of each node, and answers a stray character with a list of all
//! tokens it knows. Reading the tokens here first gives exact places, and errors that say what to write instead.

use std::ops::Range;

use super::errors::ExpressionError;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum TokenKind {
    Name,
    Number,
    Text,
    Operator,
    Open,
    Close,
}

#[derive(Debug, Clone)]
pub(super) struct Token {
    pub(super) kind: TokenKind,
    pub(super) start: usize,
    pub(super) end: usize,
    /// For a bracket, the position of the one that closes or opens it.
    pub(super) partner: Option<usize>,
}

impl Token {
    pub(super) fn span(&self) -> Range<usize> {
        self.start..self.end
    }
}

/// Reads the tokens of an expression whose brackets match.
pub(super) fn tokenize(text: &str) -> Result<Vec<Token>, ExpressionError> {
    let mut lexer = Lexer { text, at: 0 };
    let mut tokens = Vec::new();
    while let Some(token) = lexer.next()? {
        tokens.push(token);
    }
    if tokens.is_empty() {
        return Err(ExpressionError::new(0..text.len(), "the expression is empty"));
    }
    match_brackets(text, &mut tokens)?;
    Ok(tokens)
}

struct Lexer<'a> {
    text: &'a str,
    at: usize,
}

impl Lexer<'_> {
    fn next(&mut self) -> Result<Option<Token>, ExpressionError> {
        self.skip_blanks();
        let start = self.at;
        let Some(first) = self.text[start..].chars().next() else {
            return Ok(None);
        };
        let kind = match first {
            '(' | '[' | '{' => self.take(1, TokenKind::Open),
            ')' | ']' | '}' => self.take(1, TokenKind::Close),
            '0'..='9' => self.number(),
            '.' if self.byte(1).is_some_and(|b| b.is_ascii_digit()) => self.number(),
            '"' | '\'' => self.string(false)?,
            'a'..='z' | 'A'..='Z' | '_' => self.word()?,
            _ => self.operator(first)?,
        };
        Ok(Some(Token {
            kind,
            start,
            end: self.at,
            partner: None,
        }))
    }

    fn byte(&self, ahead: usize) -> Option<u8> {
        self.text.as_bytes().get(self.at + ahead).copied()
    }

    fn rest(&self) -> &str {
        &self.text[self.at..]
    }

    fn take(&mut self, bytes: usize, kind: TokenKind) -> TokenKind {
        self.at += bytes;
        kind
    }

    fn take_while(&mut self, belongs: impl Fn(u8) -> bool) {
        while self.byte(0).is_some_and(&belongs) {
            self.at += 1;
        }
    }

    fn skip_blanks(&mut self) {
        loop {
            self.take_while(|b| matches!(b, b' ' | b'\t' | b'\r' | b'\n' | 0x0C));
            if !self.rest().starts_with("//") {
                return;
            }
            self.take_while(|b| b != b'\n');
        }
    }

    fn number(&mut self) -> TokenKind {
        if self.rest().starts_with("0x") && self.byte(2).is_some_and(|b| b.is_ascii_hexdigit()) {
            self.at += 2;
            self.take_while(|b| b.is_ascii_hexdigit());
        } else {
            self.take_while(|b| b.is_ascii_digit());
            if self.byte(0) == Some(b'.') && self.byte(1).is_some_and(|b| b.is_ascii_digit()) {
                self.at += 1;
                self.take_while(|b| b.is_ascii_digit());
            }
            self.exponent();
        }
        if matches!(self.byte(0), Some(b'u' | b'U')) {
            self.at += 1;
        }
        TokenKind::Number
    }

    fn exponent(&mut self) {
        if !matches!(self.byte(0), Some(b'e' | b'E')) {
            return;
        }
        let sign = usize::from(matches!(self.byte(1), Some(b'+' | b'-')));
        if self.byte(1 + sign).is_some_and(|b| b.is_ascii_digit()) {
            self.at += 1 + sign;
            self.take_while(|b| b.is_ascii_digit());
        }
    }

    /// A name, or the letters in front of a raw or bytes literal.
    fn word(&mut self) -> Result<TokenKind, ExpressionError> {
        let quote_at = |ahead: usize| matches!(self.byte(ahead), Some(b'"' | b'\''));
        let is_raw = |ahead: usize| matches!(self.byte(ahead), Some(b'r' | b'R'));
        let bytes = usize::from(matches!(self.byte(0), Some(b'b' | b'B')));
        let raw = usize::from(is_raw(bytes));
        let prefix = bytes + raw;
        if prefix > 0 && quote_at(prefix) {
            self.at += prefix;
            return self.string(raw == 1);
        }
        self.take_while(|b| b.is_ascii_alphanumeric() || b == b'_');
        Ok(TokenKind::Name)
    }

    fn string(&mut self, raw: bool) -> Result<TokenKind, ExpressionError> {
        let start = self.at;
        let quote = &self.text[start..=start];
        let triple = quote.repeat(3);
        let (delimiter, lines) = if self.rest().starts_with(&triple) {
            (&*triple, true)
        } else {
            (quote, false)
        };
        self.at += delimiter.len();
        loop {
            let rest = &self.text[self.at..];
            match rest.chars().next() {
                _ if rest.starts_with(delimiter) => return Ok(self.take(delimiter.len(), TokenKind::Text)),
                Some('\\') if !raw => self.escape()?,
                Some('\n' | '\r') if !lines => break,
                Some(other) => self.at += other.len_utf8(),
                None => break,
            }
        }
        let message = format!("the text that starts here is never closed with `{delimiter}`");
        Err(ExpressionError::new(start..start + delimiter.len(), message))
    }

    fn escape(&mut self) -> Result<(), ExpressionError> {
        let digits = |from: usize, count: usize, belongs: fn(&u8) -> bool| {
            (from..from + count).all(|ahead| self.byte(ahead).is_some_and(|b| belongs(&b)))
        };
        let length = match self.byte(1) {
            Some(b'a' | b'b' | b'f' | b'n' | b'r' | b't' | b'v' | b'"' | b'\'' | b'\\' | b'?' | b'`') => 2,
            Some(b'x' | b'X') if digits(2, 2, u8::is_ascii_hexdigit) => 4,
            Some(b'u') if digits(2, 4, u8::is_ascii_hexdigit) => 6,
            Some(b'U') if digits(2, 8, u8::is_ascii_hexdigit) => 10,
            Some(b'0'..=b'3') if digits(2, 2, |b| (b'0'..=b'7').contains(b)) => 4,
            _ => {
                let shown: String = self.rest().chars().take(2).collect();
                let span = self.at..self.at + shown.len();
                return Err(
                    ExpressionError::new(span, format!("`{shown}` means nothing inside a text"))
                        .hint("write `\\\\` for a backslash, or put `r` in front of the quotes"),
                );
            }
        };
        self.at += length;
        Ok(())
    }

    fn operator(&mut self, first: char) -> Result<TokenKind, ExpressionError> {
        const PAIRS: [&str; 6] = ["==", "!=", "<=", ">=", "&&", "||"];
        if PAIRS.iter().any(|pair| self.rest().starts_with(pair)) {
            return Ok(self.take(2, TokenKind::Operator));
        }
        let instead = match first {
            '<' | '>' | '+' | '-' | '*' | '/' | '%' | '!' | '?' | ':' | '.' | ',' => {
                return Ok(self.take(1, TokenKind::Operator));
            }
            '=' => Some("use `==` to compare"),
            '&' => Some("use `&&` for \"and\""),
            '|' => Some("use `||` for \"or\""),
            '“' | '”' | '„' | '‘' | '’' => Some("texts stand between straight quotes, `\"` or `'`"),
            _ => None,
        };
        let span = self.at..self.at + first.len_utf8();
        Err(
            ExpressionError::new(span, format!("`{}` means nothing here", first.escape_debug()))
                .maybe_hint(instead.map(str::to_owned)),
        )
    }
}

fn match_brackets(text: &str, tokens: &mut [Token]) -> Result<(), ExpressionError> {
    let mut open: Vec<usize> = Vec::new();
    for at in 0..tokens.len() {
        let span = tokens[at].span();
        match tokens[at].kind {
            TokenKind::Open => open.push(at),
            TokenKind::Close => {
                let found = &text[span.clone()];
                let Some(partner) = open.pop() else {
                    return Err(ExpressionError::new(span, format!("`{found}` closes nothing")));
                };
                let opened = &text[tokens[partner].span()];
                if !matches!((opened, found), ("(", ")") | ("[", "]") | ("{", "}")) {
                    return Err(ExpressionError::new(
                        span,
                        format!("`{found}` does not close `{opened}`"),
                    ));
                }
                tokens[partner].partner = Some(at);
                tokens[at].partner = Some(partner);
            }
            _ => {}
        }
    }
    match open.pop() {
        None => Ok(()),
        Some(at) => {
            let span = tokens[at].span();
            let message = format!("`{}` is never closed", &text[span.clone()]);
            Err(ExpressionError::new(span, message))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(text: &str) -> Vec<&str> {
        tokenize(text)
            .unwrap()
            .iter()
            .map(|token| &text[token.span()])
            .collect()
    }

    #[test]
    fn words_are_found_where_they_stand() {
        assert_eq!(
            words("a.b>=-1.5e3 // why\n&&x"),
            ["a", ".", "b", ">=", "-", "1.5e3", "&&", "x"]
        );
        assert_eq!(
            words(r#"r"\d" in ['a\'b', """c"d"""]"#),
            [r#"r"\d""#, "in", "[", r"'a\'b'", ",", r#""""c"d""""#, "]"]
        );
        assert_eq!(
            words("1.e 0x1F 0xZ 1e 2u .5"),
            ["1", ".", "e", "0x1F", "0", "xZ", "1", "e", "2u", ".5"]
        );
        assert_eq!(words("br'x' rb b r'é'"), ["br'x'", "rb", "b", "r'é'"]);
    }

    #[test]
    fn what_cannot_be_a_word_says_what_to_write() {
        for (text, span, message, hint) in [
            ("", 0..0, "the expression is empty", None),
            (" // x", 0..5, "the expression is empty", None),
            (
                "a = 1",
                2..3,
                "`=` means nothing here",
                Some("use `==` to compare"),
            ),
            (
                "a & b",
                2..3,
                "`&` means nothing here",
                Some("use `&&` for \"and\""),
            ),
            ("é", 0..2, "`é` means nothing here", None),
            (
                "a == \"b\nc\"",
                5..6,
                "the text that starts here is never closed with `\"`",
                None,
            ),
            (
                "a.matches('\\d')",
                11..13,
                "`\\d` means nothing inside a text",
                Some("write `\\\\` for a backslash, or put `r` in front of the quotes"),
            ),
            ("(a", 0..1, "`(` is never closed", None),
            ("a)", 1..2, "`)` closes nothing", None),
            ("(a]", 2..3, "`]` does not close `(`", None),
        ] {
            let error = tokenize(text).unwrap_err();
            assert_eq!(
                (error.span, error.message.as_str(), error.hint.as_deref()),
                (span, message, hint),
                "{text}"
            );
        }
    }
}

/// What a word of an expression is, for whoever looks for names in it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum WordKind {
    Name,
    Other,
}

/// The words of an expression in their order; none when it is not one.
pub(crate) fn words(text: &str) -> Vec<(WordKind, Range<usize>)> {
    let tokens = tokenize(text).unwrap_or_default();
    let kind = |kind| match kind {
        TokenKind::Name => WordKind::Name,
        _ => WordKind::Other,
    };
    tokens
        .iter()
        .map(|token| (kind(token.kind), token.span()))
        .collect()
}
