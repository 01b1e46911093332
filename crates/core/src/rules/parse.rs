//! The way in: a text becomes a typed expression, or everything that is wrong with it.

use super::analysis::count;
use super::errors::ExpressionError;
use super::expr::Expr;
use super::typer::Typer;
use super::{Scope, syntax};
use crate::definition::{Definition, Field};
use crate::limits::EXPRESSION_NODES_MAX;

/// Types a rule, a check or a filter. It is a condition: its type is `Type::Bool`.
///
/// The definition's own rules and checks are not looked at, so they may still be missing. Errors that do not depend on
/// each other are reported together; their places are bytes of `text`.
pub fn parse(definition: &Definition, scope: Scope, text: &str) -> Result<Expr, Vec<ExpressionError>> {
    read(definition, scope, text, None)
}

/// Types the value of `field`, for the purpose [`Convert`](super::Purpose::Convert).
///
/// The field is one of the scope's collection, or takes the place of such a one. The result has exactly the field's type: integers have become numbers or decimals where the field holds these. A
/// relation of `field` points to a collection of `definition`. The value may still be null for a required field, except
/// when it is the word `null`, and may break the field's bounds: only the data can tell.
pub fn parse_value(
    definition: &Definition,
    scope: Scope,
    text: &str,
    field: &Field,
) -> Result<Expr, Vec<ExpressionError>> {
    read(definition, scope, text, Some(field))
}

/// A value of the field, or a condition.
fn read(
    definition: &Definition,
    scope: Scope,
    text: &str,
    field: Option<&Field>,
) -> Result<Expr, Vec<ExpressionError>> {
    let (tree, source) = syntax::parse(text).map_err(|error| vec![error])?;
    let mut typer = Typer::new(definition, scope, &source);
    let typed = match field {
        Some(field) => typer
            .value(&tree)
            .and_then(|value| typer.as_value_of(field, value)),
        None => typer.condition(&tree),
    };
    let Ok(expr) = typed else {
        return Err(typer.errors);
    };
    let nodes = count(&expr);
    if nodes > EXPRESSION_NODES_MAX {
        let message =
            format!("the expression has {nodes} parts, and at most {EXPRESSION_NODES_MAX} are allowed");
        return Err(vec![ExpressionError::new(0..text.len(), message)]);
    }
    Ok(expr)
}
