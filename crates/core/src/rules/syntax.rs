//! From text to a syntax tree with the crate `cel`, and from its nodes back to places in the text.

use std::ops::Range;

use cel::common::ast::{CallExpr, Expr as Ast, IdedExpr, LiteralValue, SourceInfo};
use cel::parser::ParseError;

use super::errors::ExpressionError;
use super::nesting::check_nesting;
use super::tokens::{Token, TokenKind, tokenize};
use crate::limits::{EXPRESSION_BYTES_MAX, EXPRESSION_DEPTH_MAX};

/// The text of an expression with what is known about places in it.
pub(super) struct Source<'a> {
    text: &'a str,
    tokens: Vec<Token>,
    /// For each node, the bytes of one token: a name, an operator or an opening bracket.
    places: SourceInfo,
}

/// Parses a text. Macros stay the calls they are written as: `exists` is typed, not expanded into a loop.
pub(super) fn parse(text: &str) -> Result<(IdedExpr, Source<'_>), ExpressionError> {
    if text.len() > EXPRESSION_BYTES_MAX {
        let message = format!(
            "an expression has at most {EXPRESSION_BYTES_MAX} bytes, and this one has {}",
            text.len()
        );
        return Err(ExpressionError::new(0..text.len(), message));
    }
    let tokens = tokenize(text)?;
    check_nesting(text, &tokens)?;
    // An environment without functions and macros: its parser only parses.
    let parser = cel::Env::default().with_optional_support(false).parser();
    let depth_max = u16::try_from(EXPRESSION_DEPTH_MAX).expect("the limit fits 16 bits");
    match parser.max_recursion_depth(depth_max).parse_with_source_info(text) {
        Ok((tree, places)) => Ok((tree, Source { text, tokens, places })),
        // The parser goes on after the first fault by guessing; what it finds then is noise.
        Err(faults) => Err(describe(text, &tokens, faults.errors.first())),
    }
}

fn describe(text: &str, tokens: &[Token], fault: Option<&ParseError>) -> ExpressionError {
    let Some(fault) = fault else {
        return ExpressionError::new(0..text.len(), "the expression cannot be read");
    };
    let at = offset(text, fault.pos);
    let Some(token) = tokens.iter().find(|token| token.end > at) else {
        let last = tokens.last().map_or(0..text.len(), Token::span);
        return ExpressionError::new(last, "the expression breaks off here");
    };
    let found = &text[token.span()];
    let error = |message: String| ExpressionError::new(token.span(), message);
    if fault.msg.starts_with("reserved identifier") {
        return error(format!("`{found}` is a reserved word"));
    }
    if fault.msg.starts_with("invalid") && token.kind == TokenKind::Number {
        return error(format!("`{found}` does not fit 64 bits"));
    }
    if fault.msg.starts_with("invalid") && token.kind == TokenKind::Text {
        return error("the text has an escape that is no character".to_owned());
    }
    let instead = match found.to_ascii_lowercase().as_str() {
        "and" => Some("use `&&`"),
        "or" => Some("use `||`"),
        "not" => Some("use `!`"),
        "is" => Some("use `==`"),
        "like" => Some("use `.contains(...)`, `.startsWith(...)` or `.matches(...)`"),
        _ if found == "?" => Some("a choice is written `condition ? this : that`"),
        _ => None,
    };
    error(format!("`{found}` is not expected here")).maybe_hint(instead.map(str::to_owned))
}

/// The byte at a line and column of the parser, both from 1; its columns count characters.
fn offset(text: &str, (line, column): (isize, isize)) -> usize {
    let (Ok(line), Ok(column)) = (usize::try_from(line), usize::try_from(column)) else {
        return text.len();
    };
    let Some(before) = line.checked_sub(1) else {
        return 0;
    };
    let Some(content) = text.split('\n').nth(before) else {
        return text.len();
    };
    let start: usize = text
        .split('\n')
        .take(before)
        .map(|earlier| earlier.len() + 1)
        .sum();
    let within: usize = content
        .chars()
        .take(column.saturating_sub(1))
        .map(char::len_utf8)
        .sum();
    start + within
}

impl Source<'_> {
    /// The bytes of the text that a node was made from.
    pub(super) fn span(&self, node: &IdedExpr) -> Range<usize> {
        let Some(at) = self.token(node) else {
            return 0..self.text.len();
        };
        match &node.expr {
            Ast::Select(select) => self.span(&select.operand).start..self.token_end(at + 1),
            Ast::Call(call) => self.call_span(call, at),
            Ast::List(_) | Ast::Map(_) | Ast::Struct(_) => self.tokens[at].start..self.closed(at),
            Ast::Literal(LiteralValue::Int(_) | LiteralValue::Double(_)) => self.number_span(node, at),
            _ => self.tokens[at].span(),
        }
    }

    /// The name after the dot of a selection.
    pub(super) fn selected_span(&self, node: &IdedExpr) -> Range<usize> {
        match self.token(node).and_then(|at| self.tokens.get(at + 1)) {
            Some(token) => token.span(),
            None => self.span(node),
        }
    }

    /// The name of a called function, or the operator's sign.
    pub(super) fn function_span(&self, node: &IdedExpr) -> Range<usize> {
        match self.token(node) {
            Some(at) if self.tokens[at].kind == TokenKind::Open && at > 0 => self.tokens[at - 1].span(),
            Some(at) => self.tokens[at].span(),
            None => self.span(node),
        }
    }

    fn call_span(&self, call: &CallExpr, at: usize) -> Range<usize> {
        let token = &self.tokens[at];
        if token.kind == TokenKind::Open {
            let start = match (&call.target, call.args.first()) {
                (Some(target), _) => self.span(target).start,
                // `a[b]`, where the target is the first argument
                (None, Some(first)) if &self.text[token.span()] == "[" => self.span(first).start,
                _ => self.tokens[at.saturating_sub(1)].start,
            };
            return start..self.closed(at);
        }
        let (mut start, mut end) = (token.start, token.end);
        for part in &call.args {
            let span = self.span(part);
            start = start.min(span.start);
            end = end.max(span.end);
        }
        self.with_whole_brackets(start..end)
    }

    /// `(a) + b` has operands `a` and `b`; its span takes in the brackets that stand half inside.
    fn with_whole_brackets(&self, span: Range<usize>) -> Range<usize> {
        let (mut start, mut end) = (span.start, span.end);
        for token in self
            .tokens
            .iter()
            .filter(|token| token.start >= span.start && token.end <= span.end)
        {
            if let Some(partner) = token.partner.map(|at| &self.tokens[at]) {
                start = start.min(partner.start);
                end = end.max(partner.end);
            }
        }
        start..end
    }

    /// The sign of a negative number is a token of its own.
    fn number_span(&self, node: &IdedExpr, at: usize) -> Range<usize> {
        let negative = match &node.expr {
            Ast::Literal(LiteralValue::Int(number)) => *number.inner() < 0,
            Ast::Literal(LiteralValue::Double(number)) => number.inner().is_sign_negative(),
            _ => false,
        };
        let token = &self.tokens[at];
        match at.checked_sub(1).map(|before| &self.tokens[before]) {
            Some(sign) if negative && &self.text[sign.span()] == "-" => sign.start..token.end,
            _ => token.span(),
        }
    }

    fn token(&self, node: &IdedExpr) -> Option<usize> {
        let (start, _) = self.places.offset_for(node.id)?;
        let start = usize::try_from(start).ok()?;
        self.tokens.binary_search_by_key(&start, |token| token.start).ok()
    }

    fn token_end(&self, at: usize) -> usize {
        self.tokens.get(at).map_or(self.text.len(), |token| token.end)
    }

    fn closed(&self, at: usize) -> usize {
        self.token_end(self.tokens[at].partner.unwrap_or(at))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The texts of a node and of everything under it.
    fn spans(text: &str) -> Vec<&str> {
        fn collect<'a>(source: &Source<'a>, node: &IdedExpr, out: &mut Vec<&'a str>) {
            out.push(&source.text[source.span(node)]);
            match &node.expr {
                Ast::Select(select) => collect(source, &select.operand, out),
                Ast::Call(call) => {
                    call.target.iter().for_each(|target| collect(source, target, out));
                    call.args.iter().for_each(|arg| collect(source, arg, out));
                }
                Ast::List(list) => list.elements.iter().for_each(|item| collect(source, item, out)),
                _ => {}
            }
        }
        let (tree, source) = parse(text).unwrap();
        let mut out = Vec::new();
        collect(&source, &tree, &mut out);
        out
    }

    #[test]
    fn a_span_is_what_was_written() {
        assert_eq!(spans("(a) + b.c"), ["(a) + b.c", "a", "b.c", "b"]);
        assert_eq!(
            spans("é".replace('é', "'é' == a").as_str()),
            ["'é' == a", "'é'", "a"]
        );
        assert_eq!(spans("((a))"), ["a"]);
        assert_eq!(spans("! a . b"), ["! a . b", "a . b", "a"]);
        assert_eq!(spans("a < -5"), ["a < -5", "a", "-5"]);
        assert_eq!(spans("a -5"), ["a -5", "a", "5"]);
        assert_eq!(
            spans("f(a, b) ? x[1] : -y"),
            [
                "f(a, b) ? x[1] : -y",
                "f(a, b)",
                "a",
                "b",
                "x[1]",
                "x",
                "1",
                "-y",
                "y"
            ]
        );
        assert_eq!(
            spans("a.b.exists(m, (m) == 1)"),
            ["a.b.exists(m, (m) == 1)", "a.b", "a", "m", "(m) == 1", "m", "1"]
        );
        assert_eq!(spans("a in [1, 2]"), ["a in [1, 2]", "a", "[1, 2]", "1", "2"]);
        assert_eq!(
            spans("(a && b) || c && d"),
            [
                "(a && b) || c && d",
                "(a && b) || c && d".get(1..7).unwrap(),
                "a",
                "b",
                "c && d",
                "c",
                "d"
            ]
        );
    }

    #[test]
    fn what_does_not_parse_says_where() {
        for (text, span, message, hint) in [
            ("a ==", 2..4, "the expression breaks off here", None),
            ("a == \n", 2..4, "the expression breaks off here", None),
            ("'é' and b", 5..8, "`and` is not expected here", Some("use `&&`")),
            ("a &&\n'ä' == * b", 13..14, "`*` is not expected here", None),
            ("a b", 2..3, "`b` is not expected here", None),
            ("f(a,)", 4..5, "`)` is not expected here", None),
            ("if == 1", 0..2, "`if` is a reserved word", None),
            (
                "a == 9223372036854775808",
                5..24,
                "`9223372036854775808` does not fit 64 bits",
                None,
            ),
            ("a == 1e999", 5..10, "`1e999` does not fit 64 bits", None),
            (
                "a == '\\ud800'",
                5..13,
                "the text has an escape that is no character",
                None,
            ),
        ] {
            let error = parse(text).err().unwrap();
            assert_eq!(
                (error.span, error.message.as_str(), error.hint.as_deref()),
                (span, message, hint),
                "{text}"
            );
        }
    }

    #[test]
    fn a_long_text_is_refused_before_it_is_read() {
        let text = "a".repeat(EXPRESSION_BYTES_MAX + 1);
        assert_eq!(
            parse(&text).err().unwrap().message,
            "an expression has at most 4096 bytes, and this one has 4097"
        );
    }
}
