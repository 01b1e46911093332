//! Operators: which types they take, what they give, and what to write when the types do not fit.

use std::ops::Range;

use cel::common::ast::{CallExpr, Expr as Ast, IdedExpr, operators};

use super::analysis::{is_null, reads_auth, reads_auth_record};
use super::errors::{ExpressionError, Typed};
use super::expr::{Arithmetic, Comparison, Expr, Node, Type};
use super::typer::{Typer, type_name};

impl Typer<'_> {
    /// `a && b && c` as one node; all parts are typed, so that all their faults are found.
    pub(super) fn logic(&mut self, ast: &IdedExpr, call: &CallExpr, span: Range<usize>) -> Typed<Expr> {
        let mut parts = Vec::new();
        flatten(ast, &call.func_name, &mut parts);
        let typed: Vec<Typed<Expr>> = parts.into_iter().map(|part| self.condition(part)).collect();
        let parts = typed.into_iter().collect::<Typed<Vec<Expr>>>()?;
        let nullable = parts.iter().any(|part| part.nullable);
        let node = if call.func_name == operators::LOGICAL_AND {
            Node::And(parts)
        } else {
            Node::Or(parts)
        };
        Ok(Expr {
            node,
            ty: Type::Bool,
            nullable,
            span,
        })
    }

    pub(super) fn not(&mut self, operand: &IdedExpr, span: Range<usize>) -> Typed<Expr> {
        let operand = self.condition(operand)?;
        let nullable = operand.nullable;
        Ok(Expr {
            node: Node::Not(Box::new(operand)),
            ty: Type::Bool,
            nullable,
            span,
        })
    }

    pub(super) fn conditional(
        &mut self,
        condition: &IdedExpr,
        then: &IdedExpr,
        otherwise: &IdedExpr,
        span: Range<usize>,
    ) -> Typed<Expr> {
        let condition = self.condition(condition);
        let (then, otherwise) = (self.value(then), self.value(otherwise));
        let (condition, then, otherwise) = (condition?, then?, otherwise?);
        let (then, otherwise) = self.both_fit(then, otherwise, "are no two answers to one question")?;
        let ty = if is_null(&then) { otherwise.ty } else { then.ty };
        if ty == Type::Null {
            return self.fail(span, "both answers are null");
        }
        let nullable = condition.nullable || then.nullable || otherwise.nullable;
        let node = Node::If {
            condition: Box::new(condition),
            then: Box::new(then),
            otherwise: Box::new(otherwise),
        };
        Ok(Expr {
            node,
            ty,
            nullable,
            span,
        })
    }

    pub(super) fn negate(&mut self, operand: &IdedExpr, span: Range<usize>) -> Typed<Expr> {
        let operand = self.value(operand)?;
        let nullable = match operand.ty {
            // The smallest integer has no opposite.
            Type::Int | Type::Decimal { .. } | Type::Duration => true,
            Type::Number => operand.nullable,
            other => {
                let message = format!("`-` needs a number, and this is {}", type_name(other));
                return self.fail(operand.span, message);
            }
        };
        let ty = operand.ty;
        Ok(Expr {
            node: Node::Negate(Box::new(operand)),
            ty,
            nullable,
            span,
        })
    }

    pub(super) fn binary(
        &mut self,
        sign: &str,
        left: &IdedExpr,
        right: &IdedExpr,
        span: Range<usize>,
    ) -> Typed<Expr> {
        let (left, right) = (self.value(left), self.value(right));
        let (left, right) = (left?, right?);
        let arithmetic = match sign {
            operators::EQUALS => return self.compare(Comparison::Equal, left, right, span),
            operators::NOT_EQUALS => return self.compare(Comparison::NotEqual, left, right, span),
            operators::LESS => return self.compare(Comparison::Less, left, right, span),
            operators::LESS_EQUALS => return self.compare(Comparison::LessOrEqual, left, right, span),
            operators::GREATER => return self.compare(Comparison::Greater, left, right, span),
            operators::GREATER_EQUALS => return self.compare(Comparison::GreaterOrEqual, left, right, span),
            operators::ADD => Arithmetic::Add,
            operators::SUBSTRACT => Arithmetic::Subtract,
            operators::MULTIPLY => Arithmetic::Multiply,
            operators::DIVIDE => Arithmetic::Divide,
            operators::MODULO => Arithmetic::Modulo,
            _ => return self.fail(span, "this operator is not supported"),
        };
        self.arithmetic(arithmetic, left, right, span)
    }

    fn compare(&mut self, operator: Comparison, left: Expr, right: Expr, span: Range<usize>) -> Typed<Expr> {
        let exact = matches!(operator, Comparison::Equal | Comparison::NotEqual);
        let beside_null = is_null(&left) || is_null(&right);
        if beside_null && (!exact || is_null(&left) && is_null(&right)) {
            let message = if exact {
                "null is always null"
            } else {
                "null has no order"
            };
            let error = ExpressionError::new(span, message);
            return self.report(error.hint("compare a value with null by `==` or `!=`"));
        }
        let (left, right) = self.both_fit(left, right, "cannot be compared")?;
        if !beside_null
            && !if exact {
                has_equality(left.ty)
            } else {
                has_order(left.ty)
            }
        {
            let error = incomparable(left.ty, span);
            return self.report(error);
        }
        let nullable = match (exact, beside_null) {
            (true, true) => reads_auth_record(&left) || reads_auth_record(&right),
            // Equality is exact, except that a question about nobody has no answer.
            (true, false) => left.nullable && reads_auth(&left) || right.nullable && reads_auth(&right),
            (false, _) => left.nullable || right.nullable,
        };
        let node = Node::Compare {
            operator,
            left: Box::new(left),
            right: Box::new(right),
        };
        Ok(Expr {
            node,
            ty: Type::Bool,
            nullable,
            span,
        })
    }

    fn arithmetic(
        &mut self,
        operator: Arithmetic,
        left: Expr,
        right: Expr,
        span: Range<usize>,
    ) -> Typed<Expr> {
        let scales = matches!(operator, Arithmetic::Add | Arithmetic::Subtract);
        let decimal = |expr: &Expr| matches!(expr.ty, Type::Decimal { .. });
        // A decimal times 2 is twice as much, not the two added as 2.00: a factor keeps its own scale.
        let (left, right) = if scales || !(decimal(&left) || decimal(&right)) {
            let fitted = self
                .fit(left, &right)
                .and_then(|left| Ok((self.fit(right, &left)?, left)));
            match fitted {
                Ok((right, left)) => (left, right),
                Err(error) => return self.report(error),
            }
        } else {
            (left, right)
        };
        let Some(ty) = result_type(operator, left.ty, right.ty) else {
            let error = no_such_sum(operator, &left, &right, span);
            return self.report(error);
        };
        let concatenates = ty == Type::Text;
        let operator = if concatenates {
            Arithmetic::Concatenate
        } else {
            operator
        };
        // A sum that does not fit 64 bits is null, and so is a division by zero.
        let nullable = !concatenates || left.nullable || right.nullable;
        let node = Node::Arithmetic {
            operator,
            left: Box::new(left),
            right: Box::new(right),
        };
        Ok(Expr {
            node,
            ty,
            nullable,
            span,
        })
    }

    /// Both sides with one type, or one of them null.
    pub(super) fn both_fit(&mut self, left: Expr, right: Expr, fault: &str) -> Typed<(Expr, Expr)> {
        let fitted = self
            .fit(left, &right)
            .and_then(|left| Ok((self.fit(right, &left)?, left)))
            .map(|(right, left)| (left, right));
        let (left, right) = match fitted {
            Ok(sides) => sides,
            Err(error) => return self.report(error),
        };
        if is_null(&left) || is_null(&right) || same_type(left.ty, right.ty) {
            return Ok((left, right));
        }
        let error = self.unlike(&left, &right, fault);
        self.report(error)
    }

    fn unlike(&self, left: &Expr, right: &Expr, fault: &str) -> ExpressionError {
        let span = left.span.start.min(right.span.start)..left.span.end.max(right.span.end);
        if let (Type::Id(Some(one)), Type::Id(Some(other))) = (left.ty, right.ty) {
            let name = |id| &self.definition.collection(id).name;
            let message = format!("an id of `{}` is never an id of `{}`", name(one), name(other));
            return ExpressionError::new(span, message);
        }
        if let (Type::Decimal { scale: one }, Type::Decimal { scale: other }) = (left.ty, right.ty) {
            let message = format!("decimals with {one} and with {other} digits after the point {fault}");
            return ExpressionError::new(span, message);
        }
        let message = format!("{} and {} {fault}", type_name(left.ty), type_name(right.ty));
        let text = if left.ty == Type::Text { left } else { right };
        let quoted = text.ty == Type::Text && matches!(text.node, Node::Literal(_));
        let hint = match (left.ty, right.ty) {
            (Type::Date, Type::DateTime) | (Type::DateTime, Type::Date) => Some(
                "a day is compared with `date(\"2026-01-31\")`; make the field a datetime to compare it with times",
            ),
            (Type::Texts, _) | (_, Type::Texts) => {
                Some("ask `\"x\" in record.tags`, or use `exists` or `all`")
            }
            (Type::Json, _) | (_, Type::Json) => Some("JSON can only be compared with null"),
            (Type::Bool, _) | (_, Type::Bool) if quoted => Some("write `true` or `false` without quotes"),
            (Type::Int | Type::Number | Type::Decimal { .. }, _)
            | (_, Type::Int | Type::Number | Type::Decimal { .. })
                if quoted =>
            {
                Some("write the number without quotes")
            }
            (Type::Duration, Type::Int | Type::Number) | (Type::Int | Type::Number, Type::Duration) => {
                Some("write `duration(\"36h\")`")
            }
            (Type::Decimal { .. }, Type::Int | Type::Number)
            | (Type::Int | Type::Number, Type::Decimal { .. }) => Some(
                "a decimal is compared with decimals of the same scale, or with a number that is written out",
            ),
            _ => None,
        };
        ExpressionError::new(span, message).maybe_hint(hint.map(str::to_owned))
    }
}

fn flatten<'e>(ast: &'e IdedExpr, function: &str, parts: &mut Vec<&'e IdedExpr>) {
    match &ast.expr {
        Ast::Call(call) if call.func_name == function => {
            call.args.iter().for_each(|part| flatten(part, function, parts));
        }
        _ => parts.push(ast),
    }
}

pub(super) fn same_type(left: Type, right: Type) -> bool {
    match (left, right) {
        (Type::Id(one), Type::Id(other)) => one.is_none() || other.is_none() || one == other,
        _ => left == right,
    }
}

fn has_equality(ty: Type) -> bool {
    !matches!(ty, Type::Texts | Type::Json | Type::Null)
}

fn has_order(ty: Type) -> bool {
    has_equality(ty) && !matches!(ty, Type::Bool | Type::Id(_))
}

fn incomparable(ty: Type, span: Range<usize>) -> ExpressionError {
    let (message, hint) = match ty {
        Type::Texts => (
            "two multi_selects cannot be compared",
            "ask about their items with `in`, `exists` or `all`",
        ),
        Type::Json => (
            "JSON cannot be compared",
            "only `== null`, `!= null` and `has(...)` ask about JSON",
        ),
        Type::Id(_) => (
            "ids have no order",
            "compare `created_at` to order records by their age",
        ),
        _ => (
            "true and false have no order",
            "use `==`, `!=`, or the condition itself",
        ),
    };
    ExpressionError::new(span, message).hint(hint)
}

/// What the operator gives; `None` when it does not take these types.
fn result_type(operator: Arithmetic, left: Type, right: Type) -> Option<Type> {
    use Arithmetic::{Add, Divide, Multiply, Subtract};
    match (operator, left, right) {
        (Add, Type::Text, Type::Text) => Some(Type::Text),
        (_, Type::Int, Type::Int) => Some(Type::Int),
        (Add | Subtract | Multiply | Divide, Type::Number, Type::Number) => Some(Type::Number),
        (Add | Subtract, Type::Decimal { scale: one }, Type::Decimal { scale: other }) if one == other => {
            Some(left)
        }
        (Multiply, Type::Decimal { .. }, Type::Int) => Some(left),
        (Multiply, Type::Int, Type::Decimal { .. }) => Some(right),
        (Subtract, Type::DateTime, Type::DateTime) | (Add | Subtract, Type::Duration, Type::Duration) => {
            Some(Type::Duration)
        }
        (Add | Subtract, Type::DateTime, Type::Duration) | (Add, Type::Duration, Type::DateTime) => {
            Some(Type::DateTime)
        }
        _ => None,
    }
}

fn no_such_sum(operator: Arithmetic, left: &Expr, right: &Expr, span: Range<usize>) -> ExpressionError {
    let sign = match operator {
        Arithmetic::Add | Arithmetic::Concatenate => "+",
        Arithmetic::Subtract => "-",
        Arithmetic::Multiply => "*",
        Arithmetic::Divide => "/",
        Arithmetic::Modulo => "%",
    };
    let message = format!(
        "`{sign}` does not take {} and {}",
        type_name(left.ty),
        type_name(right.ty)
    );
    let is = |wanted: fn(Type) -> bool| wanted(left.ty) || wanted(right.ty);
    let hint = if is_null(left) || is_null(right) {
        Some("anything with null is null")
    } else if is(|ty| ty == Type::DateTime) && is(|ty| matches!(ty, Type::Int | Type::Number)) {
        Some("add a `duration(\"36h\")` to a time")
    } else if is(|ty| ty == Type::Date) {
        Some("dates can be compared, not counted with")
    } else if is(|ty| matches!(ty, Type::Decimal { .. })) {
        Some("a decimal is added to a decimal of the same scale, and multiplied by an integer")
    } else {
        None
    };
    ExpressionError::new(span, message).maybe_hint(hint.map(str::to_owned))
}
