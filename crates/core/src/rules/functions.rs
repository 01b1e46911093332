//! Functions: which there are, how they are written and what they take.

use std::ops::Range;
use std::sync::Arc;

use cel::common::ast::{CallExpr, IdedExpr};

use super::analysis::reads_auth_record;
use super::errors::{ExpressionError, Typed, hint_close};
use super::expr::{Expr, Literal, Node, Pattern, Quantifier, Type};
use super::resolve::Named;
use super::typer::{Typer, type_name};
use crate::limits::{PATTERN_BYTES_MAX, PATTERNS_MAX};

/// How a function is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Form {
    /// `text.startsWith("x")`
    Method,
    /// `timestamp("...")`
    Global,
    /// `size(x)` and `x.size()`
    Either,
}

/// Name, form, and the number of operands: the arguments and what stands before the dot.
const FUNCTIONS: [(&str, Form, usize); 14] = [
    ("all", Form::Method, 3),
    ("contains", Form::Method, 2),
    ("date", Form::Global, 1),
    ("duration", Form::Global, 1),
    ("endsWith", Form::Method, 2),
    ("exists", Form::Method, 3),
    ("exists_one", Form::Method, 3),
    ("has", Form::Global, 1),
    ("lowerAscii", Form::Method, 1),
    ("matches", Form::Method, 2),
    ("now", Form::Global, 0),
    ("size", Form::Either, 1),
    ("startsWith", Form::Method, 2),
    ("timestamp", Form::Global, 1),
];

impl Typer<'_> {
    pub(super) fn function(&mut self, ast: &IdedExpr, call: &CallExpr, span: Range<usize>) -> Typed<Expr> {
        let name = call.func_name.as_str();
        if let Err(error) = check_form(call, self.source.function_span(ast), &span) {
            return self.report(error);
        }
        let operands: Vec<&IdedExpr> = call.target.as_deref().into_iter().chain(&call.args).collect();
        match (name, operands.as_slice()) {
            ("now", []) => Ok(Expr {
                node: Node::Now,
                ty: Type::DateTime,
                nullable: false,
                span,
            }),
            ("has", [asked]) => self.has(asked, span),
            ("size", [counted]) => self.size(counted, span),
            ("lowerAscii", [text]) => self.lower_ascii(text, span),
            ("matches", [text, pattern]) => self.matches(text, pattern, span),
            ("startsWith" | "endsWith" | "contains", [text, other]) => {
                self.text_test(name, text, other, span)
            }
            ("timestamp" | "date" | "duration", [argument]) => {
                let argument = self.value(argument)?;
                self.time_literal(name, &argument, span)
            }
            ("exists", [set, variable, body]) => {
                self.quantifier(Quantifier::Exists, [set, variable, body], span)
            }
            ("all", [set, variable, body]) => self.quantifier(Quantifier::All, [set, variable, body], span),
            ("exists_one", [set, variable, body]) => {
                self.quantifier(Quantifier::ExistsOne, [set, variable, body], span)
            }
            _ => self.fail(span, format!("`{name}` is not supported")),
        }
    }

    /// `has(record.due)`: a question about a name, which may well be null.
    fn has(&mut self, asked: &IdedExpr, span: Range<usize>) -> Typed<Expr> {
        let place = self.source.span(asked);
        let error = match self.resolve(asked)? {
            Named::Value(expr) if matches!(expr.node, Node::Field { .. } | Node::AuthId) => {
                let nullable = reads_auth_record(&expr);
                return Ok(Expr {
                    node: Node::Has(Box::new(expr)),
                    ty: Type::Bool,
                    nullable,
                    span,
                });
            }
            Named::Value(_) => ExpressionError::new(place, "`has` asks about a field, and this is none")
                .hint("compare a value with null by `!= null`"),
            Named::Record(_) => {
                ExpressionError::new(place, "`has` asks about a field, and this is a whole record")
                    .hint("ask for one of its fields: `has(auth.id)`")
            }
            Named::Records(_) => {
                ExpressionError::new(place, "`has` asks about a field, and this is a set of records")
                    .hint("a set has records when its `size()` is more than 0")
            }
            Named::Request => ExpressionError::new(place, "a request is always there"),
        };
        self.report(error)
    }

    /// Characters of a text, items of a `multi_select`, or records of a set.
    fn size(&mut self, counted: &IdedExpr, span: Range<usize>) -> Typed<Expr> {
        let expr = match self.resolve(counted)? {
            Named::Records(records) => {
                let nullable = super::quantifiers::may_be_unknown(&records);
                return Ok(Expr {
                    node: Node::Count(records),
                    ty: Type::Int,
                    nullable,
                    span,
                });
            }
            Named::Value(expr) if matches!(expr.ty, Type::Text | Type::Texts) => expr,
            Named::Value(expr) => {
                let message = format!("{} has no size", type_name(expr.ty));
                return self.fail(expr.span, message);
            }
            Named::Record(_) | Named::Request => {
                let place = self.source.span(counted);
                return self.fail(place, "a single record has no size");
            }
        };
        let nullable = expr.nullable;
        Ok(Expr {
            node: Node::Size(Box::new(expr)),
            ty: Type::Int,
            nullable,
            span,
        })
    }

    fn text(&mut self, ast: &IdedExpr) -> Typed<Expr> {
        let expr = self.value(ast)?;
        if expr.ty == Type::Text {
            return Ok(expr);
        }
        let message = format!("a text is needed here, and this is {}", type_name(expr.ty));
        self.fail(expr.span, message)
    }

    fn lower_ascii(&mut self, text: &IdedExpr, span: Range<usize>) -> Typed<Expr> {
        let text = self.text(text)?;
        let nullable = text.nullable;
        Ok(Expr {
            node: Node::LowerAscii(Box::new(text)),
            ty: Type::Text,
            nullable,
            span,
        })
    }

    fn text_test(
        &mut self,
        name: &str,
        text: &IdedExpr,
        other: &IdedExpr,
        span: Range<usize>,
    ) -> Typed<Expr> {
        let (text, other) = (self.text(text), self.text(other));
        let (text, other) = (Box::new(text?), Box::new(other?));
        let nullable = text.nullable || other.nullable;
        let node = match name {
            "startsWith" => Node::StartsWith { text, prefix: other },
            "endsWith" => Node::EndsWith { text, suffix: other },
            _ => Node::Contains { text, part: other },
        };
        Ok(Expr {
            node,
            ty: Type::Bool,
            nullable,
            span,
        })
    }

    fn matches(&mut self, text: &IdedExpr, pattern: &IdedExpr, span: Range<usize>) -> Typed<Expr> {
        let (text, pattern) = (self.text(text), self.text(pattern));
        let (text, pattern) = (text?, pattern?);
        let Node::Literal(Literal::Text(source)) = &pattern.node else {
            return self.fail(
                pattern.span,
                "`matches` takes a pattern that is written out, between quotes",
            );
        };
        self.patterns += 1;
        if self.patterns > PATTERNS_MAX {
            return self.fail(
                pattern.span,
                format!("an expression has at most {PATTERNS_MAX} patterns"),
            );
        }
        let regex = match regex::RegexBuilder::new(source)
            .size_limit(PATTERN_BYTES_MAX)
            .build()
        {
            Ok(regex) => regex,
            Err(fault) => return self.fail(pattern.span, describe(&fault)),
        };
        let nullable = text.nullable;
        let node = Node::Matches {
            text: Box::new(text),
            pattern: Pattern(Arc::new(regex)),
        };
        Ok(Expr {
            node,
            ty: Type::Bool,
            nullable,
            span,
        })
    }
}

/// The crate prints a drawing of several lines; its last line is the reason.
fn describe(fault: &regex::Error) -> String {
    match fault {
        regex::Error::CompiledTooBig(_) => "the pattern is too large once compiled".to_owned(),
        other => {
            let text = other.to_string();
            let reason = text
                .lines()
                .last()
                .unwrap_or_default()
                .trim_start_matches("error: ");
            format!("the pattern cannot be read: {reason}")
        }
    }
}

fn check_form(call: &CallExpr, name_span: Range<usize>, span: &Range<usize>) -> Result<(), ExpressionError> {
    let name = call.func_name.as_str();
    let Some((_, form, count)) = FUNCTIONS.into_iter().find(|(known, ..)| *known == name) else {
        return Err(unknown(name, name_span));
    };
    let given = call.args.len() + usize::from(call.target.is_some());
    match (form, call.target.is_some()) {
        (Form::Method, false) => {
            let error = ExpressionError::new(
                name_span,
                format!("`{name}` stands after the value it asks about"),
            );
            return Err(error.hint(format!("write `record.field.{name}(...)`")));
        }
        (Form::Global, true) => {
            let error = ExpressionError::new(name_span, format!("`{name}` does not stand after a value"));
            return Err(error.hint(if count == 0 {
                format!("write `{name}()`")
            } else {
                format!("write `{name}(...)`")
            }));
        }
        _ => {}
    }
    if given == count {
        return Ok(());
    }
    let before = usize::from(call.target.is_some());
    let wanted = match count - before.min(count) {
        0 => "no arguments".to_owned(),
        1 => "1 argument".to_owned(),
        many => format!("{many} arguments"),
    };
    let message = format!("`{name}` takes {wanted}, and {} are given", call.args.len());
    let hint = matches!(name, "exists" | "all" | "exists_one").then(|| {
        format!("write `{name}(x, x.field == ...)`: a name for each record, and what is asked about it")
    });
    Err(ExpressionError::new(span.clone(), message).maybe_hint(hint))
}

fn unknown(name: &str, span: Range<usize>) -> ExpressionError {
    let names = FUNCTIONS.map(|(known, ..)| known);
    let hint = match name {
        "map" | "filter" => "ask about the items with `exists`, `all`, `exists_one` or `size`".to_owned(),
        _ => hint_close(name, &names).unwrap_or_else(|| {
            let quoted = names.map(|known| format!("`{known}`"));
            format!("the functions are {}", quoted.join(", "))
        }),
    };
    ExpressionError::new(span, format!("the function `{name}` is not supported")).hint(hint)
}
