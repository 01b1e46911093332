//! Conversions between types, and what texts are made into.

use std::ops::Range;

use cel::common::ast::IdedExpr;

use super::errors::{ExpressionError, Typed};
use super::expr::{Expr, Literal, Node, TextFunction, Type};
use super::typer::{Typer, type_name};
use crate::limits::DECIMAL_DIGITS_MAX;

impl Typer<'_> {
    /// `string(x)`, `int(x)`, `double(x)`, `bool(x)`, `timestamp(x)` and `date(x)`.
    pub(super) fn conversion(&mut self, name: &str, argument: &IdedExpr, span: Range<usize>) -> Typed<Expr> {
        let value = self.value(argument)?;
        let written_out = value.ty == Type::Text && matches!(value.node, Node::Literal(_));
        let to = match name {
            "string" => Type::Text,
            "int" => Type::Int,
            "double" => Type::Number,
            "bool" => Type::Bool,
            // A time that is written out is read here, so that a slip is a fault and not null.
            "timestamp" | "date" if written_out => return self.time_literal(name, &value, span),
            "timestamp" => Type::DateTime,
            _ => Type::Date,
        };
        self.converted(name, value, to, span)
    }

    /// `decimal(x, 2)`
    pub(super) fn decimal(
        &mut self,
        argument: &IdedExpr,
        scale: &IdedExpr,
        span: Range<usize>,
    ) -> Typed<Expr> {
        let (value, scale) = (self.value(argument), self.value(scale));
        let (value, scale) = (value?, scale?);
        let digits = match scale.node {
            Node::Literal(Literal::Int(digits)) if scale.ty == Type::Int => u8::try_from(digits).ok(),
            _ => None,
        };
        let Some(scale) = digits.filter(|digits| *digits <= DECIMAL_DIGITS_MAX) else {
            let message = format!(
                "the digits after the point are an integer from 0 to {DECIMAL_DIGITS_MAX}, written out"
            );
            return self.fail(scale.span, message);
        };
        self.converted("decimal", value, Type::Decimal { scale }, span)
    }

    fn converted(&mut self, name: &str, value: Expr, to: Type, span: Range<usize>) -> Typed<Expr> {
        if !is_converted(value.ty, to) {
            let message = format!("`{name}` does not take {}", type_name(value.ty));
            let error = ExpressionError::new(value.span.clone(), message);
            return self.report(error.hint(format!("it takes {}", taken_by(to))));
        }
        Ok(convert(value, to, span))
    }

    /// `t.trim()`, `t.substring(1, 2)` and the like.
    pub(super) fn text_function(
        &mut self,
        function: TextFunction,
        operands: &[&IdedExpr],
        span: Range<usize>,
    ) -> Typed<Expr> {
        let typed: Vec<Typed<Expr>> = operands
            .iter()
            .enumerate()
            .map(|(position, operand)| match function {
                TextFunction::Substring | TextFunction::CharAt if position > 0 => self.position(operand),
                _ => self.text(operand),
            })
            .collect();
        let operands = typed.into_iter().collect::<Typed<Vec<Expr>>>()?;
        let (ty, never_null) = match function {
            TextFunction::IndexOf | TextFunction::LastIndexOf => (Type::Int, true),
            TextFunction::Substring | TextFunction::CharAt => (Type::Text, false),
            TextFunction::UpperAscii | TextFunction::Trim | TextFunction::Replace => (Type::Text, true),
        };
        let nullable = !never_null || operands.iter().any(|operand| operand.nullable);
        Ok(Expr {
            node: Node::TextFunction(function, operands),
            ty,
            nullable,
            span,
        })
    }

    fn position(&mut self, ast: &IdedExpr) -> Typed<Expr> {
        let expr = self.value(ast)?;
        if expr.ty == Type::Int {
            return Ok(expr);
        }
        let message = format!("a position is an integer, and this is {}", type_name(expr.ty));
        self.fail(expr.span, message)
    }
}

/// `value` in another type; [`is_converted`] has said that it can be.
pub(super) fn convert(value: Expr, to: Type, span: Range<usize>) -> Expr {
    let nullable = value.nullable || !is_lossless(value.ty, to);
    let node = if (value.ty, to) == (Type::Int, Type::Number) {
        Node::ToNumber(Box::new(value))
    } else {
        Node::Convert(Box::new(value))
    };
    Expr {
        node,
        ty: to,
        nullable,
        span,
    }
}

fn is_converted(from: Type, to: Type) -> bool {
    use Type::{Bool, Date, DateTime, Decimal, Int, Number, Text};
    match to {
        Text => matches!(
            from,
            Text | Int | Number | Decimal { .. } | Bool | Date | DateTime
        ),
        Int => matches!(from, Int | Text | Number | Decimal { .. } | Bool | DateTime),
        Number => matches!(from, Number | Text | Int | Decimal { .. }),
        Decimal { .. } => matches!(from, Decimal { .. } | Text | Int | Number),
        Bool => matches!(from, Bool | Text | Int),
        DateTime => matches!(from, DateTime | Text | Date | Int),
        Date => matches!(from, Date | Text | DateTime),
        _ => false,
    }
}

fn taken_by(to: Type) -> &'static str {
    match to {
        Type::Text => "a text, a number of any kind, a boolean, a date or a date with time",
        Type::Int => "a text, a number of any kind, a boolean or a date with time",
        Type::Bool => "a text or an integer",
        Type::DateTime => "a text, a date, or the seconds since 1970 as an integer",
        Type::Date => "a text or a date with time",
        _ => "a text or a number of any kind",
    }
}

/// Does every value have its counterpart?
fn is_lossless(from: Type, to: Type) -> bool {
    use Type::{Bool, Date, DateTime, Decimal, Int, Number, Text};
    from == to
        || matches!(
            (from, to),
            (Int | Number | Decimal { .. } | Bool | Date, Text)
                | (Decimal { .. } | Bool | DateTime, Int)
                | (Int | Decimal { .. }, Number)
                | (Date, DateTime)
        )
}
