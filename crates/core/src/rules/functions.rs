//! Functions: which there are, how they are written and what they take.

use std::ops::Range;
use std::sync::Arc;

use cel::common::ast::{CallExpr, IdedExpr};

use super::analysis::reads_auth_record;
use super::errors::{ExpressionError, Typed, hint_close};
use super::expr::{Expr, Literal, Node, Pattern, Quantifier, TextFunction, Type};
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

/// Name, form, and the least and greatest number of operands: the arguments and what stands before the dot.
const FUNCTIONS: [(&str, Form, usize, usize); 28] = [
    ("all", Form::Method, 3, 3),
    ("bool", Form::Global, 1, 1),
    ("charAt", Form::Method, 2, 2),
    ("contains", Form::Method, 2, 2),
    ("date", Form::Global, 1, 1),
    ("decimal", Form::Global, 2, 2),
    ("double", Form::Global, 1, 1),
    ("duration", Form::Global, 1, 1),
    ("endsWith", Form::Method, 2, 2),
    ("exists", Form::Method, 3, 3),
    ("exists_one", Form::Method, 3, 3),
    ("has", Form::Global, 1, 1),
    ("includes", Form::Method, 2, 12),
    ("indexOf", Form::Method, 2, 2),
    ("int", Form::Global, 1, 1),
    ("lastIndexOf", Form::Method, 2, 2),
    ("lowerAscii", Form::Method, 1, 1),
    ("matches", Form::Method, 2, 2),
    ("now", Form::Global, 0, 0),
    ("replace", Form::Method, 3, 3),
    ("shared", Form::Method, 1, 2),
    ("size", Form::Either, 1, 1),
    ("startsWith", Form::Method, 2, 2),
    ("string", Form::Global, 1, 1),
    ("substring", Form::Method, 2, 3),
    ("timestamp", Form::Global, 1, 1),
    ("trim", Form::Method, 1, 1),
    ("upperAscii", Form::Method, 1, 1),
];

impl Typer<'_> {
    pub(super) fn function(&mut self, ast: &IdedExpr, call: &CallExpr, span: Range<usize>) -> Typed<Expr> {
        let name = call.func_name.as_str();
        if let Err(error) = check_form(call, self.source.function_span(ast), &span) {
            return self.report(error);
        }
        let operands: Vec<&IdedExpr> = call.target.as_deref().into_iter().chain(&call.args).collect();
        if let Some(function) = text_function(name) {
            return self.text_function(function, &operands, span);
        }
        match (name, operands.as_slice()) {
            ("now", []) => self.now(span),
            ("shared", [record, level @ ..]) => self.shared(record, level.first().copied(), span),
            ("has", [asked]) => self.has(asked, span),
            ("size", [counted]) => self.size(counted, span),
            ("lowerAscii", [text]) => self.lower_ascii(text, span),
            ("matches", [text, pattern]) => self.matches(text, pattern, span),
            ("startsWith" | "endsWith" | "contains", [text, other]) => {
                self.text_test(name, text, other, span)
            }
            ("string" | "int" | "double" | "bool" | "timestamp" | "date", [argument]) => {
                self.conversion(name, argument, span)
            }
            ("decimal", [argument, scale]) => self.decimal(argument, scale, span),
            ("duration", [argument]) => {
                let argument = self.value(argument)?;
                self.time_literal(name, &argument, span)
            }
            ("exists", [set, variable, body]) => {
                self.quantifier(Quantifier::Exists, [set, variable, body], span)
            }
            ("all", [set, variable, body]) => self.quantifier(Quantifier::All, [set, variable, body], span),
            ("includes", [set, user, roles @ ..]) => self.includes(set, user, roles, span),
            ("exists_one", [set, variable, body]) => {
                self.quantifier(Quantifier::ExistsOne, [set, variable, body], span)
            }
            _ => self.fail(span, format!("`{name}` is not supported")),
        }
    }

    fn now(&mut self, span: Range<usize>) -> Typed<Expr> {
        if let Some(error) = self.out_of_place("now", &span) {
            return self.report(error);
        }
        Ok(Expr {
            node: Node::Now,
            ty: Type::DateTime,
            nullable: false,
            span,
        })
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

    pub(super) fn text(&mut self, ast: &IdedExpr) -> Typed<Expr> {
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

fn text_function(name: &str) -> Option<TextFunction> {
    Some(match name {
        "upperAscii" => TextFunction::UpperAscii,
        "trim" => TextFunction::Trim,
        "replace" => TextFunction::Replace,
        "substring" => TextFunction::Substring,
        "indexOf" => TextFunction::IndexOf,
        "lastIndexOf" => TextFunction::LastIndexOf,
        "charAt" => TextFunction::CharAt,
        _ => return None,
    })
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
    let Some((_, form, least, most)) = FUNCTIONS.into_iter().find(|(known, ..)| *known == name) else {
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
            return Err(error.hint(if most == 0 {
                format!("write `{name}()`")
            } else {
                format!("write `{name}(...)`")
            }));
        }
        _ => {}
    }
    if (least..=most).contains(&given) {
        return Ok(());
    }
    let before = usize::from(call.target.is_some());
    let wanted = match (least.saturating_sub(before), most.saturating_sub(before)) {
        (_, 0) => "no arguments".to_owned(),
        (_, 1) => "1 argument".to_owned(),
        (few, many) if few < many => format!("{few} or {many} arguments"),
        (_, many) => format!("{many} arguments"),
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
