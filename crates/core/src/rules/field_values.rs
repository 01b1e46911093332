//! The value of an expression as one that a field holds.

use super::analysis::is_null;
use super::conversions::convert;
use super::errors::{ExpressionError, Typed, hint_names};
use super::expr::{Expr, Literal, Node, Type};
use super::field_types::{options_of, type_of};
use super::operators::same_type;
use super::typer::{Typer, type_name};
use crate::definition::{Field, FieldKind};

impl Typer<'_> {
    /// `expr` with exactly the type of the field. What a field takes without being asked is what a literal takes beside
    /// it, and integers as numbers and decimals.
    pub(super) fn as_value_of(&mut self, field: &Field, expr: Expr) -> Typed<Expr> {
        if !field.is_column() {
            let message = format!(
                "`{}` is a relation to many, and an expression gives one value",
                field.name
            );
            return self.fail(expr.span, message);
        }
        let wanted = type_of(field, self.definition.collection(self.scope.collection));
        if is_null(&expr) {
            if field.required {
                let message = format!("`{}` is required, and this is always null", field.name);
                return self.fail(expr.span, message);
            }
            return Ok(Expr { ty: wanted, ..expr });
        }
        let beside = Expr {
            node: Node::Literal(Literal::Null),
            ty: wanted,
            nullable: true,
            span: expr.span.clone(),
        };
        let expr = match self.fit(expr, &beside) {
            Ok(expr) => expr,
            Err(error) => return self.report(error),
        };
        self.check_options(field, &expr)?;
        if same_type(expr.ty, wanted) {
            return Ok(expr);
        }
        if let (Type::Int, Type::Decimal { .. }) = (expr.ty, wanted) {
            let span = expr.span.clone();
            return Ok(convert(expr, wanted, span));
        }
        let error = unfit(field, &expr, wanted);
        self.report(error)
    }

    /// A text that is written out for a select, also as an answer of a choice, is one of its options.
    fn check_options(&mut self, field: &Field, expr: &Expr) -> Typed<()> {
        match &expr.node {
            Node::If { then, otherwise, .. } => {
                let (then, otherwise) = (
                    self.check_options(field, then),
                    self.check_options(field, otherwise),
                );
                then.and(otherwise)
            }
            Node::Literal(Literal::Text(text)) => {
                let FieldKind::Select { options } = &field.kind else {
                    return Ok(());
                };
                if options.contains(text) {
                    return Ok(());
                }
                let names: Vec<&str> = options.iter().map(String::as_str).collect();
                let message = format!("`{text}` is not one of the options of `{}`", field.name);
                let error = ExpressionError::new(expr.span.clone(), message);
                self.report(error.maybe_hint(hint_names(text, "options", &names)))
            }
            _ => Ok(()),
        }
    }
}

fn unfit(field: &Field, expr: &Expr, wanted: Type) -> ExpressionError {
    let message = match (expr.ty, wanted) {
        (Type::Decimal { scale: found }, Type::Decimal { scale }) => {
            format!(
                "`{}` has {scale} digits after the point, and this decimal has {found}",
                field.name
            )
        }
        (Type::Id(_), Type::Id(_)) => {
            format!("`{}` holds ids of another collection than this one", field.name)
        }
        _ => format!(
            "`{}` holds {}, and this is {}",
            field.name,
            type_name(wanted),
            type_name(expr.ty)
        ),
    };
    let way_out = match wanted {
        Type::Text => Some("convert it with `string(...)`".to_owned()),
        Type::Int => Some("convert it with `int(...)`".to_owned()),
        Type::Number => Some("convert it with `double(...)`".to_owned()),
        Type::Decimal { scale } => Some(format!("convert it with `decimal(..., {scale})`")),
        Type::Bool => Some("compare it, or convert it with `bool(...)`".to_owned()),
        Type::DateTime => Some("convert it with `timestamp(...)`".to_owned()),
        Type::Date => Some("convert it with `date(...)`".to_owned()),
        Type::Texts if options_of(&field.kind).is_some() => {
            Some("only another multi_select of the record fits".to_owned())
        }
        Type::Json => Some("only another json field of the record fits".to_owned()),
        _ => None,
    };
    ExpressionError::new(expr.span.clone(), message).maybe_hint(way_out)
}
