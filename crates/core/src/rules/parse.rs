//! The way in: a text becomes a typed condition, or everything that is wrong with it.

use super::analysis::count;
use super::errors::ExpressionError;
use super::expr::Expr;
use super::typer::Typer;
use super::{Scope, syntax};
use crate::definition::Definition;
use crate::limits::EXPRESSION_NODES_MAX;

/// Types a rule, a check or a filter. It is a condition: its type is `Type::Bool`.
///
/// The definition's own rules and checks are not looked at, so they may still be missing. Errors that do not depend on
/// each other are reported together; their places are bytes of `text`.
pub fn parse(definition: &Definition, scope: Scope, text: &str) -> Result<Expr, Vec<ExpressionError>> {
    let (tree, source) = syntax::parse(text).map_err(|error| vec![error])?;
    let mut typer = Typer::new(definition, scope, &source);
    let Ok(expr) = typer.condition(&tree) else {
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
