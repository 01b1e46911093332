//! Conditions of SQL checks, as far as our expressions can say the same. What the parser does not know it refuses whole.

use mainstay_store::adopt::{Brackets, Token, tokenize};

/// Brackets inside one another; a check that goes deeper is listed, not translated.
const DEPTH_MAX: usize = 40;

#[derive(Debug, Clone, PartialEq)]
pub(super) enum Condition {
    Column(String),
    Text(String),
    Number(String),
    Bool(bool),
    Null,
    Compare(Comparison, Box<Self>, Box<Self>),
    And(Box<Self>, Box<Self>),
    Or(Box<Self>, Box<Self>),
    Not(Box<Self>),
    IsNull(Box<Self>),
    In(Box<Self>, Vec<Self>),
    /// The characters of a text.
    Length(Box<Self>),
    /// SQLite's `json_valid`, which Django writes for each json column.
    JsonValid(String),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Comparison {
    Equal,
    NotEqual,
    Less,
    AtMost,
    Greater,
    AtLeast,
}

/// Reads a condition; `None` when anything in it is not known.
pub(super) fn parse(sql: &str, brackets: Brackets) -> Option<Condition> {
    let tokens = tokenize(sql, brackets)?;
    let mut parser = Parser {
        tokens: tokens.into_iter().map(|(token, _)| token).collect(),
        at: 0,
        depth: 0,
    };
    let condition = parser.disjunction()?;
    (parser.at == parser.tokens.len()).then_some(condition)
}

struct Parser {
    tokens: Vec<Token>,
    at: usize,
    depth: usize,
}

impl Parser {
    fn disjunction(&mut self) -> Option<Condition> {
        self.depth += 1;
        if self.depth > DEPTH_MAX {
            return None;
        }
        let mut left = self.conjunction()?;
        while self.word("or") {
            left = Condition::Or(Box::new(left), Box::new(self.conjunction()?));
        }
        self.depth -= 1;
        Some(left)
    }

    fn conjunction(&mut self) -> Option<Condition> {
        let mut left = self.negation()?;
        while self.word("and") {
            left = Condition::And(Box::new(left), Box::new(self.negation()?));
        }
        Some(left)
    }

    fn negation(&mut self) -> Option<Condition> {
        let mut count = 0;
        while self.word("not") {
            count += 1;
        }
        let inner = self.predicate()?;
        Some(if count % 2 == 1 { not(inner) } else { inner })
    }

    fn predicate(&mut self) -> Option<Condition> {
        let left = self.operand()?;
        if let Some(comparison) = self.comparison() {
            if self.word("any") || self.word("some") {
                let items = self.array()?;
                return (comparison == Comparison::Equal).then(|| Condition::In(Box::new(left), items));
            }
            if self.word("all") {
                let items = self.array()?;
                return (comparison == Comparison::NotEqual)
                    .then(|| not(Condition::In(Box::new(left), items)));
            }
            let right = self.operand()?;
            return Some(Condition::Compare(comparison, Box::new(left), Box::new(right)));
        }
        if self.word("is") {
            let negated = self.word("not");
            let found = if self.word("null") {
                Condition::IsNull(Box::new(left))
            } else {
                return None;
            };
            return Some(if negated { not(found) } else { found });
        }
        let negated = self.word("not");
        let found = if self.word("in") {
            self.symbol("(").then_some(())?;
            let items = self.items(")")?;
            Condition::In(Box::new(left), items)
        } else if self.word("between") {
            let low = self.operand()?;
            self.word("and").then_some(())?;
            let high = self.operand()?;
            let above = Condition::Compare(Comparison::AtLeast, Box::new(left.clone()), Box::new(low));
            let below = Condition::Compare(Comparison::AtMost, Box::new(left), Box::new(high));
            Condition::And(Box::new(above), Box::new(below))
        } else if negated {
            return None;
        } else {
            return Some(left);
        };
        Some(if negated { not(found) } else { found })
    }

    /// A value, or a condition in brackets; with what it is cast to.
    fn operand(&mut self) -> Option<Condition> {
        let operand = self.plain_operand()?;
        while self.symbol("::") {
            let ty = self.type_name()?;
            let harmless = [
                "text",
                "character varying",
                "varchar",
                "bpchar",
                "character",
                "numeric",
                "double precision",
            ];
            let literal = matches!(
                operand,
                Condition::Text(_) | Condition::Number(_) | Condition::Bool(_) | Condition::Null
            );
            if !literal && !harmless.contains(&ty.as_str()) {
                return None;
            }
        }
        Some(operand)
    }

    fn plain_operand(&mut self) -> Option<Condition> {
        let token = self.tokens.get(self.at)?.clone();
        self.at += 1;
        match token {
            Token::Text(text) => Some(Condition::Text(text)),
            Token::Number(number) => Some(Condition::Number(number)),
            Token::Quoted(name) => Some(Condition::Column(name)),
            Token::Symbol("-") => match self.tokens.get(self.at)? {
                Token::Number(number) => {
                    let negative = format!("-{number}");
                    self.at += 1;
                    Some(Condition::Number(negative))
                }
                _ => None,
            },
            Token::Symbol("(") => {
                let inner = self.disjunction()?;
                self.symbol(")").then_some(inner)
            }
            Token::Symbol(_) => None,
            Token::Word(word) => self.named(&word),
        }
    }

    /// A word of the language, a function or a column.
    fn named(&mut self, word: &str) -> Option<Condition> {
        let lower = word.to_ascii_lowercase();
        if self.symbol("(") {
            let inner = self.disjunction()?;
            self.symbol(")").then_some(())?;
            return match (lower.as_str(), inner) {
                ("length" | "char_length" | "character_length", inner) => {
                    Some(Condition::Length(Box::new(inner)))
                }
                ("json_valid", Condition::Column(name)) => Some(Condition::JsonValid(name)),
                _ => None,
            };
        }
        match lower.as_str() {
            "true" => Some(Condition::Bool(true)),
            "false" => Some(Condition::Bool(false)),
            "null" => Some(Condition::Null),
            "case" | "cast" | "array" | "row" | "exists" | "select" | "interval" | "date" | "timestamp"
            | "current_timestamp" | "current_date" | "current_user" => None,
            _ => Some(Condition::Column(word.to_owned())),
        }
    }

    fn items(&mut self, end: &'static str) -> Option<Vec<Condition>> {
        let mut items = Vec::new();
        loop {
            items.push(self.operand()?);
            if self.symbol(end) {
                return Some(items);
            }
            self.symbol(",").then_some(())?;
        }
    }

    /// `((ARRAY['a'::text, 'b'])::text[])`, with any number of brackets.
    fn array(&mut self) -> Option<Vec<Condition>> {
        if self.symbol("(") {
            self.depth += 1;
            if self.depth > DEPTH_MAX {
                return None;
            }
            let items = self.array()?;
            self.symbol(")").then_some(())?;
            while self.symbol("::") {
                self.type_name()?;
            }
            return Some(items);
        }
        (self.word("array") && self.symbol("[")).then_some(())?;
        let items = self.items("]")?;
        while self.symbol("::") {
            self.type_name()?;
        }
        Some(items)
    }

    /// The words of a type, such as `character varying(20)[]`, without what stands in brackets.
    fn type_name(&mut self) -> Option<String> {
        let mut words = Vec::new();
        while let Some(Token::Word(word) | Token::Quoted(word)) = self.tokens.get(self.at) {
            let lower = word.to_ascii_lowercase();
            if ["and", "or", "is", "in", "not", "between"].contains(&lower.as_str()) {
                break;
            }
            words.push(lower);
            self.at += 1;
            while self.symbol(".") {}
        }
        if self.symbol("(") {
            self.items(")")?;
        }
        while self.symbol("[") {
            self.symbol("]").then_some(())?;
        }
        (!words.is_empty()).then(|| words.join(" "))
    }

    fn comparison(&mut self) -> Option<Comparison> {
        let Some(Token::Symbol(symbol)) = self.tokens.get(self.at) else {
            return None;
        };
        let comparison = match *symbol {
            "=" | "==" => Comparison::Equal,
            "<>" | "!=" => Comparison::NotEqual,
            "<" => Comparison::Less,
            "<=" => Comparison::AtMost,
            ">" => Comparison::Greater,
            ">=" => Comparison::AtLeast,
            _ => return None,
        };
        self.at += 1;
        Some(comparison)
    }

    fn word(&mut self, wanted: &str) -> bool {
        let found =
            matches!(self.tokens.get(self.at), Some(Token::Word(word)) if word.eq_ignore_ascii_case(wanted));
        self.at += usize::from(found);
        found
    }

    fn symbol(&mut self, wanted: &str) -> bool {
        let found = matches!(self.tokens.get(self.at), Some(Token::Symbol(symbol)) if *symbol == wanted);
        self.at += usize::from(found);
        found
    }
}

fn not(condition: Condition) -> Condition {
    Condition::Not(Box::new(condition))
}

impl Condition {
    /// `column IN ('a', 'b')`, also where null is allowed by name: the column and its texts or numbers.
    pub(super) fn choice(&self) -> Option<(&str, &[Self])> {
        match self {
            Self::In(left, items) => match left.as_ref() {
                Self::Column(name) => Some((name, items)),
                _ => None,
            },
            Self::Or(left, right) => match (left.as_ref(), right.as_ref()) {
                (choice, Self::IsNull(null)) | (Self::IsNull(null), choice) => {
                    let found = choice.choice()?;
                    matches!(null.as_ref(), Self::Column(name) if name == found.0).then_some(found)
                }
                _ => None,
            },
            _ => None,
        }
    }

    /// The column that must hold JSON.
    pub(super) fn json_column(&self) -> Option<&str> {
        match self {
            Self::JsonValid(name) => Some(name),
            Self::Or(left, right) => left.json_column().or_else(|| right.json_column()),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(sql: &str) -> Option<Condition> {
        parse(sql, Brackets::Symbols)
    }

    #[test]
    fn both_databases_are_read() {
        let column = || Box::new(Condition::Column("status".into()));
        let items = || vec![Condition::Text("a".into()), Condition::Text("b".into())];
        let wanted = Some(Condition::In(column(), items()));
        assert_eq!(read("status IN ('a', 'b')"), wanted);
        let postgres =
            "((status)::text = ANY ((ARRAY['a'::character varying, 'b'::character varying])::text[]))";
        assert_eq!(read(postgres), wanted);
        let not_in = Some(not(Condition::In(column(), items())));
        assert_eq!(read("(status <> ALL (ARRAY['a'::text, 'b'::text]))"), not_in);
    }

    #[test]
    fn and_binds_closer_than_or() {
        let Some(Condition::Or(_, right)) = read("a = 1 OR b > -2 AND NOT c IS NULL") else {
            panic!("it is an or")
        };
        assert!(matches!(*right, Condition::And(..)));
    }

    #[test]
    fn what_is_not_known_is_refused_whole() {
        for sql in [
            "a ~ '^x'",
            "lower(a) = 'x'",
            "a = 1 AND b LIKE 'x%'",
            "a + 1 > 2",
            "(a)::integer > 2",
            "a > now()",
            "a IN (SELECT 1)",
            "a =",
            "",
        ] {
            assert_eq!(read(sql), None, "{sql}");
        }
        assert_eq!(
            read(&format!("{}a = 1{}", "(".repeat(500), ")".repeat(500))),
            None
        );
    }
}
