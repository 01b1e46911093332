//! A bound on the nesting of an expression, known before it is parsed.
//!
//! The parser recurses, and so does every walk over what it makes. A text of 4 KB can nest so deeply that a thread's stack
//! ends, which ends the process; so the tokens are counted first.

use super::errors::ExpressionError;
use super::tokens::{Token, TokenKind};
use crate::limits::EXPRESSION_DEPTH_MAX;

pub(super) fn check_nesting(text: &str, tokens: &[Token]) -> Result<(), ExpressionError> {
    if depth(text, tokens) <= EXPRESSION_DEPTH_MAX {
        return Ok(());
    }
    let message = format!("more than {EXPRESSION_DEPTH_MAX} operators and brackets stand inside one another");
    Err(ExpressionError::new(0..text.len(), message))
}

/// What stands between one pair of brackets, as far as it is read.
#[derive(Default)]
struct Level {
    /// Operators since the last `&&`, `||`, `,`, `?` or `:`. Each may hold all before it.
    chain: usize,
    /// The deepest brackets since then.
    inside: usize,
    /// The deepest of the chains before.
    deepest: usize,
    /// Each `?` may stand in the branch of the one before.
    conditionals: usize,
}

impl Level {
    fn end_chain(&mut self) {
        self.deepest = self.deepest.max(self.chain + self.inside);
        self.chain = 0;
        self.inside = 0;
    }

    fn depth(&self) -> usize {
        self.deepest.max(self.chain + self.inside) + self.conditionals
    }
}

/// An upper bound of the nesting of the parsed tree, and of the parser's recursion.
///
/// A run of `&&` or of `||` counts as one: the parser makes a balanced tree of it.
fn depth(text: &str, tokens: &[Token]) -> usize {
    let mut outer: Vec<Level> = Vec::new();
    let mut level = Level::default();
    for token in tokens {
        match (token.kind, &text[token.span()]) {
            (TokenKind::Open, _) => {
                level.chain += 1;
                outer.push(std::mem::take(&mut level));
            }
            (TokenKind::Close, _) => {
                let closed = level.depth();
                level = outer.pop().unwrap_or_default();
                level.inside = level.inside.max(closed);
            }
            (TokenKind::Operator, "&&" | "||" | "," | ":") => level.end_chain(),
            (TokenKind::Operator, "?") => {
                level.end_chain();
                level.conditionals += 1;
            }
            (TokenKind::Operator, _) | (TokenKind::Name, "in") => level.chain += 1,
            _ => {}
        }
    }
    level.depth()
}

#[cfg(test)]
mod tests {
    use super::super::tokens::tokenize;
    use super::*;

    fn depth_of(text: &str) -> usize {
        depth(text, &tokenize(text).unwrap())
    }

    #[test]
    fn nesting_is_counted_and_width_is_not() {
        assert_eq!(depth_of("a && b && c || d && e"), 0);
        assert_eq!(depth_of("a.b == c.d"), 3);
        assert_eq!(depth_of("(a + (b)) * c"), 4);
        assert_eq!(depth_of("a ? b : c ? d : e"), 2);
        assert_eq!(depth_of("x in [a.b, c.d]"), 3);
    }

    #[test]
    fn what_nests_too_deeply_is_refused() {
        let check = |text: &str| check_nesting(text, &tokenize(text).unwrap());
        let nested = |count: usize| format!("{}a{}", "(".repeat(count), ")".repeat(count));
        assert!(check(&nested(64)).is_ok());
        assert_eq!(
            check(&nested(65)).unwrap_err().message,
            "more than 64 operators and brackets stand inside one another"
        );
        assert!(check(&format!("a{}", " && a".repeat(500))).is_ok());
    }
}
