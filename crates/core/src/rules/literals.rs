//! Literals, and what a literal becomes beside a value of another type.

use std::fmt::Display;
use std::ops::Range;
use std::str::FromStr;

use cel::common::ast::LiteralValue;

use super::errors::{ExpressionError, Typed, hint_names};
use super::expr::{Expr, Literal, Node, Type};
use super::typer::Typer;
use crate::decimal;
use crate::definition::CollectionId;
use crate::ids::RecordId;
use crate::limits::DECIMAL_DIGITS_MAX;
use crate::time::{Date, Timestamp};

impl Typer<'_> {
    pub(super) fn literal(&mut self, literal: &LiteralValue, span: Range<usize>) -> Typed<Expr> {
        let (literal, ty) = match literal {
            LiteralValue::Boolean(value) => (Literal::Bool(*value.inner()), Type::Bool),
            LiteralValue::Int(value) => (Literal::Int(*value.inner()), Type::Int),
            LiteralValue::Double(value) => (Literal::Real(*value.inner()), Type::Number),
            LiteralValue::String(value) if value.inner().contains('\0') => {
                return self.fail(span, "no text can hold the character NUL (U+0000)");
            }
            LiteralValue::String(value) => (Literal::Text(value.inner().to_owned()), Type::Text),
            LiteralValue::Null => (Literal::Null, Type::Null),
            LiteralValue::UInt(_) => {
                let error = ExpressionError::new(span, "unsigned integers are not supported");
                return self.report(error.hint("leave out the `u`"));
            }
            LiteralValue::Bytes(_) => {
                let error = ExpressionError::new(span, "byte strings are not supported");
                return self.report(error.hint("leave out the `b`"));
            }
        };
        Ok(Expr {
            node: Node::Literal(literal),
            ty,
            nullable: ty == Type::Null,
            span,
        })
    }

    /// `expr` as it is read beside `other`: a literal takes the other side's type, an integer beside a number is one.
    pub(super) fn fit(&self, expr: Expr, other: &Expr) -> Result<Expr, ExpressionError> {
        let Node::Literal(literal) = &expr.node else {
            return Ok(if (expr.ty, other.ty) == (Type::Int, Type::Number) {
                to_number(expr)
            } else {
                expr
            });
        };
        let span = expr.span.clone();
        match (literal, other.ty) {
            (Literal::Text(text), Type::Text) => {
                self.check_option(text, other, &span)?;
                Ok(expr)
            }
            (Literal::Text(text), ty) if expr.ty == Type::Text => match text_as(text, ty, &span)? {
                Some((literal, ty)) => Ok(constant(literal, ty, span)),
                None => Ok(expr),
            },
            (Literal::Int(value), Type::Decimal { scale }) if expr.ty == Type::Int => {
                scaled(&value.to_string(), scale, span)
            }
            // Rust writes the shortest digits that read back as the same number, without an exponent.
            (Literal::Real(value), Type::Decimal { scale }) => scaled(&value.to_string(), scale, span),
            (Literal::Int(_), Type::Number) if expr.ty == Type::Int => Ok(to_number(expr)),
            _ => Ok(expr),
        }
    }

    /// A text beside a select can only be one of its options; anything else is a slip that would never match.
    pub(super) fn check_option(
        &self,
        text: &str,
        other: &Expr,
        span: &Range<usize>,
    ) -> Result<(), ExpressionError> {
        let Some(options) = self.options(other) else {
            return Ok(());
        };
        if options.iter().any(|option| option == text) {
            return Ok(());
        }
        let names: Vec<&str> = options.iter().map(String::as_str).collect();
        Err(
            ExpressionError::new(span.clone(), format!("`{text}` is not one of the options"))
                .maybe_hint(hint_names(text, "options", &names)),
        )
    }

    /// `timestamp("...")`, `date("...")` and `duration("...")`, written out.
    pub(super) fn time_literal(
        &mut self,
        function: &str,
        argument: &Expr,
        span: Range<usize>,
    ) -> Typed<Expr> {
        let Node::Literal(Literal::Text(text)) = &argument.node else {
            let message = format!("`{function}` takes a text that is written out, between quotes");
            return self.fail(argument.span.clone(), message);
        };
        let place = &argument.span;
        let read = match function {
            "duration" => duration(text)
                .map(|micros| (Literal::Int(micros), Type::Duration))
                .map_err(|message| {
                    ExpressionError::new(place.clone(), message)
                        .hint("write it like \"1h30m\", with h, m, s, ms or us")
                }),
            "date" => text_as(text, Type::Date, place).map(|read| read.expect("a date is read from text")),
            _ => text_as(text, Type::DateTime, place).map(|read| read.expect("a time is read from text")),
        };
        match read {
            Ok((literal, ty)) => Ok(constant(literal, ty, span)),
            Err(error) => self.report(error),
        }
    }
}

fn constant(literal: Literal, ty: Type, span: Range<usize>) -> Expr {
    Expr {
        node: Node::Literal(literal),
        ty,
        nullable: false,
        span,
    }
}

fn to_number(expr: Expr) -> Expr {
    let (nullable, span) = (expr.nullable, expr.span.clone());
    Expr {
        node: Node::ToNumber(Box::new(expr)),
        ty: Type::Number,
        nullable,
        span,
    }
}

/// A text as a value of a type that JSON writes as a text too; `None` for the other types.
fn text_as(text: &str, ty: Type, span: &Range<usize>) -> Result<Option<(Literal, Type)>, ExpressionError> {
    fn read<T: FromStr<Err: Display>>(text: &str, span: &Range<usize>) -> Result<T, ExpressionError> {
        text.parse()
            .map_err(|error: T::Err| ExpressionError::new(span.clone(), error.to_string()))
    }
    Ok(Some(match ty {
        Type::Id(of) => (Literal::Id(read::<RecordId>(text, span)?), Type::Id(of)),
        Type::DateTime => (Literal::Int(read::<Timestamp>(text, span)?.as_micros()), ty),
        Type::Date => (Literal::Text(read::<Date>(text, span)?.to_string()), ty),
        _ => return Ok(None),
    }))
}

/// A text literal as the id that an item of a set has.
pub(super) fn id_literal(expr: Expr, of: CollectionId) -> Result<Expr, ExpressionError> {
    let Node::Literal(Literal::Text(text)) = &expr.node else {
        return Ok(expr);
    };
    if expr.ty != Type::Text {
        return Ok(expr);
    }
    let span = expr.span.clone();
    match text_as(text, Type::Id(Some(of)), &span)? {
        Some((literal, ty)) => Ok(constant(literal, ty, span)),
        None => Ok(expr),
    }
}

fn scaled(text: &str, scale: u8, span: Range<usize>) -> Result<Expr, ExpressionError> {
    match decimal::parse(text, DECIMAL_DIGITS_MAX, scale) {
        Ok(value) => Ok(constant(Literal::Int(value), Type::Decimal { scale }, span)),
        Err(error) => Err(ExpressionError::new(
            span,
            format!("the decimal beside it cannot be {text}: {error}"),
        )),
    }
}

const NANOS_PER_UNIT: [(&str, i128); 6] = [
    ("h", 3_600_000_000_000),
    ("m", 60_000_000_000),
    ("s", 1_000_000_000),
    ("ms", 1_000_000),
    ("us", 1_000),
    ("ns", 1),
];

/// Microseconds of a duration as CEL writes it: `1h30m`, `-1.5s`, `250ms`.
fn duration(text: &str) -> Result<i64, &'static str> {
    const SYNTAX: &str = "not a duration";
    let (sign, mut rest) = match text.strip_prefix('-') {
        Some(rest) => (-1, rest),
        None => (1, text),
    };
    if rest.is_empty() {
        return Err(SYNTAX);
    }
    let mut nanos: i128 = 0;
    while !rest.is_empty() {
        let number_end = rest
            .find(|c: char| !c.is_ascii_digit() && c != '.')
            .ok_or(SYNTAX)?;
        let (number, unit_on) = rest.split_at(number_end);
        let unit_end = unit_on
            .find(|c: char| !c.is_ascii_lowercase())
            .unwrap_or(unit_on.len());
        let (unit, after) = unit_on.split_at(unit_end);
        let (_, per_unit) = NANOS_PER_UNIT
            .into_iter()
            .find(|(name, _)| *name == unit)
            .ok_or(SYNTAX)?;
        nanos += part(number, per_unit)?;
        rest = after;
    }
    if nanos % 1_000 != 0 {
        return Err("durations are kept to the microsecond");
    }
    i64::try_from(sign * nanos / 1_000).map_err(|_| "the duration is too long")
}

/// `1.5` of a unit, exactly. At most 18 digits, and a text of at most 4 KB: the sum of the parts stays far from overflow.
fn part(number: &str, per_unit: i128) -> Result<i128, &'static str> {
    let (whole, fraction) = number.split_once('.').unwrap_or((number, ""));
    if whole.is_empty() && fraction.is_empty() || fraction.contains('.') {
        return Err("not a duration");
    }
    if whole.len() + fraction.len() > 18 {
        return Err("the duration has too many digits");
    }
    let digits = |text: &str| {
        if text.is_empty() {
            0
        } else {
            text.parse::<i128>().unwrap_or(0)
        }
    };
    let fractions_per_unit = 10_i128.pow(u32::try_from(fraction.len()).unwrap_or(0));
    let scaled = digits(fraction) * per_unit;
    if scaled % fractions_per_unit != 0 {
        return Err("durations are kept to the microsecond");
    }
    Ok(digits(whole) * per_unit + scaled / fractions_per_unit)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_are_exact_microseconds() {
        for (text, micros) in [
            ("36h", 129_600_000_000),
            ("1h30m", 5_400_000_000),
            ("-1.5s", -1_500_000),
            (".25s", 250_000),
            ("1.s", 1_000_000),
            ("2ms3us4000ns", 2_007),
            ("0.000001s", 1),
        ] {
            assert_eq!(duration(text), Ok(micros), "{text}");
        }
    }

    #[test]
    fn other_durations_are_refused() {
        for text in [
            "", "-", "5", "h", ".h", "1x", "1h ", "--1h", "1..5s", "+1h", "1ü", "ü",
        ] {
            assert_eq!(duration(text), Err("not a duration"), "{text}");
        }
        assert_eq!(duration("1ns"), Err("durations are kept to the microsecond"));
        assert_eq!(
            duration("0.0000001s"),
            Err("durations are kept to the microsecond")
        );
        assert_eq!(duration("9999999999h"), Err("the duration is too long"));
        assert_eq!(
            duration("9999999999999999999h"),
            Err("the duration has too many digits")
        );
    }
}
