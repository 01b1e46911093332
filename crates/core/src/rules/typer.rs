//! The walk that turns a syntax tree into a typed expression.

use std::ops::Range;

use cel::common::ast::{CallExpr, Expr as Ast, IdedExpr, operators};

use super::errors::{ExpressionError, Reported, Typed};
use super::expr::{Expr, Node, Type, Variable};
use super::resolve::{Binding, Named};
use super::syntax::Source;
use super::{Purpose, Scope};
use crate::definition::{Definition, FieldAt};

/// One expression being typed. The files beside this one extend it by topic.
pub(super) struct Typer<'a> {
    pub(super) definition: &'a Definition,
    pub(super) scope: Scope,
    pub(super) source: &'a Source<'a>,
    pub(super) errors: Vec<ExpressionError>,
    /// The variables in sight, innermost last.
    pub(super) bindings: Vec<Binding>,
    /// For each variable so far, the `multi_select` whose items it stands for.
    pub(super) items: Vec<Option<FieldAt>>,
    /// Regular expressions so far.
    pub(super) patterns: usize,
}

impl<'a> Typer<'a> {
    pub(super) fn new(definition: &'a Definition, scope: Scope, source: &'a Source<'a>) -> Self {
        Self {
            definition,
            scope,
            source,
            errors: Vec::new(),
            bindings: Vec::new(),
            items: Vec::new(),
            patterns: 0,
        }
    }

    pub(super) fn is_filter(&self) -> bool {
        self.scope.purpose == Purpose::Filter
    }

    pub(super) fn report<T>(&mut self, error: ExpressionError) -> Typed<T> {
        self.errors.push(error);
        Err(Reported)
    }

    pub(super) fn fail<T>(&mut self, span: Range<usize>, message: impl Into<String>) -> Typed<T> {
        self.report(ExpressionError::new(span, message))
    }

    /// A part that must be true or false.
    pub(super) fn condition(&mut self, ast: &IdedExpr) -> Typed<Expr> {
        let expr = self.value(ast)?;
        if expr.ty == Type::Bool {
            return Ok(expr);
        }
        let message = format!("a condition is needed here, and this is {}", type_name(expr.ty));
        let mut error = ExpressionError::new(expr.span.clone(), message);
        if expr.nullable && expr.ty != Type::Null {
            error = error.hint("compare it, or use `has(...)` to ask whether it is there");
        }
        self.report(error)
    }

    /// A part that is one value.
    pub(super) fn value(&mut self, ast: &IdedExpr) -> Typed<Expr> {
        match &ast.expr {
            Ast::Literal(literal) => self.literal(literal, self.source.span(ast)),
            Ast::Ident(_) | Ast::Select(_) => {
                let named = self.resolve(ast)?;
                self.named_value(named, self.source.span(ast))
            }
            Ast::Call(call) => self.call(ast, call),
            Ast::List(_) => self.report(ExpressionError::new(
                self.source.span(ast),
                "a list can only stand after `in`",
            )),
            Ast::Map(_) | Ast::Struct(_) => {
                self.fail(self.source.span(ast), "maps and messages are not supported")
            }
            Ast::Comprehension(_) | Ast::Unspecified => {
                self.fail(self.source.span(ast), "the expression cannot be read")
            }
        }
    }

    fn call(&mut self, ast: &IdedExpr, call: &CallExpr) -> Typed<Expr> {
        let span = self.source.span(ast);
        match (call.func_name.as_str(), call.args.as_slice()) {
            (operators::LOGICAL_AND | operators::LOGICAL_OR, _) => self.logic(ast, call, span),
            (operators::LOGICAL_NOT, [operand]) => self.not(operand, span),
            (operators::CONDITIONAL, [condition, then, otherwise]) => {
                self.conditional(condition, then, otherwise, span)
            }
            (operators::NEGATE, [operand]) => self.negate(operand, span),
            (operators::IN, [item, set]) => self.membership(item, set, span),
            (operators::INDEX, _) => self.report(
                ExpressionError::new(span, "`[...]` after a value is not supported")
                    .hint("a field is written after a dot: `record.title`"),
            ),
            (sign, [left, right]) if sign.starts_with('_') && call.target.is_none() => {
                self.binary(sign, left, right, span)
            }
            _ => self.function(ast, call, span),
        }
    }

    /// A name as a value: what has many values, or none, is refused with the way to use it.
    fn named_value(&mut self, named: Named, span: Range<usize>) -> Typed<Expr> {
        let error = match named {
            Named::Value(expr) => return Ok(expr),
            Named::Record(_) => ExpressionError::new(span, "this is a whole record, not a value")
                .hint("name one of its fields, such as its `id`"),
            Named::Records(_) => ExpressionError::new(span, "this is a set of records, not a value")
                .hint("use it with `exists`, `all`, `exists_one`, `size` or after `in`"),
            Named::Request => {
                ExpressionError::new(span, "`request` is not a value").hint(super::resolve::REQUEST_HINT)
            }
        };
        self.report(error)
    }

    /// The options that a text must be one of, when it is a select or an item of a `multi_select`.
    pub(super) fn options(&self, expr: &Expr) -> Option<&'a [String]> {
        let at = match &expr.node {
            Node::Field { record, field } => FieldAt {
                collection: record.collection,
                field: *field,
            },
            Node::Item(Variable(number)) => (*self.items.get(usize::from(*number))?)?,
            _ => return None,
        };
        super::field_types::options_of(&self.definition.field(at).kind)
    }
}

/// How messages name a type.
pub(super) fn type_name(ty: Type) -> &'static str {
    match ty {
        Type::Bool => "a boolean",
        Type::Int => "an integer",
        Type::Number => "a number",
        Type::Decimal { .. } => "a decimal",
        Type::Text => "a text",
        Type::DateTime => "a date with time",
        Type::Date => "a date",
        Type::Duration => "a duration",
        Type::Id(_) => "an id",
        Type::Texts => "a multi_select",
        Type::Json => "JSON",
        Type::Null => "null",
    }
}
